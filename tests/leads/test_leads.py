"""Making, changing, assigning and deleting leads."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from core.context import in_business
from core.errors import Conflict, RuleBroken
from core.models import Event
from core.permissions import SYSTEM
from leads.models import Lead
from leads.services import (
    assign_lead,
    convert_lead,
    create_lead,
    delete_lead,
    move_lead,
    purge_lead,
    restore_lead,
    set_lead_tags,
    update_lead,
)
from pipelines.models import LookupValue, StageChange
from pipelines.services import create_pipeline, update_stage
from tests.factories.people import World
from tests.factories.records import make_activity, make_contact, make_lead, make_opportunity, make_task


def events_of(lead: Lead) -> list[str]:
    return list(Event.objects.filter(record_type="lead", record=lead.pk).order_by("id").values_list("type", flat=True))


def test_a_new_lead_is_new_and_belongs_to_its_maker(owner: User) -> None:
    lead = create_lead(by=owner, values={"name": "Anna Weber", "email": "Anna@Prospect.Example", "source": "referral", "value": "500"})
    assert (lead.reference, lead.status.key, lead.owner, lead.branch) == ("L-1", "new", owner, owner.branch)
    assert (lead.email, lead.source.key, lead.value, lead.currency) == ("anna@prospect.example", "referral", Decimal("500"), "EUR")
    assert events_of(lead) == ["lead.created"]
    for query in ("weber", "anna@prospect.example", "L-1"):
        assert Lead.objects.visible_to(owner).found(query, user=owner).get() == lead


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"email": "", "phone": ""},
        {"email": "not an address"},
        {"name": "nul\x00"},
        {"value": "-0.01"},
        {"score": 101},
        {"status": "nothing"},
        {"status": "lost"},
        {"status": None, "loss_reason": "price"},
        {"loss_reason": "price"},
        {"source": "price"},
        {"currency": "BHD"},
        {"company": 10**12},
        {"stage": "nowhere"},
    ],
    ids=lambda values: repr(values)[:40],
)
def test_bad_input_is_refused_and_loses_nothing(owner: User, values: dict[str, Any]) -> None:
    lead = make_lead(by=owner, value="5")
    with pytest.raises(ValidationError):
        update_lead(lead_id=lead.pk, by=owner, values=values)
    with pytest.raises(ValidationError):
        make_lead(by=owner, **values)
    lead.refresh_from_db()
    assert (lead.version, lead.value) == (1, 5)
    assert Lead.objects.count() == 1


def test_a_change_may_not_take_the_last_way_to_reach_somebody(owner: User) -> None:
    lead = make_lead(by=owner)
    with pytest.raises(RuleBroken):
        update_lead(lead_id=lead.pk, by=owner, values={"email": ""})
    lead = update_lead(lead_id=lead.pk, by=owner, values={"email": "", "phone": "0151 23456789"})
    assert (lead.email, lead.phone_e164) == ("", "+4915123456789")
    lead.refresh_from_db()
    assert lead.phone_e164 == "+4915123456789"


def test_only_the_machine_and_imports_leave_a_lead_unassigned(in_halden: World) -> None:
    with pytest.raises(RuleBroken):
        make_lead(by=in_halden.manager, owner=None)
    assert make_lead(by=SYSTEM).owner is None
    values = {"name": "From a file", "email": "x@file.example", "owner": None}
    lead = create_lead(by=in_halden.manager, values=values, may_be_unassigned=True)
    assert (lead.owner, lead.branch) == (None, in_halden.manager.branch)
    with pytest.raises(RuleBroken):
        update_lead(lead_id=make_lead(by=in_halden.owner).pk, by=in_halden.manager, values={"owner": None})


def test_losing_a_lead_needs_a_reason_which_winning_it_back_forgets(owner: User) -> None:
    lead = make_lead(by=owner)
    with pytest.raises(RuleBroken) as refused:
        update_lead(lead_id=lead.pk, by=owner, values={"status": "lost"})
    assert refused.value.needs == ("loss_reason",)
    lead = update_lead(lead_id=lead.pk, by=owner, values={"status": "lost", "loss_reason": "no_budget"})
    assert lead.loss_reason.key == "no_budget"
    lead = update_lead(lead_id=lead.pk, by=owner, values={"notes": "still lost"})
    assert lead.loss_reason.key == "no_budget"
    lead = update_lead(lead_id=lead.pk, by=owner, values={"status": "contacted"})
    assert lead.loss_reason is None
    assert update_lead(lead_id=lead.pk, by=SYSTEM, values={"status": "lost"}).loss_reason.key == "unknown"


def test_a_lead_qualified_by_hand_is_told_once(owner: User) -> None:
    lead = make_lead(by=owner, company_name="Halden GmbH", value="12.00")
    lead = update_lead(lead_id=lead.pk, by=owner, values={"status": "qualified"})
    event = Event.objects.get(record=lead.pk, type="erp.lead.qualified")
    assert event.data["reference"] == lead.reference
    assert (event.data["company_name"], event.data["value"], event.data["currency"]) == ("Halden GmbH", "12.00", "EUR")
    update_lead(lead_id=lead.pk, by=owner, values={"status": "contacted"})
    update_lead(lead_id=lead.pk, by=owner, values={"status": "qualified"})
    convert_lead(lead_id=lead.pk, by=owner)
    assert events_of(lead).count("erp.lead.qualified") == 1


def test_a_lead_made_qualified_is_told_too(owner: User) -> None:
    assert events_of(make_lead(by=owner, status="qualified")) == ["lead.created", "erp.lead.qualified"]


def test_a_stage_may_set_the_status(in_halden: World) -> None:
    stages = [
        {"name": "Inbox"},
        {"name": "Talking", "sets_status": "contacted"},
        {"name": "Ready", "sets_status": "qualified"},
        {"name": "Gone", "kind": "lost", "sets_status": "lost"},
    ]
    create_pipeline(by=in_halden.administrator, values={"kind": "lead", "name": "Inbound"}, stages=stages)
    lead, by = make_lead(by=in_halden.owner), in_halden.owner
    lead = move_lead(lead_id=lead.pk, stage="talking", by=by)
    assert (lead.stage.key, lead.status.key) == ("talking", "contacted")
    lead = move_lead(lead_id=lead.pk, stage="ready", by=by)
    assert events_of(lead)[-2:] == ["lead.moved", "erp.lead.qualified"]
    with pytest.raises(RuleBroken) as refused:
        move_lead(lead_id=lead.pk, stage="gone", by=by)
    assert refused.value.needs == ("loss_reason",)
    lead = move_lead(lead_id=lead.pk, stage="gone", by=by, values={"loss_reason": "no_answer"})
    assert (lead.status.key, lead.loss_reason.key) == ("lost", "no_answer")
    lead = update_lead(lead_id=lead.pk, by=by, values={"stage": "talking", "status": "new"})
    assert (lead.stage.key, lead.status.key) == ("talking", "new")
    lead = move_lead(lead_id=lead.pk, stage=None, by=by)
    assert (lead.pipeline, lead.stage) == (None, None)
    assert StageChange.objects.filter(lead=lead).count() == 6
    assert StageChange.objects.filter(lead=lead).latest("id").to_stage is None


def test_a_stage_of_leads_asks_for_what_it_requires(in_halden: World) -> None:
    pipeline = create_pipeline(
        by=in_halden.administrator, values={"kind": "lead", "name": "Inbound"}, stages=[{"name": "In"}, {"name": "Big"}]
    )
    update_stage(stage_id=pipeline.stages.get(key="big").pk, by=in_halden.administrator, values={"required_fields": ["value"]})
    lead = make_lead(by=in_halden.owner)
    with pytest.raises(RuleBroken) as refused:
        move_lead(lead_id=lead.pk, stage="big", by=in_halden.owner)
    assert refused.value.needs == ("value",)


def test_a_stale_version_is_refused(owner: User, manager: User) -> None:
    lead = make_lead(by=owner)
    update_lead(lead_id=lead.pk, by=manager, version=1, values={"value": "1"})
    with pytest.raises(Conflict) as stale:
        update_lead(lead_id=lead.pk, by=owner, version=1, values={"value": "2"})
    assert stale.value.last.actor == manager


def test_who_sees_it_masked_and_sends_the_mask_back_changes_nothing(in_halden: World) -> None:
    lead = make_lead(by=in_halden.owner, email="anna@prospect.example", phone="+4915112345612")
    by = in_halden.owner
    by.role.permissions.remove(*by.role.permissions.filter(codename="view_pii"))
    fresh = User.objects.select_related("role", "branch", "business").get(pk=by.pk)
    values = {"email": "a•••@•••.example", "phone": "+49 ••• ••12", "notes": "x"}
    changed = update_lead(lead_id=lead.pk, by=fresh, values=values)
    assert (changed.email, changed.phone, changed.notes) == ("anna@prospect.example", "+4915112345612", "x")


def test_assigning_takes_open_tasks_and_the_contact_along(in_halden: World) -> None:
    contact = make_contact(by=in_halden.owner)
    lead = make_lead(by=in_halden.owner, contact=contact)
    task, done = make_task(by=in_halden.owner, on=lead), make_task(by=in_halden.owner, on=lead, status="done")
    deal = make_opportunity(by=in_halden.owner, primary_contact=contact)
    lead = assign_lead(lead_id=lead.pk, owner=in_halden.colleague, by=in_halden.manager)
    for row in (task, done, contact, deal):
        row.refresh_from_db()
    assert (lead.owner, lead.branch) == (in_halden.colleague, in_halden.colleague.branch)
    assert (task.assignee, contact.owner) == (in_halden.colleague, in_halden.colleague)
    assert (done.assignee, deal.owner) == (in_halden.owner, in_halden.owner), "what is done stays, and deals when not asked"
    event = Event.objects.get(record_type="lead", record=lead.pk, type="lead.assigned")
    assert event.data == {"owner_before": in_halden.owner.pk, "owner": in_halden.colleague.pk}


def test_the_contacts_open_deals_go_along_when_asked(in_halden: World) -> None:
    contact = make_contact(by=in_halden.owner)
    lead = make_lead(by=in_halden.owner, contact=contact)
    deal = make_opportunity(by=in_halden.owner, primary_contact=contact)
    won = make_opportunity(by=in_halden.owner, primary_contact=contact, stage="won")
    assign_lead(lead_id=lead.pk, owner=in_halden.colleague.pk, by=in_halden.manager, with_opportunities=True)
    deal.refresh_from_db()
    won.refresh_from_db()
    assert (deal.owner, won.owner) == (in_halden.colleague, in_halden.owner)


def test_a_new_owner_by_a_change_is_the_same_act_as_assigning(in_halden: World) -> None:
    lead = make_lead(by=in_halden.owner)
    task = make_task(by=in_halden.owner, on=lead)
    with pytest.raises(PermissionDenied):
        update_lead(lead_id=lead.pk, by=in_halden.owner, values={"owner": in_halden.teammate})
    update_lead(lead_id=lead.pk, by=in_halden.manager, values={"owner": in_halden.teammate})
    task.refresh_from_db()
    assert task.assignee == in_halden.teammate


def test_a_contact_that_the_assigner_may_not_give_away_stays(in_halden: World) -> None:
    contact = make_contact(by=in_halden.colleague)
    lead = make_lead(by=in_halden.manager, owner=in_halden.owner, contact=contact)
    assign_lead(lead_id=lead.pk, owner=in_halden.teammate, by=in_halden.team_lead)
    contact.refresh_from_db()
    assert contact.owner == in_halden.colleague


@pytest.mark.parametrize("who", ["teammate", "colleague", "outsider"])
def test_a_lead_that_one_may_not_see_does_not_exist(in_halden: World, who: str) -> None:
    lead, by = make_lead(by=in_halden.owner), getattr(in_halden, who)
    with in_business(by.business):
        before = Event.objects.count()
        for act in (
            lambda: update_lead(lead_id=lead.pk, by=by, values={"value": 1}),
            lambda: move_lead(lead_id=lead.pk, by=by, stage=None),
            lambda: assign_lead(lead_id=lead.pk, by=by, owner=by),
            lambda: convert_lead(lead_id=lead.pk, by=by),
            lambda: delete_lead(lead_id=lead.pk, by=by),
        ):
            with pytest.raises(Lead.DoesNotExist):
                act()
        assert Event.objects.count() == before


def test_the_trash_hides_a_lead_and_gives_it_back(in_halden: World) -> None:
    lead, by = make_lead(by=in_halden.owner, name="Anna Weber"), in_halden.owner
    delete_lead(lead_id=lead.pk, by=by)
    assert not Lead.objects.visible_to(by).found("weber", user=by).exists()
    assert restore_lead(lead_id=lead.pk, by=by).version == 3
    assert Lead.objects.visible_to(by).found("weber", user=by).get() == lead
    with pytest.raises(PermissionDenied):
        purge_lead(lead_id=lead.pk, by=in_halden.manager)
    purge_lead(lead_id=lead.pk, by=in_halden.administrator)
    assert not Lead.objects.filter(pk=lead.pk).exists()


def test_next_step_and_last_contact_are_kept_without_a_new_version(owner: User) -> None:
    lead = make_lead(by=owner)
    due, called = timezone.now() + timedelta(days=1), timezone.now() - timedelta(hours=1)
    make_task(by=owner, on=lead, due_at=due, subject="Call back")
    make_activity(by=owner, on=lead, kind="call", at=called, direction="outbound", outcome="connected")
    lead.refresh_from_db()
    assert (lead.next_step, lead.next_step_at, lead.version) == ("Call back", due, 1)
    assert lead.last_contacted_at == called
    assert lead.last_activity_at is not None


def test_making_a_lead_takes_few_queries(in_halden: World, django_assert_num_queries: Any) -> None:
    make_lead(by=in_halden.owner)
    fresh = User.objects.select_related("business", "branch", "role").get(pk=in_halden.owner.pk)
    with django_assert_num_queries(12):
        create_lead(by=fresh, values={"name": "Anna", "email": "a@b.example", "source": "referral"})


def test_changing_a_status_takes_few_queries(in_halden: World, django_assert_num_queries: Any) -> None:
    lead = make_lead(by=in_halden.owner)
    fresh = User.objects.select_related("business", "branch", "role").get(pk=in_halden.owner.pk)
    with django_assert_num_queries(8):
        update_lead(lead_id=lead.pk, by=fresh, version=1, values={"status": "contacted"})


def test_a_converted_lead_is_changed_by_no_door(in_halden: World) -> None:
    lead = convert_lead(lead_id=make_lead(by=in_halden.owner).pk, by=in_halden.owner)
    for act in (
        lambda: update_lead(lead_id=lead.pk, by=in_halden.owner, values={"notes": "x"}),
        lambda: move_lead(lead_id=lead.pk, by=in_halden.owner, stage=None),
        lambda: assign_lead(lead_id=lead.pk, by=in_halden.manager, owner=in_halden.teammate),
        lambda: set_lead_tags(lead_id=lead.pk, by=in_halden.owner, tags=[]),
    ):
        with pytest.raises(RuleBroken, match="converted"):
            act()
    assert LookupValue.objects.get(pk=lead.status_id).key == "qualified"
