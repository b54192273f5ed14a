"""Who may see and change which activity: as a table, and reach() against may() for every row."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.services import share_record
from activities.models import Activity
from activities.services import (
    complete_task,
    create_activity,
    delete_activity,
    link_activity,
    purge_activity,
    restore_activity,
    update_activity,
)
from contacts.models import Company, Contact
from core.access import codename, may, reach
from core.context import in_business
from core.permissions import granted
from leads.models import Lead
from opportunities.models import Opportunity
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_opportunity, make_task

PEOPLE = ("owner", "teammate", "colleague", "team_lead", "manager", "administrator", "reader", "outsider")

ACTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "view": lambda activity, user: Activity.objects.visible_to(user).get(pk=activity.pk),
    "add": lambda activity, user: create_activity(by=user, values={"kind": "note", "body": "x"}, links=[("company", activity.company)]),
    "change": lambda activity, user: update_activity(activity_id=activity.pk, by=user, values={"subject": "Changed"}),
    "complete": lambda activity, user: complete_task(activity_id=activity.pk, by=user),
    "delete": lambda activity, user: delete_activity(activity_id=activity.pk, by=user),
    "purge": lambda activity, user: purge_activity(activity_id=activity.pk, by=user),
}
# 200: done, 403: seen but not theirs to do, 404: not there for them. The task is the owner's, on the owner's company.
TABLE = {
    #            owner teammate colleague team_lead manager administrator reader outsider
    "view": (200, 404, 404, 200, 200, 200, 200, 404),
    "add": (200, 400, 400, 200, 200, 200, 403, 400),
    "change": (200, 404, 404, 200, 200, 200, 403, 404),
    "complete": (200, 404, 404, 200, 200, 200, 403, 404),
    "delete": (200, 404, 404, 200, 200, 200, 403, 404),
    "purge": (403, 404, 404, 403, 403, 200, 403, 404),
}


def answer(act: Callable[[Any, Any], Any], activity: Any, user: Any) -> int:
    try:
        with in_business(user.business), transaction.atomic():
            act(activity, user)
    except PermissionDenied:
        return 403
    except ObjectDoesNotExist:
        return 404
    except Exception as refused:
        assert "There is no such record." in str(refused), refused
        return 400
    return 200


@pytest.mark.parametrize(("action", "number"), [(action, number) for action in TABLE for number in range(len(PEOPLE))])
def test_each_role_may_do_its_part_and_no_more(in_halden: World, action: str, number: int) -> None:
    company = make_company(by=in_halden.owner)
    task = make_task(by=in_halden.owner, on=company)
    task.company = company.pk  # type: ignore[attr-defined]
    before = state()
    expected = TABLE[action][number]
    assert answer(ACTIONS[action], task, getattr(in_halden, PEOPLE[number])) == expected
    if expected != 200:
        assert state() == before


def state() -> list[Any]:
    return list(Activity.objects.order_by("pk").values())


def test_only_administrators_purge_by_default(in_halden: World) -> None:
    holding = [
        role
        for role in ("administrator", "manager", "team_lead", "sales", "read_only", "integration")
        if "activities.purge_activity" in granted(role)
    ]
    assert holding == ["administrator"]


def test_a_note_that_stands_alone_is_seen_by_its_owner_alone(in_halden: World) -> None:
    note = make_activity(by=in_halden.owner)
    seen = [name for name in PEOPLE[:-1] if Activity.objects.visible_to(getattr(in_halden, name)).filter(pk=note.pk).exists()]
    assert seen == ["owner"]


def test_an_assignee_changes_a_task_but_its_owner_deletes_it(owner: User, teammate: User) -> None:
    task = make_task(by=owner, assignee=teammate)
    update_activity(activity_id=task.pk, by=teammate, values={"subject": "Mine now"})
    with pytest.raises(PermissionDenied):
        delete_activity(activity_id=task.pk, by=teammate)
    delete_activity(activity_id=task.pk, by=owner)
    with pytest.raises(PermissionDenied):
        restore_activity(activity_id=task.pk, by=teammate)


def populated(world: World) -> None:
    """Activities of every kind of tie: owned, assigned, linked to each kind of record, shared, trashed, standing alone."""
    people = [world.owner, world.teammate, world.colleague, world.team_lead, world.manager]
    for user in people:
        records = [make_company(by=user), make_contact(by=user), make_lead(by=user), make_opportunity(by=user)]
        for record in records:
            make_activity(by=user, on=record)
        make_activity(by=user)
        for other in people:
            make_task(by=user, on=records[0], assignee=other)
        trashed = make_activity(by=user, on=records[1])
        delete_activity(activity_id=trashed.pk, by=user)
    shared, branch_shared = make_company(by=world.owner), make_contact(by=world.owner)
    share_record(record=shared, action="view", user=world.colleague, by=world.owner)
    share_record(record=branch_shared, action="change", branch=world.colleague.branch, by=world.owner)
    for record in (shared, branch_shared):
        note = make_activity(by=world.owner, on=record)
        link_activity(activity_id=note.pk, links=[("lead", make_lead(by=world.manager).pk)], by=world.manager)


@pytest.mark.parametrize("name", PEOPLE[:-1])
def test_what_a_query_reaches_and_what_one_row_allows_agree(in_halden: World, name: str) -> None:
    populated(in_halden)
    user = getattr(in_halden, name)
    reached: dict[tuple[Any, str], set[int]] = {}
    pairs = 0
    for model, actions in (
        (Activity, ("view", "change", "delete", "purge", "export")),
        (Company, ("view", "change", "assign")),
        (Contact, ("view", "change")),
        (Lead, ("view", "change")),
        (Opportunity, ("view", "change", "close")),
    ):
        for action in actions:
            found = reached[model, action] = set(model.objects.filter(reach(user, model, action)).values_list("pk", flat=True))
            for row in model.objects.all():
                assert (row.pk in found) is may(user, codename(model, action), row), (action, row, name)
                pairs += 1
    assert pairs == 359
    # Nobody changes, deletes or exports an activity that they do not see.
    for action in ("change", "delete", "purge", "export"):
        assert reached[Activity, action] <= reached[Activity, "view"]


def test_a_task_shows_the_whole_record_but_no_right_to_change_it(in_halden: World) -> None:
    for make in (make_company, make_contact, make_lead, make_opportunity):
        record: Any = make(by=in_halden.owner)
        make_task(by=in_halden.owner, on=record, assignee=in_halden.colleague)
        rows = type(record).objects
        assert rows.visible_to(in_halden.colleague).filter(pk=record.pk).exists()
        assert not rows.changeable_by(in_halden.colleague).filter(pk=record.pk).exists()
        assert not rows.visible_to(in_halden.teammate).filter(pk=record.pk).exists()


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_of_activities_takes_one_query(owner: User, django_assert_num_queries: Any, count: int) -> None:
    company = make_company(by=owner)
    for _ in range(count):
        make_activity(by=owner, on=company)
    owner.has_perm("activities.view_activity")
    with django_assert_num_queries(1):
        rows = list(Activity.objects.visible_to(owner).with_may_change(owner).select_related("owner"))
    assert [row.can_change for row in rows] == [True] * count
