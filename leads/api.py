"""The endpoints of leads."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import SHARE_ANSWERS, SHARE_BODIES, SHARE_PARAMETERS, Shared
from contacts.api.companies import CompanyBody
from contacts.api.people import ContactBody
from contacts.models import Company, Contact
from core.api.records import RecordViewSet, Services
from core.api.shapes import Body, Flag, Items, Key, LinkOrMake, Money, Ref, Text, Whole, WithVersion
from core.records import fetch
from dataviews.api import Listed, RecordListing, Related
from leads.dataviews import LEADS
from leads.models import Lead
from leads.selectors import conversion_matches
from leads.services import assign_lead, convert_lead, create_lead, delete_lead, move_lead, purge_lead, restore_lead, update_lead
from opportunities.api import OpportunityBody
from opportunities.models import Opportunity
from pipelines.api.columns import BASE, STAMPS, people_and_tags, person
from pipelines.selectors import tags_of


class LeadBody(Body):
    """A lead. Needs an e-mail address or a phone number."""

    name = Text(200, required=True)
    company_name = Text(200)
    email = Text(254)
    phone = Text(40)
    source = Key(allow_null=True, help_text="A key of the list `lead_source`.")  # type: ignore[assignment]
    status = Key(help_text="A key of the list `lead_status`; `new` without it.")
    loss_reason = Key(allow_null=True, help_text="A key of the list `loss_reason`: needed with the status `lost`.")
    pipeline = Key(allow_null=True)
    stage = Key(allow_null=True, help_text="A stage of a lead pipeline, where the business uses one.")
    value = Money()
    currency = Text(3, help_text="ISO 4217; default: the business's.")
    notes = Text(20_000)
    score = Whole(allow_null=True, help_text="0 to 100.")
    contact = Ref(help_text="A contact that the lead is already.")
    company = Ref(help_text="A company that the lead is already.")
    owner = Ref(allow_null=False)
    tags = Items(Ref(required=True), help_text="Ids of tags: these and no others.")


class LeadChange(LeadBody, WithVersion):
    """The fields to change; what is not named stays."""


class LeadAssignment(WithVersion):
    """To whom it is given."""

    owner = Ref(required=True)
    with_opportunities = Flag(help_text="The open deals of its contact go along too.")


class LeadMove(WithVersion):
    """Where it goes."""

    stage = Key(required=True, allow_null=True, help_text="The stage's key; null takes the lead out of its pipeline.")
    pipeline = Key(help_text="The pipeline's key, where the stage is of another one.")
    loss_reason = Key(allow_null=True)


class NewCompany(CompanyBody):
    """What is left out comes from the lead."""

    name = Text(200)


class NewOpportunity(OpportunityBody):
    """What is left out comes from the lead."""

    name = Text(200)
    lead = None  # type: ignore[assignment]  # the lead that is converted


class Conversion(WithVersion):
    """What a lead becomes. Each of the three: an id to link, an object of fields for a new one, false for none."""

    company = LinkOrMake(NewCompany, help_text="Left out: the lead's own, else a new one when the lead has a company name.")
    contact = LinkOrMake(ContactBody, help_text="Left out: the lead's own, else a new one made from the lead.")
    opportunity = LinkOrMake(NewOpportunity, help_text="Left out: none. An empty object makes one from the lead.")


class MatchTold(serializers.Serializer):
    """A record that is perhaps the same, and by what it matches."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    reference = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())


class DuplicatesTold(serializers.Serializer):
    """Nothing is joined silently: what was there already, among the records that the asker may see."""

    companies = MatchTold(many=True)
    contacts = MatchTold(many=True)


class LeadViewSet(RecordListing, Shared, RecordViewSet):
    resource = "leads"
    noun = "lead"
    model = Lead
    dataview = LEADS
    services = Services(create_lead, update_lead, delete_lead, restore_lead, purge_lead)
    api_columns = {
        **BASE,
        **{name: name for name in ("name", "company_name", "email", "phone")},
        "source": Listed("source", "lead_source"),
        "status": Listed("status", "lead_status"),
        "loss_reason": Listed("loss_reason", "loss_reason"),
        "pipeline": Listed("pipeline", "pipeline"),
        "stage": Listed("stage", "stage"),
        **{name: name for name in ("value", "currency", "notes", "score")},
        "contact": Related("contact", Contact),
        "company": Related("company", Company),
        "converted_at": "converted_at",
        "converted_to_contact": Related("converted_to_contact", Contact),
        "converted_to_company": Related("converted_to_company", Company),
        "converted_to_opportunity": Related("converted_to_opportunity", Opportunity),
        **{name: name for name in ("last_contacted_at", "next_step", "next_step_at", "last_activity_at", "stage_since")},
        "owner": person("owner"),
        "branch": Listed("branch", "branch", named=True),
        **STAMPS,
    }
    extra_answers = {
        **people_and_tags("owner"),
        "possible_duplicates": DuplicatesTold(required=False, help_text="Only in the answer of a conversion."),
    }
    bodies = {
        "create": LeadBody,
        "partial_update": LeadChange,
        "assign": LeadAssignment,
        "move": LeadMove,
        "convert": Conversion,
        **SHARE_BODIES,
    }
    answers = SHARE_ANSWERS
    parameters = {**RecordViewSet.parameters, **SHARE_PARAMETERS}
    permissions = {
        "assign": "leads.assign_lead",
        "move": "leads.change_lead",
        "convert": "leads.convert_lead",
        "share": "leads.share_lead",
        "unshare": "leads.share_lead",
    }

    def details(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"tags": tags_of("lead", record["id"])}

    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give one {noun} to a colleague. Its open tasks and its contact go along."""
        values = self.read()
        return self.changed(self.serve(assign_lead, pk, version=self.based_on(values), **values))

    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Put one {noun} into a stage. The stage may set the status."""
        values = self.read()
        version = self.based_on(values)
        stage = values.pop("stage")
        return self.changed(self.serve(move_lead, pk, version=version, stage=stage, values=values))

    @action(detail=True, methods=["post"])
    def convert(self, request: Request, pk: str) -> Response:
        """Make a contact, a company and an opportunity of one {noun}, or link existing ones. Twice answers the first result."""
        values = self.read()
        version = self.based_on(values)
        # Asked before: what the conversion makes would match itself.
        duplicates = told_duplicates(fetch(Lead, pk, by=request.user), request.user)
        return self.changed(self.serve(convert_lead, pk, version=version, **values), possible_duplicates=duplicates)


def told_duplicates(lead: Lead, user: Any) -> dict[str, Any]:
    """Companies and contacts that the lead may be already; none once it is converted."""
    if lead.converted_at is not None:
        return {"companies": [], "contacts": []}
    matches = conversion_matches(lead, user)
    return {
        name: [
            {"id": match.record.pk, "name": match.record.name, "reference": match.record.reference, "reasons": list(match.reasons)}
            for match in found
        ]
        for name, found in (("companies", matches.companies), ("contacts", matches.contacts))
    }
