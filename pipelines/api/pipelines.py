"""Pipelines with their stages: read by every member, changed by administrators."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.listing import SetUpViewSet, told, truth, word
from core.api.shapes import Body, Flag, Items, Key, OneOf, Text, Whole
from core.errors import RuleBroken
from core.records import checked_id
from pipelines.choices import PipelineKind, StageKind, Tone
from pipelines.models import Pipeline, Stage
from pipelines.selectors import pipelines_with_stages, stages_of
from pipelines.services import create_pipeline, create_stage, delete_pipeline, delete_stage, update_pipeline, update_stage

# --- shapes


class StageBody(Body):
    """A stage. `key` is given once; without it the name makes it."""

    key = Key()
    name = Text(80, required=True)
    name_de = Text(80)
    kind = OneOf(StageKind.choices)
    order = Whole(min_value=0)
    probability = Whole(help_text="Percent, 0 to 100: the default of the stage's opportunities.")
    rotting_days = Whole(allow_null=True)
    wip_limit = Whole(allow_null=True)
    required_fields = Items(
        serializers.CharField(max_length=200), help_text="What a record must have to enter; `a|b` asks for one of both."
    )
    sets_status = Key(allow_null=True, help_text="The key of the lead status that entering sets.")
    color = OneOf(Tone.choices)
    is_entry = Flag()
    is_active = Flag()


class StageChangeBody(StageBody):
    """What of a stage can change: everything but its key."""

    key = None  # type: ignore[assignment]


class PipelineBody(Body):
    """A pipeline with its stages in their order."""

    kind = OneOf(PipelineKind.choices)
    key = Key()
    name = Text(80, required=True)
    name_de = Text(80)
    order = Whole(min_value=0)
    is_default = Flag()
    is_active = Flag()
    stages = Items(StageBody())


class PipelineChangeBody(PipelineBody):
    """What of a pipeline can change; its stages have addresses of their own."""

    kind = key = stages = None  # type: ignore[assignment]


class StageAnswer(serializers.Serializer):
    """One stage."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    name_de = serializers.CharField()
    kind = serializers.ChoiceField(StageKind.choices)
    order = serializers.IntegerField()
    probability = serializers.IntegerField()
    rotting_days = serializers.IntegerField(allow_null=True)
    wip_limit = serializers.IntegerField(allow_null=True)
    required_fields = serializers.ListField(child=serializers.CharField())
    sets_status = serializers.CharField(allow_null=True)
    color = serializers.ChoiceField(Tone.choices)
    is_entry = serializers.BooleanField()
    is_active = serializers.BooleanField()


class StagesAnswer(serializers.Serializer):
    """The stages of a pipeline in their order."""

    results = StageAnswer(many=True)


