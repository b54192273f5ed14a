"""Who is it already? Exact matches among what the user may see."""

from typing import Any

import pytest

from contacts.selectors import find_company_matches, find_contact_matches
from contacts.services import delete_company
from tests.factories.records import make_company, make_contact


def test_a_company_is_known_by_address_phone_domain_and_name(owner: Any) -> None:
    company = make_company(
        by=owner, name="Müller  & Söhne", email="info@halden.example", phone="0151 12345612", website="www.halden.example"
    )
    make_company(by=owner, name="Somebody else", email="info@fjord.example")
    for asked, reasons in (
        ({"email": " INFO@halden.example "}, ("email", "domain")),
        ({"phone": "+49 (0)151 123456-12"}, ("phone",)),
        ({"website": "https://halden.example/de"}, ("domain",)),
        ({"email": "anna@halden.example"}, ("domain",)),
        ({"name": "MÜLLER & SÖHNE"}, ("name",)),
    ):
        (match,) = find_company_matches(user=owner, **asked)
        assert (match.record, match.reasons) == (company, reasons)


def test_an_address_at_a_mail_provider_says_nothing_about_the_company(owner: Any) -> None:
    make_company(by=owner, website="gmail.com")
    assert find_company_matches(user=owner, email="anna@gmail.com") == []


def test_nothing_asked_is_nothing_found(owner: Any) -> None:
    make_company(by=owner)
    make_contact(by=owner)
    assert find_company_matches(user=owner) == []
    assert find_contact_matches(user=owner, phones=["", "x"]) == []


def test_a_contact_is_known_by_address_either_phone_and_name(owner: Any) -> None:
    contact = make_contact(by=owner, first_name="Zoë", last_name="Weiß", email="zoe@halden.example", mobile="0151 12345612")
    make_contact(by=owner, first_name="Somebody", last_name="Else")
    for asked, reasons in (
        ({"email": "ZOE@halden.example"}, ("email",)),
        ({"phones": ["", "015112345612"]}, ("phone",)),
        ({"name": "zoe weiss"}, ("name",)),
        ({"name": "Zoë Weiß", "email": "zoe@halden.example"}, ("email", "name")),
    ):
        (match,) = find_contact_matches(user=owner, **asked)
        assert (match.record, match.reasons) == (contact, reasons)


def test_the_surest_match_stands_first(owner: Any) -> None:
    by_name = make_contact(by=owner, first_name="Zoë", last_name="Weiß")
    surest = make_contact(by=owner, first_name="Zoë", last_name="Weiß", email="zoe@halden.example")
    found = find_contact_matches(user=owner, name="Zoë Weiß", email="zoe@halden.example")
    assert [match.record for match in found] == [surest, by_name]
    assert len(find_contact_matches(user=owner, name="Zoë Weiß", limit=1)) == 1


def test_only_what_the_user_sees_and_what_is_not_in_the_trash_is_found(owner: Any, teammate: Any, manager: Any) -> None:
    company = make_company(by=owner, name="Halden AG")
    trashed = make_company(by=owner, name="Halden AG")
    delete_company(company_id=trashed.pk, by=owner)
    assert [match.record for match in find_company_matches(user=manager, name="halden ag")] == [company]
    assert find_company_matches(user=teammate, name="halden ag") == []


@pytest.mark.parametrize("count", [1, 30])
def test_matching_takes_one_query(owner: Any, django_assert_num_queries: Any, count: int) -> None:
    for _ in range(count):
        make_contact(by=owner, first_name="Zoë", last_name="Weiß")
        make_company(by=owner, name="Halden AG")
    owner.has_perm("contacts.view_contact")
    with django_assert_num_queries(2):
        assert len(find_company_matches(user=owner, name="Halden AG", email="a@b.example", phone="0151 12345612")) == min(count, 10)
        assert len(find_contact_matches(user=owner, name="Zoë Weiß", email="a@b.example", phones=["0151 12345612"])) == min(count, 10)
