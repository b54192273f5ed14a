"""Rules about leads. Plain Python."""

from __future__ import annotations

from typing import Any

from core.errors import RuleBroken
from core.words import _

NEW, QUALIFIED, LOST = "new", "qualified", "lost"  # the statuses that the CRM itself sets


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


def check_status_given(status: Any) -> None:
    """A lead always has a status."""
    if status is None:
        raise RuleBroken({"status": _("Choose a status.")}, code="required")


def check_loss(status: str, reason: Any) -> None:
    """A lost lead says why; another has no reason."""
    if status == LOST and reason is None:
        raise RuleBroken({"loss_reason": _("Say why it was lost.")}, code="required", needs=("loss_reason",))
    if status != LOST and reason is not None:
        raise RuleBroken({"loss_reason": _("Only a lost lead has a loss reason.")}, code="invalid")


def check_new_stage_named(pipeline: Any, stage: Any) -> None:
    """A move to another pipeline names the new stage, and the two fit."""
    if pipeline is not None and stage is None:
        raise RuleBroken({"stage": _("Choose a stage of the new pipeline.")}, code="required", needs=("stage",))
    if pipeline is not None and stage.pipeline_id != pipeline.pk:
        raise RuleBroken({"stage": _("This stage belongs to another pipeline.")}, code="invalid")


def person_names(name: str) -> tuple[str, str]:
    """'Anna Maria Weber' -> ('Anna Maria', 'Weber'); one word is a last name. Each at most 100 letters."""
    first, _blank, last = name.strip().rpartition(" ")
    return first.strip()[:100], last[:100]
