"""Leads for administrators. Status, conversion and owner change by actions, as everywhere through the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.admin import BranchShareInline, UserShareInline
from accounts.models import User
from core import context
from core.admin import RecordAdmin, TrashFilter, chosen
from leads import services
from leads.models import Lead, LeadBranchShare, LeadUserShare
from pipelines.choices import LookupList
from pipelines.models import LookupValue

STATE = ("reference", "created_at", "updated_at", "created_by", "version")
KEPT = (
    ("status", "pipeline", "stage"),
    ("contact", "company"),
    ("converted_at", "converted_to_contact", "converted_to_company", "converted_to_opportunity"),
    ("last_contacted_at", "last_activity_at", "next_step", "next_step_at"),
)


class LeadActionForm(ActionForm):
    """What an action needs beside the rows: a new owner or a status."""

    fields: dict[str, Any]
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label=_("New owner"), label="")
    status = forms.ModelChoiceField(User.objects.none(), required=False, empty_label=_("New status"), label="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.of(context.business_id()).active().order_by("last_name")
        values = LookupValue.objects.filter(list=LookupList.LEAD_STATUS, is_active=True)
        self.fields["status"].queryset = values.order_by("order")


class LeadUserShares(UserShareInline):
    model = LeadUserShare


class LeadBranchShares(BranchShareInline):
    model = LeadBranchShare


@admin.register(Lead)
class LeadAdmin(RecordAdmin):
    list_display = ("reference", "name", "company_name", "status", "source", "value", "currency", "owner", "converted_at", "created_at")
    list_filter = (
        ("status", admin.RelatedOnlyFieldListFilter),
        ("source", admin.RelatedOnlyFieldListFilter),
        ("owner", admin.RelatedOnlyFieldListFilter),
        ("converted_at", admin.EmptyFieldListFilter),
        TrashFilter,
    )
    list_select_related = ("owner", "branch", "status", "source")
    autocomplete_fields = ("owner",)
    readonly_fields = (*STATE, *(name for row in KEPT for name in row))
    fieldsets = (
        (
            None,
            {"fields": (("name", "company_name"), ("email", "phone"), ("source", "value", "currency", "score"), "owner", "notes")},
        ),
        (_("State"), {"fields": (*KEPT, *STATE)}),
    )
    inlines = (LeadUserShares, LeadBranchShares)
    action_form = LeadActionForm
    actions = ("set_status", "convert", "assign", "restore_chosen", "purge_chosen")
    id_argument = "lead_id"
    create = staticmethod(services.create_lead)
    update = staticmethod(services.update_lead)
    delete = staticmethod(services.delete_lead)
    restore = staticmethod(services.restore_lead)
    purge = staticmethod(services.purge_lead)

    @admin.action(description=_("Set the chosen status"), permissions=["change"])
    def set_status(self, request: Any, queryset: QuerySet) -> None:
        values = {"status": chosen(request, LeadActionForm, "status")}
        self.run(
            request,
            queryset,
            lambda row: services.update_lead(lead_id=row.pk, by=request.user, values=values),
            _("%(count)d changed."),
        )

    @admin.action(description=_("Convert to company and contact"), permissions=["change"])
    def convert(self, request: Any, queryset: QuerySet) -> None:
        self.run(request, queryset, lambda row: services.convert_lead(lead_id=row.pk, by=request.user), _("%(count)d converted."))

    @admin.action(description=_("Give to the chosen owner"), permissions=["change"])
    def assign(self, request: Any, queryset: QuerySet) -> None:
        owner = chosen(request, LeadActionForm, "owner")
        self.run(
            request,
            queryset,
            lambda row: services.assign_lead(lead_id=row.pk, owner=owner, by=request.user),
            _("%(count)d given."),
        )
