"""The endpoints of activities; /tasks, /calls and /notes are those of one kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from activities.choices import ActivityKind, CallOutcome, Direction, Priority, Recurrence, TaskStatus
from activities.dataviews import ACTIVITIES, CALLS, NOTES, TASKS
from activities.models import Activity
from activities.querysets import KINDS
from activities.selectors.links import links_column, told_links
from activities.services import (
    cancel_task,
    complete_task,
    create_activity,
    delete_activity,
    purge_activity,
    reopen_task,
    restore_activity,
    update_activity,
)
from core.api.records import RecordViewSet, Service, Services
from core.api.shapes import Body, Inside, Items, Moment, Named, OneOf, Ref, Text, Whole, WithVersion
from core.records import checked_id
from dataviews.api import Computed, RecordListing
from pipelines.api.columns import BASE, STAMPS, person

TEXTS = ("subject", "body", "direction", "outcome", "priority", "status", "recurrence")
TIMES = ("at", "due_at", "duration_minutes", "reminder_at", "completed_at")


class LinkBody(Inside):
    """A record that the activity is on."""

    type = OneOf([(kind, kind) for kind in KINDS], required=True)
    id = Ref(required=True)


class ActivityFields(Body):
    """What every kind has, as far as it fits the kind."""

    subject = Text(200)
    body = Text(20_000)
    at = Moment(help_text="When it happened; default: now. Not for tasks.")
    due_at = Moment(help_text="Only for tasks.")
    duration_minutes = Whole(allow_null=True, min_value=0)
    direction = OneOf(Direction.choices, allow_blank=True)
    outcome = OneOf(CallOutcome.choices, allow_blank=True)
    priority = OneOf(Priority.choices)
    assignee = Ref(help_text="For whom a task is; default: its owner.")
    reminder_at = Moment()
    recurrence = OneOf(Recurrence.choices, allow_blank=True)
    links = Items(LinkBody(), help_text="The records it is on: these and no others, as far as the asker sees them.")


class OneKindBody(ActivityFields):
    """An activity whose kind the path says."""

    status = OneOf(TaskStatus.choices)
    completed_at = Moment(help_text="When a task that is made as done was done.")
    owner = Ref()


class ActivityBody(OneKindBody):
    """An activity. A task needs a subject, anything else a subject or a text."""

    kind = OneOf(ActivityKind.choices, required=True)


class ActivityChange(ActivityFields, WithVersion):
    """The fields to change. A task's status changes by complete, reopen and cancel."""


class LinkTold(serializers.Serializer):
    """A record that the activity is on; those that the reader may not see are left out."""

    type = serializers.ChoiceField([(kind, kind) for kind in KINDS])
    id = serializers.IntegerField()
    name = serializers.CharField()


class ActivityViewSet(RecordListing, RecordViewSet):
    resource = "activities"
    noun = "activity"
    scope = "activities"
    model = Activity
    dataview = ACTIVITIES
    kind: ClassVar[str] = ""
    services = Services(create_activity, update_activity, delete_activity, restore_activity, purge_activity)
    api_columns = {
        **BASE,
        "kind": "kind",
        **{name: name for name in (*TEXTS, *TIMES)},
        "assignee": person("assignee"),
        "owner": person("owner"),
        "links": Computed(("gathered_links",), lambda row: told_links(row["gathered_links"])),
        **STAMPS,
    }
    extra_answers = {
        "assignee": Named(allow_null=True),
        "owner": Named(allow_null=True),
        "links": LinkTold(many=True),
    }
    bodies: ClassVar[dict[str, type[Body]]] = {"create": ActivityBody, "partial_update": ActivityChange}

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset().annotate(gathered_links=links_column(self.request.user))
        return rows.filter(kind=self.kind) if self.kind else rows

    def create(self, request: Request) -> Response:
        """Create one {noun}. Each record it is on needs the right to change that record."""
        values = self.read()
        links = pairs(values.pop("links", ()))
        if self.kind:
            values["kind"] = self.kind
        return self.created(create_activity(by=request.user, values=values, links=links))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the named fields of one {noun}. A stale version or If-Match is 412 and shows the record as it is."""
        values = self.read(partial=True)
        version = self.based_on(values)
        links = pairs(values.pop("links")) if "links" in values else None
        return self.changed(self.serve(update_activity, pk, version=version, values=values, links=links))

    def serve(self, service: Service, pk: Any, **values: Any) -> Any:
        if self.kind:
            self._check_kind(pk)
        return super().serve(service, pk, **values)

    def _check_kind(self, pk: Any) -> None:
        """/notes/7 is not there when 7 is a task, in the trash or not. Raises DoesNotExist."""
        user, wanted = self.request.user, {"pk": checked_id(pk, Activity), "kind": self.kind}
        if not (Activity.objects.visible_to(user).filter(**wanted).exists() or Activity.objects.in_trash(user).filter(**wanted).exists()):
            raise Activity.DoesNotExist


class OneKind(ActivityViewSet):
    """The activities of one kind, under a name of their own."""

    bodies: ClassVar[dict[str, type[Body]]] = {"create": OneKindBody, "partial_update": ActivityChange}

    @classmethod
    def described_by(cls) -> type[RecordViewSet]:
        return ActivityViewSet


class CallViewSet(OneKind):
    resource = "calls"
    noun = "call"
    dataview = CALLS
    kind = ActivityKind.CALL


class NoteViewSet(OneKind):
    resource = "notes"
    noun = "note"
    dataview = NOTES
    kind = ActivityKind.NOTE


class TaskStep(WithVersion):
    """Nothing but the version."""


class TaskViewSet(OneKind):
    resource = "tasks"
    noun = "task"
    dataview = TASKS
    kind = ActivityKind.TASK
    bodies: ClassVar[dict[str, type[Body]]] = {**OneKind.bodies, "complete": TaskStep, "reopen": TaskStep, "cancel": TaskStep}
    permissions = dict.fromkeys(("complete", "reopen", "cancel"), "activities.change_activity")

    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Say that one {noun} is done. One that repeats makes the next; done twice, it stays as the first time made it."""
        return self._step(complete_task, pk)

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Open one {noun} again that was done or called off."""
        return self._step(reopen_task, pk)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Call one {noun} off."""
        return self._step(cancel_task, pk)

    def _step(self, service: Service, pk: str) -> Response:
        return self.changed(self.serve(service, pk, version=self.based_on(self.read())))


def pairs(links: Iterable[dict[str, Any]]) -> list[tuple[str, int]]:
    """Links as the services take them."""
    return [(link["type"], link["id"]) for link in links]
