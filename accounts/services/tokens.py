"""API tokens: shown once, kept as a hash, never wider than their person's own rights."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import events as occurred
from accounts.models import ApiToken, User
from accounts.services.people import check_within_own_rights
from core import context, events
from core.errors import RuleBroken
from core.permissions import Actor, require
from core.records import checked_id, service

_SCOPE = re.compile(r"(\*|[a-z][a-z_-]{1,30}):(read|write)")


@service
def create_token(*, user: User, scopes: Iterable[str], by: Actor, name: str = "", days: int | None = None) -> tuple[ApiToken, str]:
    """(row, token). The token is 256 random bits behind a readable prefix; it cannot be read again.

    scopes: 'leads:read', 'leads:write', '*:read'. days: how long it lives; None for no end.
    A person makes their own; for somebody else the right `accounts.add_apitoken` is needed.
    """
    if by.pk != user.pk:
        require(by, "accounts.add_apitoken")
        check_within_own_rights(user=user, by=by)
    wanted = list(dict.fromkeys(scopes))
    wrong = [scope for scope in wanted if not _SCOPE.fullmatch(scope)]
    if wrong or not wanted:
        raise RuleBroken({"scopes": _("Give scopes such as leads:read or *:write.")}, code="invalid")
    if user.business_id != context.business_id():
        raise User.DoesNotExist
    token = f"crm_{secrets.token_hex(4)}{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        business_id=user.business_id,
        user=user,
        name=name[:80],
        prefix=token[:12],
        digest=ApiToken.digest_of(token),
        scopes=wanted,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    events.publish(occurred.TokenCreated(prefix=row.prefix), record=user, by=by)
    return row, token


@service
def revoke_token(*, token_id: int, by: Actor) -> ApiToken:
    """End a token at once."""
    rows = ApiToken.objects.select_for_update(of=("self",)).select_related("user")
    row = rows.get(pk=checked_id(token_id, ApiToken), business_id=context.business_id())
    if by.pk != row.user_id:
        require(by, "accounts.change_apitoken")
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        events.publish(occurred.TokenRevoked(prefix=row.prefix), record=row.user, by=by)
    return row
