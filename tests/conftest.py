"""What every test stands on: the database of the run, and no network."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

GRANTS = """
    grant usage on schema public to crm_app;
    grant select, insert, update, delete, truncate on all tables in schema public to crm_app;
    grant usage on all sequences in schema public to crm_app
"""


# `django_db_modify_db_settings` is asked for because it gives each parallel worker a database of its own.
@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None) -> Iterator[None]:
    """Make and migrate the database as its owner; on PostgreSQL the tests then run as crm_app, who owns nothing."""
    with django_db_blocker.unblock():
        # Nothing is serialised: that would read through the managers, outside of any business.
        config = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(GRANTS)
            connection.close()
            connection.settings_dict["OPTIONS"]["assume_role"] = "crm_app"
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["OPTIONS"].pop("assume_role", None)
        teardown_databases(config, verbosity=0)


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
