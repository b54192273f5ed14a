"""Where a deal stands: moving, closing and reopening are one machinery, whoever asks for it and by which field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.permissions import SYSTEM, Actor, require
from opportunities import events as occurred
from opportunities.models import Opportunity
from opportunities.rules import FINAL_PROBABILITY, LOST, OPEN, check_change_of_outcome, check_loss, check_new_stage_named
from pipelines.choices import PipelineKind
from pipelines.models import LookupValue, Stage
from pipelines.rules import check_listed
from pipelines.selectors import chosen_pipeline, chosen_stage, entry_stage, listed
from pipelines.services import enter_stage

Changes = dict[str, tuple[Any, Any]]
UNKNOWN = "unknown"


def standing(*, deal: Opportunity, by: Actor) -> str:
    """open, won or lost."""
    return deal.stage.kind if deal.closed_at is not None else OPEN


def wanted_stage(*, deal: Opportunity, given: dict[str, Any], by: Actor) -> Stage | None:
    """Take `stage` and `pipeline` (instance, id or key) out of the values: the stage asked for, or None."""
    pipeline, stage = given.pop("pipeline", None), given.pop("stage", None)
    if pipeline not in (None, ""):
        pipeline = chosen_pipeline(pipeline, kind=PipelineKind.OPPORTUNITY)
        if stage in (None, "") and pipeline.pk == deal.pipeline_id:
            return None
        if stage in (None, "") and deal.pk is None:
            return entry_stage(PipelineKind.OPPORTUNITY, pipeline)
    else:
        pipeline = None
    found = None
    if stage not in (None, ""):
        found = chosen_stage(stage, kind=PipelineKind.OPPORTUNITY, pipeline=pipeline or deal.pipeline_id)
    check_new_stage_named(pipeline, found)
    return found


def loss_given(*, given: dict[str, Any], by: Actor) -> Changes:
    """Take loss_reason and loss_note out of the values: {field: (None, value)} of those that were given."""
    found: Changes = {}
    if "loss_reason" in given:
        found["loss_reason"] = (None, listed("loss_reason", given.pop("loss_reason"), field="loss_reason"))
    if "loss_note" in given:
        found["loss_note"] = (None, (given.pop("loss_note") or "").strip())
    return found


def stand_in(*, deal: Opportunity, stage: Stage, loss: Changes, by: Actor, now: datetime, closed_at: datetime | None = None) -> Changes:
    """Put the deal into the stage: a move, a closing or a reopening, as the two stages say. Gives what changed, not saved.

    Raises RuleBroken, and PermissionDenied where the outcome changes and
    the actor may not close. A loss without a reason is refused; only the machine may leave it unknown.
    """
    before = standing(deal=deal, by=by)
    check_change_of_outcome(before, stage.kind)
    if stage.kind != before:
        require(by, "opportunities.close_opportunity", deal if deal.pk else None)
    changes: Changes = {}
    if stage.kind != OPEN and before == OPEN:
        changes |= _close(deal, stage.kind, loss, by, closed_at or now)
    elif stage.kind == OPEN and before != OPEN:
        changes |= _reopen(deal)
    elif stage.kind == before:
        changes |= correct_loss(deal=deal, loss=loss, by=by)
    return changes | enter_stage(record=deal, stage=stage, by=by, now=now)


def _set(deal: Opportunity, values: dict[str, Any]) -> Changes:
    changes = {name: (getattr(deal, name), value) for name, value in values.items() if getattr(deal, name) != value}
    for name, (_before, value) in changes.items():
        setattr(deal, name, value)
    return changes


def _close(deal: Opportunity, outcome: str, loss: Changes, by: Actor, at: datetime) -> Changes:
    reason: LookupValue | None = loss.get("loss_reason", (None, None))[1]
    note: str = loss.get("loss_note", (None, ""))[1]
    if outcome == LOST and reason is None and by is SYSTEM:
        reason = listed("loss_reason", UNKNOWN, field="loss_reason")
    check_loss(outcome, reason, note)
    check_listed(reason, "loss_reason", "loss_reason", unchanged=False)
    values = {
        "closed_at": at,
        "probability_before": deal.probability,
        "probability": FINAL_PROBABILITY[outcome],
        "loss_reason": reason,
        "loss_note": note,
    }
    return _set(deal, values)


def _reopen(deal: Opportunity) -> Changes:
    values = {
        "closed_at": None,
        "probability": deal.probability_before,
        "probability_before": None,
        "loss_reason": None,
        "loss_note": "",
    }
    return _set(deal, values)


def correct_loss(*, deal: Opportunity, loss: Changes, by: Actor) -> Changes:
    """Set another reason or note on a deal that stays as it is: only a lost one has them, and keeps a reason."""
    if not loss:
        return {}
    reason = loss["loss_reason"][1] if "loss_reason" in loss else deal.loss_reason
    note = loss["loss_note"][1] if "loss_note" in loss else deal.loss_note
    check_loss(standing(deal=deal, by=by), reason, note)
    check_listed(reason, "loss_reason", "loss_reason", unchanged=reason is not None and reason.pk == deal.loss_reason_id)
    return _set(deal, {"loss_reason": reason, "loss_note": note})


def stage_event(*, deal: Opportunity, before: str, old: Stage | None, by: Actor) -> Any:
    """What to say of a deal that went from stage `old` (its outcome then: `before`) to where it stands now."""
    stage, now = deal.stage, standing(deal=deal, by=by)
    if now == before:
        return occurred.OpportunityMoved(pipeline=stage.pipeline.key, from_stage=old.key if old else "", to_stage=stage.key)
    if deal.closed_at is None:
        return occurred.OpportunityReopened(outcome=before, stage=stage.key)
    if now == LOST:
        return occurred.OpportunityLost(reason=deal.loss_reason.key if deal.loss_reason else "", closed_at=deal.closed_at)
    return occurred.OpportunityWon(
        reference=deal.reference,
        name=deal.name,
        company=deal.company_id,
        company_name=deal.company.name if deal.company else "",
        contact=deal.primary_contact_id,
        contact_name=deal.primary_contact.name if deal.primary_contact else "",
        amount=deal.amount,
        currency=deal.currency,
        closed_at=deal.closed_at,
    )
