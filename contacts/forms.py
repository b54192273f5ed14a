"""What an input about a company or a person looks like."""

from __future__ import annotations

import functools
from typing import Any, ClassVar

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contacts.models import Company, Contact
from contacts.rules import COUNTRIES
from pipelines.forms import RecordForm


@functools.cache
def countries(lang: str) -> list[tuple[str, str]]:
    """(ISO 3166 code, name in this language) of every country, by name."""
    names = Locale.parse(lang).territories
    return sorted(((code, names.get(code, code)) for code in COUNTRIES), key=lambda country: country[1].casefold())


class CountryField(forms.ChoiceField):
    """A country by its code; the names follow the reader's language."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, choices=lambda: [("", "–"), *countries((get_language() or "en")[:2])], **kwargs)


class CompanyForm(RecordForm):
    """The default currency of the business stands in where none is chosen."""

    personal = frozenset({"email", "phone"})
    sections: ClassVar = (
        (_("Company"), ("name", "legal_name", "industry", "website", "email", "phone", "parent", "owner")),
        (_("Address"), ("billing_street", "billing_zip", "billing_city", "billing_region", "billing_country")),
        (_("Delivery address"), ("shipping_street", "shipping_zip", "shipping_city", "shipping_region", "shipping_country")),
        (_("Figures"), ("employees", "annual_revenue", "currency", "tax_number")),
        (_("More"), ("tags", "notes", "is_archived")),
    )
    billing_country = CountryField(label=_("Country"))
    shipping_country = CountryField(label=_("Delivery country"))

    class Meta(RecordForm.Meta):
        model = Company
        fields: ClassVar = [
            *("name", "legal_name", "industry", "website", "email", "phone", "parent", "owner", "employees", "annual_revenue"),
            *("currency", "tax_number", "billing_street", "billing_zip", "billing_city", "billing_region", "billing_country"),
            *("shipping_street", "shipping_zip", "shipping_city", "shipping_region", "shipping_country", "tags", "notes", "is_archived"),
        ]


class ContactForm(RecordForm):
    personal = frozenset({"email", "phone", "mobile", "alternative_contact"})
    sections: ClassVar = (
        (_("Person"), ("designation", "first_name", "last_name", "job_title", "company", "email", "phone", "mobile")),
        (_("Kind"), ("contact_type", "account_type", "business_name", "business_address", "owner", "do_not_contact")),
        (_("Address"), ("street", "zip", "city", "region", "country")),
        (_("More"), ("alternative_contact", "tax_number", "credit_limit", "tags", "notes", "is_archived")),
    )
    country = CountryField(label=_("Country"))

    class Meta(RecordForm.Meta):
        model = Contact
        fields: ClassVar = [
            *("designation", "first_name", "last_name", "job_title", "company", "email", "phone", "mobile", "alternative_contact"),
            *("contact_type", "account_type", "business_name", "business_address", "owner", "do_not_contact", "street", "zip"),
            *("city", "region", "country", "tax_number", "credit_limit", "tags", "notes", "is_archived"),
        ]
