"""Opportunities for administrators. Stage, closing and owner change by actions, as everywhere through the services."""

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
from opportunities import services
from opportunities.models import Opportunity, OpportunityBranchShare, OpportunityUserShare
from pipelines.choices import LookupList, PipelineKind
from pipelines.models import LookupValue, Stage

STATE = ("reference", "created_at", "updated_at", "created_by", "version")
KEPT = ("stage", "closed_at", "loss_reason", "loss_note", "next_step", "next_step_at", "last_activity_at", "stage_since")


class DealActionForm(ActionForm):
    """What an action needs beside the rows: a new owner, a stage, or a reason."""

    fields: dict[str, Any]
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label=_("New owner"), label="")
    stage = forms.ModelChoiceField(User.objects.none(), required=False, empty_label=_("New stage"), label="")
    reason = forms.ModelChoiceField(User.objects.none(), required=False, empty_label=_("Loss reason"), label="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.of(context.business_id()).active().order_by("last_name")
        stages = Stage.objects.filter(pipeline__kind=PipelineKind.OPPORTUNITY, is_active=True)
        self.fields["stage"].queryset = stages.select_related("pipeline").order_by("pipeline__order", "order")
        reasons = LookupValue.objects.filter(list=LookupList.LOSS_REASON, is_active=True)
        self.fields["reason"].queryset = reasons.order_by("order")


class OpportunityUserShares(UserShareInline):
    model = OpportunityUserShare


class OpportunityBranchShares(BranchShareInline):
    model = OpportunityBranchShare


@admin.register(Opportunity)
class OpportunityAdmin(RecordAdmin):
    list_display = ("reference", "name", "company", "stage", "amount", "currency", "expected_close_date", "owner", "updated_at")
    list_filter = (
        ("pipeline", admin.RelatedOnlyFieldListFilter),
        ("stage", admin.RelatedOnlyFieldListFilter),
        ("owner", admin.RelatedOnlyFieldListFilter),
        "currency",
        TrashFilter,
    )
    list_select_related = ("owner", "branch", "company", "stage", "pipeline")
    autocomplete_fields = ("company", "primary_contact", "owner")
    readonly_fields = (*STATE, *KEPT, "pipeline")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    ("company", "primary_contact", "owner"),
                    ("amount", "currency", "probability"),
                    "expected_close_date",
                    "notes",
                )
            },
        ),
        (_("State"), {"fields": ("pipeline", *KEPT, *STATE)}),
    )
    inlines = (OpportunityUserShares, OpportunityBranchShares)
    action_form = DealActionForm
    actions = ("move", "win", "lose", "reopen", "assign", "restore_chosen", "purge_chosen")
    id_argument = "opportunity_id"
    create = staticmethod(services.create_opportunity)
    update = staticmethod(services.update_opportunity)
    delete = staticmethod(services.delete_opportunity)
    restore = staticmethod(services.restore_opportunity)
    purge = staticmethod(services.purge_opportunity)

    @admin.action(description=_("Move to the chosen stage"), permissions=["change"])
    def move(self, request: Any, queryset: QuerySet) -> None:
        stage = chosen(request, DealActionForm, "stage")
        self.run(
            request,
            queryset,
            lambda row: services.move_opportunity(opportunity_id=row.pk, stage=stage, by=request.user),
            _("%(count)d moved."),
        )

    @admin.action(description=_("Mark as won"), permissions=["change"])
    def win(self, request: Any, queryset: QuerySet) -> None:
        self.run(
            request,
            queryset,
            lambda row: services.close_opportunity(opportunity_id=row.pk, outcome="won", by=request.user),
            _("%(count)d won."),
        )

    @admin.action(description=_("Mark as lost for the chosen reason"), permissions=["change"])
    def lose(self, request: Any, queryset: QuerySet) -> None:
        reason = chosen(request, DealActionForm, "reason")
        self.run(
            request,
            queryset,
            lambda row: services.close_opportunity(opportunity_id=row.pk, outcome="lost", loss_reason=reason, by=request.user),
            _("%(count)d lost."),
        )

    @admin.action(description=_("Reopen"), permissions=["change"])
    def reopen(self, request: Any, queryset: QuerySet) -> None:
        self.run(
            request,
            queryset,
            lambda row: services.reopen_opportunity(opportunity_id=row.pk, by=request.user),
            _("%(count)d reopened."),
        )

    @admin.action(description=_("Give to the chosen owner"), permissions=["change"])
    def assign(self, request: Any, queryset: QuerySet) -> None:
        owner = chosen(request, DealActionForm, "owner")
        self.run(
            request,
            queryset,
            lambda row: services.assign_opportunity(opportunity_id=row.pk, owner=owner, by=request.user),
            _("%(count)d given."),
        )
