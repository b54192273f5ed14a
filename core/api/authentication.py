"""Who asks: a bearer token, read by core.middleware before the view, or a session with its CSRF token. And what a token may."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

from core import context


class BearerAuthentication(BaseAuthentication):
    """Hands on what the middleware found. A wrong, expired or revoked token is 401, also where a session would do."""

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        bearer = getattr(request._request, "bearer", None)
        if bearer is None:
            return None
        if bearer is False:
            raise AuthenticationFailed(_("This token is not valid: unknown, expired or revoked."))
        return request._request.user, bearer

    def authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="api"'


class Allowed(BasePermission):
    """Signed in, inside a business, and within the token's scopes. Rights on records are the services' to check.

    The view names its resource (`leads`); a token needs `leads:read` to read and `leads:write` to do anything else.
    """

    def has_permission(self, request: Any, view: Any) -> bool:
        if not (request.user and request.user.is_authenticated):
            return False
        if not context.current():
            raise PermissionDenied(_("Choose a business first."))
        scope, write = view.resource if view.scope is None else view.scope, request.method not in SAFE_METHODS
        if scope and request.auth is not None and not request.auth.allows(scope, write=write):
            scope = f"{scope}:{'write' if write else 'read'}"
            raise PermissionDenied(_("This token's scopes do not include %s.") % scope)
        permission = view.view_permission
        if permission and not request.user.has_perm(permission):
            raise PermissionDenied(_("Your role does not allow this. Ask an administrator of your business."))
        return True


class BearerScheme(OpenApiAuthenticationExtension):
    """How the schema describes it."""

    target_class = "core.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token. Its scopes name what it may: `leads:read`, `leads:write`, `*:read`, `*:write`.",
        }
