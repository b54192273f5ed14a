"""Pipelines as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.permissions import Actor, require
from core.records import Values, apply, check, checked_id, service
from pipelines import events as occurred
from pipelines.choices import PipelineKind, StageKind
from pipelines.models import Pipeline, Stage
from pipelines.rules import check_default, check_order, check_stages
from pipelines.selectors import pipeline_in_use, stages_of
from pipelines.services.notices import publish_set_up
from pipelines.services.stages import fill_stage
from pipelines.services.templates import TEMPLATES

PIPELINE_FIELDS = ("name", "name_de", "order", "is_active", "is_default")


def _key_of(values: Values) -> str:
    key = str(values.get("key") or "") or slugify(str(values.get("name") or ""))[:40]
    if not key:
        raise RuleBroken({"key": _("Give a short name of letters and digits.")}, code="required")
    return key


def _locked(pipeline_id: int) -> Pipeline:
    return Pipeline.objects.select_for_update(of=("self",)).get(pk=checked_id(pipeline_id, Pipeline))


def _make_default(pipeline: Pipeline) -> None:
    """One default of each kind: the others give it up first, or the database would refuse both at once."""
    Pipeline.objects.filter(kind=pipeline.kind, is_default=True).exclude(pk=pipeline.pk).update(is_default=False)


@service
def create_pipeline(*, by: Actor, values: Values, stages: Sequence[Values] | None = None) -> Pipeline:
    """Make a pipeline with its stages in this order; the first open one is the entry unless another says so.

    values: kind, name and optionally key (else from the name), name_de, is_default. stages: values as for create_stage;
    left out, a pipeline begins with the least it must have. The first pipeline of a kind becomes its default.
    """
    require(by, "pipelines.add_pipeline")
    kind = PipelineKind(values.get("kind") or PipelineKind.OPPORTUNITY)
    pipeline = Pipeline(kind=kind, key=_key_of(values), order=Pipeline.objects.filter(kind=kind).count())
    apply(pipeline, {name: value for name, value in values.items() if name not in ("key", "kind")}, by=by, fields=PIPELINE_FIELDS)
    if not Pipeline.objects.filter(kind=kind, is_default=True).exists():
        pipeline.is_default = True
    check(pipeline)
    check_default(is_default=pipeline.is_default, is_active=pipeline.is_active)
    if pipeline.is_default:
        _make_default(pipeline)
    pipeline.save()
    given = _least(kind) if stages is None else list(stages)
    entry = next((i for i, each in enumerate(given) if each.get("is_entry")), None)
    if entry is None:
        entry = next((i for i, each in enumerate(given) if each.get("kind", "open") == StageKind.OPEN), 0)
    for number, each in enumerate(given):
        stage = Stage(pipeline=pipeline, key=_key_of(each), order=number)
        fill_stage(stage=stage, by=by, values={**{k: v for k, v in each.items() if k != "key"}, "is_entry": number == entry})
        stage.save()
    check_stages(kind, [(row.kind, row.is_entry, row.is_active) for row in stages_of(pipeline)])
    publish_set_up(event=occurred.PipelineCreated(key=pipeline.key, kind=kind.value), record=pipeline, kinds=[kind], by=by)
    return pipeline


def _least(kind: PipelineKind) -> list[dict[str, Any]]:
    first: dict[str, Any] = {"key": "new", "name": "New", "name_de": "Neu", "probability": 10}
    if kind != PipelineKind.OPPORTUNITY:
        return [first]
    return [
        first,
        {"key": "won", "name": "Won", "name_de": "Gewonnen", "kind": "won", "color": "green"},
        {"key": "lost", "name": "Lost", "name_de": "Verloren", "kind": "lost", "color": "red"},
    ]


@service
def add_pipeline_from_template(*, key: str, by: Actor) -> Pipeline:
    """Make the pipeline that ships under this key (`sales`, `crm-pack`); once: later calls give the one that is there."""
    require(by, "pipelines.add_pipeline")
    template = TEMPLATES.get(key)
    if template is None:
        raise RuleBroken({"key": _("There is no such template.")}, code="does_not_exist")
    there = Pipeline.objects.filter(kind=template.kind, key=key).first()
    if there is not None:
        return there
    values = {"kind": template.kind, "key": key, "name": template.name, "name_de": template.name_de}
    stages = [
        {
            "key": stage.key,
            "name": stage.name,
            "name_de": stage.name_de,
            "kind": stage.kind,
            "probability": stage.probability,
            "color": stage.color,
            "rotting_days": stage.rotting_days,
            "required_fields": list(template.requires),
        }
        for stage in template.stages
    ]
    return create_pipeline(by=by, values=values, stages=stages)


@service
def update_pipeline(*, pipeline_id: int, by: Actor, values: Values) -> Pipeline:
    """Rename, retire or make default. One that is the default stays so until another becomes it."""
    require(by, "pipelines.change_pipeline")
    pipeline = _locked(pipeline_id)
    was_default = pipeline.is_default
    changes = apply(pipeline, values, by=by, fields=PIPELINE_FIELDS)
    if was_default and not pipeline.is_default:
        raise RuleBroken({"is_default": _("Make another pipeline the default instead.")}, code="default")
    check_default(is_default=pipeline.is_default, is_active=pipeline.is_active)
    if changes:
        check(pipeline)
        if "is_default" in changes:
            _make_default(pipeline)
        pipeline.save(update_fields=list(changes))
        publish_set_up(event=occurred.PipelineChanged(key=pipeline.key), record=pipeline, kinds=[pipeline.kind], by=by, changes=changes)
    return pipeline


@service
def reorder_pipelines(*, kind: PipelineKind | str, order: Sequence[int], by: Actor) -> list[Pipeline]:
    """Put the pipelines of a kind into this order (all their ids)."""
    require(by, "pipelines.change_pipeline")
    rows = {row.pk: row for row in Pipeline.objects.select_for_update(of=("self",)).filter(kind=kind)}
    check_order(order, rows)
    for number, pk in enumerate(order):
        if rows[pk].order != number:
            changes = {"order": (rows[pk].order, number)}
            rows[pk].order = number
            rows[pk].save(update_fields=["order"])
            publish_set_up(event=occurred.PipelineChanged(key=rows[pk].key), record=rows[pk], kinds=[kind], by=by, changes=changes)
    return [rows[pk] for pk in order]


@service
def delete_pipeline(*, pipeline_id: int, by: Actor) -> None:
    """Delete a pipeline that never held a record. One in use is retired instead: nobody loses deals by tidying set-up."""
    require(by, "pipelines.delete_pipeline")
    pipeline = _locked(pipeline_id)
    if pipeline.is_default:
        raise RuleBroken(_("Make another pipeline the default before you delete this one."), code="default")
    if pipeline_in_use(pipeline):
        raise RuleBroken(_("This pipeline is in use: retire it instead, and nothing in it is lost."), code="in_use")
    publish_set_up(event=occurred.PipelineDeleted(key=pipeline.key), record=pipeline, kinds=[pipeline.kind], by=by)
    Stage.objects.filter(pipeline=pipeline).delete()
    pipeline.delete()
