"""What companies and people must be, and what follows from what was typed."""

from typing import Any

import pytest

from contacts.rules import (
    COUNTRIES,
    check_consents,
    check_contact,
    check_country,
    check_login_free,
    check_parent,
    company_domain,
    contact_name,
    domain_of,
)
from core.errors import RuleBroken


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("https://www.Halden.example/de?x=1", "halden.example"),
        ("halden.example", "halden.example"),
        ("WWW.halden.example:8080/a", "halden.example"),
        ("anna@Halden.example", "halden.example"),
        ("http://[::1", ""),
        ("not a site", ""),
        ("localhost", ""),
        ("", ""),
    ],
)
def test_a_domain_is_read_from_a_website_or_an_address(typed: str, domain: str) -> None:
    assert domain_of(typed) == domain


@pytest.mark.parametrize(
    ("website", "email", "domain"),
    [
        ("https://halden.example", "info@fjord.example", "halden.example"),
        ("", "info@fjord.example", "fjord.example"),
        ("", "halden@gmail.com", ""),
        ("gmail.com", "", "gmail.com"),
        ("", "", ""),
    ],
)
def test_a_company_has_its_websites_domain_but_never_its_mail_providers(website: str, email: str, domain: str) -> None:
    assert company_domain(website, email) == domain


@pytest.mark.parametrize(
    ("first", "last", "business", "name"),
    [("Anna", "Weber", "Weber KG", "Anna Weber"), ("", "Weber", "", "Weber"), ("Anna", "", "", "Anna"), ("", "", "Weber KG", "Weber KG")],
)
def test_a_contact_is_called_by_the_person_first(first: str, last: str, business: str, name: str) -> None:
    assert contact_name(first, last, business) == name


@pytest.mark.parametrize(
    ("values", "field"),
    [({}, "last_name"), ({"account_type": "business"}, "business_name"), ({"account_type": "business", "last_name": "W"}, "business_name")],
)
def test_a_contact_without_the_name_it_needs_is_refused(values: dict[str, str], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_contact(**{"first_name": "", "last_name": "", "business_name": "", "account_type": "individual", **values})
    assert list(refused.value.error_dict) == [field]


def test_a_company_stands_above_neither_itself_nor_what_is_above_it() -> None:
    check_parent(1, [2, 3])
    check_parent(None, [2, 3])
    with pytest.raises(RuleBroken, match="above itself"):
        check_parent(1, [2, 3, 1])


@pytest.mark.parametrize("code", ["XX", "de", "DEU", "EU", "D"])
def test_a_country_that_iso_does_not_know_is_refused(code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_country(code, "billing_country")
    assert list(refused.value.error_dict) == ["billing_country"]


def test_a_country_may_be_unknown() -> None:
    check_country("", "country")
    check_country("DE", "country")
    assert len(COUNTRIES) == 249


@pytest.mark.parametrize("consents", [[], "yes", {"mail": "yes"}, {"": True}, {"x" * 61: True}, {f"p{n}": True for n in range(51)}])
def test_consents_that_are_no_table_of_yes_and_no_are_refused(consents: Any) -> None:
    with pytest.raises(RuleBroken):
        check_consents(consents)
    check_consents({"newsletter": True, "phone": False})


def test_a_login_is_one_contacts() -> None:
    check_login_free("")
    with pytest.raises(RuleBroken, match="C-7 has this login"):
        check_login_free("C-7")
