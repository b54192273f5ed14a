"""Two businesses with the people that tests speak of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Branch, Business, Role, User
from accounts.services import create_branch, create_business, create_user
from core.context import business_id, in_business
from core.permissions import SYSTEM

PASSWORD = "correct horse battery"


def make_business(slug: str = "halden", **values: Any) -> Business:
    """A business with its built-in roles, pipelines and lists, and two branches: north and south."""
    business = create_business(by=SYSTEM, values={"slug": slug, "name": slug.title(), **values})
    with in_business(business):
        for code in ("north", "south"):
            create_branch(by=SYSTEM, values={"name": code.title(), "code": code})
    return business


def make_user(name: str, *, role: str, branch: str = "north", **values: Any) -> User:
    """A person of the business being served, with the tests' password."""
    given = {
        "email": f"{name}@{Business.objects.get(pk=business_id()).slug}.example",
        "first_name": name.title(),
        "last_name": "Tester",
        "role": Role.objects.get(business_id=business_id(), key=role),
        "branch": Branch.objects.get(business_id=business_id(), code=branch),
        **values,
    }
    user = create_user(by=SYSTEM, values=given, password=PASSWORD)
    return User.objects.select_related("business", "branch", "role").get(pk=user.pk)


@dataclass
class World:
    """owner and teammate sell in branch north, colleague in south; outsider belongs to the other business."""

    business: Business
    other: Business
    owner: User
    teammate: User
    colleague: User
    team_lead: User
    manager: User
    administrator: User
    reader: User
    outsider: User
    operator: User


def make_world() -> World:
    """Everybody, in two businesses."""
    business, other = make_business("halden"), make_business("fjord")
    with in_business(business):
        people = {
            "owner": make_user("owner", role="sales"),
            "teammate": make_user("teammate", role="sales"),
            "colleague": make_user("colleague", role="sales", branch="south"),
            "team_lead": make_user("lead", role="team_lead"),
            "manager": make_user("manager", role="manager"),
            "administrator": make_user("administrator", role="administrator"),
            "reader": make_user("reader", role="read_only"),
        }
    with in_business(other):
        people["outsider"] = make_user("outsider", role="administrator")
    operator = User.objects.create_superuser("operator@platform.example", PASSWORD)
    return World(business=business, other=other, operator=operator, **people)
