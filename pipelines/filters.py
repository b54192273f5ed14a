"""Filter fields over pipelines and stages, narrowed to one kind of record: their keys may stand in several pipelines."""

from __future__ import annotations

from dataviews.filters import RecordFilter, Ref
from dataviews.kinds import Label
from dataviews.lists import Item
from pipelines.choices import PipelineKind


class PipelineRef(Ref):
    """The pipelines of one kind of record."""

    def __init__(self, label: Label, kind: PipelineKind) -> None:
        super().__init__(label, "pipeline")
        self.kind = kind

    def items(self, fs: RecordFilter) -> list[Item]:
        return [item for item in super().items(fs) if item.kind == self.kind]


class StageRef(Ref):
    """The stages of the pipelines of one kind. A key means that stage in any of them unless `pipeline=` is given."""

    def __init__(self, label: Label, kind: PipelineKind) -> None:
        super().__init__(label, "stage")
        self.kind = kind

    def items(self, fs: RecordFilter) -> list[Item]:
        pipelines = {item.id for item in fs.lists.items("pipeline") if item.kind == self.kind}
        return [item for item in super().items(fs) if item.parent in pipelines]
