"""What record pages say in words: how far a day is, what comes next and when it is due, sums of several currencies."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from core.phones import masked, masked_email
from dataviews import formats
from dataviews.cells import Ctx, due_mark
from dataviews.lists import Lists

register = template.Library()
SHORTENED = 120  # letters of a value in the history


def _lang() -> str:
    return "de" if (get_language() or "").startswith("de") else "en"


@register.filter
def in_days(day: dt.date) -> str:
    """'in 28 days', 'today', '3 days ago', by the reader's calendar."""
    days = (day - timezone.localdate()).days
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %d day", "in %d days", days) % days
    return ngettext("%d day ago", "%d days ago", -days) % -days


@register.simple_tag
def due_step(due: dt.datetime | None, step: str | None) -> SafeString:
    """The next step with the mark of its due time, as on lists and cards. Everything in it is escaped there."""
    ctx = Ctx.of(User(), Lists(None))
    return mark_safe(due_mark(due, step, ctx))


@register.simple_tag
def sums(of: Any) -> str:
    """'€126,400 + $9,000 in 3'; of an outcome's Sums."""
    exact = formats.sums(of.amounts, _lang(), next(iter(of.amounts), "EUR"))[1]
    return _("%(sum)s in %(count)s") % {"sum": exact, "count": of.count}


@register.filter
def clock(value: dt.datetime) -> str:
    """The time of day in the reader's zone."""
    return f"{timezone.localtime(value):%H:%M}"


@register.filter
def mailto(address: str) -> str:
    """'anna@halden.example' -> 'mailto:anna@halden.example', safe as an address."""
    return f"mailto:{quote(address, safe='@.+-_')}"


@register.filter
def tel(number: str) -> str:
    """'+49 151 123' -> 'tel:+49151123'."""
    return "tel:" + "".join(letter for letter in number if letter.isdigit() or letter == "+")


ICONS = {
    "note": ("note", "amber"),
    "call": ("phone", "green"),
    "email": ("mail", "blue"),
    "meeting": ("calendar", "blue"),
    "task": ("task", "amber"),
    "stage": ("arrow-right", "gray"),
    "change": ("swap", "gray"),
}


@register.filter
def entry_icon(entry: Any) -> str:
    """The sprite's name for a kind of entry."""
    return ICONS[entry.kind][0]


@register.filter
def entry_tone(entry: Any) -> str:
    """Late tasks are red, done ones green; else each kind has its tone."""
    activity = entry.activity
    if activity.kind == "task" and activity.status == "done":
        return "green"
    if activity.kind == "task" and activity.status == "open" and activity.due_at and activity.due_at < timezone.now():
        return "red"
    return ICONS[entry.kind][1]


@register.filter
def told(entry: Any) -> SafeString:
    """Who did what, in one sentence; names and subjects stand out."""
    who = format_html("<b>{}</b>", entry.who or _("The system"))
    if entry.activity is None:
        return _told_event(entry, who)
    activity = entry.activity
    sentence = {
        "note": _("%(who)s wrote a note"),
        "call": _("%(who)s had a call") if activity.direction == "inbound" else _("%(who)s made a call"),
        "email": _("%(who)s got an e-mail") if activity.direction == "inbound" else _("%(who)s wrote an e-mail"),
        "meeting": _("%(who)s has a meeting") if entry.what == "upcoming" else _("%(who)s had a meeting"),
    }[activity.kind]
    parts = [_filled(sentence, who=who)]
    if activity.subject:
        parts.append(format_html(": <b>{}</b>", activity.subject))
    if activity.duration_minutes:
        parts.append(format_html(", {}", _("%d min") % activity.duration_minutes))
    return SafeString("".join(parts))


def _told_event(entry: Any, who: SafeString) -> SafeString:
    if entry.changes:
        lines = format_html_join("; ", "{}", ((told_change(change),) for change in entry.changes))
        return format_html("{}: {}", who, lines)
    sentence = {
        "created": _("%(who)s created this"),
        "trashed": _("%(who)s moved this to the trash"),
        "restored": _("%(who)s took this out of the trash"),
        "shared": _("%(who)s shared this"),
        "unshared": _("%(who)s ended a share of this"),
        "converted": _("%(who)s converted this"),
        "won": _("%(who)s won this"),
        "lost": _("%(who)s lost this"),
        "reopened": _("%(who)s reopened this"),
    }.get(entry.what, _("%(who)s changed this"))
    return _filled(sentence, who=who)


def _filled(sentence: str, **values: SafeString) -> SafeString:
    """A translated sentence around values that are escaped already."""
    return SafeString(conditional_escape(sentence) % values)


@register.filter
def told_change(change: Any) -> SafeString:
    """'Amount: €79,500 → €84,000'."""
    label = str(change.label)
    return format_html("{}: {} → {}", label[:1].upper() + label[1:], _said(change.before), _said(change.after))


def _said(value: Any) -> str:
    if value is None or value == "":
        return formats.NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return formats.number(value, _lang())
    if isinstance(value, dt.datetime):
        return formats.moment(value, _lang())
    if isinstance(value, dt.date):
        return formats.day(value, _lang())
    text = str(value)
    return text if len(text) <= SHORTENED else f"{text[:SHORTENED]}…"


@register.filter
def is_done(status: str) -> str:
    """'true' or 'false', for aria-pressed."""
    return "true" if status == "done" else "false"


@register.simple_tag
def due_time(due: dt.datetime | None, at: dt.datetime | None = None) -> SafeString:
    """When something is due, with the mark of late and today; nothing where no date was set."""
    moment = due or at
    if moment is None:
        return format_html('<span class="muted">{}</span>', _("No date"))
    local, now = timezone.localtime(moment), timezone.localtime()
    text = formats.moment(moment, _lang())
    if local < now and due:
        return format_html('<span class="due" data-tone="red" data-state="late">{} <span class="vh">{}</span></span>', text, _("late"))
    if local.date() == now.date():
        words = _("Today, %s") % f"{local:%H:%M}"
        return format_html('<span class="due" data-tone="amber" data-state="today">{}</span>', words)
    return format_html('<span class="due">{}</span>', text)


PAGES = {"lead": "leads:detail", "opportunity": "opportunities:detail", "contact": "contacts:contact_detail"}


@register.simple_tag
def record_page(kind: str, pk: int) -> str:
    """The address of a record by its kind."""
    return reverse(PAGES.get(kind, f"contacts:{kind}_detail"), args=[pk])


@register.filter
def record_address(on: Any) -> str:
    """The address of a record that an entry is also on."""
    return record_page(on.kind, on.id)


@register.filter
def idle_control(field: BoundField) -> SafeString:
    """A control that belongs to another kind of entry: out of sight and out of the request."""
    css = "select" if field.widget_type == "select" else "input"
    return field.as_widget(attrs={"class": css, "disabled": True})


@register.filter
def concealed(value: str, kind: str) -> str:
    """Personal text for a reader without contacts.view_pii: '+49 ••• ••12', 'a•••@•••.example'."""
    return masked_email(value) if kind == "mail" else masked(value)
