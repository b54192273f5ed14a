"""Rules about opportunities. Plain Python."""

from __future__ import annotations

from typing import Any

from core.errors import RuleBroken
from core.words import _

OPEN, WON, LOST = "open", "won", "lost"
FINAL_PROBABILITY = {WON: 100, LOST: 0}


def check_outcome(outcome: str) -> None:
    """A deal ends won or lost."""
    if outcome not in FINAL_PROBABILITY:
        raise RuleBroken({"outcome": _("An opportunity is won or lost.")}, code="invalid_choice")


def check_change_of_outcome(now: str, wanted: str) -> None:
    """`now` and `wanted`: open, won or lost. What is closed is reopened before it ends differently."""
    if now != OPEN and wanted not in (OPEN, now):
        raise RuleBroken(_("This opportunity is closed already: reopen it first."), code="closed")


def can_close(now: str, wanted: str) -> bool:
    """The twin of check_change_of_outcome."""
    return now == OPEN or wanted in (OPEN, now)


def check_loss(outcome: str, reason: Any, note: str) -> None:
    """Losing needs a reason, or nobody learns why deals die; nothing else has one."""
    if outcome == LOST and reason is None:
        raise RuleBroken({"loss_reason": _("Say why it was lost.")}, code="required", needs=("loss_reason",))
    if outcome != LOST and reason is not None:
        raise RuleBroken({"loss_reason": _("Only a lost opportunity has a loss reason.")}, code="invalid")
    if outcome != LOST and note:
        raise RuleBroken({"loss_note": _("Only a lost opportunity has a loss reason.")}, code="invalid")


def check_probability_free(outcome: str) -> None:
    """Closing decides the probability: 100 or 0."""
    if outcome != OPEN:
        raise RuleBroken({"probability": _("A closed opportunity is certain: reopen it to change its probability.")}, code="closed")


def check_new_stage_named(pipeline: Any, stage: Any) -> None:
    """A move to another pipeline names the new stage, and the two fit."""
    if pipeline is not None and stage is None:
        raise RuleBroken({"stage": _("Choose a stage of the new pipeline.")}, code="required", needs=("stage",))
    if pipeline is not None and stage.pipeline_id != pipeline.pk:
        raise RuleBroken({"stage": _("This stage belongs to another pipeline.")}, code="invalid")


def check_lead_free(reference: str) -> None:
    """One deal comes of a lead. `reference`: of the deal that came of it already, or ''."""
    if reference:
        text = _("The lead of this opportunity has another one: %s.") % reference
        raise RuleBroken(text, code="opportunity_lead")
