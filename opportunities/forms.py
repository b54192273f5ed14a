"""What an input about a deal looks like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from dataviews.lists import Lists
from opportunities.choices import ContactRole
from opportunities.models import Opportunity
from pipelines.forms import ListedField, PlainForm, RecordField, RecordForm


class StageField(ListedField):
    """The open stages of the opportunity pipelines, grouped by pipeline where there are several."""

    def offer(self, lists: Lists, current: int | None = None, *, keep: Any = None) -> None:
        pipelines = [item for item in lists.active("pipeline") if item.kind == "opportunity"]
        groups = [(each.label, stages_of(lists, each.id)) for each in sorted(pipelines, key=lambda item: not item.flag)]
        self.choices = groups[0][1] if len(groups) == 1 else groups


def stages_of(lists: Lists, pipeline: int) -> list[tuple[int, str]]:
    """(id, label) of a pipeline's open stages."""
    return [(item.id, item.label) for item in lists.active("stage") if item.parent == pipeline and item.kind == "open"]


class OpportunityForm(RecordForm):
    """The stage is chosen for a new deal only: later it changes by moving, and the owner by assigning."""

    sections: ClassVar = (
        ("", ("name", "company", "primary_contact", "stage", "amount", "currency", "expected_close_date", "probability", "owner")),
        (_("More"), ("tags", "notes")),
    )
    stage = StageField("stage", label=_("Stage"))

    class Meta(RecordForm.Meta):
        model = Opportunity
        fields: ClassVar = [
            *("name", "company", "primary_contact", "stage", "amount", "currency", "expected_close_date", "probability"),
            *("owner", "tags", "notes"),
        ]
        help_texts: ClassVar = {"probability": _("Empty: as its stage says.")}


class LossForm(PlainForm):
    """Why it was lost."""

    loss_reason = ListedField("loss_reason", label=_("Why was it lost?"))
    loss_note = forms.CharField(label=_("More about it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["loss_reason"].offer(Lists(user))


class PersonForm(PlainForm):
    """A further person of the deal and what they are to it."""

    contact = RecordField("/contacts/pick/", label=_("Contact"))
    role = forms.ChoiceField(label=_("Role"), choices=[("", "–"), *ContactRole.choices], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].typed = self.data.get("contact_text", "") if self.is_bound else ""


class MoveForm(RecordForm):
    """Into which stage, and the fields that it asks for before a deal may enter: none until the service named them."""

    stage = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    needs = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta(RecordForm.Meta):
        model = Opportunity
        fields: ClassVar = ["company", "primary_contact", "amount", "currency", "expected_close_date", "probability", "notes"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spare = {name: self.fields.pop(name) for name in self.Meta.fields}
        self.ask(str(self.data.get("needs", "")).split(",") if self.is_bound else ())

    def ask(self, needs: Iterable[str]) -> None:
        """Show these fields of the deal."""
        for name in needs:
            if name in self.spare:
                self.fields[name] = self.spare.pop(name)
        if self.is_bound:
            self.data = self.data.copy()
            self.data["needs"] = ",".join(name for name in self.Meta.fields if name in self.fields)
