"""What lists and boards take from the set-up of a business: its small lists, and the lanes of a pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from dataviews import lists
from dataviews.declare import Lane, Switch
from dataviews.lists import Item, Source
from dataviews.state import State
from pipelines.choices import PipelineKind, StageKind
from pipelines.models import LookupValue, Pipeline, Stage, Tag

NAMED: dict[str, Any] = {"key": "key", "label": "name", "label_de": "name_de", "order": "order", "is_active": "is_active"}

lists.provide(Source("pipeline", Pipeline, kind="kind", flag="is_default", **NAMED))
lists.provide(Source("stage", Stage, tone="color", parent="pipeline_id", kind="kind", number="probability", limit="rotting_days", **NAMED))
lists.provide(Source("", LookupValue, name_column="list", tone="color", **NAMED))
lists.provide(Source("tag", Tag, key="name", label="name", tone="color"))

_ICONS = {StageKind.WON: "won", StageKind.LOST: "lost"}


def pipeline_of(state: State, kind: PipelineKind) -> Item | None:
    """The one pipeline whose board this is: the filter's first, else the default, else the first in use."""
    known = [item for item in state.ctx.lists.items("pipeline") if item.kind == kind]
    for key in state.filters.values.get("pipeline", ()):
        return next(item for item in known if item.key == key)
    return next((item for item in known if item.flag and item.is_active), None) or next((item for item in known if item.is_active), None)


def in_pipeline(kind: PipelineKind) -> Callable[[State], Q]:
    """The board's rows: those of its pipeline, and on a board without any pipeline all."""

    def within(state: State) -> Q:
        pipeline = pipeline_of(state, kind)
        return Q(pipeline_id=pipeline.id) if pipeline else Q(pk__isnull=False)

    return within


def in_pipeline_or_none(kind: PipelineKind) -> Callable[[State], Q]:
    """The same for records that may stand outside of every pipeline: those are the lane "Unassigned"."""
    return lambda state: in_pipeline(kind)(state) | Q(pipeline_id=None)


def stage_lanes(kind: PipelineKind) -> Callable[[State], list[Lane]]:
    """The active stages in their order; won and lost are folded."""

    def lanes(state: State) -> list[Lane]:
        pipeline = pipeline_of(state, kind)
        stages = [item for item in state.ctx.lists.items("stage") if pipeline and item.parent == pipeline.id and item.is_active]
        return [_lane(item, kind) for item in sorted(stages, key=lambda item: item.kind != StageKind.OPEN)]

    return lanes


def _lane(item: Item, kind: PipelineKind) -> Lane:
    is_open = item.kind == StageKind.OPEN
    return Lane(
        key=item.key,
        label=item.label,
        value=item.id,
        tone=item.tone,
        hint=f"{item.number}%" if is_open and kind == PipelineKind.OPPORTUNITY else "",
        limit=item.limit if is_open else None,
        folded=not is_open,
        icon=_ICONS.get(StageKind(item.kind), ""),
    )


def pipeline_switch(kind: PipelineKind) -> Callable[[State], list[Switch]]:
    """The other pipelines of this kind; none where there is but one."""

    def switch(state: State) -> list[Switch]:
        known = [item for item in state.ctx.lists.items("pipeline") if item.kind == kind and item.is_active]
        now = pipeline_of(state, kind)
        return [Switch(item.label, {"pipeline": item.key}, item == now) for item in known] if len(known) > 1 else []

    return switch


def lookup_lanes(name: str, *, folded: frozenset[str] = frozenset()) -> Callable[[State], list[Lane]]:
    """The values of a list in use, in their order; those whose keys are `folded` stand folded at the end."""

    def lanes(state: State) -> list[Lane]:
        items = [item for item in state.ctx.lists.items(name) if item.is_active]
        found = [
            Lane(item.key, item.label, item.id, item.tone, folded=item.key in folded, icon=_ICONS.get(item.key, ""))  # type: ignore[call-overload]
            for item in items
        ]
        return sorted(found, key=lambda lane: lane.folded)

    return lanes


def people_lanes(state: State) -> list[Lane]:
    """One lane per active colleague."""
    return [Lane(item.key, item.label, item.id) for item in state.ctx.lists.items("user") if item.is_active]
