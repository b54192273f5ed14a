"""The left column of a record's page: the composer, and the timeline or the history below it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities.forms import ComposerForm
from activities.selectors import Entry, timeline
from activities.selectors.timeline import CHANGE, STAGE
from core.pages import choose, entries_asked
from core.record import Record
from dataviews import formats
from dataviews.lists import Lists

STEP, MOST = 25, 500
SECTIONS = ("timeline", "history")
COMPOSED = ("note", "call", "email", "task", "meeting")
DETAIL = {"company": "contacts:company_detail", "contact": "contacts:contact_detail"}


@dataclass(frozen=True)
class Tab:
    """One kind of entry that the composer makes."""

    kind: str
    label: str
    icon: str
    key: str
    placeholder: str
    save: str
    is_current: bool = False


@dataclass(frozen=True)
class Group:
    """Entries under one heading: upcoming, today, earlier this week, a month."""

    label: str
    entries: list[Entry]
    is_today: bool = False


def record_url(kind: str, pk: int) -> str:
    """The page of a record."""
    name = DETAIL.get(kind) or {"lead": "leads:detail", "opportunity": "opportunities:detail"}[kind]
    return reverse(name, args=[pk])


def feed(request: HttpRequest, record: Record) -> dict[str, Any]:
    """What templates/activities/feed.html shows of a record that was found visible and read with_may_change()."""
    section = choose(request, "tab", SECTIONS)
    entries = entries_asked(request, step=STEP, most=MOST)
    kinds = (STAGE, CHANGE) if section == "history" else None
    lists = Lists(request.user)
    read = timeline(record, request.user, limit=entries, kinds=kinds, lists=lists)
    kind = str(record._meta.model_name)
    return {
        "record": record,
        "record_url": record_url(kind, record.pk),
        "section": section,
        "groups": grouped(read.upcoming, read.entries),
        "older": read.older,
        "next_entries": entries + STEP * (1 if entries < 100 else 4),
        "may_log": record.can_change and request.user.has_perm("activities.add_activity"),  # type: ignore[attr-defined]
        **composer(request, f"{kind}:{record.pk}", lists=lists),
    }


def composer(
    request: HttpRequest, on: str, *, form: ComposerForm | None = None, lists: Lists | None = None, first: str = "note"
) -> dict[str, Any]:
    """What templates/activities/composer.html shows. `on`: the record, as "opportunity:512"; "" for none."""
    form = form or ComposerForm(lists=lists or Lists(request.user), user=request.user)
    kind = str(form.data.get("kind", "")) if form.is_bound else ""
    kind = kind if kind in COMPOSED else choose(request, "compose", (first, *COMPOSED))
    tabs = composer_tabs(kind)
    of = {name: " ".join(each for each in COMPOSED if name in ComposerForm.FIELDS[each]) for name in form.fields}
    of["follow_up"] = "call meeting email"
    return {
        "composer": form,
        "composing": next(tab for tab in tabs if tab.is_current),
        "composer_tabs": tabs,
        "composer_fields": [(form[name], kinds) for name, kinds in of.items() if kinds],
        "on": on,
    }


def composer_tabs(current: str) -> list[Tab]:
    """The kinds of entry with their words, in the reader's language."""
    shown = (
        Tab("note", _("Note"), "note", "n", _("Write a note."), _("Save note")),
        Tab("call", pgettext("noun", "Call"), "phone", "l", _("What was said? What happens next?"), _("Log call")),
        Tab("email", _("E-mail"), "mail", "e", _("What did you write? The first line is the subject."), _("Log e-mail")),
        Tab("task", _("Task"), "task", "t", _("What needs doing?"), _("Add task")),
        Tab("meeting", _("Meeting"), "calendar", "m", _("Subject on the first line, then agenda or summary."), _("Add meeting")),
    )
    return [Tab(tab.kind, tab.label, tab.icon, tab.key, tab.placeholder, tab.save, tab.kind == current) for tab in shown]


def grouped(upcoming: Iterable[Entry], entries: Iterable[Entry]) -> list[Group]:
    """Upcoming first, then today, earlier this week, and by month."""
    groups: list[Group] = []
    if ahead := list(upcoming):
        groups.append(Group(_("Upcoming"), ahead))
    for entry in entries:
        label = _heading(entry.at)
        if not groups or groups[-1].label != label:
            groups.append(Group(label, [], is_today=timezone.localtime(entry.at).date() >= timezone.localdate()))
        groups[-1].entries.append(entry)
    return groups


def _heading(at: datetime) -> str:
    day, today = timezone.localtime(at).date(), timezone.localdate()
    if day >= today:
        return _("Today")
    if day >= today - timedelta(days=today.weekday()):
        return _("Earlier this week")
    return formats.month(day, Lists(None).lang)
