"""The scene of every attack, and readers who sign in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.context import in_business
from tests.attacks.scene import Scene, make_scene
from tests.factories.people import World


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    """Everything that must not be found, while no business is being served."""
    yield make_scene(world)


@pytest.fixture
def served(scene: Scene) -> Iterator[Scene]:
    """The scene, while its first business is being served."""
    with in_business(scene.world.business):
        yield scene


def signed_in(user: User, **options: Any) -> Client:
    """A browser of this person; a mistake of ours is an answer, as for a real one."""
    client = Client(raise_request_exception=False, **options)
    client.force_login(user)
    return client


@pytest.fixture
def browser() -> Callable[..., Client]:
    return signed_in
