"""What an input about a note, call, e-mail, meeting or task looks like."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, CallOutcome, Direction, Priority, TaskStatus
from activities.models import Activity, ActivityLink
from core.fields import NOTES_LENGTH
from dataviews.lists import Lists
from pipelines.forms import ListedField, PlainForm, RecordForm

MOMENT: dict[str, Any] = {"widget": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}
SUBJECT = 200


class Moment(TextChoices):
    """Follow-ups people ask for most."""

    TOMORROW = "1", _("Tomorrow")
    THREE_DAYS = "3", _("In 3 days")
    WEEK = "7", _("In a week")
    TWO_WEEKS = "14", _("In 2 weeks")


class ComposerForm(PlainForm):
    """One text, several kinds of entry. The first line of a task's, meeting's or e-mail's text is its subject.

    `on` names the record that it is about: "opportunity:512".
    """

    kind = forms.ChoiceField(choices=ActivityKind.choices, widget=forms.HiddenInput)
    on = forms.RegexField(rf"({'|'.join(ActivityLink.KINDS)}):\d{{1,18}}", required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Text"), max_length=NOTES_LENGTH)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", "–"), *CallOutcome.choices], required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices, initial=Direction.OUTBOUND, required=False)
    duration_minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440, required=False)
    at = forms.DateTimeField(label=_("When"), required=False, **MOMENT)
    due_at = forms.DateTimeField(label=_("Due"), required=False, **MOMENT)
    assignee = ListedField("user", label=_("For"), required=False)
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=Priority.choices,
        coerce=int,
        empty_value=Priority.NORMAL,  # type: ignore[arg-type]  # any value may stand for an empty one
        required=False,
    )
    follow_up = forms.ChoiceField(label=_("Follow up"), choices=[("", _("None")), *Moment.choices], required=False)

    FIELDS: ClassVar = {
        "note": (),
        "call": ("outcome", "direction", "duration_minutes"),
        "email": ("direction",),
        "meeting": ("at", "duration_minutes"),
        "task": ("due_at", "assignee", "priority"),
    }

    def __init__(self, *args: Any, lists: Lists, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].offer(lists, user.pk)
        self.fields["assignee"].initial = user.pk
        self.fields["priority"].initial = Priority.NORMAL

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).strip()
        if not text:
            raise ValidationError(_("Write something first."), code="required")
        return text

    @property
    def links(self) -> list[tuple[str, int]]:
        """[(record type, id)] for the service."""
        kind, _colon, pk = self.cleaned_data["on"].partition(":")
        return [(kind, int(pk))] if pk else []

    @property
    def values(self) -> dict[str, Any]:
        """What the service is given for this kind."""
        given = self.cleaned_data
        kind = given["kind"]
        values = {"kind": kind, **{name: given[name] for name in self.FIELDS[kind] if given[name] not in (None, "")}}
        first, _newline, rest = given["text"].partition("\n")
        if kind in ("task", "meeting", "email") and len(first) <= SUBJECT:
            return values | {"subject": first.strip(), "body": rest.strip()}
        return values | {"body": given["text"], **({"subject": first[:SUBJECT]} if kind == "task" else {})}

    @property
    def follow_up_at(self) -> Any:
        """When the follow-up of a call or meeting is due, at nine in the reader's morning; None without one."""
        days = self.cleaned_data["follow_up"]
        if not days or self.cleaned_data["kind"] not in ("call", "meeting", "email"):
            return None
        day = timezone.localtime() + dt.timedelta(days=int(days))
        return day.replace(hour=9, minute=0, second=0, microsecond=0)


class ActivityForm(RecordForm):
    """An entry that is there already. What does not belong to its kind is left out."""

    sections: ClassVar = (
        ("", ("subject", "body", "at", "due_at", "duration_minutes", "direction", "outcome", "assignee", "priority", "status")),
    )
    KEEPS: ClassVar = {
        "note": {"subject", "body", "at"},
        "call": {"subject", "body", "at", "duration_minutes", "direction", "outcome"},
        "email": {"subject", "body", "at", "direction"},
        "meeting": {"subject", "body", "at", "duration_minutes"},
        "task": {"subject", "body", "due_at", "assignee", "priority", "status"},
    }
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", "–"), *CallOutcome.choices], required=False)
    status = forms.ChoiceField(label=_("Status"), choices=TaskStatus.choices)

    class Meta(RecordForm.Meta):
        model = Activity
        fields: ClassVar = [
            *("subject", "body", "at", "due_at", "duration_minutes", "direction", "outcome", "assignee", "priority", "status"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kept = self.KEEPS[kwargs["instance"].kind]
        super().__init__(*args, hidden=set(self.Meta.fields) - kept, **kwargs)
