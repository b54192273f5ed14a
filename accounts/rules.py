"""Rules about people, roles and shares. Plain Python."""

from __future__ import annotations

from collections.abc import Collection

from core.errors import RuleBroken
from core.words import _

SHARE_ACTIONS = ("view", "change")
LONGEST_SHARE_LIST = 5000


def check_role_within_own_rights(role: Collection[str], own: Collection[str]) -> None:
    """Nobody gives a role that may more than they may themselves (safety.md B16)."""
    beyond = set(role) - set(own)
    if beyond:
        raise RuleBroken(_("This role may do more than you may. Choose another role."), code="beyond_own_rights")


def check_person_within_own_rights(theirs: Collection[str], own: Collection[str]) -> None:
    """Nobody changes the login of a person who may do more than they may: it would be theirs with one new password."""
    if set(theirs) - set(own):
        raise RuleBroken(_("This person may do more than you may. Ask an administrator."), code="beyond_own_rights")


def check_administrator_stays(others: int) -> None:
    """A business keeps at least one active administrator. `others`: how many remain."""
    if others < 1:
        raise RuleBroken(_("This is the last administrator of the business. Make somebody else one first."), code="last_administrator")


def check_share(action: str, holds: Collection[str]) -> None:
    """A share carries view or change, and nobody shares more than they hold. `holds`: what the sharer may do to the row."""
    if action not in SHARE_ACTIONS:
        raise RuleBroken({"action": _("A share is for viewing or for changing.")}, code="invalid")
    if action not in holds:
        raise RuleBroken({"action": _("You cannot share more than you hold.")}, code="beyond_own_rights")
