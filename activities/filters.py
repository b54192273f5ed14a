"""What activities are found by."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, CallOutcome, Direction, TaskStatus
from activities.models import ActivityLink
from dataviews.filters import Choice, Instant, Number, Owner, RecordFilter, Relation, Search
from dataviews.kinds import Label


class On(Relation):
    """The activities on a record of one kind. The record models stand above this app, so the link leads to them."""

    def __init__(self, label: Label, kind: str) -> None:
        super().__init__(label, None, "id")  # type: ignore[arg-type]
        self.kind = kind

    @property
    def model(self) -> type[Model]:
        return ActivityLink._meta.get_field(self.kind).related_model  # type: ignore[return-value]

    @model.setter
    def model(self, value: Any) -> None:
        """Known by its name alone."""

    def q(self, suffix: str, value: Any, fs: RecordFilter) -> Q:
        links = ActivityLink.objects.filter(**{f"{self.kind}__in": self.visible(value, fs).values("pk")})
        return Q(pk__in=links.values("activity"))


class ActivityFilter(RecordFilter):
    search = Search()
    kind = Choice(_("Kind"), lambda: list(ActivityKind.choices))
    status = Choice(_("Status"), lambda: list(TaskStatus.choices))
    owner = Owner(_("Owner"))
    assignee = Owner(_("For"))
    direction = Choice(_("Direction"), lambda: list(Direction.choices))
    outcome = Choice(_("Outcome"), lambda: list(CallOutcome.choices))
    priority = Number(_("Priority"), integer=True)
    at = Instant(_("When"))
    due_at = Instant(_("Due"))
    created_at = Instant(_("Created"))
    updated_at = Instant(_("Changed"))
    lead = On(_("Lead"), "lead")
    contact = On(_("Contact"), "contact")
    company = On(_("Company"), "company")
    opportunity = On(_("Opportunity"), "opportunity")
