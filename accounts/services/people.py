"""People: made, changed and deactivated by administrators; never deleted, since history names them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _

from accounts import events as occurred
from accounts.models import Business, Role, User
from accounts.rules import check_administrator_stays, check_person_within_own_rights, check_role_within_own_rights
from core import context, events, references
from core.errors import RuleBroken
from core.permissions import Actor, require
from core.records import Values, apply, check, checked_id, differences, service

PERSON_FIELDS = (
    "email",
    "first_name",
    "last_name",
    "branch",
    "role",
    "job_title",
    "phone",
    "language",
    "time_zone",
    "capacity",
    "is_available",
    "external_id",
)
PREFERENCES = ("first_name", "last_name", "job_title", "phone", "language", "time_zone", "theme", "density")
AGENT_PATTERN = "A0-{n:04d}"


@service
def create_user(*, by: Actor, values: Values, password: str | None = None) -> User:
    """Make a person of the business being served. Without a password they cannot sign in until one is set.

    Raises RuleBroken for a role beyond the maker's own rights, or an e-mail address that is taken.
    """
    require(by, "accounts.add_user")
    business = Business.objects.get(pk=context.business_id())
    user = User(business=business, language=business.language, time_zone=business.time_zone)
    apply(user, values, by=by, fields=PERSON_FIELDS)
    user.clean()
    _check_role(user, by)
    _check_email_free(user)
    _set_password(user, password)
    check(user)
    user.is_staff = _is_administrator(user)
    user.agent_number = references.take({"agent": (AGENT_PATTERN, 1)})["agent"][0]
    user.save()
    events.publish(occurred.UserCreated(), record=user, by=by, changes=differences(user, PERSON_FIELDS))
    return user


def _is_administrator(user: User) -> bool:
    return user.role is not None and user.role.key == "administrator"


def _check_role(user: User, by: Actor) -> None:
    if user.role is None:
        raise RuleBroken({"role": _("Choose a role.")}, code="required")
    if not by.is_superuser:
        check_role_within_own_rights(_rights(user.role), by.get_all_permissions())


def _rights(role: Role) -> set[str]:
    return {f"{row.content_type.app_label}.{row.codename}" for row in role.permissions.select_related("content_type")}


def _check_email_free(user: User) -> None:
    # One address is one login on the whole installation, so this cannot be asked of one business alone.
    if User.objects.filter(email=user.email).exclude(pk=user.pk).exists():
        raise RuleBroken({"email": _("This e-mail address cannot be used.")}, code="unique")


def _set_password(user: User, password: str | None) -> None:
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()


def _locked(user_id: int, by: Actor) -> User:
    """The person under lock. Raises DoesNotExist, RuleBroken for one who may do more than the actor."""
    rows = User.objects.select_for_update(of=("self",)).select_related("role", "branch")
    user = rows.get(pk=checked_id(user_id, User), business_id=context.business_id())
    check_within_own_rights(user=user, by=by)
    return user


def check_within_own_rights(*, user: User, by: Actor) -> None:
    """Raise RuleBroken when the person may do more than the actor."""
    if not by.is_superuser and user.pk != by.pk and user.role is not None:
        check_person_within_own_rights(_rights(user.role), by.get_all_permissions())


@service
def update_user(*, user_id: int, by: Actor, values: Values) -> User:
    """Change a person. Their records stay where they are, also when the branch changes (a bulk service moves records)."""
    require(by, "accounts.change_user")
    user = _locked(user_id, by)
    was_administrator = _is_administrator(user)
    changes = apply(user, values, by=by, fields=PERSON_FIELDS)
    if not changes:
        return user
    user.clean()
    if "role" in changes:
        _check_role(user, by)
        if was_administrator and not _is_administrator(user):
            check_administrator_stays(_other_administrators(user))
        user.is_staff = _is_administrator(user)
    if "email" in changes:
        _check_email_free(user)
    check(user)
    user.save(update_fields=[*changes, "is_staff"])
    events.publish(occurred.UserChanged(), record=user, by=by, changes=changes)
    return user


def _other_administrators(user: User) -> int:
    # Locked, so that two administrators cannot leave at once.
    rows = User.objects.of(user.business_id).active().filter(role__key="administrator").exclude(pk=user.pk)
    return len(rows.select_for_update(of=("self",)))


@service
def deactivate_user(*, user_id: int, by: Actor) -> User:
    """Shut a person out at once: sessions and tokens end. Their records keep their owner until assigned anew."""
    require(by, "accounts.change_user")
    user = _locked(user_id, by)
    if _is_administrator(user):
        check_administrator_stays(_other_administrators(user))
    return _set_active(user, False, by)


@service
def reactivate_user(*, user_id: int, by: Actor) -> User:
    """Let a person in again."""
    require(by, "accounts.change_user")
    return _set_active(_locked(user_id, by), True, by)


def _set_active(user: User, active: bool, by: Actor) -> User:
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        events.publish(occurred.UserChanged(), record=user, by=by, changes={"is_active": (not active, active)})
    return user


@service
def set_user_password(*, user_id: int, password: str, by: Actor) -> User:
    """Give a person a new password; their other sessions end."""
    require(by, "accounts.change_user")
    user = _locked(user_id, by)
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    events.publish(occurred.UserChanged(), record=user, by=by)
    return user


@service
def set_preferences(*, by: Any, values: Values) -> User:
    """A person's own name, language, time zone, theme and row height."""
    user = User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    changes = apply(user, values, by=by, fields=PREFERENCES)
    if changes:
        check(user)
        user.save(update_fields=list(changes))
        if user.business_id:  # a platform operator has no business whose log could tell it
            events.publish(occurred.UserChanged(), record=user, by=user, changes=changes)
    return user
