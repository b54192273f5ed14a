"""What production refuses, each with a sentence that says what to set instead."""

from collections.abc import Sequence

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

MINIMUM_SECRET = 50
# The two businesses that `manage.py demo` makes, with a password that everybody knows.
DEMO_BUSINESSES = ("halden", "fjord")


def check_settings(*, secret: str, debug: bool, allowed_hosts: Sequence[str]) -> None:
    """Raise ImproperlyConfigured with every reason why these settings must not meet the public."""
    reasons = []
    if not secret:
        reasons.append("SECRET_KEY is not set: set it to a random text of its own, at least 50 characters long.")
    elif len(secret) < MINIMUM_SECRET or len(set(secret)) < 5 or secret.startswith("django-insecure-"):
        reasons.append("SECRET_KEY is too short or too simple: set it to a random text of at least 50 characters.")
    if debug:
        reasons.append("DEBUG is on and would show settings and data in error pages: unset DEBUG.")
    if not allowed_hosts:
        reasons.append("ALLOWED_HOSTS is not set: set it to the host names that people type, separated by commas.")
    elif "*" in allowed_hosts:
        reasons.append("ALLOWED_HOSTS is '*' and would believe any Host header: set it to the host names that people type.")
    if reasons:
        raise ImproperlyConfigured("Production does not start like this. " + " ".join(reasons))


def database_reasons() -> list[str]:
    """Return why this database must not serve production; empty when it may, or when it does not answer yet."""
    reasons = []
    try:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
                superuser, bypasses = cursor.fetchone()
            if superuser or bypasses:
                reasons.append(
                    "The database role is a superuser or has BYPASSRLS, so the walls between businesses do not bind it: "
                    "set DATABASE_URL to a role with neither."
                )
        business = apps.get_model("accounts", "Business")
        if business._meta.db_table in connection.introspection.table_names() and (
            business._base_manager.filter(slug__in=DEMO_BUSINESSES).exists()
        ):
            reasons.append(
                "The demo businesses are in this database, and their password is public: set DATABASE_URL to a database without them."
            )
    except DatabaseError:
        # An unreachable database is reported by whoever needs it, not by this check.
        return reasons
    return reasons


def check_database(**_: object) -> list[CheckMessage]:
    """Give the reasons to Django's system checks, so that every command of a production stops at them."""
    if not settings.PRODUCTION:
        return []
    return [Error(reason, id="crm_project.E001") for reason in database_reasons()]


def refuse_unsafe_database() -> None:
    """Raise ImproperlyConfigured where production must not start; the web server runs no system checks."""
    errors = check_database()
    # The web server forks its processes after this; none of them may inherit an open connection.
    connection.close()
    if errors:
        raise ImproperlyConfigured("Production does not start like this. " + " ".join(str(error.msg) for error in errors))
