"""The formats of lists and boards for templates: {{ amount|money:currency }}, {{ date|day }}, {{ at|ago }}, {{ at|moment }}."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from dataviews import formats

register = template.Library()


def _lang() -> str:
    return "de" if (get_language() or "").startswith("de") else "en"


@register.filter
def money(value: Decimal | None, currency: str) -> str:
    """'€1,234' or '1.234 €'; a dash when the amount is not known."""
    return formats.money(value, currency, _lang())


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """'29 Jan', with the year when it is not the reader's current one; a dash for no date."""
    if value is None:
        return formats.NOTHING
    date = timezone.localtime(value).date() if isinstance(value, dt.datetime) else value
    return formats.day(date, _lang(), timezone.localdate())


@register.filter
def moment(value: dt.datetime | None) -> str:
    """The exact time in the reader's zone: '29 Jan 2027, 14:05'."""
    return formats.NOTHING if value is None else formats.moment(value, _lang())


@register.filter
def ago(value: dt.datetime | None) -> SafeString | str:
    """A <time> that reads '2 h ago' and tells the exact time when pointed at."""
    if value is None:
        return formats.NOTHING
    said = formats.ago(value, timezone.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), formats.moment(value, _lang()), said)
