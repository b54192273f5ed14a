"""Which records an activity is on, and what goes along with them."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.services import share_record
from activities.models import Activity, ActivityLink
from activities.services import assign_open_tasks, link_activity, move_activities, purge_activities_of, unlink_activity, update_activity
from core.errors import RuleBroken
from core.models import Event
from core.permissions import SYSTEM
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_task

MOVING = 8  # savepoint and release, lock, links that are there, insert, delete, versions, events


def links(activity: Activity) -> set[tuple[str, int]]:
    return {(row.kind, getattr(row, f"{row.kind}_id")) for row in ActivityLink.objects.filter(activity=activity)}


def test_an_activity_is_on_any_number_of_records(owner: Any) -> None:
    company, contact = make_company(by=owner), make_contact(by=owner)
    note = make_activity(by=owner, on=company)
    link_activity(activity_id=note.pk, links=[("contact", contact.pk)], by=owner)
    assert links(note) == {("company", company.pk), ("contact", contact.pk)}


def test_linking_twice_changes_nothing(owner: Any) -> None:
    company = make_company(by=owner)
    note = make_activity(by=owner, on=company)
    again = link_activity(activity_id=note.pk, links=[("company", company.pk)], by=owner)
    assert again.version == 1


def test_a_hidden_record_is_answered_like_one_that_is_not_there(owner: Any, colleague: Any) -> None:
    theirs, note = make_company(by=colleague), make_activity(by=owner)
    for pk in (theirs.pk, 10**9, 10**30, "x", -1):
        with pytest.raises(RuleBroken) as refused:
            link_activity(activity_id=note.pk, links=[("company", pk)], by=owner)
        assert refused.value.message_dict == {"links": ["There is no such record."]}


def test_a_view_share_does_not_carry_adding_activities_and_a_change_share_does(owner: Any, colleague: Any) -> None:
    company = make_company(by=owner)
    note = make_activity(by=colleague)
    share_record(record=company, action="view", user=colleague, by=owner)
    with pytest.raises(PermissionDenied):
        link_activity(activity_id=note.pk, links=[("company", company.pk)], by=colleague)
    assert links(note) == set()
    share_record(record=company, action="change", user=colleague, by=owner)
    link_activity(activity_id=note.pk, links=[("company", company.pk)], by=colleague)
    assert links(note) == {("company", company.pk)}


def test_replacing_the_links_keeps_those_that_the_reader_does_not_see(owner: Any, colleague: Any, manager: Any) -> None:
    hidden, company, other = make_company(by=colleague), make_company(by=owner), make_company(by=owner)
    note = make_activity(by=owner, on=company)
    link_activity(activity_id=note.pk, links=[("company", hidden.pk)], by=manager)
    update_activity(activity_id=note.pk, by=owner, values={}, links=[("company", other.pk)])
    assert links(note) == {("company", hidden.pk), ("company", other.pk)}


def test_a_link_that_the_actor_does_not_see_cannot_be_taken_away(owner: Any, colleague: Any, manager: Any) -> None:
    hidden, company = make_company(by=colleague), make_company(by=owner)
    note = make_activity(by=owner, on=company)
    link_activity(activity_id=note.pk, links=[("company", hidden.pk)], by=manager)
    unlink_activity(activity_id=note.pk, links=[("company", hidden.pk)], by=owner)
    assert links(note) == {("company", hidden.pk), ("company", company.pk)}
    unlink_activity(activity_id=note.pk, links=[("company", hidden.pk)], by=manager)
    assert links(note) == {("company", company.pk)}


def test_an_unknown_kind_and_too_many_links_are_refused(owner: Any) -> None:
    note = make_activity(by=owner)
    with pytest.raises(RuleBroken, match="cannot be on a user"):
        link_activity(activity_id=note.pk, links=[("user", owner.pk)], by=owner)
    with pytest.raises(RuleBroken, match="50 records at most"):
        link_activity(activity_id=note.pk, links=[("company", pk) for pk in range(1, 52)], by=owner)


def test_moving_takes_everything_along_once_and_raises_versions(owner: Any) -> None:
    lead, company, contact = make_lead(by=owner), make_company(by=owner), make_contact(by=owner)
    notes = [make_activity(by=owner, on=lead) for _ in range(3)]
    link_activity(activity_id=notes[0].pk, links=[("company", company.pk)], by=owner)
    assert move_activities(from_record=lead, to_records=[company, contact], by=owner) == 3
    assert all(links(note) == {("company", company.pk), ("contact", contact.pk)} for note in notes)
    assert [Activity.objects.get(pk=note.pk).version for note in notes] == [3, 2, 2]
    last = Event.objects.filter(record_type="activity", type="activity.linked").order_by("-pk").first()
    assert last is not None
    assert last.data["before"] == [["lead", lead.pk]]
    assert last.data["after"] == [["company", company.pk], ["contact", contact.pk]]


@pytest.mark.parametrize("count", [1, 30])
def test_moving_takes_the_same_queries_for_any_number(owner: Any, django_assert_num_queries: Any, count: int) -> None:
    contact, company = make_contact(by=owner), make_company(by=owner)
    for _ in range(count):
        make_activity(by=owner, on=contact)
    with django_assert_num_queries(MOVING):
        move_activities(from_record=contact, to_records=[company], by=owner)


def test_open_tasks_change_hands_with_their_record(owner: Any, teammate: Any, colleague: Any) -> None:
    lead = make_lead(by=owner)
    mine, done = make_task(by=owner, on=lead), make_task(by=owner, on=lead, status="done")
    others = make_task(by=owner, on=lead, assignee=colleague)
    assert assign_open_tasks(kind="lead", record_id=lead.pk, from_user=owner, to_user=teammate, by=SYSTEM) == 1
    found = dict(Activity.objects.values_list("pk", "assignee_id"))
    assert found == {mine.pk: teammate.pk, done.pk: owner.pk, others.pk: colleague.pk}
    assert assign_open_tasks(kind="lead", record_id=lead.pk, from_user=None, to_user=teammate, by=SYSTEM) == 1
    assert Activity.objects.get(pk=others.pk).version == 2


def test_purging_a_records_activities_spares_what_hangs_on_something_else(owner: Any) -> None:
    contact, company = make_contact(by=owner), make_company(by=owner)
    alone, shared, free = make_activity(by=owner, on=contact), make_activity(by=owner, on=contact), make_activity(by=owner)
    link_activity(activity_id=shared.pk, links=[("company", company.pk)], by=owner)
    assert purge_activities_of(kind="contact", record_id=contact.pk, by=SYSTEM) == 1
    assert set(Activity.objects.values_list("pk", flat=True)) == {shared.pk, free.pk}
    assert Event.objects.get(type="activity.purged").record == alone.pk
