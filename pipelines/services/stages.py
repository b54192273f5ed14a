"""The stages of a pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import events
from core.errors import RuleBroken
from core.events import Changes
from core.permissions import Actor, person, require
from core.records import Values, apply, check, checked_id, service
from pipelines import events as occurred
from pipelines.choices import StageKind
from pipelines.models import Pipeline, Stage, StageChange
from pipelines.rules import check_kind_kept, check_listed, check_order, check_requirements, check_stages, check_successor
from pipelines.selectors import held_by, in_use, listed, record_model, requirable_fields, stages_of
from pipelines.services.notices import publish_set_up

STAGE_FIELDS = (
    "name",
    "name_de",
    "order",
    "kind",
    "probability",
    "rotting_days",
    "wip_limit",
    "required_fields",
    "sets_status",
    "color",
    "is_entry",
    "is_active",
)
CHUNK = 1000
_FINAL = {StageKind.WON: 100, StageKind.LOST: 0}


def fill_stage(*, stage: Stage, by: Actor, values: Values) -> Changes:
    """Set and check the values of a stage that somebody may edit, without saving it. Gives what changed."""
    given = dict(values)
    if given.get("sets_status") not in (None, ""):
        given["sets_status"] = listed("lead_status", given["sets_status"], field="sets_status")
        check_listed(given["sets_status"], "lead_status", "sets_status", unchanged=False)
    changes = apply(stage, given, by=by, fields=STAGE_FIELDS)
    if stage.kind in _FINAL and stage.probability != _FINAL[StageKind(stage.kind)]:
        changes["probability"] = (stage.probability, _FINAL[StageKind(stage.kind)])
        stage.probability = _FINAL[StageKind(stage.kind)]
    check_requirements(stage.required_fields, requirable_fields(stage.pipeline.kind))
    check(stage)
    return changes


def _locked(pipeline_id: int) -> Pipeline:
    """The pipeline under lock: what holds of all its stages together is checked and written by one at a time."""
    return Pipeline.objects.select_for_update(of=("self",)).get(pk=checked_id(pipeline_id, Pipeline))


def _locked_stage(stage_id: int) -> Stage:
    pipeline_id = Stage.objects.values_list("pipeline_id", flat=True).get(pk=checked_id(stage_id, Stage))
    pipeline = _locked(pipeline_id)
    stage = Stage.objects.select_for_update(of=("self",)).get(pk=stage_id)
    stage.pipeline = pipeline
    return stage


def _check_whole(pipeline: Pipeline) -> None:
    check_stages(pipeline.kind, [(row.kind, row.is_entry, row.is_active) for row in stages_of(pipeline)])


def _give_up_entry(stage: Stage) -> None:
    """One entry stage: the others give it up first, or the database would refuse both at once."""
    Stage.objects.filter(pipeline=stage.pipeline, is_entry=True).exclude(pk=stage.pk).update(is_entry=False)


@service
def create_stage(*, pipeline_id: int, by: Actor, values: Values) -> Stage:
    """Add a stage: before the closed ones unless an order is given. key: else made from the name."""
    require(by, "pipelines.add_stage")
    pipeline = _locked(pipeline_id)
    key = str(values.get("key") or "") or slugify(str(values.get("name") or ""))[:40]
    if not key:
        raise RuleBroken({"key": _("Give a short name of letters and digits.")}, code="required")
    stage = Stage(pipeline=pipeline, key=key)
    fill_stage(stage=stage, by=by, values={name: value for name, value in values.items() if name != "key"})
    if "order" not in values:
        stage.order = _next_order(pipeline, stage.kind)
    if stage.is_entry:
        _give_up_entry(stage)
    stage.save()
    _check_whole(pipeline)
    event = occurred.StageCreated(key=stage.key, pipeline=pipeline.pk)
    publish_set_up(event=event, record=stage, kinds=[pipeline.kind], by=by)
    return stage


def _next_order(pipeline: Pipeline, kind: str) -> int:
    """Open stages stand before the closed ones, which make room."""
    there = stages_of(pipeline)
    before = [row for row in there if kind != StageKind.OPEN or row.kind == StageKind.OPEN]
    place = max((row.order for row in before), default=-1) + 1
    Stage.objects.filter(pipeline=pipeline, order__gte=place).update(order=F("order") + 1)
    return place


@service
def update_stage(*, stage_id: int, by: Actor, values: Values) -> Stage:
    """Change a stage. A stage that holds records keeps its kind; making one the entry takes that from the other."""
    require(by, "pipelines.change_stage")
    stage = _locked_stage(stage_id)
    changes = fill_stage(stage=stage, by=by, values=values)
    if not changes:
        return stage
    if "kind" in changes:
        check_kind_kept(holds=held_by(stage).exists())
    if stage.is_entry:
        _give_up_entry(stage)
    stage.save(update_fields=list(changes))
    _check_whole(stage.pipeline)
    event = occurred.StageChanged(key=stage.key, pipeline=stage.pipeline_id)
    publish_set_up(event=event, record=stage, kinds=[stage.pipeline.kind], by=by, changes=changes)
    return stage


@service
def reorder_stages(*, pipeline_id: int, order: Sequence[int], by: Actor) -> list[Stage]:
    """Put the stages of a pipeline into this order (all their ids)."""
    require(by, "pipelines.change_stage")
    pipeline = _locked(pipeline_id)
    rows = {row.pk: row for row in stages_of(pipeline)}
    check_order(order, rows)
    before = list(rows)
    for number, pk in enumerate(order):
        if rows[pk].order != number:
            rows[pk].order = number
            rows[pk].save(update_fields=["order"])
    if before != list(order):
        changes = {"stages": ([rows[pk].key for pk in before], [rows[pk].key for pk in order])}
        publish_set_up(event=occurred.PipelineChanged(key=pipeline.key), record=pipeline, kinds=[pipeline.kind], by=by, changes=changes)
    return [rows[pk] for pk in order]


@service
def delete_stage(*, stage_id: int, by: Actor, move_to: int | None = None) -> None:
    """Take a stage away; the records it holds go to `move_to`, each with its StageChange and event.

    A stage that history names is retired instead of deleted, so that time in stage and funnel stay true.
    """
    require(by, "pipelines.delete_stage")
    stage = _locked_stage(stage_id)
    successor = None
    if move_to is not None:
        successor = Stage.objects.filter(pk=move_to).first()
        if successor is None:
            raise RuleBroken({"move_to": _("There is no such stage.")}, code="does_not_exist")
    check_successor(stage=stage, move_to=successor, holds=held_by(stage).count())
    if stage.is_entry:
        raise RuleBroken(_("Make another stage the entry before you delete this one."), code="entry")
    if successor is not None:
        _move_on(stage, successor, by, timezone.now())
    event = occurred.StageDeleted(key=stage.key, pipeline=stage.pipeline_id, moved_to=successor.key if successor else "")
    publish_set_up(event=event, record=stage, kinds=[stage.pipeline.kind], by=by)
    if in_use(stage):
        stage.is_active = False
        stage.save(update_fields=["is_active"])
    else:
        stage.delete()
    _check_whole(stage.pipeline)


def _move_on(stage: Stage, successor: Stage, by: Actor, now: datetime) -> None:
    """Set based, chunk by chunk: a stage may hold a hundred thousand. Required fields are not asked for again here:
    the records were in this pipeline already, and an administrator tidies up."""
    kind = stage.pipeline.kind
    event = occurred.StageCleared(from_stage=stage.key, to_stage=successor.key)
    while rows := list(held_by(stage).select_for_update(of=("self",)).order_by("pk")[:CHUNK]):
        StageChange.objects.bulk_create([_change(kind, row, stage, successor, by, now) for row in rows])
        moved: dict[str, Any] = {"stage": successor, "version": F("version") + 1, "updated_at": now}
        if hasattr(rows[0], "stage_since"):
            moved["stage_since"] = now
        record_model(kind).objects.filter(pk__in=[row.pk for row in rows]).update(**moved)
        events.publish_many([(event, row, {"stage": (stage, successor)}) for row in rows], by=by)


def _change(kind: str, row: Any, stage: Stage, successor: Stage, by: Actor, now: datetime) -> StageChange:
    since = getattr(row, "stage_since", None)
    return StageChange(
        **{f"{kind}_id": row.pk},
        from_stage=stage,
        to_stage=successor,
        at=now,
        by=person(by),
        amount=getattr(row, "amount", getattr(row, "value", None)),
        currency=getattr(row, "currency", ""),
        seconds=max(0, int((now - since).total_seconds())) if since else None,
    )
