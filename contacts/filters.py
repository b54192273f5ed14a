"""What companies and contacts are found by, on page and API."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.choices import AccountType, ContactType
from contacts.models import Company, CompanyTag, ContactTag
from dataviews.filters import Choice, Date, Flag, Instant, Number, Owner, RecordFilter, Ref, Relation, Search, Tagged, Words
from pipelines.choices import PipelineKind
from pipelines.filters import PipelineRef, StageRef

# Archived ones are left out unless they are asked for.
IN_USE, ARCHIVED = Q(is_archived=False), Q(is_archived=True)


class CompanyFilter(RecordFilter):
    offered = (
        "industry",
        "owner",
        "billing_city",
        "billing_country",
        "employees",
        "annual_revenue",
        "created_at",
        "updated_at",
        "branch",
        "tag",
        "is_archived",
    )
    search = Search()
    owner = Owner(_("Owner"))
    branch = Ref(_("Branch"), "branch")
    industry = Ref(_("Industry"), "industry")
    parent = Relation(_("Parent"), Company)
    employees = Number(_("Employees"), integer=True)
    annual_revenue = Number(_("Annual revenue"))
    billing_city = Words(_("City"))
    billing_country = Words(_("Country"))
    created_at = Instant(_("Created"))
    updated_at = Instant(_("Changed"))
    tag = Tagged(_("Tags"), CompanyTag, "company")
    name = Words(_("Name"))
    domain = Words(_("Domain"))
    email = Words(_("E-mail"))
    phone = Words(_("Phone"))
    reference = Words(_("Reference"))
    is_archived = Flag(_("Archived"), on=ARCHIVED, off=IN_USE, unset=IN_USE)


class ContactFilter(RecordFilter):
    offered = (
        "contact_type",
        "account_type",
        "owner",
        "city",
        "country",
        "added_on",
        "updated_at",
        "pipeline",
        "stage",
        "branch",
        "tag",
        "is_archived",
    )
    search = Search()
    owner = Owner(_("Owner"))
    branch = Ref(_("Branch"), "branch")
    company = Relation(_("Company"), Company)
    contact_type = Choice(_("Type"), lambda: list(ContactType.choices))
    account_type = Choice(_("Account"), lambda: list(AccountType.choices))
    pipeline = PipelineRef(_("Pipeline"), PipelineKind.CONTACT)
    stage = StageRef(_("Stage"), PipelineKind.CONTACT)
    added_on = Date(_("Added"))
    created_at = Instant(_("Created"))
    updated_at = Instant(_("Changed"))
    tag = Tagged(_("Tags"), ContactTag, "contact")
    name = Words(_("Name"))
    email = Words(_("E-mail"))
    phone = Words(_("Phone"))
    mobile = Words(_("Mobile"))
    city = Words(_("City"))
    country = Words(_("Country"))
    reference = Words(_("Reference"))
    is_archived = Flag(_("Archived"), on=ARCHIVED, off=IN_USE, unset=IN_USE)
