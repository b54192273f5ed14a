"""A process keeps the small lists of a business until one of them changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Role, User
from accounts.services import create_branch, create_user, set_preferences, update_user
from core.context import reading, serving
from core.permissions import SYSTEM
from dataviews.lists import Lists
from pipelines.models import LookupValue, Stage
from pipelines.services import create_lookup_value, create_tag, update_lookup_value, update_stage
from tests.factories.people import World


@pytest.fixture(autouse=True)
def keeping(settings: Any) -> Iterator[None]:
    """As in the product: reading requests use what the process keeps."""
    settings.LISTS_KEPT = 10
    token = reading.set(True)
    yield
    reading.reset(token)


def reader(world: World) -> User:
    """The person as the next request loads them."""
    return User.objects.select_related("business", "branch", "role").get(pk=world.owner.pk)


def labels(world: World, name: str) -> list[str]:
    return [item.label for item in Lists(reader(world), "en").items(name)]


def test_the_second_request_reads_nothing(in_halden: World, django_assert_num_queries: Any) -> None:
    labels(in_halden, "stage")
    user = reader(in_halden)
    with django_assert_num_queries(0):
        assert Lists(user, "en").items("stage")
    with django_assert_num_queries(1):  # another language
        assert Lists(user, "de").items("stage")


def test_a_writing_request_reads_for_itself(in_halden: World, django_assert_num_queries: Any) -> None:
    labels(in_halden, "stage")
    user = reader(in_halden)
    reading.set(False)
    with django_assert_num_queries(1):
        assert Lists(user, "en").items("stage")


def test_every_change_of_a_list_is_seen_by_the_next_request(in_halden: World) -> None:
    w = in_halden
    stage = Stage.objects.filter(pipeline__is_default=True).earliest("order")
    value = LookupValue.objects.filter(list="lead_source").earliest("order")
    role = Role.objects.of(w.business).get(key="sales")
    person = {"email": "new@halden.example", "first_name": "New", "last_name": "Face", "role": role}
    for name, change, expected in (
        ("stage", lambda: update_stage(stage_id=stage.pk, by=SYSTEM, values={"name": "Fresh"}), "Fresh"),
        ("lead_source", lambda: update_lookup_value(value_id=value.pk, by=SYSTEM, values={"name": "Billboard"}), "Billboard"),
        ("industry", lambda: create_lookup_value(by=SYSTEM, values={"list": "industry", "name": "Beer"}), "Beer"),
        ("tag", lambda: create_tag(by=SYSTEM, values={"name": "VIP"}), "VIP"),
        ("branch", lambda: create_branch(by=SYSTEM, values={"name": "West", "code": "west"}), "West"),
        ("user", lambda: create_user(by=SYSTEM, values=person), "New Face"),
        ("user", lambda: update_user(user_id=w.colleague.pk, by=SYSTEM, values={"last_name": "Renamed"}), "Colleague Renamed"),
        ("user", lambda: set_preferences(by=w.owner, values={"first_name": "Odd"}), "Odd Tester"),
    ):
        assert expected not in labels(w, name)
        change()
        assert expected in labels(w, name), name


def test_one_business_is_never_shown_the_lists_of_another(in_halden: World) -> None:
    create_tag(by=SYSTEM, values={"name": "ZZ_A"})
    assert "ZZ_A" in labels(in_halden, "tag")
    outsider = User.objects.select_related("business", "branch", "role").get(pk=in_halden.outsider.pk)
    kept = Lists(outsider, "en")
    assert kept.user.business_id != in_halden.business.pk
    with serving(outsider.business_id):
        assert "ZZ_A" not in [item.label for item in kept.items("tag")]
