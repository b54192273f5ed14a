"""Activities and tasks for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities import services
from activities.models import Activity
from core.admin import RecordAdmin, TrashFilter

STATE = ("reference", "created_at", "updated_at", "created_by", "version")


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    list_display = ("title", "kind", "status", "due_at", "assignee", "owner", "at", "created_at")
    list_filter = ("kind", "status", ("assignee", admin.RelatedOnlyFieldListFilter), TrashFilter)
    list_select_related = ("owner", "branch", "assignee")
    autocomplete_fields = ("owner", "assignee")
    readonly_fields = (*STATE, "kind", "status", "completed_at")
    fieldsets = (
        (None, {"fields": ("kind", "subject", "body", ("at", "duration_minutes", "direction", "outcome"), "owner")}),
        (_("Task"), {"fields": (("due_at", "priority", "assignee"), ("status", "completed_at"), ("reminder_at", "recurrence"))}),
        (_("State"), {"fields": STATE}),
    )
    actions = ("complete", "restore_chosen", "purge_chosen")
    id_argument = "activity_id"
    update = staticmethod(services.update_activity)
    delete = staticmethod(services.delete_activity)
    restore = staticmethod(services.restore_activity)
    purge = staticmethod(services.purge_activity)

    @admin.display(description=_("subject"))
    def title(self, row: Activity) -> str:
        return row.title

    @admin.action(description=_("Complete"), permissions=["change"])
    def complete(self, request: Any, queryset: QuerySet) -> None:
        self.run(request, queryset, lambda row: services.complete_task(activity_id=row.pk, by=request.user), _("%(count)d completed."))
