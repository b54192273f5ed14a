"""Activities are written down, changed, put in the trash and taken out again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from accounts.services import deactivate_user
from activities.models import Activity
from activities.services import create_activity, delete_activity, link_activity, purge_activity, restore_activity, update_activity
from core.errors import Conflict, RuleBroken
from core.models import Event
from core.permissions import SYSTEM
from tests.factories.records import make_activity, make_company, make_lead, make_opportunity, make_task

NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)


def test_tasks_and_calls_are_numbered_apart_and_notes_not_at_all(owner: Any) -> None:
    tasks = [make_task(by=owner).reference for _ in range(2)]
    calls = [make_activity(by=owner, kind="call").reference for _ in range(2)]
    assert (tasks, calls) == (["T-1", "T-2"], ["CALL-1", "CALL-2"])
    assert make_activity(by=owner).reference is None


def test_what_happened_happened_now_and_a_task_is_for_its_maker(owner: Any) -> None:
    note = create_activity(by=owner, values={"kind": "note", "body": "Said yes"}, now=NOON)
    task = create_activity(by=owner, values={"kind": "task", "subject": "Call"}, now=NOON)
    assert (note.at, note.status, note.assignee) == (NOON, "", None)
    assert (task.at, task.status, task.assignee) == (None, "open", owner)
    assert (note.owner, note.branch) == (owner, owner.branch)


def test_a_task_that_was_done_already_says_when(owner: Any) -> None:
    values = {"kind": "task", "subject": "Call", "status": "done"}
    assert create_activity(by=owner, values=values, now=NOON).completed_at == NOON


def test_its_making_is_in_the_history(owner: Any) -> None:
    company = make_company(by=owner, name="Halden AG")
    note = make_activity(by=owner, on=company, body="Said yes")
    event = Event.objects.get(type="activity.created", record=note.pk)
    assert event.actor == owner
    assert event.changes["body"] == [None, "Said yes"]
    assert event.changes["links"] == [None, ["Halden AG"]]
    assert event.data == {"activity": note.pk, "kind": "note", "what": "created", "before": [], "after": [["company", company.pk]]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "fax", "body": "x"}, "kind"),
        ({"body": "x"}, "kind"),
        ({"kind": "note"}, "body"),
        ({"kind": "note", "body": "a\x00b"}, "body"),
        ({"kind": "note", "body": "\ud800"}, "body"),
        ({"kind": "note", "subject": "x" * 201}, "subject"),
        ({"kind": "note", "body": "x" * 20_001}, "body"),
        ({"kind": "call", "body": "x", "outcome": "singing"}, "outcome"),
        ({"kind": "call", "body": "x", "duration_minutes": -5}, "duration_minutes"),
        ({"kind": "call", "body": "x", "at": "yesterday"}, "at"),
        ({"kind": "task", "subject": "x", "status": "later"}, "status"),
        ({"kind": "task", "subject": "x", "priority": 9}, "priority"),
        ({"kind": "task", "subject": "x", "recurrence": "hourly", "due_at": NOON}, "recurrence"),
        ({"kind": "task", "subject": "x", "recurrence": "daily"}, "due_at"),
        ({"kind": "task", "subject": "x", "assignee": 10**9}, "assignee"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(owner: Any, values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        create_activity(by=owner, values=values)
    assert list(refused.value.error_dict) == [field]
    assert not Activity.objects.exists()


def test_a_task_is_for_an_active_colleague(owner: Any, teammate: Any, outsider: Any) -> None:
    deactivate_user(user_id=teammate.pk, by=SYSTEM)
    teammate.refresh_from_db()
    for somebody in (teammate, teammate.pk, outsider, outsider.pk):
        with pytest.raises(RuleBroken) as refused:
            make_task(by=owner, assignee=somebody)
        assert list(refused.value.error_dict) == ["assignee"]


def test_only_who_reaches_the_whole_business_writes_down_for_others(owner: Any, teammate: Any, manager: Any) -> None:
    with pytest.raises(RuleBroken, match="belongs to whoever"):
        make_activity(by=owner, owner=teammate)
    assert make_activity(by=manager, owner=teammate).branch == teammate.branch


def test_the_machine_says_whose_it_is(in_halden: Any) -> None:
    with pytest.raises(RuleBroken, match="active colleague"):
        make_activity(by=SYSTEM)
    note = make_activity(by=SYSTEM, owner=in_halden.owner)
    assert (note.owner, note.created_by) == (in_halden.owner, None)


def test_a_change_raises_the_version_and_says_what_it_was(owner: Any) -> None:
    note = make_activity(by=owner, body="Said yes")
    changed = update_activity(activity_id=note.pk, by=owner, version=1, values={"body": "Said no"})
    assert (changed.version, Activity.objects.get(pk=note.pk).body) == (2, "Said no")
    assert Event.objects.get(type="activity.changed").changes == {"body": ["Said yes", "Said no"]}


def test_an_unchanged_value_changes_nothing(owner: Any) -> None:
    note = make_activity(by=owner, body="Said yes")
    assert update_activity(activity_id=note.pk, by=owner, values={"body": " Said yes "}, links=[]).version == 1
    assert not Event.objects.filter(type="activity.changed").exists()


def test_a_stale_version_is_a_conflict_that_says_who_was_faster(owner: Any) -> None:
    note = make_activity(by=owner)
    update_activity(activity_id=note.pk, by=owner, values={"body": "First"})
    with pytest.raises(Conflict) as refused:
        update_activity(activity_id=note.pk, by=owner, version=1, values={"body": "Second"})
    assert (refused.value.record.body, refused.value.last.actor) == ("First", owner)
    assert Activity.objects.get(pk=note.pk).body == "First"


def test_a_new_assignee_is_not_shown_what_the_giver_no_longer_sees(owner: Any, teammate: Any, colleague: Any, manager: Any) -> None:
    hidden, mine = make_company(by=colleague), make_company(by=owner)
    task = make_task(by=owner, assignee=teammate, on=mine)
    link_activity(activity_id=task.pk, links=[("company", hidden.pk)], by=manager)
    with pytest.raises(RuleBroken, match="cannot see"):
        update_activity(activity_id=task.pk, by=owner, values={"assignee": owner})
    assert not type(hidden).objects.visible_to(owner).filter(pk=hidden.pk).exists()


def test_the_trash_takes_it_out_of_everything_until_it_is_restored(owner: Any) -> None:
    note = make_activity(by=owner, subject="Groundhog")
    delete_activity(activity_id=note.pk, by=owner)
    assert not Activity.objects.visible_to(owner).exists()
    assert Activity.objects.in_trash(owner).get() == note
    restore_activity(activity_id=note.pk, by=owner)
    assert Activity.objects.visible_to(owner).found("groundhog", user=owner).get() == note
    assert list(Event.objects.filter(record_type="activity").order_by("pk").values_list("type", flat=True)) == [
        "activity.created",
        "activity.trashed",
        "activity.restored",
    ]


def test_an_open_task_cannot_be_fetched_from_the_trash_to_see_a_record_again(owner: Any, colleague: Any, manager: Any) -> None:
    company = make_company(by=colleague)
    task = make_task(by=manager, on=company, assignee=owner, owner=owner)
    assert type(company).objects.visible_to(owner).filter(pk=company.pk).exists()
    delete_activity(activity_id=task.pk, by=owner)
    with pytest.raises(RuleBroken, match="cannot see"):
        restore_activity(activity_id=task.pk, by=owner)
    assert not type(company).objects.visible_to(owner).filter(pk=company.pk).exists()


def test_only_who_may_purge_deletes_for_good(owner: Any, manager: Any, administrator: Any) -> None:
    company = make_company(by=owner)
    live, trashed = make_activity(by=owner, on=company), make_activity(by=owner, on=company)
    delete_activity(activity_id=trashed.pk, by=owner)
    for user in (owner, manager):
        with pytest.raises(PermissionDenied):
            purge_activity(activity_id=live.pk, by=user)
    assert Activity.objects.count() == 2
    for activity in (live, trashed):
        purge_activity(activity_id=activity.pk, by=administrator)
    assert not Activity.objects.exists()
    assert Event.objects.filter(type="activity.purged").count() == 2


def test_what_is_not_seen_is_not_there(owner: Any, colleague: Any, outsider: Any) -> None:
    note = make_activity(by=owner)
    for user in (colleague, outsider):
        with pytest.raises(ObjectDoesNotExist):
            update_activity(activity_id=note.pk, by=user, values={"body": "Mine"})


def test_next_step_and_last_activity_of_a_deal_follow_its_activities(owner: Any) -> None:
    deal = make_opportunity(by=owner)
    task = make_task(by=owner, on=deal, subject="Send offer", due_at=NOON)
    deal.refresh_from_db()
    assert (deal.next_step, deal.next_step_at, deal.last_activity_at, deal.version) == ("Send offer", NOON, None, 1)
    delete_activity(activity_id=task.pk, by=owner)
    note = make_activity(by=owner, on=deal, at=NOON)
    deal.refresh_from_db()
    assert (deal.next_step, deal.next_step_at, deal.last_activity_at) == ("", None, NOON)
    purge_activity(activity_id=note.pk, by=SYSTEM)
    deal.refresh_from_db()
    assert (deal.last_activity_at, deal.version) == (None, 1)


def test_a_reader_writes_nothing_down(in_halden: Any) -> None:
    lead = make_lead(by=in_halden.owner)
    with pytest.raises(PermissionDenied):
        make_activity(by=in_halden.reader, on=lead)
    assert not Activity.objects.exists()
