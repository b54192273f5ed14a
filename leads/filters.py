"""What leads are found by, on page and API."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Company, Contact
from dataviews.filters import Flag, Instant, Number, Owner, RecordFilter, Ref, Relation, Search, Tagged, Words
from leads.models import LeadTag
from pipelines.choices import PipelineKind
from pipelines.filters import PipelineRef, StageRef


class LeadFilter(RecordFilter):
    offered = (
        "status",
        "source",
        "owner",
        "value",
        "score",
        "created_at",
        "next_step_at",
        "last_contacted_at",
        "pipeline",
        "stage",
        "branch",
        "loss_reason",
        "tag",
        "include_converted",
    )
    search = Search()
    status = Ref(_("Status"), "lead_status")
    source = Ref(_("Source"), "lead_source")
    owner = Owner(_("Owner"))
    branch = Ref(_("Branch"), "branch")
    pipeline = PipelineRef(_("Pipeline"), PipelineKind.LEAD)
    stage = StageRef(_("Stage"), PipelineKind.LEAD)
    value = Number(_("Value"))
    score = Number(_("Score"), integer=True)
    created_at = Instant(_("Created"))
    updated_at = Instant(_("Changed"))
    next_step_at = Instant(_("Next step"))
    last_contacted_at = Instant(_("Last contacted"))
    company = Relation(_("Company"), Company)
    contact = Relation(_("Contact"), Contact)
    loss_reason = Ref(_("Loss reason"), "loss_reason")
    tag = Tagged(_("Tags"), LeadTag, "lead")
    name = Words(_("Name"))
    company_name = Words(_("Company name"))
    email = Words(_("E-mail"))
    phone = Words(_("Phone"))
    reference = Words(_("Reference"))
    include_converted = Flag(_("With converted ones"), off=Q(converted_at=None), unset=Q(converted_at=None))
