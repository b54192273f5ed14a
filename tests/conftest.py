"""What every test stands on: the database of the run, no network, and a browser where there is one."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation

from accounts.models import User
from core.context import in_business
from tests.chromium import executable
from tests.factories.people import World, make_world

# --------------------------------------------------------------------------------------------------------- the database

APP_ROLE = "crm_app"
GRANTS = f"""
    grant usage on schema public to {APP_ROLE};
    grant select, insert, update, delete, truncate on all tables in schema public to {APP_ROLE};
    grant usage on all sequences in schema public to {APP_ROLE}
"""


def role_may_step_down(cursor: CursorWrapper) -> bool:
    """Make sure that the app's role is there and ours to become; False where this server does not let us."""
    cursor.execute("select rolsuper or rolcreaterole from pg_roles where rolname = current_user")
    may_create = cursor.fetchone()[0]
    cursor.execute("select 1 from pg_roles where rolname = %s", [APP_ROLE])
    if cursor.fetchone() is None:
        if not may_create:
            return False
        cursor.execute(f"create role {APP_ROLE} login")
        cursor.execute(f"grant {APP_ROLE} to current_user")
    cursor.execute("select pg_has_role(%s, 'member')", [APP_ROLE])
    return bool(cursor.fetchone()[0])


def step_down() -> None:
    """Let the tests run as a role that owns nothing; where there is none, as the owner, whom FORCE binds as well."""
    with connection.cursor() as cursor:
        if role_may_step_down(cursor):
            cursor.execute(GRANTS)
            connection.settings_dict["OPTIONS"]["assume_role"] = APP_ROLE
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        if cursor.fetchone()[0]:
            pytest.exit("The tests would run as a role that row-level security does not bind: name another in DATABASE_URL.", 2)


# `django_db_modify_db_settings` is asked for because it gives each parallel worker a database of its own.
@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None) -> Iterator[None]:
    """Make and migrate the database as its owner, then step down to the role that serves."""
    with django_db_blocker.unblock():
        # Nothing is serialised: that would read through the managers, outside of any business.
        config = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        if connection.vendor == "postgresql":
            step_down()
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["OPTIONS"].pop("assume_role", None)
        teardown_databases(config, verbosity=0)


# ---------------------------------------------------------------------------------------- what a run has, and lacks

REQUIRED = {name.strip() for name in os.environ.get("CRM_REQUIRE", "").split(",")}


def pytest_report_header() -> str:
    """Say at the top of a run what it stands on."""
    return f"database: {connection.vendor}; browser: {executable() or 'none, browser tests are left out'}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out, with a word, what this run has no database or no browser for."""
    no_browser = pytest.mark.skip(reason="no Chromium here (Debian: apt-get install chromium)")
    no_postgresql = pytest.mark.skip(reason="says something about PostgreSQL alone")
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker("browser")
        if item.get_closest_marker("browser") and executable() is None and "browser" not in REQUIRED:
            item.add_marker(no_browser)
        if item.get_closest_marker("postgresql") and connection.vendor != "postgresql":
            item.add_marker(no_postgresql)


# ----------------------------------------------------------------------------------------------------------- no network

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    real_connect, real_lookup = socket.socket.connect, socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise RuntimeError(f"A test wanted to talk to {address[0]}: tests use no network.")
        return real_connect(self, address)

    def lookup(host: Any, *rest: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and name not in LOOPBACK and name != socket.gethostname():
            raise RuntimeError(f"A test wanted to look up {name}: tests use no network.")
        return real_lookup(host, *rest, **options)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect)
    patch.setattr(socket, "getaddrinfo", lookup)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def english() -> None:
    """A request leaves its reader's language behind; the next test begins in English all the same."""
    translation.activate("en")


# ------------------------------------------------------------------------------------------------- businesses and people


@pytest.fixture
def world(db: None) -> World:
    """Two businesses with everybody in them; no business is being served yet."""
    return make_world()


@pytest.fixture
def live_world(transactional_db: None) -> World:
    """The same for tests with real threads, servers or commits."""
    return make_world()


@pytest.fixture
def in_halden(world: World) -> Iterator[World]:
    """The world, while its first business is being served."""
    with in_business(world.business):
        yield world


@pytest.fixture
def owner(in_halden: World) -> User:
    """A salesperson of branch north; asking for a person serves their business."""
    return in_halden.owner


@pytest.fixture
def teammate(in_halden: World) -> User:
    """A salesperson of the same branch."""
    return in_halden.teammate


@pytest.fixture
def colleague(in_halden: World) -> User:
    """A salesperson of another branch."""
    return in_halden.colleague


@pytest.fixture
def manager(in_halden: World) -> User:
    return in_halden.manager


@pytest.fixture
def administrator(in_halden: World) -> User:
    return in_halden.administrator


@pytest.fixture
def outsider(in_halden: World) -> User:
    """An administrator of the other business."""
    return in_halden.outsider
