"""Sign-in: a person's permissions are their role's, read in the query that reads the person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.querysets import rights_of
from core.access import may

SEEN_EVERY = timedelta(minutes=1)


def _with_rights(rows: QuerySet, role: str) -> QuerySet:
    """Each row says its person's permissions as one list: a query less on every request."""
    return rows.annotate(rights=rights_of(OuterRef(role)))


def _remember(user: User, rights: list[str] | None) -> User:
    """Fill the caches that ModelBackend looks into before it asks the database."""
    if not user.is_superuser:
        own = set(rights or ())
        user._user_perm_cache, user._group_perm_cache, user._perm_cache = own, set(), set(own)  # type: ignore[attr-defined]
    return user


class RoleBackend(ModelBackend):
    """E-mail and password; rights from the role alone, never from groups or single grants."""

    def authenticate(self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any) -> User | None:
        email = (username or kwargs.get("email") or "").lower()
        return super().authenticate(request, username=email, password=password)

    def user_can_authenticate(self, user: Any) -> bool:
        """An integration's user has no page to sign in to, nor a session from before it was one."""
        return super().user_can_authenticate(user) and not (user.role is not None and user.role.api_only)

    def get_user(self, user_id: int) -> User | None:
        user = _with_rights(User.objects.select_related("business", "branch", "role"), "role_id").filter(pk=user_id).first()
        return _remember(user, user.rights) if user is not None and self.user_can_authenticate(user) else None

    def _get_user_permissions(self, user_obj: User) -> Any:
        return Permission.objects.filter(role=user_obj.role_id) if user_obj.role_id else Permission.objects.none()

    def _get_group_permissions(self, user_obj: User) -> Any:
        return Permission.objects.none()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if obj is None:
            return super().has_perm(user_obj, perm)
        return user_obj.is_active and may(user_obj, perm, obj)


class TokenBackend:
    """A bearer token, read by core.middleware before the view, in autocommit."""

    def authenticate(self, request: Any, bearer: str | None = None) -> User | None:
        # NUL, which PostgreSQL takes in no text, is in no token of ours.
        if not bearer or len(bearer) > 200 or not (bearer.isascii() and bearer.isprintable()):
            return None
        now = timezone.now()
        rows = ApiToken.objects.select_related("user__business", "user__branch", "user__role")
        token = _with_rights(rows, "user__role_id").filter(digest=ApiToken.digest_of(bearer), prefix=bearer[:12]).first()
        if token is None or not token.usable(now) or not token.user.is_active:
            return None
        if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.user.token = token
        return _remember(token.user, token.rights)

    def get_user(self, user_id: int) -> None:
        return None
