"""Who may see what: the SQL (reach, visible_to) and the answer for one row (may) agree for every person, row and action."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from accounts.models import Branch, Role, User
from accounts.services import share_record, unshare_record
from activities.models import Activity
from contacts.models import Company, Contact
from core.access import codename, may, reach
from core.context import in_business
from core.errors import RuleBroken
from core.permissions import SYSTEM
from leads.models import Lead
from leads.services import create_lead
from opportunities.models import Opportunity
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_opportunity, make_task

ACTIONS = ("view", "change", "delete", "assign", "share", "export", "purge")


def people(world: World) -> list[User]:
    names = ("owner", "teammate", "colleague", "team_lead", "manager", "administrator", "reader", "operator")
    return [User.objects.select_related("role", "branch").get(pk=getattr(world, name).pk) for name in names]


def records(world: World, dice: random.Random) -> list[Any]:
    """Some rows of each kind with any owner, branch and share."""
    staff = [world.owner, world.teammate, world.colleague, world.manager]
    rows: list[Any] = []
    for _ in range(6):
        by = dice.choice(staff)
        company = make_company(by=by)
        rows += [company, make_contact(by=by, company=company), make_lead(by=dice.choice(staff))]
        rows.append(make_opportunity(by=by, company=company))
        rows.append(make_activity(by=dice.choice(staff)))
        rows.append(make_task(by=by, on=rows[-2], assignee=dice.choice(staff)))
    rows.append(create_lead(by=SYSTEM, values={"name": "unassigned", "email": "u@x.example", "owner": None}))
    for row in dice.sample([row for row in rows if hasattr(type(row), "search_number") and type(row) is not Activity], 12):
        receiver = dice.choice([{"user": world.owner}, {"user": world.colleague}, {"branch": world.colleague.branch}])
        share_record(record=row, action=dice.choice(["view", "change"]), by=world.administrator, **receiver)
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_the_twins_agree(in_halden: World, seed: int) -> None:
    dice = random.Random(seed)
    rows = records(in_halden, dice)
    if seed % 2:  # a role without the right: shares must not give it back
        role = Role.objects.of(in_halden.business).get(key="sales")
        role.permissions.remove(Permission.objects.get(codename="change_lead"), Permission.objects.get(codename="view_company"))
    wrong = []
    for user, model in product(people(in_halden), (Company, Contact, Lead, Opportunity, Activity)):
        for action in (*ACTIONS, *({"convert"} if model is Lead else {"close"} if model is Opportunity else ())):
            if model is Activity and action in ("assign", "share"):
                continue
            seen = set(model.objects.filter(reach(user, model, action)).values_list("pk", flat=True))
            for row in rows:
                if type(row) is model and (row.pk in seen) != may(user, codename(model, action), row):
                    wrong.append((user.email, model.__name__, action, row.pk, row.pk in seen))
    assert wrong == []


def test_scopes_reach_as_the_domain_says(in_halden: World) -> None:
    w = in_halden
    mine, theirs, far = (make_lead(by=person) for person in (w.owner, w.teammate, w.colleague))
    open_lead = create_lead(by=SYSTEM, values={"name": "unassigned", "email": "u@x.example", "owner": None})

    def seen(user: User) -> set[int]:
        return set(Lead.objects.visible_to(user).values_list("pk", flat=True))

    assert seen(w.owner) == {mine.pk}
    assert seen(w.team_lead) == {mine.pk, theirs.pk, open_lead.pk}
    assert seen(w.manager) == seen(w.reader) == {mine.pk, theirs.pk, far.pk, open_lead.pk}


def test_nobody_of_another_business_sees_anything(in_halden: World) -> None:
    lead = make_lead(by=in_halden.owner)
    assert not may(in_halden.outsider, "leads.view_lead", lead)
    with in_business(in_halden.other):
        assert not Lead.objects.visible_to(in_halden.outsider).exists()


@pytest.mark.parametrize(
    ("action", "carried", "kept_back"),
    [
        ("view", {"view"}, {"change", "convert", "assign", "share", "delete", "export", "purge"}),
        ("change", {"view", "change", "convert"}, {"assign", "share", "delete", "export", "purge"}),
    ],
)
def test_a_share_carries_no_more_than_it_says(in_halden: World, action: str, carried: set[str], kept_back: set[str]) -> None:
    lead = make_lead(by=in_halden.owner)
    share_record(record=lead, action=action, by=in_halden.owner, user=in_halden.colleague)
    user = User.objects.select_related("role").get(pk=in_halden.colleague.pk)
    assert {a for a in carried | kept_back if may(user, f"leads.{a}_lead", lead)} == carried


def test_a_share_gives_no_right_that_the_role_lacks(in_halden: World) -> None:
    lead = make_lead(by=in_halden.owner)
    share_record(record=lead, action="change", by=in_halden.administrator, user=in_halden.reader)
    assert not may(in_halden.reader, "leads.change_lead", lead)


def test_a_share_ends_when_it_is_taken_back(in_halden: World) -> None:
    lead = make_lead(by=in_halden.owner)
    share_record(record=lead, action="view", by=in_halden.owner, branch=Branch.objects.get(pk=in_halden.colleague.branch_id))
    assert Lead.objects.visible_to(in_halden.colleague).filter(pk=lead.pk).exists()
    assert unshare_record(record=lead, by=in_halden.owner, branch=in_halden.colleague.branch) == 1
    assert not Lead.objects.visible_to(in_halden.colleague).filter(pk=lead.pk).exists()


def test_nothing_is_shared_with_another_business(in_halden: World) -> None:
    lead = make_lead(by=in_halden.owner)
    with pytest.raises(RuleBroken):
        share_record(record=lead, action="view", by=in_halden.owner, user=in_halden.outsider)


def test_a_page_says_in_its_own_query_what_may_be_changed(in_halden: World, django_assert_num_queries: Any) -> None:
    mine, theirs = make_lead(by=in_halden.owner), make_lead(by=in_halden.colleague)
    share_record(record=theirs, action="view", by=in_halden.colleague, user=in_halden.owner)
    user = User.objects.select_related("role", "branch").get(pk=in_halden.owner.pk)
    with django_assert_num_queries(2):  # the role's rights, the page
        page = dict(Lead.objects.visible_to(user).with_may_change(user).values_list("pk", "can_change"))
    assert page == {mine.pk: True, theirs.pk: False}


def test_the_trash_is_seen_through_its_own_door_alone(in_halden: World) -> None:
    lead = make_lead(by=in_halden.owner)
    Lead.objects.filter(pk=lead.pk).update(deleted_at=lead.created_at)
    assert not Lead.objects.visible_to(in_halden.owner).exists()
    assert [row.pk for row in Lead.objects.in_trash(in_halden.owner)] == [lead.pk]
    assert not Lead.objects.in_trash(in_halden.colleague).exists()
