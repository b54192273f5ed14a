"""What production refuses, what local makes, and where data goes: tried on real processes."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from crm_project.production import check_settings, database_reasons
from crm_project.settings.environment import BASE_DIR, local_secret

GOOD = {"CRM_ENV": "production", "SECRET_KEY": "k7Qz" * 16 + "xyvw", "ALLOWED_HOSTS": "crm.example", "DATABASE_URL": "", "DEBUG": ""}
SHOWN = ["DEBUG", "ALLOWED_HOSTS", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"]
SHOW = f"""
import json
from django.conf import settings
print(json.dumps({{name: getattr(settings, name) for name in {SHOWN!r}}} | {{"database": str(settings.DATABASES["default"]["NAME"])}}))
"""


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the project with this environment and a data folder of its own."""
    given = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "crm_project.settings", "CRM_DATA_DIR": str(folder), **environment}
    return subprocess.run([sys.executable, *arguments], cwd=BASE_DIR, env=given, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set: set it to a random text"),
        ({"SECRET_KEY": "changeme"}, "SECRET_KEY is too short or too simple"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is too short or too simple"),
        ({"SECRET_KEY": "django-insecure-" + "k7Qzxyvw" * 8}, "SECRET_KEY is too short or too simple"),
        ({"DEBUG": "1"}, "unset DEBUG"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set: set it to the host names"),
        ({"ALLOWED_HOSTS": "crm.example,*"}, "ALLOWED_HOSTS is '*'"),
    ],
)
def test_production_refuses_and_says_what_to_set(change: dict[str, str], sentence: str, tmp_path: Path) -> None:
    done = run(tmp_path, "-c", SHOW, **{**GOOD, **change})
    assert done.returncode == 1
    assert sentence in done.stderr.splitlines()[-1]


def test_production_names_all_reasons_at_once() -> None:
    with pytest.raises(Exception, match=r"SECRET_KEY.*DEBUG.*ALLOWED_HOSTS"):
        check_settings(secret="", debug=True, allowed_hosts=["*"])


def test_an_unknown_world_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path, "-c", SHOW, CRM_ENV="staging")
    assert "set it to 'local' or 'production'" in done.stderr.splitlines()[-1]


def test_production_is_strict_about_its_wire(tmp_path: Path) -> None:
    done = run(tmp_path, "-c", SHOW, **GOOD)
    assert json.loads(done.stdout) == {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["crm.example"],
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "database": str(tmp_path / "crm.sqlite3"),
    }
    assert list(tmp_path.iterdir()) == [], "production makes no secret"


def test_djangos_own_deployment_check_is_content(tmp_path: Path) -> None:
    done = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **GOOD)
    assert done.returncode == 0, done.stderr


def test_local_needs_nothing_and_answers_this_machine_only(tmp_path: Path) -> None:
    shown = json.loads(run(tmp_path, "-c", SHOW, ALLOWED_HOSTS="*").stdout)
    assert shown["DEBUG"] is False
    assert shown["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]", "testserver"]


def test_the_local_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = local_secret(tmp_path / "data")
    assert local_secret(tmp_path / "data") == first
    assert len(first) >= 50
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600


@pytest.mark.django_db
def test_the_database_of_the_tests_could_serve_production() -> None:
    assert database_reasons() == []


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_role_that_walls_do_not_bind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # The query is answered for another role: becoming a superuser is what the tests' own role must not be able to do.
    with connection.cursor() as cursor:
        cursor.execute("select rolname from pg_roles where rolsuper limit 1")
        superuser = cursor.fetchone()[0]
    with connection.execute_wrapper(
        lambda execute, sql, params, many, context: execute(sql.replace("current_user", f"'{superuser}'"), params, many, context)
    ):
        assert [reason.split(":")[1].strip() for reason in database_reasons()] == ["set DATABASE_URL to a role with neither."]
