"""The endpoints of opportunities."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import SHARE_ANSWERS, SHARE_BODIES, SHARE_PARAMETERS, Shared
from accounts.models import User
from contacts.models import Company, Contact
from core import context
from core.api.records import RecordViewSet, Services
from core.api.shapes import Body, Day, Items, Key, Money, OneOf, Ref, Text, Whole, WithVersion
from dataviews.api import Listed, RecordListing, Related
from opportunities.choices import ContactRole, Outcome
from opportunities.dataviews import OPPORTUNITIES
from opportunities.models import Opportunity
from opportunities.selectors.people import people_of
from opportunities.selectors.summary import pipeline_summary
from opportunities.services import (
    add_opportunity_contact,
    assign_opportunity,
    close_opportunity,
    create_opportunity,
    delete_opportunity,
    move_opportunity,
    purge_opportunity,
    remove_opportunity_contact,
    reopen_opportunity,
    restore_opportunity,
    update_opportunity,
)
from pipelines.api.columns import BASE, STAMPS, people_and_tags, person
from pipelines.choices import PipelineKind, StageKind
from pipelines.models import Pipeline
from pipelines.selectors import pipelines_with_stages, record_model, tags_of


class OpportunityBody(Body):
    """An opportunity. Without a stage it begins in the entry stage of the default pipeline."""

    name = Text(200, required=True)
    company = Ref()
    primary_contact = Ref()
    lead = Ref(help_text="The lead that it came from.")
    pipeline = Key(help_text="The pipeline's key; another one than now needs its stage named.")
    stage = Key(help_text="The stage's key. A won or lost one closes, by the rules of closing.")
    amount = Money(help_text="Null: not known yet.")
    currency = Text(3, help_text="ISO 4217; default: the business's.")
    probability = Whole(allow_null=True, help_text="Percent, 0 to 100; null follows the stage.")
    expected_close_date = Day()
    loss_reason = Key(allow_null=True, help_text="A key of the list `loss_reason`; only with a lost stage.")
    loss_note = Text(500)
    notes = Text(20_000)
    owner = Ref(allow_null=False)
    tags = Items(Ref(required=True), help_text="Ids of tags: these and no others.")


class OpportunityChange(OpportunityBody, WithVersion):
    """The fields to change; what is not named stays."""


class OpportunityAssignment(WithVersion):
    """To whom it is given."""

    owner = Ref(required=True)


class OpportunityMove(WithVersion):
    """Where it goes, and what that stage asks for."""

    stage = Key(required=True)
    pipeline = Key()
    company = Ref()
    primary_contact = Ref()
    amount = Money()
    expected_close_date = Day()
    loss_reason = Key(allow_null=True)
    loss_note = Text(500)


class OpportunityClosing(WithVersion):
    """How it ends."""

    outcome = OneOf(Outcome.choices, required=True)
    loss_reason = Key(allow_null=True, help_text="Required when lost: a key of the list `loss_reason`.")
    loss_note = Text(500)


class OpportunityReopening(WithVersion):
    """Nothing but the version."""


class PersonBody(Body):
    """A further person of the deal."""

    contact = Ref(required=True)
    role = OneOf(ContactRole.choices, allow_blank=True)


class PersonTold(serializers.Serializer):
    """A person of the deal. Without an id where the reader may not see the contact."""

    id = serializers.IntegerField(required=False, help_text="The contact's id.")
    name = serializers.CharField()
    role = serializers.ChoiceField(ContactRole.choices, allow_blank=True)


class PeopleAnswer(serializers.Serializer):
    """The further people of a deal."""

    results = PersonTold(many=True)


class SummaryRow(serializers.Serializer):
    """One stage in one currency. An empty amount counts and adds 0."""

    stage = serializers.CharField(help_text="The stage's key.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(StageKind.choices)
    currency = serializers.CharField()
    count = serializers.IntegerField()
    total_value = serializers.DecimalField(17, 2)
    weighted_value = serializers.DecimalField(17, 2, help_text="The sum of amount × probability / 100.")
    conversion_rate = serializers.DecimalField(
        5, 4, allow_null=True, help_text="Of the deals that ever reached the stage, the share that went on to a later one."
    )


class SummarySum(serializers.Serializer):
    """All stages together in one currency."""

    currency = serializers.CharField()
    count = serializers.IntegerField()
    total_value = serializers.DecimalField(17, 2)
    weighted_value = serializers.DecimalField(17, 2)


class SummaryTotal(serializers.Serializer):
    """All stages together: sums never mix currencies."""

    count = serializers.IntegerField()
    sums = SummarySum(many=True)


class SummaryAnswer(serializers.Serializer):
    """Every stage of the pipeline in its order, empty ones too: one row per stage and currency."""

    pipeline = serializers.CharField(help_text="The pipeline's key.")
    results = SummaryRow(many=True)
    total = SummaryTotal()


class OpportunityViewSet(RecordListing, Shared, RecordViewSet):
    resource = "opportunities"
    noun = "opportunity"
    model = Opportunity
    dataview = OPPORTUNITIES
    services = Services(create_opportunity, update_opportunity, delete_opportunity, restore_opportunity, purge_opportunity)
    api_columns = {
        **BASE,
        "name": "name",
        "company": Related("company", Company),
        "primary_contact": Related("primary_contact", Contact),
        "lead": Related("lead", record_model("lead")),
        "pipeline": Listed("pipeline", "pipeline"),
        "stage": Listed("stage", "stage"),
        "amount": "amount",
        "currency": "currency",
        "probability": "probability",
        "expected_close_date": "expected_close_date",
        "closed_at": "closed_at",
        "loss_reason": Listed("loss_reason", "loss_reason"),
        "loss_note": "loss_note",
        "notes": "notes",
        "next_step": "next_step",
        "next_step_at": "next_step_at",
        "last_activity_at": "last_activity_at",
        "stage_since": "stage_since",
        "owner": person("owner"),
        "branch": Listed("branch", "branch", named=True),
        **STAMPS,
    }
    extra_answers = {**people_and_tags("owner"), "people": PersonTold(many=True, help_text="Only where one record is read.")}
    bodies = {
        "create": OpportunityBody,
        "partial_update": OpportunityChange,
        "assign": OpportunityAssignment,
        "move": OpportunityMove,
        "close": OpportunityClosing,
        "reopen": OpportunityReopening,
        "add_person": PersonBody,
        **SHARE_BODIES,
    }
    answers = {"people": PeopleAnswer, "add_person": PeopleAnswer, "pipeline_summary": SummaryAnswer, **SHARE_ANSWERS}
    parameters = {**RecordViewSet.parameters, **SHARE_PARAMETERS, "remove_person": ("contact",), "pipeline_summary": ("owner", "pipeline")}
    permissions = {
        "assign": "opportunities.assign_opportunity",
        "move": "opportunities.change_opportunity",
        "close": "opportunities.close_opportunity",
        "reopen": "opportunities.close_opportunity",
        "add_person": "opportunities.change_opportunity",
        "remove_person": "opportunities.change_opportunity",
        "share": "opportunities.share_opportunity",
        "unshare": "opportunities.share_opportunity",
    }

    def details(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"tags": tags_of("opportunity", record["id"]), "people": people_of(self.request.user, record["id"])}

    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give one {noun} to a colleague. Its branch becomes theirs."""
        values = self.read()
        version = self.based_on(values)
        return self.changed(self.serve(assign_opportunity, pk, version=version, owner=values["owner"]))

    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Put one {noun} into a stage, with what that stage asks for. Into a won or lost stage it closes."""
        values = self.read()
        version = self.based_on(values)
        stage = values.pop("stage")
        return self.changed(self.serve(move_opportunity, pk, version=version, stage=stage, values=values))

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Win or lose one {noun}. A second closing with the same outcome answers the first result; another one is 400."""
        values = self.read()
        return self.changed(self.serve(close_opportunity, pk, version=self.based_on(values), **values))

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Reopen one {noun}. It goes back to its last open stage with the probability it had; an open one stays as it is."""
        return self.changed(self.serve(reopen_opportunity, pk, version=self.based_on(self.read())))

    @action(detail=True, methods=["get"])
    def people(self, request: Request, pk: str) -> Response:
        """List the further people of one {noun}."""
        return Response({"results": people_of(request.user, self.one(pk)["id"])})

    @people.mapping.post
    def add_person(self, request: Request, pk: str) -> Response:
        """Put a person on one {noun}, or give somebody who is on it another role."""
        deal = self.serve(add_opportunity_contact, pk, **self.read())
        return Response({"results": people_of(request.user, deal.pk)})

    @people.mapping.delete
    def remove_person(self, request: Request, pk: str) -> Response:
        """Take a person off one {noun}, named by `contact`."""
        given = request.query_params.get("contact", "")
        if not given:
            raise ValidationError({"contact": [_("Give a contact's id.")]}, "required")
        self.serve(remove_opportunity_contact, pk, contact=_number(given))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=False, methods=["get"], url_path="pipeline-summary")
    def pipeline_summary(self, request: Request) -> Response:
        """Sum up a pipeline stage by stage. `pipeline` is a key (the default pipeline without it), `owner` an id or `me`."""
        pipeline, owner = self._pipeline(), self._owner()
        summary = pipeline_summary(request.user, pipeline=pipeline, owner=owner)
        rows = [
            {
                "stage": row.stage.key,
                "name": row.stage.label,
                "kind": row.stage.kind,
                **{name: getattr(row, name) for name in ("currency", "count", "total_value", "weighted_value", "conversion_rate")},
            }
            for row in summary.rows
        ]
        sums = [{name: getattr(total, name) for name in SummarySum._declared_fields} for total in summary.totals]
        whole = {"count": sum(total.count for total in summary.totals), "sums": sums}
        return Response({"pipeline": pipeline.key, "results": rows, "total": whole})

    def _pipeline(self) -> Pipeline:
        known = [row for row in pipelines_with_stages() if row.kind == PipelineKind.OPPORTUNITY]
        given = self.request.query_params.get("pipeline", "")
        found = next((row for row in known if (row.key == given if given else row.is_default)), None)
        if found is None:
            text = _("There is no such pipeline. There are: %s.") % ", ".join(row.key for row in known)
            raise ValidationError({"pipeline": [text]}, "does_not_exist")
        return found

    def _owner(self) -> Any:
        given = self.request.query_params.get("owner", "")
        if given in ("", "me"):
            return self.request.user if given else None
        found = User.objects.of(context.business_id()).filter(pk=_number(given)).first()
        if found is None:
            raise ValidationError({"owner": [_("Give the id of a colleague, or me.")]}, "does_not_exist")
        return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