class PipelineAnswer(serializers.Serializer):
    """A pipeline with its stages."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(PipelineKind.choices)
    key = serializers.CharField()
    name = serializers.CharField()
    name_de = serializers.CharField()
    order = serializers.IntegerField()
    is_default = serializers.BooleanField()
    is_active = serializers.BooleanField()
    stages = StageAnswer(many=True)


def stage_row(stage: Stage) -> dict[str, Any]:
    return told(stage, StageAnswer, sets_status=stage.sets_status.key if stage.sets_status else None)


# --- pipelines


class PipelineViewSet(SetUpViewSet):
    resource = "pipelines"
    noun = "pipeline"
    view_permission = "pipelines.view_pipeline"
    bodies = {
        "create": PipelineBody,
        "partial_update": PipelineChangeBody,
        "add_stage": StageBody,
        "change_stage": StageChangeBody,
    }
    answers = {
        "retrieve": PipelineAnswer,
        "stages": StagesAnswer,
        "stage": StageAnswer,
        "add_stage": StageAnswer,
        "change_stage": StageAnswer,
    }
    permissions = {
        "create": "pipelines.add_pipeline",
        "partial_update": "pipelines.change_pipeline",
        "destroy": "pipelines.delete_pipeline",
        "add_stage": "pipelines.add_stage",
        "change_stage": "pipelines.change_stage",
        "remove_stage": "pipelines.delete_stage",
    }
    creates = frozenset({"create", "add_stage"})
    read_only = frozenset(PipelineAnswer._declared_fields) | frozenset(StageAnswer._declared_fields)
    parameters = {"remove_stage": ("move_to",)}
    filters = {"kind": word("kind", PipelineKind.values), "key": word("key"), "is_active": truth("is_active")}

    def rows(self) -> QuerySet:
        return pipelines_with_stages()

    def row(self, instance: Pipeline) -> dict[str, Any]:
        return told(instance, PipelineAnswer, stages=[stage_row(stage) for stage in instance.stages.all()])

    def create(self, request: Request) -> Response:
        """Create one pipeline with its stages. Left out, it begins with the least it must have."""
        values = self.read()
        stages = values.pop("stages", None)
        pipeline = create_pipeline(by=request.user, values=values, stages=stages)
        place = {"Location": f"{request.path.rstrip('/')}/{pipeline.pk}"}
        return Response(self.row(self.found(pipeline.pk)), status.HTTP_201_CREATED, headers=place)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename a pipeline, retire it or make it the default."""
        pipeline = self.found(pk)
        update_pipeline(pipeline_id=pipeline.pk, by=request.user, values=self.read(partial=True))
        return Response(self.row(self.found(pk)))

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a pipeline that never held a record. One in use is retired instead, by PATCH."""
        delete_pipeline(pipeline_id=self.found(pk).pk, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["get"], url_path="stages")
    def stages(self, request: Request, pk: str) -> Response:
        """List the stages of one pipeline in their order."""
        return Response({"results": [stage_row(stage) for stage in self.found(pk).stages.all()]})

    @stages.mapping.post
    def add_stage(self, request: Request, pk: str) -> Response:
        """Add a stage to one pipeline. Before the closed ones unless an order is given."""
        stage = create_stage(pipeline_id=self.found(pk).pk, by=request.user, values=self.read())
        place = {"Location": f"{request.path.rstrip('/')}/{stage.pk}"}
        return Response(stage_row(stage), status.HTTP_201_CREATED, headers=place)

    @action(detail=True, methods=["get"], url_path="stages/(?P<stage_id>[0-9]{1,19})")
    def stage(self, request: Request, pk: str, stage_id: str) -> Response:
        """Read one stage."""
        return Response(stage_row(self._stage(pk, stage_id)))

    @stage.mapping.patch
    def change_stage(self, request: Request, pk: str, stage_id: str) -> Response:
        """Change one stage. One that holds records keeps being open, won or lost."""
        stage = self._stage(pk, stage_id)
        return Response(stage_row(update_stage(stage_id=stage.pk, by=request.user, values=self.read(partial=True))))

    @stage.mapping.delete
    def remove_stage(self, request: Request, pk: str, stage_id: str) -> Response:
        """Delete one stage. The records it holds go to the stage named by `move_to`, its id or key."""
        stage = self._stage(pk, stage_id)
        delete_stage(stage_id=stage.pk, by=request.user, move_to=self._successor(stage))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _stage(self, pk: str, stage_id: str) -> Stage:
        """A stage of this very pipeline. Raises DoesNotExist."""
        wanted = checked_id(stage_id, Stage)
        found = next((stage for stage in self.found(pk).stages.all() if stage.pk == wanted), None)
        if found is None:
            raise Stage.DoesNotExist
        return found

    def _successor(self, stage: Stage) -> int | None:
        given = self.request.query_params.get("move_to", "")
        if not given:
            return None
        found = next((other for other in stages_of(stage.pipeline_id) if given in (other.key, str(other.pk))), None)
        if found is None:
            raise RuleBroken({"move_to": _("There is no such stage.")}, code="does_not_exist")
        return found.pk
