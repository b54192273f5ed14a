"""Tasks are done, opened again, called off, and come again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.services import deactivate_user, share_record
from activities.models import Activity, ActivityLink
from activities.services import cancel_task, complete_task, reopen_task
from contacts.models import Company
from contacts.services import assign_company
from core.context import in_business
from core.errors import Conflict, RuleBroken
from core.models import Event
from core.permissions import SYSTEM
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_opportunity, make_task
from tests.threads import at_once, problems

MONDAY = datetime(2026, 6, 1, 7, tzinfo=UTC)
TUESDAY = datetime(2026, 6, 2, 7, tzinfo=UTC)


def test_a_task_is_done_and_says_when(owner: Any) -> None:
    task = make_task(by=owner)
    done = complete_task(activity_id=task.pk, by=owner, version=1, now=MONDAY)
    assert (done.status, done.completed_at, done.version) == ("done", MONDAY, 2)
    assert Activity.objects.get(pk=task.pk).completed_at == MONDAY
    assert Event.objects.get(type="activity.completed").changes == {"status": ["open", "done"]}


def test_done_twice_it_is_done_once(owner: Any) -> None:
    task = make_task(by=owner)
    complete_task(activity_id=task.pk, by=owner, now=MONDAY)
    assert complete_task(activity_id=task.pk, by=owner, now=TUESDAY).completed_at == MONDAY
    assert Event.objects.filter(type="activity.completed").count() == 1


def test_its_assignee_does_it_and_nobody_else_of_that_scope(owner: Any, teammate: Any, colleague: Any, in_halden: Any) -> None:
    company = make_company(by=owner)
    share_record(record=company, action="change", user=colleague, by=owner)
    task = make_task(by=owner, on=company, assignee=teammate)
    with pytest.raises(PermissionDenied):
        complete_task(activity_id=task.pk, by=colleague)
    with pytest.raises(PermissionDenied):
        complete_task(activity_id=task.pk, by=in_halden.reader)
    assert Activity.objects.get(pk=task.pk).status == "open"
    assert complete_task(activity_id=task.pk, by=teammate).status == "done"


def test_a_stale_version_is_a_conflict(owner: Any) -> None:
    task = make_task(by=owner)
    complete_task(activity_id=task.pk, by=owner)
    with pytest.raises(Conflict):
        reopen_task(activity_id=task.pk, by=owner, version=1)


def test_a_task_is_opened_again_and_called_off(owner: Any) -> None:
    task = make_task(by=owner)
    complete_task(activity_id=task.pk, by=owner)
    reopened = reopen_task(activity_id=task.pk, by=owner)
    assert (reopened.status, reopened.completed_at) == ("open", None)
    assert cancel_task(activity_id=task.pk, by=owner).status == "cancelled"
    with pytest.raises(RuleBroken, match="cancelled"):
        complete_task(activity_id=task.pk, by=owner)
    assert reopen_task(activity_id=task.pk, by=owner).status == "open"


def test_a_note_cannot_be_done(owner: Any) -> None:
    note = make_activity(by=owner)
    for act in (complete_task, reopen_task, cancel_task):
        with pytest.raises(RuleBroken, match="Only a task"):
            act(activity_id=note.pk, by=owner)


def test_a_task_that_repeats_is_followed_by_its_next(owner: Any, teammate: Any) -> None:
    company = make_company(by=owner)
    task = make_task(
        by=owner,
        on=company,
        subject="Weekly call",
        due_at=MONDAY,
        reminder_at=datetime(2026, 6, 1, 6, 30, tzinfo=UTC),
        recurrence="weekly",
        assignee=teammate,
        priority=1,
    )
    complete_task(activity_id=task.pk, by=teammate, now=TUESDAY)
    following = Activity.objects.visible_to(owner).open_tasks().get()
    assert (following.subject, following.due_at, following.recurrence) == ("Weekly call", datetime(2026, 6, 8, 7, tzinfo=UTC), "weekly")
    assert following.reminder_at == datetime(2026, 6, 8, 6, 30, tzinfo=UTC)
    assert (following.assignee, following.owner, following.priority, following.reference) == (teammate, owner, 1, "T-2")
    assert ActivityLink.objects.get(activity=following).company == company
    # Opened again and done again, the first one does not repeat a second time.
    reopen_task(activity_id=task.pk, by=owner)
    complete_task(activity_id=task.pk, by=owner, now=TUESDAY)
    assert Activity.objects.visible_to(owner).open_tasks().get() == following


def test_somebody_who_left_gets_no_more_tasks(owner: Any, teammate: Any) -> None:
    task = make_task(by=owner, due_at=MONDAY, recurrence="daily", assignee=teammate)
    deactivate_user(user_id=teammate.pk, by=SYSTEM)
    complete_task(activity_id=task.pk, by=owner, now=MONDAY)
    assert Activity.objects.visible_to(owner).open_tasks().get().assignee == owner


def test_who_does_a_task_sees_its_record_until_it_is_done(owner: Any, colleague: Any) -> None:
    company = make_company(by=owner)
    deal = make_opportunity(by=owner, company=company)
    for record in (company, deal):
        seen = type(record).objects.visible_to(colleague).filter(pk=record.pk)
        assert not seen.exists()
        task = make_task(by=owner, on=record, assignee=colleague)
        assert seen.exists()
        assert not type(record).objects.changeable_by(colleague).filter(pk=record.pk).exists()
        complete_task(activity_id=task.pk, by=colleague)
        assert not seen.exists()


def test_an_old_task_is_no_key_to_a_record_that_was_given_away(owner: Any, colleague: Any, manager: Any) -> None:
    company = make_company(by=owner)
    task = make_task(by=owner, on=company)
    complete_task(activity_id=task.pk, by=owner)
    assign_company(company_id=company.pk, owner=colleague, by=manager)
    with pytest.raises(RuleBroken, match="cannot see"):
        reopen_task(activity_id=task.pk, by=owner)
    assert not Company.objects.visible_to(owner).filter(pk=company.pk).exists()


def test_a_task_that_two_finish_at_once_comes_again_once(live_world: World) -> None:
    owner = live_world.owner
    with in_business(live_world.business):
        task = make_task(by=owner, due_at=MONDAY, recurrence="weekly")
    work = [lambda: complete_task(activity_id=task.pk, by=owner, now=MONDAY)] * 4
    assert problems(at_once(live_world.business, *work)) == []
    with in_business(live_world.business):
        assert sorted(Activity.objects.values_list("status", flat=True)) == ["done", "open"]
