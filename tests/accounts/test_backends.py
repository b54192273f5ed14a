"""A person's rights come with the person, and are the role's as they stand now."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from accounts.backends import RoleBackend
from core.permissions import granted
from tests.api.speaking import Api
from tests.factories.people import World


@pytest.mark.parametrize("who", ["owner", "team_lead", "manager", "administrator", "reader"])
def test_the_rights_that_come_with_a_person_are_the_roles(in_halden: World, who: str) -> None:
    person = getattr(in_halden, who)
    loaded = RoleBackend().get_user(person.pk)
    assert loaded is not None
    plain = get_user_model().objects.get(pk=person.pk)
    assert loaded.get_all_permissions() == loaded.get_user_permissions() == plain.get_all_permissions() == granted(person.role.key)
    assert Api(person).get("/me").json["permissions"] == sorted(granted(person.role.key))


def test_a_role_without_rights_and_a_platform_operator_are_told_apart(in_halden: World) -> None:
    in_halden.reader.role.permissions.clear()
    empty, operator = (RoleBackend().get_user(user.pk) for user in (in_halden.reader, in_halden.operator))
    assert empty is not None and operator is not None
    assert empty.get_all_permissions() == set()
    assert operator.has_perm("leads.purge_lead")
    assert len(operator.get_all_permissions()) == Permission.objects.count()


def test_a_right_that_is_taken_away_is_gone_with_the_next_question(in_halden: World) -> None:
    api = Api(in_halden.owner)
    assert api.get("/leads").status == 200
    in_halden.owner.role.permissions.remove(*in_halden.owner.role.permissions.filter(codename="view_lead"))
    assert api.get("/leads").status == 403
