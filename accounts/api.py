"""People, branches and roles for reading, oneself, and the sharing of single records."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Branch, Role, User
from accounts.rules import SHARE_ACTIONS
from accounts.selectors import roles_of, shares_of
from accounts.services import share_record, unshare_record
from core import context
from core.api.listing import SetUpViewSet, truth, word
from core.api.shapes import Body, Named, OneOf, Ref
from core.api.views import ApiViewSet
from core.errors import RuleBroken
from core.records import checked_id, fetch

# --- colleagues: every member sees their names


class UserAnswer(serializers.Serializer):
    """A colleague."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    branch = Named(allow_null=True)
    role = serializers.CharField(allow_null=True, help_text="The role's key.")
    is_active = serializers.BooleanField()


class UserViewSet(SetUpViewSet):
    resource = "users"
    noun = "person"
    answers = {"retrieve": UserAnswer}
    filters = {"is_active": truth("is_active"), "branch": word("branch__code"), "role": word("role__key"), "email": word("email")}

    def rows(self) -> QuerySet:
        return User.objects.of(context.business_id()).select_related("branch", "role")

    def row(self, instance: User) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "name": instance.name,
            "email": instance.email,
            "branch": {"id": instance.branch.pk, "name": instance.branch.name} if instance.branch else None,
            "role": instance.role.key if instance.role else None,
            "is_active": instance.is_active,
        }


class BranchAnswer(serializers.Serializer):
    """A branch or team."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    is_active = serializers.BooleanField()


class BranchViewSet(SetUpViewSet):
    resource = "branches"
    noun = "branch"
    answers = {"retrieve": BranchAnswer}
    filters = {"is_active": truth("is_active"), "code": word("code")}

    def rows(self) -> QuerySet:
        return Branch.objects.of(context.business_id())

    def row(self, instance: Branch) -> dict[str, Any]:
        return {"id": instance.pk, "code": instance.code, "name": instance.name, "is_active": instance.is_active}


class RoleAnswer(serializers.Serializer):
    """What its people may do, and how far they reach."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    name_de = serializers.CharField()
    scope = serializers.ChoiceField(["own", "branch", "business"])
    api_only = serializers.BooleanField()
    permissions = serializers.ListField(child=serializers.CharField())


class RoleViewSet(SetUpViewSet):
    resource = "roles"
    noun = "role"
    answers = {"retrieve": RoleAnswer}
    filters = {"key": word("key")}

    def rows(self) -> QuerySet:
        return roles_of(context.business_id())

    def row(self, instance: Role) -> dict[str, Any]:
        told = ("key", "name", "name_de", "scope", "api_only")
        rights = [f"{permission.app}.{permission.codename}" for permission in instance.permissions.all()]  # type: ignore[attr-defined]
        return {"id": instance.pk, **{name: getattr(instance, name) for name in told}, "permissions": rights}


# --- oneself


class MyBusiness(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    slug = serializers.CharField()
    default_currency = serializers.CharField()
    time_zone = serializers.CharField()


class MyToken(serializers.Serializer):
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField(allow_null=True)


class MeAnswer(UserAnswer):
    """Who asks, and what they may."""

    business = MyBusiness(allow_null=True)
    language = serializers.CharField()
    time_zone = serializers.CharField()
    scope = serializers.CharField(allow_null=True, help_text="How far the role reaches: own, branch or business.")
    permissions = serializers.ListField(child=serializers.CharField())
    token = MyToken(allow_null=True, help_text="The token that asks; null for a session.")


class MeViewSet(ApiViewSet):
    resource = "me"
    scope = ""
    answers = {"retrieve": MeAnswer}

    def retrieve(self, request: Request) -> Response:
        """Read who asks. The person, the business, the permissions of the role and the scopes of the token."""
        user: Any = request.user
        token = request.auth
        branch, role, business = user.branch, user.role, user.business
        answer = {
            "id": user.pk,
            "name": user.name,
            "email": user.email,
            "branch": {"id": branch.pk, "name": branch.name} if branch else None,
            "role": role.key if role else None,
            "is_active": user.is_active,
            "business": {name: getattr(business, name) for name in MyBusiness._declared_fields} if business else None,
            "language": user.language,
            "time_zone": user.time_zone,
            "scope": role.scope if role else None,
            "permissions": sorted(user.get_all_permissions()),
            "token": {name: getattr(token, name) for name in MyToken._declared_fields} if token else None,
        }
        return Response(answer)


# --- shares of one record


class ShareBody(Body):
    """One person or one branch, and what they may."""

    user = Ref(help_text="The person's id. Either this or `branch`.")
    branch = Ref(help_text="The branch's id.")
    action = OneOf(SHARE_ACTIONS, default="view", help_text="`change` carries view, change, move, close and convert.")


class ShareRow(serializers.Serializer):
    """One share."""

    user = Named(allow_null=True)
    branch = Named(allow_null=True)
    action = serializers.ChoiceField(SHARE_ACTIONS)


class SharesAnswer(serializers.Serializer):
    """Everybody with whom a record is shared."""

    results = ShareRow(many=True)


SHARE_BODIES: dict[str, type[Body]] = {"share": ShareBody}
SHARE_PARAMETERS = {"unshare": ("user", "branch")}
SHARE_ANSWERS = {"shares": SharesAnswer, "share": SharesAnswer}


class Shared:
    """Adds GET, POST and DELETE …/{id}/shares to a record's viewset; a share widens which rows, never which rights."""

    @action(detail=True, methods=["get"], url_path="shares")
    def shares(self: Any, request: Request, pk: str) -> Response:
        """List with whom one {noun} is shared."""
        return Response({"results": share_rows(fetch(self.model, pk, by=request.user))})

    @shares.mapping.post
    def share(self: Any, request: Request, pk: str) -> Response:
        """Share one {noun} with a person or a branch. A change share replaces a view share of the same receiver."""
        values = self.read()
        record = fetch(self.model, pk, by=request.user)
        share_record(record=record, action=values["action"], by=request.user, **receivers(values))
        return Response({"results": share_rows(record)})

    @shares.mapping.delete
    def unshare(self: Any, request: Request, pk: str) -> Response:
        """End the share of one {noun} with the person or branch named by `user` or `branch`."""
        record = fetch(self.model, pk, by=request.user)
        given = {name: request.query_params.get(name) for name in ("user", "branch")}
        unshare_record(record=record, by=request.user, **receivers({name: _number(text) for name, text in given.items() if text}))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def receivers(values: dict[str, Any]) -> dict[str, Any]:
    """The person or branch that a body names. Missing, foreign and inactive answer the same."""
    found: dict[str, Any] = {}
    for name, model in (("user", User), ("branch", Branch)):
        if values.get(name) is not None:
            try:
                found[name] = model.objects.of(context.business_id()).get(pk=checked_id(values[name], model))
            except model.DoesNotExist:
                raise RuleBroken({name: _("There is no such record.")}, code="does_not_exist") from None
    if len(found) != 1:
        raise RuleBroken(_("Name one person or one branch."), code="invalid", needs=("user", "branch"))
    return found


def share_rows(record: Any) -> list[dict[str, Any]]:
    """The shares of a record as they are answered."""
    found = []
    for share in shares_of(record):
        told: dict[str, Any] = {"user": None, "branch": None}
        told[share.kind] = {"id": share.receiver.pk, "name": share.receiver.name}
        found.append({**told, "action": share.action})
    return found
