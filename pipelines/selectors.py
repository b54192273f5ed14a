"""Reads of the set-up that services and pages of all record types share."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Prefetch, QuerySet
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import ExternalId
from core.record import Record
from pipelines.choices import PipelineKind, StageKind
from pipelines.models import LookupValue, Pipeline, Stage, StageChange, Tag


def record_model(kind: str) -> type[Record]:
    """'opportunity' -> its model. The record models are above this app; keys by name lead to them."""
    model = ExternalId._meta.get_field(kind).related_model
    assert isinstance(model, type) and issubclass(model, Record)
    return model


def requirable_fields(kind: str) -> list[str]:
    """The names that a stage of this kind may require: what people fill in on the record."""
    fields = record_model(kind)._meta.concrete_fields
    return [field.name for field in fields if field.editable and not field.primary_key]


def stages_of(pipeline: Pipeline | int) -> list[Stage]:
    """All stages of a pipeline in their order, retired ones too."""
    return list(Stage.objects.filter(pipeline=pipeline).order_by("order", "id"))


def entry_stage(kind: str, pipeline: Pipeline | int | None = None) -> Stage | None:
    """Where new records begin: in the given pipeline, else in the default one of the kind. None where there is none."""
    stages = Stage.objects.select_related("pipeline").filter(is_entry=True)
    if pipeline is None:
        return stages.filter(pipeline__kind=kind, pipeline__is_default=True, pipeline__is_active=True).first()
    return stages.filter(pipeline=pipeline).first()


def outcome_stage(pipeline_id: int, kind: StageKind | str) -> Stage | None:
    """The first stage in use of a pipeline that is won, or lost."""
    stages = Stage.objects.select_related("pipeline").filter(pipeline_id=pipeline_id, kind=kind, is_active=True)
    return stages.order_by("order", "id").first()


def last_open_stage(record: Record) -> Stage | None:
    """The open stage, still in use, of its pipeline that a record was in last; else the pipeline's entry stage."""
    kind = str(record._meta.model_name)
    pipeline_id = record.pipeline_id  # type: ignore[attr-defined]
    stages = Stage.objects.select_related("pipeline").filter(pipeline_id=pipeline_id, kind=StageKind.OPEN, is_active=True)
    been = StageChange.objects.filter(**{kind: record.pk}, to_stage__in=stages.order_by()).order_by("-at", "-id")
    last = been.values_list("to_stage_id", flat=True).first()
    return stages.get(pk=last) if last else entry_stage(kind, pipeline_id)


def chosen_pipeline(given: Any, *, kind: PipelineKind | str) -> Pipeline:
    """The pipeline that an instance, id or key names. Raises RuleBroken."""
    if isinstance(given, Pipeline):
        given = given.pk
    wanted = {"key": given} if isinstance(given, str) else {"pk": given}
    found = Pipeline.objects.filter(kind=kind, **wanted).first()
    if found is None:
        raise RuleBroken({"pipeline": _("There is no such pipeline.")}, code="does_not_exist")
    return found


def chosen_stage(given: Any, *, kind: PipelineKind | str, pipeline: Pipeline | int | None) -> Stage:
    """The stage that an instance, id or key names, with its pipeline. A key means the stage of the given pipeline, or of
    the default one. Raises RuleBroken when there is none of this kind.
    """
    stages = Stage.objects.select_related("pipeline").filter(pipeline__kind=kind)
    if isinstance(given, str):
        within = {"pipeline__is_default": True} if pipeline is None else {"pipeline": pipeline}
        found = stages.filter(key=given, **within).first()
    else:
        found = stages.filter(pk=given.pk if isinstance(given, Stage) else given).first()
    if found is None:
        raise RuleBroken({"stage": _("There is no such stage.")}, code="does_not_exist")
    return found


def listed(list_name: str, given: Any, *, field: str) -> LookupValue | None:
    """The value of a list that an instance, id or key names; None for none. Raises RuleBroken for an unknown one."""
    if given in (None, ""):
        return None
    if isinstance(given, LookupValue):
        given = given.pk
    wanted = {"key": given} if isinstance(given, str) else {"pk": given}
    found = LookupValue.objects.filter(list=list_name, **wanted).first()
    if found is None:
        raise RuleBroken({field: _("There is no such value.")}, code="invalid_choice")
    return found


def users_of(row: Model) -> list[tuple[type[Model], str]]:
    """(model, field) of every foreign key to this kind of set-up row, however far above its model stands."""
    keys = [relation for relation in row._meta.get_fields(include_hidden=True) if relation.one_to_many and relation.auto_created]
    return [(relation.related_model, relation.field.name) for relation in keys]  # type: ignore[union-attr,misc]


def in_use(row: Model) -> bool:
    """Does anything name this row?"""
    return any(model._base_manager.filter(**{name: row.pk}).exists() for model, name in users_of(row))


def held_by(stage: Stage) -> QuerySet:
    """The records in a stage, those in the trash too: they keep their stage for a restore."""
    return record_model(stage.pipeline.kind).objects.filter(stage=stage)


def pipeline_in_use(pipeline: Pipeline) -> bool:
    """Does it hold records, or did its stages ever?"""
    return record_model(pipeline.kind).objects.filter(pipeline=pipeline).exists() or any(in_use(stage) for stage in stages_of(pipeline))


def pipelines_with_stages() -> QuerySet[Pipeline]:
    """Every pipeline with its stages in their order: set-up is seen by every member."""
    stages = Stage.objects.select_related("sets_status").order_by("order", "id")
    return Pipeline.objects.prefetch_related(Prefetch("stages", stages))


def list_values() -> QuerySet[LookupValue]:
    """The values of every list."""
    return LookupValue.objects.all()


def all_tags() -> QuerySet[Tag]:
    """The tags of the business."""
    return Tag.objects.all()


def tags_of(record: str, pk: int) -> list[dict[str, Any]]:
    """[{id, name, color}] of one record; `record` is its model's name."""
    return list(Tag.objects.filter(**{record: pk}).order_by("name", "id").values("id", "name", "color"))
