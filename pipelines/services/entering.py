"""How a record enters a stage: the one machinery of opportunities, leads and contacts, wherever the change comes from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.permissions import SYSTEM, Actor, person
from core.record import Record
from pipelines.models import Stage, StageChange
from pipelines.rules import check_enterable, check_required, check_room

MACHINE = frozenset({"stage_since"})  # kept by the machine: saved with the change, not told in history


def enter_stage(*, record: Any, stage: Stage, by: Actor, now: datetime) -> dict[str, tuple[Any, Any]]:
    """Check that the record may enter, log the change of a stored record, and set pipeline, stage and stage_since.

    Gives {field: (before, after)}, for the caller to save and publish. A new record is set only; after its insert
    log_first_stage() writes the row. Raises RuleBroken: of another kind, retired, full, or what the stage requires is
    missing (with `.needs`).
    """
    pipeline = stage.pipeline
    check_enterable(stage=stage, pipeline=pipeline, kind=record._meta.model_name, current_pipeline=record.pipeline_id)
    check_has_required(record=record, stage=stage, by=by)
    _check_room(record, stage)
    before = record.stage if record.stage_id else None
    changes: dict[str, tuple[Any, Any]] = {}
    if record.pk:
        _log(record, before, stage, by, now)
    if record.pipeline_id != pipeline.pk:
        changes["pipeline"] = (record.pipeline if record.pipeline_id else None, pipeline)
    changes["stage"] = (before, stage)
    record.pipeline, record.stage = pipeline, stage
    return changes | _since(record, now)


def leave_pipeline(*, record: Any, by: Actor, now: datetime) -> dict[str, tuple[Any, Any]]:
    """Take a record (a lead or a contact) out of its pipeline; otherwise as enter_stage."""
    changes: dict[str, tuple[Any, Any]] = {"pipeline": (record.pipeline, None), "stage": (record.stage, None)}
    _log(record, record.stage, None, by, now)
    record.pipeline = record.stage = None
    return changes | _since(record, now)


def log_first_stage(*, record: Any, by: Actor, now: datetime) -> None:
    """Write the change of a record that was just inserted, if it is in a stage."""
    if record.stage_id:
        _log(record, None, record.stage, by, now)


def check_has_required(*, record: Record, stage: Stage, by: Actor) -> None:
    """Raise RuleBroken when the record lacks what the stage requires, naming all of it."""

    def has(name: str) -> bool:
        field = record._meta.get_field(name)
        return getattr(record, field.attname) not in (None, "")  # type: ignore[union-attr]

    def label(name: str) -> str:
        return str(record._meta.get_field(name).verbose_name)  # type: ignore[union-attr]

    check_required(stage.required_fields, has, label=label, stage=stage.label)


def _check_room(record: Any, stage: Stage) -> None:
    """Counted under the stage's lock, so that two who enter at once cannot both take the last place."""
    if stage.wip_limit is None:
        return
    limit = Stage.objects.select_for_update(of=("self",)).values_list("wip_limit", flat=True).get(pk=stage.pk)
    held = type(record).objects.visible_to(SYSTEM).filter(stage_id=stage.pk).exclude(pk=record.pk).count()
    check_room(limit=limit, held=held, stage=stage.label)


def _since(record: Any, now: datetime) -> dict[str, tuple[Any, Any]]:
    if not hasattr(record, "stage_since"):
        return {}
    before, record.stage_since = record.stage_since, now
    return {"stage_since": (before, now)}


def _log(record: Any, before: Stage | None, after: Stage | None, by: Actor, now: datetime) -> None:
    kind = record._meta.model_name
    since = record.stage_since if hasattr(record, "stage_since") else None
    if since is None and before is not None:
        since = StageChange.objects.filter(**{kind: record.pk}).order_by("-at", "-id").values_list("at", flat=True).first()
    StageChange.objects.create(
        **{f"{kind}_id": record.pk},
        from_stage=before,
        to_stage=after,
        at=now,
        by=person(by),
        amount=getattr(record, "amount", getattr(record, "value", None)),
        currency=getattr(record, "currency", ""),
        # History that is imported may give an earlier moment than the row's own.
        seconds=max(0, int((now - since).total_seconds())) if before is not None and since is not None else None,
    )
