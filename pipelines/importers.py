"""Tags as an import, and how rows of other kinds name tags, list values, pipelines and stages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from exchange.declare import Field, Importer, Moment, Reference, register
from pipelines.models import LookupValue, Pipeline, Stage, Tag
from pipelines.services import create_tag, get_or_create_lookup_value, get_or_create_tag


def find_listed(texts: set[str], *, by: Any, list_name: str) -> dict[str, list[Any]]:
    """Values of a list by key or by one of their names."""
    rows = list(LookupValue.objects.filter(list=list_name))
    return {text: [row for row in rows if text.casefold() in (row.key, row.name.casefold(), row.name_de.casefold())][:1] for text in texts}


def make_listed(text: str, *, by: Any, list_name: str) -> LookupValue:
    """A new value at the end of the list."""
    return get_or_create_lookup_value(list=list_name, name=text, by=by)[0]


def listed_as(list_name: str) -> Reference:
    """A field that holds a value of this list; what is not there yet is added, for who may."""
    return Reference(partial(find_listed, list_name=list_name), make=partial(make_listed, list_name=list_name))


def find_tags(texts: set[str], *, by: Any) -> dict[str, list[Any]]:
    """Tags by name, whatever its case."""
    called = {tag.name.casefold(): tag for tag in Tag.objects.all()}
    return {text: [called[text.casefold()]] if text.casefold() in called else [] for text in texts}


def make_listed_tag(text: str, *, by: Any) -> Tag:
    """A new tag."""
    return get_or_create_tag(name=text, by=by)[0]


TAGS = Reference(find_tags, make=make_listed_tag, many=True)


def find_pipelines(texts: set[str], *, by: Any, kind: str) -> dict[str, list[Any]]:
    """Pipelines of a kind by key or by one of their names."""
    rows = list(Pipeline.objects.filter(kind=kind, is_active=True))
    return {text: [row for row in rows if text.casefold() in (row.key, row.name.casefold(), row.name_de.casefold())] for text in texts}


def find_stages(texts: set[str], *, by: Any, kind: str) -> dict[str, list[Any]]:
    """Stages by key or name: 'pipeline:stage', the default pipeline's where none is named."""
    rows = list(Stage.objects.select_related("pipeline").filter(pipeline__kind=kind, is_active=True))
    found: dict[str, list[Any]] = {}
    for text in texts:
        pipeline, _colon, name = (part.casefold() for part in text.partition(":"))
        found[text] = [
            stage
            for stage in rows
            if name in (stage.key, stage.name.casefold(), stage.name_de.casefold())
            and (pipeline in (stage.pipeline.key, stage.pipeline.name.casefold()) if pipeline else stage.pipeline.is_default)
        ]
    return found


def pipeline_of(kind: str) -> Reference:
    """A field that holds a pipeline of this kind."""
    return Reference(partial(find_pipelines, kind=kind))


def stage_of(kind: str) -> Reference:
    """A field that holds a stage of the row's pipeline."""
    return Reference(partial(find_stages, kind=kind), scope="pipeline")


def known_tags(keys: list[str], *, by: Any) -> Mapping[str, Any]:
    """Which of these tags there are."""
    return {tag.name.lower(): tag for tag in Tag.objects.all()}


def make_tag(*, values: dict[str, Any], by: Any, moment: Moment) -> Tag:
    """One tag by its service."""
    return create_tag(by=by, values=values)


register(
    Importer(
        kind="tags",
        model=Tag,
        permission="pipelines.add_tag",
        key="name",
        create=make_tag,
        known=known_tags,
        fields=(Field("name", required=True, synonyms=("tag", "label", "product")), Field("color", synonyms=("colour",))),
    )
)
