"""What an input about a lead looks like, and what converting one asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from dataviews.lists import Lists
from leads.models import Lead
from opportunities.forms import StageField
from pipelines.forms import MoneyField, PlainForm, RecordForm

NEW, NONE = "new", "none"


class LeadForm(RecordForm):
    personal = frozenset({"email", "phone"})
    sections: ClassVar = (
        ("", ("name", "company_name", "email", "phone", "source", "status", "value", "currency", "owner", "loss_reason")),
        (_("Already known"), ("company", "contact")),
        (_("More"), ("tags", "notes")),
    )

    class Meta(RecordForm.Meta):
        model = Lead
        fields: ClassVar = [
            *("name", "company_name", "email", "phone", "source", "status", "value", "currency", "owner", "loss_reason"),
            *("company", "contact", "tags", "notes"),
        ]


class ConvertForm(PlainForm):
    """Three blocks: company, contact, opportunity. Each is made anew, one of the matches found, or left out.

    `matches`: block -> (id, name) of records that may be the same.
    """

    company = forms.ChoiceField(label=_("Company"), widget=forms.RadioSelect)
    contact = forms.ChoiceField(label=_("Contact"), widget=forms.RadioSelect)
    opportunity = forms.ChoiceField(label=_("Opportunity"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name of the opportunity"), max_length=200, required=False)
    stage = StageField("stage", label=_("Stage"), required=False)
    amount = MoneyField(label=_("Amount"), max_digits=15, decimal_places=2, required=False)
    expected_close_date = forms.DateField(
        label=_("Expected close"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, user: Any, lead: Lead, matches: Mapping[str, Sequence[tuple[int, str]]], **kwargs: Any) -> None:
        found = {block: [(str(pk), name) for pk, name in matches.get(block, ())] for block in ("company", "contact")}
        initial = {
            "company": found["company"][0][0] if found["company"] else (NEW if lead.company_name else NONE),
            "contact": found["contact"][0][0] if found["contact"] else NEW,
            "opportunity": NEW,
            "name": lead.company_name or lead.name,
            "amount": lead.value,
            "version": lead.version,
        }
        super().__init__(*args, initial=initial, **kwargs)
        new_company = [(NEW, _("New company: %(name)s") % {"name": lead.company_name})] if lead.company_name else []
        self.fields["company"].choices = [*found["company"], *new_company, (NONE, _("No company"))]
        self.fields["contact"].choices = [*found["contact"], (NEW, _("New contact: %(name)s") % {"name": lead.name})]
        self.fields["opportunity"].choices = [(NEW, _("New opportunity")), (NONE, _("No opportunity yet"))]
        self.fields["stage"].offer(Lists(user))

    def picked(self, block: str) -> int | None:
        """The id of the match taken for a block; None where it is new or left out."""
        value = self.cleaned_data[block]
        return int(value) if value not in (NEW, NONE) else None

    def is_wanted(self, block: str) -> bool:
        return self.cleaned_data[block] != NONE

    def deal(self) -> dict[str, Any]:
        """What the new opportunity is given; what was left empty is the service's to fill."""
        names = ("name", "stage", "amount", "expected_close_date")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name] not in (None, "")}
