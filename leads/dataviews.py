"""The list and the board of leads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from dataviews import formats
from dataviews.cards import Card, foot, money_line
from dataviews.cells import Ago, Badge, Ctx, Listed, Money, Name, NextStep, Org, Person, Row, Score, Text, e
from dataviews.declare import Column, DataView, Default, GroupBy, register
from leads.filters import LeadFilter
from leads.forms import LeadForm
from leads.models import Lead
from leads.services import assign_lead, move_lead, update_lead
from pipelines.choices import PipelineKind
from pipelines.dataviews import in_pipeline_or_none, lookup_lanes, people_lanes, pipeline_switch, stage_lanes

KIND = PipelineKind.LEAD
PII = "contacts.view_pii"


class LeadCard(Card):
    """Company, value, last contact, owner, next step. A converted lead is read-only and does not lift."""

    path = "leads"
    fields = (
        "name",
        "company_name",
        "value",
        "currency",
        "owner_id",
        "next_step",
        "next_step_at",
        "last_contacted_at",
        "converted_at",
    )

    def html(self, row: Row, ctx: Ctx) -> str:
        row["can_change"] = row["can_change"] and row["converted_at"] is None
        return super().html(row, ctx)

    def body(self, row: Row, ctx: Ctx) -> str:
        value = formats.money(row["value"], row["currency"], ctx.lang, whole=True)
        contacted = formats.ago(row["last_contacted_at"], ctx.now) if row["last_contacted_at"] else ""
        return f"<p>{e(row['company_name'])}</p>{money_line(e(value), e(contacted))}{foot(row, ctx)}"


def move_status(*, pk: int, to: int, by: Any, version: int | None, values: dict[str, Any]) -> Lead:
    """A card into another status."""
    return update_lead(lead_id=pk, by=by, version=version, values={**values, "status": to})


def move_stage(*, pk: int, to: int, by: Any, version: int | None, values: dict[str, Any]) -> Lead:
    """A card into another stage of the lead pipeline."""
    return move_lead(lead_id=pk, stage=to, by=by, version=version, values=values)


def move_owner(*, pk: int, to: int, by: Any, version: int | None, values: dict[str, Any]) -> Lead:
    """A card into another person's lane."""
    return assign_lead(lead_id=pk, owner=to, by=by, version=version)


def ask(record: Lead, needs: Iterable[str], *, user: Any, data: Any, prefix: str) -> Any:
    """The fields that a refused move needs."""
    form = LeadForm(data, user=user, instance=record, prefix=prefix, hidden=set(LeadForm.Meta.fields) - set(needs))
    for field in form.visible_fields():
        field.field.required = True
    return form


LEADS = register(
    DataView(
        name="lead",
        label=_("lead"),
        label_plural=_("Leads"),
        new_label=_("New lead"),
        empty_text=_("A lead is somebody who may become a customer: make one by hand, or import a list."),
        path="leads",
        model=Lead,
        filters=LeadFilter,
        columns=(
            Column("name", _("Name"), Name("leads")),
            Column("company", _("Company"), Org("company_name")),
            Column("status", _("Status"), Badge("status", "lead_status")),
            Column("score", _("Score"), Score()),
            Column("source", _("Source"), Listed("source", "lead_source")),
            Column("value", _("Value"), Money("value"), total="value"),
            Column("owner", _("Owner"), Person()),
            Column("next_step_at", _("Next step"), NextStep(over="converted_at")),
            Column("last_activity_at", _("Last activity"), Ago("last_activity_at")),
            Column("created_at", _("Created"), Ago("created_at")),
            Column("email", _("E-mail"), Text("email")),
            Column("phone", _("Phone"), Text("phone")),
            Column("stage", _("Stage"), Badge("stage", css="")),
            Column("reference", _("Reference"), Text("reference")),
            Column("updated_at", _("Changed"), Ago("updated_at")),
        ),
        shown=("name", "company", "status", "score", "source", "value", "owner", "next_step_at", "last_activity_at", "created_at"),
        sorts={
            "created_at": "created_at",
            "name": "name",
            "score": "score",
            "value": "value",
            "next_step_at": "next_step_at",
            "updated_at": "updated_at",
        },
        sort="created_at",
        board_sort="created_at",
        card=LeadCard(),
        ask=ask,
        amount="value",
        groups=(
            GroupBy(
                "status",
                _("Status"),
                "status_id",
                lookup_lanes("lead_status", folded=frozenset({"won", "lost"})),
                move=move_status,
                keep={"loss_reason": "loss_reason_id"},
                list="lead_status",
            ),
            GroupBy(
                "stage",
                _("Stage"),
                "stage_id",
                stage_lanes(KIND),
                move=move_stage,
                keep={"loss_reason": "loss_reason_id"},
                list="stage",
                within=in_pipeline_or_none(KIND),
                switch=pipeline_switch(KIND),
            ),
            GroupBy("owner", _("Owner"), "owner_id", people_lanes, move=move_owner, list="user", nobody=True),
        ),
        defaults=(
            Default("all", _("All"), ""),
            Default("mine", _("Mine"), "owner=me"),
            Default("new", _("New"), "status=new"),
            Default("unassigned", _("Unassigned"), "owner_empty=true"),
            Default("late", _("Next step overdue"), "next_step_at=overdue"),
        ),
        masked={"email": PII, "phone": PII},
    )
)
