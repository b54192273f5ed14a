"""What the other tests take for granted."""

import os
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.postgres import binaries, database_url


def test_no_test_reaches_another_machine() -> None:
    with socket.socket() as outwards, pytest.raises(RuntimeError, match=r"wanted to talk to 192\.0\.2\.1"):
        outwards.connect(("192.0.2.1", 80))
    with pytest.raises(RuntimeError, match=r"wanted to look up crm\.example"):
        socket.getaddrinfo("crm.example", 80)


def test_tests_write_to_a_folder_of_their_own() -> None:
    assert str(settings.CRM_DATA_DIR) == str(Path(os.environ["CRM_TEST_DATA_DIR"]).resolve())
    assert settings.CRM_DATA_DIR != settings.BASE_DIR / "var"


def test_the_socket_of_a_throwaway_server_is_found_again() -> None:
    assert database_url(Path("/tmp/crm-pg-1")) == "postgres://crm_owner@%2Ftmp%2Fcrm-pg-1/crm"
    assert binaries() is None or (binaries() / "initdb").exists()  # type: ignore[operator]


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_tests_run_as_a_role_that_row_level_security_binds() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute("select count(*) from pg_tables where schemaname = 'public' and tableowner = current_user")
        assert cursor.fetchone() == (0,)
