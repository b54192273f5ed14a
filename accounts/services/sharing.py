"""Sharing one record with a colleague or a branch: widens which rows, never which rights."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _

from accounts import events as occurred
from accounts.models import Branch, User
from accounts.rules import LONGEST_SHARE_LIST, SHARE_ACTIONS, check_share
from core import context, events
from core.access import codename, may
from core.errors import RuleBroken
from core.permissions import Actor
from core.record import Record
from core.records import lock, service


def _permission(record: Any, action: str) -> Permission:
    name = f"{action}_{record._meta.model_name}"
    return Permission.objects.get(codename=name, content_type__app_label=record._meta.app_label)


def _receiver(user: User | None, branch: Branch | None) -> Any:
    receiver = user or branch
    if receiver is None or (user and branch):
        raise RuleBroken(_("Share with one person or one branch."), code="invalid")
    if receiver.business_id != context.business_id() or not receiver.is_active:
        raise RuleBroken({"user" if user else "branch": _("There is no such record.")}, code="does_not_exist")
    return receiver


def _rows(record: Any, user: User | None) -> Any:
    by_user, by_branch = type(record).share_models()
    return by_user if user else by_branch


@service
def share_record(*, record: Record, action: str, by: Actor, user: User | None = None, branch: Branch | None = None) -> Any:
    """Let a person or a branch view or change one record. A change share replaces a view share of the same receiver.

    Needs the `share_…` right on the record; nobody shares more than they hold. Returns the share row.
    """
    permission = codename(type(record), "share")
    record = lock(type(record), record.pk, by=by, permission=permission)
    receiver = _receiver(user, branch)
    check_share(action, [kind for kind in SHARE_ACTIONS if may(by, codename(type(record), kind), record)])
    model = _rows(record, user)
    field = "user" if user else "branch"
    rows = model.objects.filter(**{field: receiver})
    if user and rows.count() >= LONGEST_SHARE_LIST:
        raise RuleBroken(_("This person has very many shares already. Share with their branch."), code="too_many")
    existing = list(rows.filter(content_object=record).select_related("permission"))
    wanted = _permission(record, action)
    kept = next((row for row in existing if row.permission_id == wanted.pk), None)
    for row in existing:
        if row is not kept:
            row.delete()
    if kept is not None:
        return kept
    share = model.objects.create(content_object=record, permission=wanted, **{field: receiver})
    events.publish(
        occurred.RecordShared(action, user.pk if user else None, branch.pk if branch else None, str(receiver)), record=record, by=by
    )
    return share


@service
def unshare_record(*, record: Record, by: Actor, user: User | None = None, branch: Branch | None = None) -> int:
    """Take back what a person or a branch was given on one record. Returns how many shares ended."""
    record = lock(type(record), record.pk, by=by, permission=codename(type(record), "share"))
    receiver = user or branch
    field = "user" if user else "branch"
    rows = _rows(record, user).objects.filter(content_object=record, **{field: receiver}).select_related("permission")
    ended = list(rows)
    for row in ended:
        action = row.permission.codename.partition("_")[0]
        row.delete()
        events.publish(
            occurred.RecordUnshared(action, user.pk if user else None, branch.pk if branch else None, str(receiver)),
            record=record,
            by=by,
        )
    return len(ended)
