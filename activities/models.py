"""What happened and what is next: notes, calls, e-mails, meetings and tasks on any number of records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, CallOutcome, Direction, Priority, Recurrence, TaskStatus
from activities.querysets import KINDS, ActivityManager, own_may, own_reach
from activities.rules import TASK_ONLY, check_activity
from core.fields import LongText, ShortText
from core.record import Record, keyset_index
from core.tenants import TenantModel


class Activity(Record):
    """`at`: when it happened. Tasks have due_at, a status and an assignee; an e-mail or note has none of them."""

    kind = models.CharField(_("kind"), max_length=8, choices=ActivityKind.choices)
    # Only tasks and calls have one.
    reference = models.CharField(_("reference"), max_length=30, null=True, editable=False)  # type: ignore[assignment]
    subject = ShortText(_("subject"), max_length=200, blank=True)
    body = LongText(_("text"), blank=True)
    at = models.DateTimeField(_("when"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    duration_minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=CallOutcome.choices, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("for")
    )
    status = models.CharField(_("status"), max_length=10, choices=TaskStatus.choices, blank=True)
    completed_at = models.DateTimeField(_("done at"), null=True, editable=False)
    reminder_at = models.DateTimeField(_("remind"), null=True, blank=True)
    recurrence = models.CharField(_("repeats"), max_length=10, choices=Recurrence.choices, blank=True)

    objects: ClassVar[ActivityManager] = ActivityManager()
    reference_patterns = {ActivityKind.TASK: "T-{n}", ActivityKind.CALL: "CALL-{n}"}
    search_number = 5
    search_fields = frozenset({"subject"})
    path = "activities"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        permissions = [("purge_activity", "Can delete activities for good"), ("export_activity", "Can export activities")]
        constraints = [
            models.UniqueConstraint(fields=["business", "reference"], name="activity_reference"),
            models.CheckConstraint(
                name="activity_task_status",
                condition=Q(kind="task") & ~Q(status="") | ~Q(kind="task") & Q(status=""),
                violation_error_message=_("A task has a status; nothing else has one."),
            ),
            models.CheckConstraint(
                name="activity_task_assignee",
                condition=Q(kind="task", assignee__isnull=False)
                | ~Q(kind="task") & Q(assignee=None, due_at=None, reminder_at=None, recurrence=""),
                violation_error_message=_("A task is for somebody; nothing else is due."),
            ),
            models.CheckConstraint(
                name="activity_recurrence_due",
                condition=Q(recurrence="") | Q(due_at__isnull=False),
                violation_error_message=_("A task that repeats has a due time."),
            ),
            models.CheckConstraint(
                name="activity_call_outcome",
                condition=Q(outcome="") | Q(kind="call"),
                violation_error_message=_("Only a call has an outcome."),
            ),
            models.CheckConstraint(
                name="activity_done_at",
                condition=Q(status="done", completed_at__isnull=False) | ~Q(status="done") & Q(completed_at=None),
            ),
        ]
        indexes = [
            keyset_index("activity_list", "created_at"),
            keyset_index("activity_due", "due_at"),
            models.Index(
                fields=["business", "assignee", "status", "due_at", "id"],
                name="activity_my_day",
                condition=Q(deleted_at=None, kind="task"),
            ),
            keyset_index("activity_owner", "owner", "created_at"),
            keyset_index("activity_kind", "kind", "created_at"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.subject or self.body[:60] or str(self.get_kind_display())

    def numbering(self) -> tuple[str, str] | None:
        pattern = self.reference_patterns.get(ActivityKind(self.kind))
        return (self.kind, pattern) if pattern else None

    def search_names(self) -> Iterable[str]:
        return (self.subject,)

    def clean(self) -> None:
        check_activity(
            kind=self.kind,
            subject=self.subject,
            body=self.body,
            status=self.status,
            outcome=self.outcome,
            direction=self.direction,
            task_only={name: getattr(self, "assignee_id" if name == "assignee" else name) for name in TASK_ONLY},
        )

    @classmethod
    def own_reach(cls, user: Any, action: str) -> Q:
        """Instead of a scope over owners: seen through its records (domain.md)."""
        return own_reach(cls, user, action)

    @classmethod
    def own_may(cls, user: Any, action: str, row: Activity) -> bool:
        return own_may(cls, user, action, row)


class ActivityLink(TenantModel):
    """What an activity is about: exactly one record per row, any number of rows."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="links")
    lead = models.ForeignKey("leads.Lead", models.CASCADE, null=True, related_name="activity_links")
    contact = models.ForeignKey("contacts.Contact", models.CASCADE, null=True, related_name="activity_links")
    company = models.ForeignKey("contacts.Company", models.CASCADE, null=True, related_name="activity_links")
    opportunity = models.ForeignKey("opportunities.Opportunity", models.CASCADE, null=True, related_name="activity_links")

    KINDS = KINDS

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="activity_link_one_record",
                condition=Q(lead__isnull=False, contact=None, company=None, opportunity=None)
                | Q(lead=None, contact__isnull=False, company=None, opportunity=None)
                | Q(lead=None, contact=None, company__isnull=False, opportunity=None)
                | Q(lead=None, contact=None, company=None, opportunity__isnull=False),
            ),
            *(models.UniqueConstraint(fields=["activity", kind], name=f"activity_link_{kind}") for kind in KINDS),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} → {self.kind}"

    @property
    def kind(self) -> str:
        """Which record type this link names."""
        return next(kind for kind in self.KINDS if getattr(self, f"{kind}_id"))
