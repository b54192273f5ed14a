"""Where a lead stands: its stage in a pipeline, its status, and why it was lost. The three go together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.permissions import SYSTEM, Actor
from leads.models import Lead
from leads.rules import LOST, QUALIFIED, check_loss, check_new_stage_named, check_status_given
from pipelines.choices import PipelineKind
from pipelines.models import Stage
from pipelines.rules import check_listed
from pipelines.selectors import chosen_pipeline, chosen_stage, entry_stage, listed
from pipelines.services import enter_stage, leave_pipeline

Changes = dict[str, tuple[Any, Any]]
UNKNOWN = "unknown"
STAY, LEAVE = "stay", "leave"
_EMPTY = (None, "")


def wanted_place(*, lead: Lead, given: dict[str, Any], by: Actor) -> Stage | str:
    """Take `stage` and `pipeline` (instance, id or key) out of the values: the stage asked for, STAY or LEAVE."""
    named = {name: given.pop(name) for name in ("pipeline", "stage") if name in given}
    pipeline, stage = named.get("pipeline"), named.get("stage")
    if named and stage in _EMPTY and pipeline in _EMPTY:
        return LEAVE if lead.stage_id else STAY
    found = chosen_pipeline(pipeline, kind=PipelineKind.LEAD) if pipeline not in _EMPTY else None
    if stage in _EMPTY:
        if found is None or found.pk == lead.pipeline_id:
            return STAY
        if lead.pk is None:
            return entry_stage(PipelineKind.LEAD, found) or STAY
        check_new_stage_named(found, None)
    wanted = chosen_stage(stage, kind=PipelineKind.LEAD, pipeline=found or lead.pipeline_id)
    check_new_stage_named(found, wanted)
    return STAY if wanted.pk == lead.stage_id else wanted


def place(*, lead: Lead, wanted: Stage | str, status: Any, reason: Any, by: Actor, now: datetime) -> Changes:
    """Move to the stage (or out of the pipeline), set status and loss reason. Not saved; gives what changed.

    status, reason: (was given, value). A stage may set the status, unless one is named in the same act. A lost lead
    needs a reason, which only the machine may leave unknown; a lead that is no longer lost forgets it. The first time
    that the status is `qualified` is kept. Raises RuleBroken.
    """
    changes: Changes = {}
    if isinstance(wanted, Stage):
        if wanted.sets_status_id and not status[0]:
            status = (True, wanted.sets_status)
        changes |= _set_status(lead, status, reason, by, now)
        changes |= enter_stage(record=lead, stage=wanted, by=by, now=now)
    else:
        changes |= _set_status(lead, status, reason, by, now)
        if wanted == LEAVE:
            changes |= leave_pipeline(record=lead, by=by, now=now)
    return changes


def _set_status(lead: Lead, status: tuple[bool, Any], reason: tuple[bool, Any], by: Actor, now: datetime) -> Changes:
    if not status[0] and not reason[0]:
        return {}
    before, because = (lead.status if lead.status_id else None), lead.loss_reason
    after = listed("lead_status", status[1], field="status") if status[0] else before
    check_status_given(after)
    assert after is not None
    check_listed(after, "lead_status", "status", unchanged=before is not None and after.pk == before.pk)
    why = listed("loss_reason", reason[1], field="loss_reason") if reason[0] else None
    if not reason[0] and after.key == LOST:
        why = because
    if after.key == LOST and why is None and by is SYSTEM:
        why = listed("loss_reason", UNKNOWN, field="loss_reason")
    check_loss(after.key, why)
    check_listed(why, "loss_reason", "loss_reason", unchanged=why is not None and because is not None and why.pk == because.pk)
    lead.status, lead.loss_reason = after, why
    changes: Changes = {}
    if before is None or before.pk != after.pk:
        changes["status"] = (before, after)
    if why != because:
        changes["loss_reason"] = (because, why)
    if after.key == QUALIFIED and lead.qualified_at is None:
        lead.qualified_at = now
        changes["qualified_at"] = (None, now)
    return changes
