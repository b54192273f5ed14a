"""What opportunities are found by, on page and API."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Company, Contact
from core.money import CODES
from dataviews.filters import Choice, Date, Flag, Instant, Number, Owner, RecordFilter, Ref, Relation, Search, Tagged, Words
from opportunities.models import OpportunityContact, OpportunityTag
from pipelines.choices import PipelineKind
from pipelines.filters import PipelineRef, StageRef


def _on_the_deal(contacts: list[int]) -> Q:
    """The other people of a deal."""
    return Q(pk__in=OpportunityContact.objects.filter(contact_id__in=contacts).values("opportunity_id"))


class OpportunityFilter(RecordFilter):
    offered = (
        "stage",
        "owner",
        "amount",
        "expected_close_date",
        "next_step_at",
        "pipeline",
        "branch",
        "probability",
        "created_at",
        "closed_at",
        "loss_reason",
        "tag",
        "open_only",
    )
    search = Search()
    pipeline = PipelineRef(_("Pipeline"), PipelineKind.OPPORTUNITY)
    stage = StageRef(_("Stage"), PipelineKind.OPPORTUNITY)
    owner = Owner(_("Owner"))
    branch = Ref(_("Branch"), "branch")
    company = Relation(_("Company"), Company)
    contact = Relation(_("Contact"), Contact, "primary_contact", also=_on_the_deal)
    amount = Number(_("Amount"))
    currency = Choice(_("Currency"), lambda: [(code, code) for code in sorted(CODES)])
    probability = Number(_("Probability"), integer=True)
    expected_close_date = Date(_("Expected close"))
    next_step_at = Instant(_("Next step"))
    created_at = Instant(_("Created"))
    updated_at = Instant(_("Changed"))
    closed_at = Instant(_("Closed"))
    loss_reason = Ref(_("Loss reason"), "loss_reason")
    tag = Tagged(_("Tags"), OpportunityTag, "opportunity")
    name = Words(_("Name"))
    reference = Words(_("Reference"))
    open_only = Flag(_("Open only"), on=Q(closed_at=None))
