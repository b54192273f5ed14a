"""What an input about a lead looks like, and what converting one asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from dataviews.lists import Lists
from leads.models import Lead
from opportunities.forms import StageField
from pipelines.forms import ListedField, MoneyField, PlainForm, RecordForm

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


class StatusForm(PlainForm):
    """How the lead stands; a lost one says why."""

    status = ListedField("lead_status", label=_("Status"))
    loss_reason = ListedField("loss_reason", label=_("Why was it lost?"), required=False)

    def __init__(self, *args: Any, user: Any, lead: Lead, **kwargs: Any) -> None:
        given = {"status": lead.status_id, "loss_reason": lead.loss_reason_id, "version": lead.version}
        super().__init__(*args, initial=given, **kwargs)
        lists = Lists(user)
        self.fields["status"].offer(lists, lead.status_id)
        self.fields["loss_reason"].offer(lists, lead.loss_reason_id)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("status", "loss_reason")}


REASONS = {"email": _("same e-mail"), "phone": _("same phone"), "domain": _("same domain"), "name": _("same name")}
SURE = {"email", "phone"}


class ConvertForm(PlainForm):
    """Three blocks: company, contact, opportunity. Each is made anew, one of the matches found, or left out.

    A match by e-mail or phone is proposed; nothing is joined that does not stand here.
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

    def __init__(self, *args: Any, user: Any, lead: Lead, companies: Sequence[Any], contacts: Sequence[Any], **kwargs: Any) -> None:
        initial = {
            "company": proposed(companies) or (NEW if lead.company_name else NONE),
            "contact": proposed(contacts) or NEW,
            "opportunity": NEW,
            "name": lead.company_name or lead.name,
            "amount": lead.value,
            "version": lead.version,
        }
        super().__init__(*args, initial=initial, **kwargs)
        new_company = [(NEW, _("New company: %(name)s") % {"name": lead.company_name})] if lead.company_name else []
        self.fields["company"].choices = [*offered(companies), *new_company, (NONE, _("No company"))]
        self.fields["contact"].choices = [*offered(contacts), (NEW, _("New contact: %(name)s") % {"name": lead.name})]
        self.fields["opportunity"].choices = [(NEW, _("New opportunity")), (NONE, _("No opportunity yet"))]
        self.fields["stage"].offer(Lists(user))

    def choice(self, block: str) -> Any:
        """What the service is told of a block: an id to link, True for a new one, False for none."""
        value = self.cleaned_data[block]
        return int(value) if value not in (NEW, NONE) else value == NEW

    @property
    def deal(self) -> dict[str, Any] | bool:
        """What a new opportunity is given; what was left empty is the service's to fill. False: none is wanted."""
        if self.cleaned_data["opportunity"] == NONE:
            return False
        names = ("name", "stage", "amount", "expected_close_date")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name] not in (None, "")}


def offered(matches: Sequence[Any]) -> list[tuple[str, str]]:
    """(id, 'Halden Instruments (same e-mail)') of each match."""
    return [(str(match.record.pk), f"{match.record} ({', '.join(str(REASONS[why]) for why in match.reasons)})") for match in matches]


def proposed(matches: Sequence[Any]) -> str:
    """The id of the surest match, if it is sure."""
    return next((str(match.record.pk) for match in matches if SURE & set(match.reasons)), "")
