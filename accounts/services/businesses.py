"""Businesses with what they start with, their branches and roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import events as occurred
from accounts.choices import Scope
from accounts.models import Branch, Business, Role
from accounts.rules import check_role_within_own_rights
from core import context, events, permissions
from core.errors import RuleBroken
from core.permissions import SYSTEM, Actor, require
from core.records import Values, apply, check, checked_id, service

BUSINESS_FIELDS = ("name", "default_currency", "language", "time_zone", "modules")
BRANCH_FIELDS = ("name", "code", "is_active")
ROLE_FIELDS = ("name", "name_de", "scope", "api_only")

# (key, English, German, scope, API only). The rights come from the apps' permissions.py.
BUILT_IN = (
    ("administrator", "Administrator", "Administration", Scope.BUSINESS, False),
    ("manager", "Manager", "Leitung", Scope.BUSINESS, False),
    ("team_lead", "Team lead", "Teamleitung", Scope.BRANCH, False),
    ("sales", "Sales", "Vertrieb", Scope.OWN, False),
    ("read_only", "Read only", "Nur lesen", Scope.BUSINESS, False),
    ("integration", "Integration", "Schnittstelle", Scope.BUSINESS, True),
)


@service
def create_business(*, by: Actor, values: Values) -> Business:
    """Make a business with its built-in roles and one branch, then let the apps add their set-up (BusinessCreated).

    Platform operators and commands only.
    """
    require(by, "accounts.add_business")
    business = Business(slug=values["slug"])
    apply(business, {k: v for k, v in values.items() if k != "slug"}, by=by, fields=BUSINESS_FIELDS)
    business.full_clean()
    business.save()
    with context.in_business(business):
        Branch.objects.create(business=business, name=business.name[:80], code="main")
        for role in BUILT_IN:
            _create_built_in(business, *role)
        events.publish(occurred.BusinessCreated(slug=business.slug), record=business, by=by)
    return business


def _create_built_in(business: Business, key: str, name: str, name_de: str, scope: Scope, api_only: bool) -> None:
    role = Role.objects.create(business=business, key=key, name=name, name_de=name_de, scope=scope, api_only=api_only, is_builtin=True)
    role.permissions.set(permission_rows(permissions.granted(key)))


def permission_rows(names: Iterable[str]) -> list[Permission]:
    """'leads.view_lead' names as rows. Raises RuleBroken for a name that does not exist."""
    wanted = set(names)
    rows = Permission.objects.select_related("content_type").filter(codename__in={name.partition(".")[2] for name in wanted})
    found = [row for row in rows if f"{row.content_type.app_label}.{row.codename}" in wanted]
    missing = wanted - {f"{row.content_type.app_label}.{row.codename}" for row in found}
    if missing:
        raise RuleBroken({"permissions": _("Unknown: %s") % ", ".join(sorted(missing))}, code="does_not_exist")
    return found


def _locked(model: Any, pk: int) -> Any:
    return model.objects.select_for_update(of=("self",)).get(pk=checked_id(pk, model), business_id=context.business_id())


@service
def update_business(*, by: Actor, values: Values) -> Business:
    """Change the business that is being served."""
    require(by, "accounts.change_business")
    business = Business.objects.select_for_update(of=("self",)).get(pk=context.business_id())
    changes = apply(business, values, by=by, fields=BUSINESS_FIELDS)
    if changes:
        business.full_clean()
        business.save(update_fields=list(changes))
        events.publish(occurred.BusinessChanged(), record=business, by=by, changes=changes)
    return business


@service
def create_branch(*, by: Actor, values: Values) -> Branch:
    """Make a branch of the business that is being served."""
    require(by, "accounts.add_branch")
    branch = Branch(business_id=context.business_id())
    apply(branch, values, by=by, fields=BRANCH_FIELDS)
    check(branch)
    branch.save()
    events.publish(occurred.BranchCreated(), record=branch, by=by)
    return branch


@service
def update_branch(*, branch_id: int, by: Actor, values: Values) -> Branch:
    """Rename or deactivate a branch. One in use is never deleted."""
    require(by, "accounts.change_branch")
    branch = _locked(Branch, branch_id)
    changes = apply(branch, values, by=by, fields=BRANCH_FIELDS)
    if changes:
        check(branch)
        branch.save(update_fields=list(changes))
        events.publish(occurred.BranchChanged(), record=branch, by=by, changes=changes)
    return branch


def _own_rights(by: Actor) -> set[str]:
    if by.is_superuser:
        return {f"{app}.{code}" for app, code in Permission.objects.values_list("content_type__app_label", "codename")}
    return set(by.get_all_permissions())


@service
def create_role(*, by: Actor, values: Values, permissions: Iterable[str]) -> Role:
    """Make a role with these rights ('leads.view_lead'), none beyond the maker's own."""
    require(by, "accounts.add_role")
    names = set(permissions)
    check_role_within_own_rights(names, _own_rights(by))
    role = Role(business_id=context.business_id(), key=values["key"])
    apply(role, {k: v for k, v in values.items() if k != "key"}, by=by, fields=ROLE_FIELDS)
    check(role)
    role.save()
    role.permissions.set(permission_rows(names))
    events.publish(occurred.RoleCreated(), record=role, by=by, changes={"permissions": (None, sorted(names))})
    return role


@service
def update_role(*, role_id: int, by: Actor, values: Values, permissions: Iterable[str] | None = None) -> Role:
    """Change a role's name, scope or rights. The administrator's role keeps all of its own."""
    require(by, "accounts.change_role")
    role = _locked(Role, role_id)
    if role.key == "administrator" and by is not SYSTEM and (permissions is not None or "scope" in values):
        raise RuleBroken(_("The administrator's role cannot be narrowed."), code="builtin")
    changes = apply(role, values, by=by, fields=ROLE_FIELDS)
    if changes:
        check(role)
        role.save(update_fields=list(changes))
    if permissions is not None:
        names = set(permissions)
        check_role_within_own_rights(names, _own_rights(by))
        before = sorted(f"{row.content_type.app_label}.{row.codename}" for row in role.permissions.select_related("content_type"))
        role.permissions.set(permission_rows(names))
        if before != sorted(names):
            changes["permissions"] = (before, sorted(names))
    if changes:
        with translation.override("en"):
            events.publish(occurred.RoleChanged(), record=role, by=by, changes=changes)
    return role
