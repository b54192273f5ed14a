"""Contacts are made, changed, moved through stages, given, put in the trash and purged."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from activities.models import Activity
from activities.services import delete_activity, link_activity
from contacts.models import Contact, ContactTag
from contacts.services import (
    archive_contact,
    assign_contact,
    create_contact,
    delete_contact,
    move_contact,
    purge_contact,
    restore_contact,
    set_contact_tags,
    update_contact,
)
from core.errors import Conflict, RuleBroken
from core.models import Event
from core.permissions import SYSTEM
from pipelines.models import Stage, StageChange
from pipelines.services import create_pipeline, create_stage, create_tag, update_stage
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_opportunity

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
TUESDAY = datetime(2026, 6, 2, 9, tzinfo=UTC)


@pytest.fixture
def stages(administrator: Any) -> list[Stage]:
    """Two stages of a contact pipeline; the second asks for an e-mail address."""
    pipeline = create_pipeline(by=administrator, values={"kind": "contact", "name": "Care", "key": "care", "is_default": True})
    entry = Stage.objects.filter(pipeline=pipeline, is_entry=True).first()
    if entry is None:
        values = {"name": "Welcome", "key": "welcome", "is_entry": True}
        entry = create_stage(pipeline_id=pipeline.pk, by=administrator, values=values)
    values = {"name": "Regular", "key": "regular", "required_fields": ["email"]}
    return [entry, create_stage(pipeline_id=pipeline.pk, by=administrator, values=values)]


def types(contact: Contact) -> list[str]:
    return list(Event.objects.filter(record_type="contact", record=contact.pk).order_by("pk").values_list("type", flat=True))


def test_a_contact_is_numbered_named_owned_and_found(owner: Any) -> None:
    values = {"first_name": "Zoë", "last_name": "Weiß", "email": "Zoe@Halden.example", "mobile": "0151 12345612"}
    contact = create_contact(by=owner, values=values)
    contact.refresh_from_db()
    assert (contact.reference, contact.name, contact.email) == ("C-1", "Zoë Weiß", "zoe@halden.example")
    assert (contact.mobile_e164, contact.name_folded) == ("+4915112345612", "zoe weiss")
    assert (contact.owner, contact.branch, contact.contact_type) == (owner, owner.branch, "prospect")
    for query in ("weiss", "zoe weiß", "015112345612", "zoe@halden.example", "c-1"):
        assert Contact.objects.visible_to(owner).found(query, user=owner).get() == contact


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "last_name"),
        ({"account_type": "business", "last_name": "W"}, "business_name"),
        ({"last_name": "W", "account_type": "club"}, "account_type"),
        ({"last_name": "W", "contact_type": "friend"}, "contact_type"),
        ({"last_name": "W" * 101}, "last_name"),
        ({"last_name": "W", "email": "w@"}, "email"),
        ({"last_name": "W", "country": "Germany"}, "country"),
        ({"last_name": "W", "credit_limit": -1}, "credit_limit"),
        ({"last_name": "W", "added_on": "soon"}, "added_on"),
        ({"last_name": "W", "consents": {"mail": "yes"}}, "consents"),
        ({"last_name": "W", "company": 10**9}, "company"),
        ({"last_name": "W", "user": 10**9}, "user"),
        ({"last_name": "W", "stage": 10**9}, "stage"),
        ({"last_name": "\ud800"}, "last_name"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(owner: Any, values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        create_contact(by=owner, values=values)
    assert list(refused.value.error_dict) == [field]
    assert not Contact.objects.exists()


def test_the_last_name_of_a_contact_cannot_be_taken_away(owner: Any) -> None:
    contact = create_contact(by=owner, values={"last_name": "Weber"})
    with pytest.raises(RuleBroken):
        update_contact(contact_id=contact.pk, by=owner, values={"last_name": ""})
    update_contact(contact_id=contact.pk, by=owner, values={"last_name": "", "business_name": "Weber KG"})
    assert Contact.objects.get(pk=contact.pk).name == "Weber KG"


def test_a_new_name_is_found_and_the_old_is_not(owner: Any) -> None:
    contact = create_contact(by=owner, values={"first_name": "Anna", "last_name": "Weber"})
    update_contact(contact_id=contact.pk, by=owner, values={"last_name": "Møller"})
    contact.refresh_from_db()
    assert (contact.name, contact.name_folded) == ("Anna Møller", "anna moller")
    assert Contact.objects.found("moller", user=owner).get() == contact
    assert not Contact.objects.found("weber", user=owner).exists()


def test_a_contact_enters_a_stage_and_each_change_is_logged(owner: Any, stages: list[Stage]) -> None:
    welcome, regular = stages
    contact = create_contact(by=owner, values={"last_name": "Weber", "stage": welcome.key}, now=MONDAY)
    assert (contact.stage, contact.pipeline_id) == (welcome, welcome.pipeline_id)
    with pytest.raises(RuleBroken) as refused:
        move_contact(contact_id=contact.pk, stage=regular, by=owner)
    assert refused.value.needs == ("email",)
    moved = move_contact(contact_id=contact.pk, stage=regular.pk, by=owner, version=1, values={"email": "w@halden.example"}, now=TUESDAY)
    assert (moved.version, Contact.objects.get(pk=contact.pk).stage) == (2, regular)
    changes = StageChange.objects.filter(contact=contact).order_by("at")
    assert list(changes.values_list("from_stage", "to_stage", "at", "by", "seconds")) == [
        (None, welcome.pk, MONDAY, owner.pk, None),
        (welcome.pk, regular.pk, TUESDAY, owner.pk, 86400),
    ]
    assert types(contact) == ["contact.created", "contact.changed", "contact.moved"]
    assert Event.objects.get(type="contact.moved").data == {"stage_before": welcome.pk, "stage": regular.pk}


def test_a_contact_leaves_its_pipeline(owner: Any, stages: list[Stage]) -> None:
    contact = create_contact(by=owner, values={"last_name": "Weber", "pipeline": "care"})
    assert contact.stage == stages[0]
    left = update_contact(contact_id=contact.pk, by=owner, values={"stage": None})
    left.refresh_from_db()
    assert (left.pipeline, left.stage) == (None, None)
    assert StageChange.objects.filter(contact=contact).count() == 2


def test_a_stage_of_another_kind_or_a_retired_one_is_refused(owner: Any, stages: list[Stage], administrator: Any) -> None:
    foreign = Stage.objects.exclude(pipeline__kind="contact").first()
    assert foreign is not None
    contact = make_contact(by=owner, email="w@halden.example")
    update_stage(stage_id=stages[1].pk, by=administrator, values={"is_active": False})
    for stage in (foreign, foreign.pk, stages[1], stages[1].key, "nowhere"):
        with pytest.raises(RuleBroken) as refused:
            move_contact(contact_id=contact.pk, stage=stage, by=owner)
        assert list(refused.value.error_dict) == ["stage"]
    assert not StageChange.objects.filter(contact=contact).exists()


def test_a_login_is_of_one_contact_and_a_restore_says_whose(owner: Any, teammate: Any) -> None:
    first = make_contact(by=owner, user=teammate)
    with pytest.raises(RuleBroken, match="Another contact has this login"):
        make_contact(by=owner, user=teammate)
    delete_contact(contact_id=first.pk, by=owner)
    second = make_contact(by=owner, user=teammate)
    with pytest.raises(RuleBroken) as refused:
        restore_contact(contact_id=first.pk, by=owner)
    assert refused.value.message_dict == {"user": [f"{second.reference} has this login."]}
    assert Contact.objects.in_trash(owner).get() == first
    delete_contact(contact_id=second.pk, by=owner)
    assert restore_contact(contact_id=first.pk, by=owner).deleted_at is None


def test_giving_tagging_and_archiving_work_as_for_companies(owner: Any, colleague: Any, manager: Any) -> None:
    contact, tag = make_contact(by=owner), create_tag(by=SYSTEM, values={"name": "VIP"})
    with pytest.raises(PermissionDenied):
        assign_contact(contact_id=contact.pk, owner=colleague, by=owner)
    set_contact_tags(contact_id=contact.pk, tags=[tag], by=owner)
    archive_contact(contact_id=contact.pk, by=owner)
    given = assign_contact(contact_id=contact.pk, owner=colleague, by=manager)
    assert (given.branch, given.is_archived, given.version) == (colleague.branch, True, 4)
    assert ContactTag.objects.get().tag == tag
    assert types(contact) == ["contact.created", "contact.changed", "contact.changed", "contact.assigned"]


def test_a_stale_version_is_a_conflict(owner: Any) -> None:
    contact = make_contact(by=owner)
    update_contact(contact_id=contact.pk, by=owner, values={"job_title": "CEO"})
    for act in (
        lambda: update_contact(contact_id=contact.pk, by=owner, version=1, values={"job_title": "CFO"}),
        lambda: delete_contact(contact_id=contact.pk, by=owner, version=1),
        lambda: move_contact(contact_id=contact.pk, by=owner, version=1, stage=None),
    ):
        with pytest.raises(Conflict):
            act()


def test_a_purge_takes_only_the_activities_that_hang_on_nothing_else(owner: Any, administrator: Any) -> None:
    company = make_company(by=owner)
    contact = make_contact(by=owner, company=company, first_name="Anna", last_name="Weber")
    deal, lead = make_opportunity(by=owner, company=company, primary_contact=contact), make_lead(by=owner, contact=contact)
    alone, trashed, shared = (make_activity(by=owner, on=contact) for _ in range(3))
    delete_activity(activity_id=trashed.pk, by=owner)
    link_activity(activity_id=shared.pk, links=[("company", company.pk)], by=owner)
    with pytest.raises(PermissionDenied):
        purge_contact(contact_id=contact.pk, by=owner)
    purge_contact(contact_id=contact.pk, by=administrator)
    assert list(Activity.objects.values_list("pk", flat=True)) == [shared.pk]
    deal.refresh_from_db()
    lead.refresh_from_db()
    assert (deal.primary_contact, deal.company, lead.contact) == (None, company, None)
    assert Event.objects.get(type="contact.purged").name == "Anna Weber"
    assert alone.pk != shared.pk


def test_what_is_not_seen_is_not_there(owner: Any, teammate: Any) -> None:
    contact = make_contact(by=owner)
    for act in (
        lambda: update_contact(contact_id=contact.pk, by=teammate, values={"job_title": "CEO"}),
        lambda: move_contact(contact_id=contact.pk, by=teammate, stage=None),
        lambda: delete_contact(contact_id=contact.pk, by=teammate),
        lambda: purge_contact(contact_id=contact.pk, by=teammate),
    ):
        with pytest.raises(ObjectDoesNotExist):
            act()
    contact.refresh_from_db()
    assert contact.version == 1
