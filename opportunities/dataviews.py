"""The list and the board of opportunities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dataviews import formats
from dataviews.cards import Card, age_mark, foot, money_line
from dataviews.cells import Ago, Badge, Ctx, Day, Money, Name, NextStep, Org, Percent, Person, Row, Text, e
from dataviews.declare import Column, DataView, Default, GroupBy, register
from opportunities.filters import OpportunityFilter
from opportunities.forms import LossForm, MoveForm
from opportunities.models import Opportunity
from opportunities.services import assign_opportunity, move_opportunity
from pipelines.choices import PipelineKind
from pipelines.dataviews import in_pipeline, people_lanes, pipeline_switch, stage_lanes

KIND = PipelineKind.OPPORTUNITY


class DealCard(Card):
    """Company, amount, expected close, owner, next step, and how long the deal has been in its stage."""

    path = "opportunities"
    fields = (
        "name",
        "company__name",
        "amount",
        "currency",
        "expected_close_date",
        "owner_id",
        "next_step",
        "next_step_at",
        "stage_since",
        "stage_id",
    )

    def days(self, row: Row, ctx: Ctx) -> int:
        """Whole days in the stage, by the reader's calendar."""
        return max(0, (ctx.today - timezone.localtime(row["stage_since"]).date()).days)

    def limit(self, row: Row, ctx: Ctx) -> int | None:
        """The stage's idle days, on whichever board the card stands."""
        stage = ctx.lists.item("stage", row["stage_id"])
        return stage.limit if stage and stage.kind == "open" else None

    def idle(self, row: Row, ctx: Ctx) -> bool:
        limit = self.limit(row, ctx)
        return limit is not None and self.days(row, ctx) > limit

    def body(self, row: Row, ctx: Ctx) -> str:
        company = e(row["company__name"]) if row["company__name"] else e(str(_("No company")))
        close = row["expected_close_date"]
        when = f'<time datetime="{close}">{formats.day(close, ctx.lang, ctx.today)}</time>' if close else ""
        amount = formats.money(row["amount"], row["currency"], ctx.lang, whole=True)
        return f"<p>{company}</p>{money_line(e(amount), when)}{foot(row, ctx, age_mark(self.days(row, ctx), self.limit(row, ctx)))}"


def move_stage(*, pk: int, to: int, by: Any, version: int | None, values: dict[str, Any]) -> Opportunity:
    """A card into another stage."""
    return move_opportunity(opportunity_id=pk, stage=to, by=by, version=version, values=values)


def move_owner(*, pk: int, to: int, by: Any, version: int | None, values: dict[str, Any]) -> Opportunity:
    """A card into another person's lane."""
    return assign_opportunity(opportunity_id=pk, owner=to, by=by, version=version)


def ask(record: Opportunity, needs: Iterable[str], *, user: Any, data: Any, prefix: str) -> Any:
    """What a refused move needs: the reason of a loss, or the fields that the stage asks for."""
    if "loss_reason" in needs:
        return LossForm(data, user=user, prefix=prefix)
    form = MoveForm(data, user=user, instance=record, prefix=prefix)
    form.ask(needs)
    for name in ("stage", "needs"):  # the card says where to
        del form.fields[name]
    for field in form.visible_fields():
        field.field.required = True
    return form


OPPORTUNITIES = register(
    DataView(
        name="opportunity",
        label=_("opportunity"),
        label_plural=_("Opportunities"),
        new_label=_("New opportunity"),
        empty_text=_("An opportunity is a deal you work on: make one by hand, or convert a lead."),
        path="opportunities",
        model=Opportunity,
        filters=OpportunityFilter,
        columns=(
            Column("name", _("Name"), Name("opportunities")),
            Column("company", _("Company"), Org("company__name")),
            Column("stage", _("Stage"), Badge("stage")),
            Column("amount", _("Amount"), Money("amount"), total="amount"),
            Column("probability", _("Probability"), Percent()),
            Column("expected_close_date", _("Expected close"), Day("expected_close_date")),
            Column("owner", _("Owner"), Person()),
            Column("next_step_at", _("Next step"), NextStep(over="closed_at")),
            Column("last_activity_at", _("Last activity"), Ago("last_activity_at")),
            Column("reference", _("Reference"), Text("reference")),
            Column("created_at", _("Created"), Ago("created_at")),
            Column("updated_at", _("Changed"), Ago("updated_at")),
            Column("closed_at", _("Closed"), Ago("closed_at")),
        ),
        shown=("name", "company", "stage", "amount", "probability", "expected_close_date", "owner", "next_step_at", "last_activity_at"),
        sorts={
            "expected_close_date": "expected_close_date",
            "amount": "amount",
            "name": "name",
            "next_step_at": "next_step_at",
            "created_at": "created_at",
            "updated_at": "updated_at",
            "closed_at": "closed_at",
        },
        sort="expected_close_date",
        board_sort="next_step_at",
        card=DealCard(),
        ask=ask,
        amount="amount",
        weighted=Coalesce(F("probability"), F("stage__probability")),
        groups=(
            GroupBy(
                "stage",
                _("Stage"),
                "stage_id",
                stage_lanes(KIND),
                move=move_stage,
                keep={"loss_reason": "loss_reason_id", "loss_note": "loss_note"},
                list="stage",
                within=in_pipeline(KIND),
                switch=pipeline_switch(KIND),
            ),
            GroupBy("owner", _("Owner"), "owner_id", people_lanes, move=move_owner, list="user"),
        ),
        defaults=(
            Default("all", _("All"), ""),
            Default("open", _("Open"), "open_only=true"),
            Default("mine", _("Mine, open"), "open_only=true&owner=me"),
            Default("quarter", _("Closing this quarter"), "expected_close_date=this_quarter&open_only=true"),
            Default("late", _("Next step overdue"), "next_step_at=overdue&open_only=true"),
        ),
    )
)
