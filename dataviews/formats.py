"""Numbers, money and dates as text, fast enough for a thousand cells: look-ups and f-strings, no locale library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import phones
from core.money import money_text

NOTHING = "–"
NBSP = "\u00a0"
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "de": ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."),
}
_LONG_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
}
_SWAP = str.maketrans({",": ".", ".": ","})
MINUTE, HOUR, DAY = 60, 3600, 86400


def number(value: Decimal | int, lang: str) -> str:
    """1234.50 -> '1,234.5' or '1.234,5'; no zeros at the end."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(_SWAP) if lang == "de" else text


def money(value: Decimal | None, currency: str, lang: str, *, whole: bool = False) -> str:
    """'€1,234' or '1.234 €'. Cents are written where there are any, or never with `whole`. None is a dash."""
    return money_text(value, currency, lang, cents=not whole)


def sums(amounts: dict[str, Decimal], lang: str, first: str) -> tuple[str, str]:
    """Sums per currency as (what fits a lane's head, all of them in words). `first` is the business's own currency."""
    amounts = {currency: value for currency, value in amounts.items() if value}
    if not amounts:
        return money(Decimal(0), first, lang), money(Decimal(0), first, lang)
    order = sorted(amounts, key=lambda currency: (currency != first, -amounts[currency], currency))
    texts = [money(amounts[currency], currency, lang, whole=True) for currency in order]
    exact = " + ".join(money(amounts[currency], currency, lang) for currency in order)
    return (texts[0] if len(texts) == 1 else f"{texts[0]} +{len(texts) - 1}"), exact


def day(value: dt.date, lang: str, today: dt.date | None = None) -> str:
    """'29 Jan' or '29. Jan.'; the year is written when it is not this one."""
    year = "" if today is not None and value.year == today.year else f" {value.year}"
    if lang == "de":
        return f"{value.day}. {_MONTHS['de'][value.month - 1]}{year}"
    return f"{value.day} {_MONTHS['en'][value.month - 1]}{year}"


def month(value: dt.date, lang: str) -> str:
    """'January 2027' or 'Januar 2027'."""
    return f"{_LONG_MONTHS['de' if lang == 'de' else 'en'][value.month - 1]} {value.year}"


def moment(value: dt.datetime, lang: str) -> str:
    """The exact local time for a title: '29 Jan 2027, 14:05'."""
    local = timezone.localtime(value)
    return f"{day(local.date(), lang)}, {local:%H:%M}"


def ago(value: dt.datetime, now: dt.datetime) -> str:
    """'35 min ago', '2 h ago', '6 d ago'; in the future only 'now'."""
    seconds = int((now - value).total_seconds())
    if seconds < MINUTE:
        return _("now")
    if seconds < HOUR:
        return _("%d min ago") % (seconds // MINUTE)
    if seconds < DAY:
        return _("%d h ago") % (seconds // HOUR)
    return _("%d d ago") % (seconds // DAY)


def days_late(days: int) -> str:
    """'1 day late', '3 days late'."""
    return ngettext("%d day late", "%d days late", days) % days


def masked(value: str | None) -> str:
    """Personal text as a reader without the right sees it; the services know it again when it is sent back."""
    if not value:
        return ""
    return phones.masked_email(value) if "@" in value else phones.masked(value)


def conceal(rows: Iterable[dict[str, Any]], hidden: Collection[str]) -> None:
    """Mask the columns that the reader may not see clear, in place, before anything else looks at the rows."""
    if not hidden:
        return
    for row in rows:
        for path in hidden:
            if row.get(path):
                row[path] = masked(row[path])
