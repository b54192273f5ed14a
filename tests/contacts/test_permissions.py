"""Who may do what with companies and contacts: role by action."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction

from contacts.models import Company, Contact
from contacts.services import (
    assign_company,
    assign_contact,
    create_company,
    create_contact,
    delete_company,
    delete_contact,
    purge_company,
    purge_contact,
    update_company,
    update_contact,
)
from core.context import in_business
from core.models import Event
from core.permissions import ROLES, granted
from tests.factories.people import World
from tests.factories.records import make_company, make_contact

PEOPLE = ("owner", "teammate", "colleague", "team_lead", "manager", "administrator", "reader", "outsider")
# 200: done, 403: seen (or not a record yet) but not theirs to do, 404: not there for them. The record is the owner's.
TABLE = {
    "view": (200, 404, 404, 200, 200, 200, 200, 404),
    "add": (200, 200, 200, 200, 200, 200, 403, 200),
    "change": (200, 404, 404, 200, 200, 200, 403, 404),
    "assign": (403, 404, 404, 200, 200, 200, 403, 404),
    "delete": (200, 404, 404, 200, 200, 200, 403, 404),
    "purge": (403, 404, 404, 403, 403, 200, 403, 404),
}
COMPANY: dict[str, Callable[[Any, Any, World], Any]] = {
    "view": lambda row, user, world: Company.objects.visible_to(user).get(pk=row.pk),
    "add": lambda row, user, world: create_company(by=user, values={"name": "New"}),
    "change": lambda row, user, world: update_company(company_id=row.pk, by=user, values={"name": "Changed"}),
    "assign": lambda row, user, world: assign_company(company_id=row.pk, owner=world.teammate, by=user),
    "delete": lambda row, user, world: delete_company(company_id=row.pk, by=user),
    "purge": lambda row, user, world: purge_company(company_id=row.pk, by=user),
}
CONTACT: dict[str, Callable[[Any, Any, World], Any]] = {
    "view": lambda row, user, world: Contact.objects.visible_to(user).get(pk=row.pk),
    "add": lambda row, user, world: create_contact(by=user, values={"last_name": "New"}),
    "change": lambda row, user, world: update_contact(contact_id=row.pk, by=user, values={"last_name": "Changed"}),
    "assign": lambda row, user, world: assign_contact(contact_id=row.pk, owner=world.teammate, by=user),
    "delete": lambda row, user, world: delete_contact(contact_id=row.pk, by=user),
    "purge": lambda row, user, world: purge_contact(contact_id=row.pk, by=user),
}


def answer(act: Callable[..., Any], row: Any, user: Any, world: World) -> int:
    try:
        with in_business(user.business), transaction.atomic():
            act(row, user, world)
    except PermissionDenied:
        return 403
    except ObjectDoesNotExist:
        return 404
    return 200


def state(model: Any) -> list[Any]:
    return [*model.objects.order_by("pk").values(), Event.objects.count()]


@pytest.mark.parametrize("kind", ["company", "contact"])
@pytest.mark.parametrize("name", PEOPLE)
def test_each_role_may_do_its_part_and_no_more(in_halden: World, kind: str, name: str) -> None:
    make, acts = (make_company, COMPANY) if kind == "company" else (make_contact, CONTACT)
    user = getattr(in_halden, name)
    for action, answers in TABLE.items():
        row: Any = make(by=in_halden.owner)
        before = state(type(row))
        expected = answers[PEOPLE.index(name)]
        assert (action, answer(acts[action], row, user, in_halden)) == (action, expected)
        if expected != 200 or name == "outsider":
            assert state(type(row)) == before, action


def test_what_each_role_starts_with() -> None:
    kept = {"view", "add", "change", "delete", "share", "assign", "export", "purge"}
    found = {role: {action for action in kept if f"contacts.{action}_company" in granted(role)} for role in ROLES}
    assert found == {
        "administrator": kept,
        "manager": kept - {"purge"},
        "team_lead": kept - {"purge"},
        "sales": kept - {"purge", "assign", "export"},
        "read_only": {"view"},
        "integration": kept - {"purge"},
    }
    for role in ROLES:
        assert found[role] == {action for action in kept if f"contacts.{action}_contact" in granted(role)}


def test_a_reader_sees_personal_data_masked_and_everybody_else_in_full() -> None:
    assert [role for role in ROLES if "contacts.view_pii" not in granted(role)] == ["read_only"]
