"""The endpoints of companies."""

from __future__ import annotations

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import SHARE_ANSWERS, SHARE_BODIES, SHARE_PARAMETERS, Shared
from contacts.dataviews import COMPANIES
from contacts.models import Company
from contacts.services import (
    assign_company,
    create_company,
    delete_company,
    purge_company,
    restore_company,
    update_company,
)
from core.api.records import RecordViewSet, Services
from core.api.shapes import Body, Flag, Items, Key, Money, Ref, Text, Whole, WithVersion
from dataviews.api import Listed, RecordListing, Related
from pipelines.api.columns import BASE, STAMPS, people_and_tags, person
from pipelines.selectors import tags_of

TEXTS = (
    *("legal_name", "website", "email", "phone", "tax_number"),
    *(f"{kind}_{part}" for kind in ("billing", "shipping") for part in ("street", "zip", "city", "region", "country")),
    *("currency", "notes"),
)


class CompanyBody(Body):
    """A company. Its domain is worked out from website and e-mail."""

    name = Text(200, required=True)
    legal_name = Text(200)
    industry = Key(allow_null=True, help_text="A key of the list `industry`.")
    website = Text(255)
    email = Text(254)
    phone = Text(40)
    tax_number = Text(40)
    billing_street = Text(200)
    billing_zip = Text(20)
    billing_city = Text(100)
    billing_region = Text(100)
    billing_country = Text(2, help_text="ISO 3166, two letters.")
    shipping_street = Text(200)
    shipping_zip = Text(20)
    shipping_city = Text(100)
    shipping_region = Text(100)
    shipping_country = Text(2, help_text="ISO 3166, two letters.")
    employees = Whole(allow_null=True)
    annual_revenue = Money(17)
    currency = Text(3, help_text="ISO 4217.")
    parent = Ref()  # type: ignore[assignment]  # a company's, not the field's
    notes = Text(20_000)
    is_archived = Flag()
    owner = Ref(allow_null=False)
    tags = Items(Ref(required=True), help_text="Ids of tags: these and no others.")


class CompanyChange(CompanyBody, WithVersion):
    """The fields to change; what is not named stays."""


class CompanyAssignment(WithVersion):
    """To whom it is given."""

    owner = Ref(required=True)


class CompanyViewSet(RecordListing, Shared, RecordViewSet):
    resource = "companies"
    noun = "company"
    model = Company
    dataview = COMPANIES
    services = Services(create_company, update_company, delete_company, restore_company, purge_company)
    api_columns = {
        **BASE,
        "name": "name",
        **{name: name for name in TEXTS},
        "industry": Listed("industry", "industry"),
        "domain": "domain",
        "employees": "employees",
        "annual_revenue": "annual_revenue",
        "parent": Related("parent", Company),
        "is_archived": "is_archived",
        "owner": person("owner"),
        "branch": Listed("branch", "branch", named=True),
        **STAMPS,
    }
    extra_answers = people_and_tags("owner")
    bodies = {"create": CompanyBody, "partial_update": CompanyChange, "assign": CompanyAssignment, **SHARE_BODIES}
    answers = SHARE_ANSWERS
    parameters = {**RecordViewSet.parameters, **SHARE_PARAMETERS}
    permissions = {"assign": "contacts.assign_company", "share": "contacts.share_company", "unshare": "contacts.share_company"}

    def details(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"tags": tags_of("company", record["id"])}

    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give one {noun} to a colleague. Its branch becomes theirs."""
        values = self.read()
        version = self.based_on(values)
        return self.changed(self.serve(assign_company, pk, version=version, owner=values["owner"]))
