"""The lists of companies and contacts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from contacts.choices import ContactType
from contacts.filters import CompanyFilter, ContactFilter
from contacts.models import Company, Contact
from dataviews.cells import Ago, Chosen, Count, Day, Listed, Money, Name, Org, Person, Text
from dataviews.declare import Column, DataView, Default, register

PII = "contacts.view_pii"

COMPANIES = register(
    DataView(
        name="company",
        label=_("company"),
        label_plural=_("Companies"),
        new_label=_("New company"),
        empty_text=_("Companies are who you sell to: make one by hand, convert a lead, or import a list."),
        path="companies",
        model=Company,
        filters=CompanyFilter,
        columns=(
            Column("name", _("Name"), Name("companies")),
            Column("industry", _("Industry"), Listed("industry")),
            Column("domain", _("Domain"), Text("domain", css="org quiet")),
            Column("billing_city", _("City"), Text("billing_city", css="next quiet")),
            Column("billing_country", _("Country"), Text("billing_country")),
            Column("employees", _("Employees"), Count("employees")),
            Column("owner", _("Owner"), Person()),
            Column("annual_revenue", _("Annual revenue"), Money("annual_revenue")),
            Column("phone", _("Phone"), Text("phone")),
            Column("email", _("E-mail"), Text("email")),
            Column("parent", _("Parent"), Org("parent__name")),
            Column("reference", _("Reference"), Text("reference")),
            Column("created_at", _("Created"), Ago("created_at")),
            Column("updated_at", _("Changed"), Ago("updated_at")),
        ),
        shown=("name", "industry", "domain", "billing_city", "billing_country", "employees", "owner", "updated_at"),
        sorts={"name": "name", "created_at": "created_at", "updated_at": "updated_at", "annual_revenue": "annual_revenue"},
        sort="name",
        defaults=(
            Default("all", _("All"), ""),
            Default("mine", _("Mine"), "owner=me"),
            Default("archived", _("Archived"), "is_archived=true"),
        ),
        masked={"email": PII, "phone": PII},
    )
)

CONTACTS = register(
    DataView(
        name="contact",
        label=_("contact"),
        label_plural=_("Contacts"),
        new_label=_("New contact"),
        empty_text=_("Contacts are the people you talk to: make one by hand, convert a lead, or import a list."),
        path="contacts",
        model=Contact,
        filters=ContactFilter,
        columns=(
            Column("name", _("Name"), Name("contacts")),
            Column("company", _("Company"), Org("company__name")),
            Column("job_title", _("Job title"), Text("job_title", css="next quiet")),
            Column("email", _("E-mail"), Text("email")),
            Column("phone", _("Phone"), Text("phone")),
            Column("contact_type", _("Type"), Chosen("contact_type", ContactType.choices)),
            Column("owner", _("Owner"), Person()),
            Column("mobile", _("Mobile"), Text("mobile")),
            Column("city", _("City"), Text("city")),
            Column("added_on", _("Added"), Day("added_on")),
            Column("reference", _("Reference"), Text("reference")),
            Column("created_at", _("Created"), Ago("created_at")),
            Column("updated_at", _("Changed"), Ago("updated_at")),
        ),
        shown=("name", "company", "job_title", "email", "phone", "contact_type", "owner", "updated_at"),
        sorts={"name": "name", "added_on": "added_on", "created_at": "created_at", "updated_at": "updated_at"},
        sort="name",
        defaults=(
            Default("all", _("All"), ""),
            Default("mine", _("Mine"), "owner=me"),
            Default("archived", _("Archived"), "is_archived=true"),
        ),
        masked={"email": PII, "phone": PII, "mobile": PII, "alternative_contact": PII},
    )
)
