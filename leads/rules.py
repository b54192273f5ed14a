"""Rules about leads. Plain Python."""

from __future__ import annotations

from typing import Any

from core.errors import RuleBroken
from core.words import _


def check_reachable(email: str, phone: str) -> None:
    """A lead has at least one of e-mail and phone, always: a change may not take the last one away (S0)."""
    if not email and not phone:
        raise RuleBroken({"email": _("Give an e-mail address or a phone number.")}, code="required")


def check_not_converted(converted_at: Any) -> None:
    """A converted lead is read-only."""
    if converted_at is not None:
        raise RuleBroken(_("This lead was converted and can no longer be changed."), code="converted")


def can_change(converted_at: Any) -> bool:
    """The twin of check_not_converted."""
    return converted_at is None


def check_owner(owner: Any, *, by_machine: bool) -> None:
    """Only signals, web forms and imports may leave a lead unassigned."""
    if owner is None and not by_machine:
        raise RuleBroken({"owner": _("A lead made by hand has an owner.")}, code="required")
