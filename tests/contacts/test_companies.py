"""Companies are made, changed, given, archived, put in the trash and purged."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from accounts.services import deactivate_user, share_record
from activities.models import ActivityLink
from contacts.models import Company, CompanyTag
from contacts.services import (
    archive_company,
    assign_company,
    create_company,
    delete_company,
    purge_company,
    restore_company,
    set_company_tags,
    update_company,
)
from core.context import in_business
from core.errors import Conflict, RuleBroken
from core.models import Event, Job, SearchEntry
from core.permissions import SYSTEM
from pipelines.models import LookupValue
from pipelines.services import create_tag
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_contact, make_opportunity
from tests.threads import at_once, problems


def types(record: Any) -> list[str]:
    return list(Event.objects.filter(record_type="company", record=record.pk).order_by("pk").values_list("type", flat=True))


def test_a_company_is_numbered_owned_found_and_in_the_history(owner: Any) -> None:
    company = create_company(
        by=owner, values={"name": "Müller & Söhne", "website": "https://www.halden.example/de", "phone": "0151 12345612"}
    )
    company.refresh_from_db()
    assert (company.reference, company.owner, company.branch, company.created_by) == ("CO-1", owner, owner.branch, owner)
    assert (company.domain, company.phone_e164, company.name_folded) == ("halden.example", "+4915112345612", "muller & sohne")
    assert create_company(by=owner, values={"name": "Next"}).reference == "CO-2"
    for query in ("mueller", "muller", "halden.ex", "CO-1", "0151 12345612", "+49 151 12345612"):
        assert Company.objects.visible_to(owner).found(query, user=owner).get() == company
    event = Event.objects.get(type="company.created", record=company.pk)
    assert event.changes["name"] == [None, "Müller & Söhne"]
    assert event.changes["owner"] == [None, {"id": owner.pk, "name": "Owner Tester"}]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x", "email": "nobody"}, "email"),
        ({"name": "x", "billing_country": "XX"}, "billing_country"),
        ({"name": "x", "employees": -1}, "employees"),
        ({"name": "x", "employees": "many"}, "employees"),
        ({"name": "x", "annual_revenue": Decimal("-0.01")}, "annual_revenue"),
        ({"name": "x", "annual_revenue": 5, "currency": "KWD"}, "currency"),
        ({"name": "x", "industry": "piracy"}, "industry"),
        ({"name": "x", "parent": 10**9}, "parent"),
        ({"name": "x", "owner": 10**9}, "owner"),
        ({"name": "x", "tags": [10**9]}, "tags"),
        ({"name": "x", "notes": "x" * 20_001}, "notes"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(owner: Any, values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        create_company(by=owner, values=values)
    assert list(refused.value.error_dict) == [field]
    assert not Company.objects.exists()


def test_a_field_that_nobody_may_set_is_a_mistake_of_the_code(owner: Any) -> None:
    with pytest.raises(ValueError, match="reference"):
        create_company(by=owner, values={"name": "x", "reference": "CO-99"})


def test_revenue_is_in_the_currency_of_the_business_unless_said(owner: Any) -> None:
    assert create_company(by=owner, values={"name": "x", "annual_revenue": "1000.05"}).currency == "EUR"
    assert create_company(by=owner, values={"name": "y", "annual_revenue": 5, "currency": "USD"}).currency == "USD"
    assert create_company(by=owner, values={"name": "z"}).currency == ""


def test_an_industry_is_named_by_its_key_and_a_retired_one_only_stays(owner: Any) -> None:
    value = LookupValue.objects.filter(list="industry").first()
    assert value is not None
    company = create_company(by=owner, values={"name": "x", "industry": value.key})
    LookupValue.objects.filter(pk=value.pk).update(is_active=False)
    update_company(company_id=company.pk, by=owner, values={"industry": value.key, "name": "y"})
    with pytest.raises(RuleBroken, match="cannot be chosen"):
        create_company(by=owner, values={"name": "z", "industry": value.key})


def test_derived_values_follow_a_change(owner: Any) -> None:
    company = create_company(by=owner, values={"name": "Alt", "email": "Info@Halden.example", "phone": "0151 1234512"})
    update_company(company_id=company.pk, by=owner, values={"name": "Ärger", "email": "", "phone": "", "website": "fjord.example"})
    company.refresh_from_db()
    assert (company.name_folded, company.domain, company.phone_e164) == ("arger", "fjord.example", "")
    assert Company.objects.found("fjord.ex", user=owner).get() == company


def test_a_change_says_its_fields_once_and_raises_the_version_once(owner: Any, teammate: Any, manager: Any) -> None:
    company = make_company(by=owner, name="Alt")
    values = {"name": "Neu", "owner": teammate.pk, "employees": 5, "notes": ""}
    changed = update_company(company_id=company.pk, by=manager, version=1, values=values)
    assert (changed.version, changed.owner) == (2, teammate)
    assert types(company) == ["company.created", "company.changed", "company.assigned"]
    event = Event.objects.get(type="company.changed")
    assert event.data == {"fields": ["name", "employees"]}
    assert event.changes == {"name": ["Alt", "Neu"], "employees": [None, 5]}


def test_what_does_not_differ_changes_nothing(owner: Any) -> None:
    company = make_company(by=owner, name="Alt", email="Info@Halden.example")
    same = {"name": " Alt ", "email": "INFO@halden.example", "owner": owner, "tags": [], "billing_country": ""}
    assert update_company(company_id=company.pk, by=owner, values=same).version == 1
    assert types(company) == ["company.created"]


def test_a_stale_version_is_a_conflict(owner: Any) -> None:
    company = make_company(by=owner)
    update_company(company_id=company.pk, by=owner, values={"name": "First"})
    with pytest.raises(Conflict):
        update_company(company_id=company.pk, by=owner, version=1, values={"name": "Second"})
    assert Company.objects.get(pk=company.pk).name == "First"


def test_a_mask_that_is_sent_back_changes_nothing(in_halden: Any) -> None:
    company = make_company(by=in_halden.owner, email="info@halden.example", phone="+49 151 1234512")
    sales = in_halden.owner.role
    sales.permissions.remove(sales.permissions.get(codename="view_pii"))
    values = {"email": "i•••@•••.example", "phone": "+49 ••• ••12", "name": "Neu"}
    update_company(company_id=company.pk, by=type(in_halden.owner).objects.get(pk=in_halden.owner.pk), values=values)
    company.refresh_from_db()
    assert (company.name, company.email, company.phone) == ("Neu", "info@halden.example", "+49 151 1234512")


def test_no_circle_of_parents_can_be_made(owner: Any) -> None:
    top = make_company(by=owner)
    middle = make_company(by=owner, parent=top)
    bottom = make_company(by=owner, parent=middle.pk)
    for parent in (bottom, middle, top):
        with pytest.raises(RuleBroken, match="above itself"):
            update_company(company_id=top.pk, by=owner, values={"parent": parent.pk})
    update_company(company_id=bottom.pk, by=owner, values={"parent": top})
    assert Company.objects.get(pk=bottom.pk).parent == top


def test_a_parent_that_is_not_seen_is_not_there_but_may_stay(owner: Any, colleague: Any, manager: Any) -> None:
    theirs = make_company(by=colleague)
    company = make_company(by=owner)
    with pytest.raises(RuleBroken, match="no such record"):
        update_company(company_id=company.pk, by=owner, values={"parent": theirs.pk})
    update_company(company_id=company.pk, by=manager, values={"parent": theirs.pk})
    assert update_company(company_id=company.pk, by=owner, values={"parent": theirs.pk, "name": "Neu"}).parent_id == theirs.pk


def test_giving_a_company_needs_the_right_and_takes_the_branch_along(owner: Any, colleague: Any, manager: Any) -> None:
    company = make_company(by=owner)
    for act in (
        lambda: assign_company(company_id=company.pk, owner=colleague, by=owner),
        lambda: update_company(company_id=company.pk, by=owner, values={"owner": colleague}),
        lambda: make_company(by=owner, owner=colleague),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert Company.objects.get().owner == owner
    given = assign_company(company_id=company.pk, owner=colleague.pk, by=manager, version=1)
    given.refresh_from_db()
    assert (given.owner, given.branch, given.version) == (colleague, colleague.branch, 2)
    event = Event.objects.get(type="company.assigned")
    assert event.data == {"owner_before": owner.pk, "owner": colleague.pk}
    assert not Company.objects.visible_to(owner).exists()


def test_a_change_share_carries_no_giving(owner: Any, teammate: Any, manager: Any) -> None:
    company = make_company(by=owner)
    share_record(record=company, action="change", user=teammate, by=owner)
    update_company(company_id=company.pk, by=teammate, values={"name": "Neu"})
    for act in (
        lambda: assign_company(company_id=company.pk, owner=teammate, by=teammate),
        lambda: delete_company(company_id=company.pk, by=teammate),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_nobody_who_left_and_nobody_from_outside_owns_a_company(owner: Any, teammate: Any, outsider: Any, manager: Any) -> None:
    company = make_company(by=owner)
    deactivate_user(user_id=teammate.pk, by=SYSTEM)
    teammate.refresh_from_db()
    for somebody in (teammate, teammate.pk, outsider, outsider.pk, None):
        with pytest.raises(RuleBroken) as refused:
            assign_company(company_id=company.pk, owner=somebody, by=manager)
        assert list(refused.value.error_dict) == ["owner"]
    with pytest.raises(RuleBroken, match="colleague as the owner"):
        make_company(by=SYSTEM)
    assert make_company(by=SYSTEM, owner=owner).created_by is None


def test_tags_are_hung_and_taken_off_in_the_same_change(owner: Any) -> None:
    red, blue = (create_tag(by=SYSTEM, values={"name": name}) for name in ("Red", "Blue"))
    company = make_company(by=owner, tags=[red])
    assert Event.objects.get(type="company.created").changes["tags"] == [[], ["Red"]]
    set_company_tags(company_id=company.pk, tags=[blue], by=owner, version=1)
    assert list(CompanyTag.objects.filter(company=company).values_list("tag__name", flat=True)) == ["Blue"]
    assert Event.objects.get(type="company.changed").changes == {"tags": [["Red"], ["Blue"]]}
    assert set_company_tags(company_id=company.pk, tags=[blue.pk], by=owner).version == 2


def test_an_archived_company_is_hidden_from_default_lists_only(owner: Any) -> None:
    company = make_company(by=owner)
    archive_company(company_id=company.pk, by=owner)
    assert not Company.objects.visible_to(owner).in_use().exists()
    assert Company.objects.visible_to(owner).get() == company
    archive_company(company_id=company.pk, by=owner, archived=False)
    assert Company.objects.visible_to(owner).in_use().get() == company


def test_the_trash_hides_it_everywhere_and_gives_it_back(owner: Any) -> None:
    company = make_company(by=owner, name="Groundhog")
    contact = make_contact(by=owner, company=company)
    delete_company(company_id=company.pk, by=owner, version=1)
    assert not Company.objects.visible_to(owner).exists()
    assert not SearchEntry.objects.filter(kind=Company.search_number, object_id=company.pk).exists()
    contact.refresh_from_db()
    assert contact.company_id == company.pk
    with pytest.raises(RuleBroken, match="no such record"):
        make_contact(by=owner, company=company.pk)
    restored = restore_company(company_id=company.pk, by=owner)
    assert (restored.version, restored.deleted_at) == (3, None)
    assert Company.objects.visible_to(owner).found("groundhog", user=owner).get() == company
    assert types(company) == ["company.created", "company.trashed", "company.restored"]


def test_only_what_lies_in_the_trash_is_restored(owner: Any, colleague: Any) -> None:
    company = make_company(by=owner)
    with pytest.raises(ObjectDoesNotExist):
        restore_company(company_id=company.pk, by=owner)
    delete_company(company_id=company.pk, by=owner)
    with pytest.raises(ObjectDoesNotExist):
        restore_company(company_id=company.pk, by=colleague)


def test_a_purge_leaves_contacts_deals_and_activities_without_it(owner: Any, manager: Any, administrator: Any) -> None:
    company = make_company(by=owner, name="Gone Ltd")
    child, contact = make_company(by=owner, parent=company), make_contact(by=owner, company=company)
    deal, note = make_opportunity(by=owner, company=company), make_activity(by=owner, on=company)
    share_record(record=company, action="view", user=manager, by=owner)
    with pytest.raises(PermissionDenied):
        purge_company(company_id=company.pk, by=manager)
    purge_company(company_id=company.pk, by=administrator)
    for row in (child, contact, deal, note):
        row.refresh_from_db()
    assert (child.parent, contact.company, deal.company) == (None, None, None)
    assert not ActivityLink.objects.exists()
    assert Event.objects.get(type="company.purged").name == "Gone Ltd"
    assert not Company.objects.filter(pk=company.pk).exists()


def test_a_purge_works_from_the_trash_too(owner: Any, administrator: Any) -> None:
    company = make_company(by=owner)
    delete_company(company_id=company.pk, by=owner)
    purge_company(company_id=company.pk, by=administrator)
    assert not Company.objects.exists()
    with pytest.raises(ObjectDoesNotExist):
        purge_company(company_id=company.pk, by=administrator)


def test_a_rename_is_told_to_who_copies_the_name(owner: Any) -> None:
    company = make_company(by=owner, name="Alt")
    make_opportunity(by=owner, company=company)
    update_company(company_id=company.pk, by=owner, values={"employees": 5})
    assert not Job.objects.exists()
    update_company(company_id=company.pk, by=owner, values={"name": "Neu"})
    assert Job.objects.get().payload == {"company_id": company.pk}


def test_two_who_would_close_a_circle_at_once_do_not(live_world: World) -> None:
    owner = live_world.owner
    with in_business(live_world.business):
        pairs = [(make_company(by=owner).pk, make_company(by=owner).pk) for _ in range(5)]
    for one, two in pairs:
        results = at_once(
            live_world.business,
            lambda one=one, two=two: update_company(company_id=one, by=owner, values={"parent": two}),
            lambda one=one, two=two: update_company(company_id=two, by=owner, values={"parent": one}),
        )
        assert [type(problem) for problem in problems(results)] == [RuleBroken]
    with in_business(live_world.business):
        assert Company.objects.exclude(parent=None).count() == 5
