"""The kinds of filter field. An app names a field once; its operators become query parameters:

    stage=a,b  stage_not=a        amount=5  amount_min=  amount_max=       amount_empty=true
    created_at=this_quarter|2026-11-01  created_at_from=  created_at_to=   owner=me,my_team,7
    company=12 (a record)         email_has=text                           search=text   open_only=true

A kind turns text into a value (`clean`), the value into a condition (`q`), and says it in a chip (`say`). The kinds that
point to other rows (small lists, people, tags, records) stand in links.py.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.search import MAX_LENGTH, MAX_WORDS
from dataviews import formats
from dataviews.periods import PERIODS

if TYPE_CHECKING:
    from dataviews.filters import RecordFilter

Label = str | Promise
LONGEST = 2000  # characters of one parameter
DIGITS = 15  # of a number, as the money columns hold
YEARS = (1900, 2200)


class Wrong(ValueError):
    """The text of a parameter says nothing this field knows; the message says what it would take."""


class Kind:
    """Base of all kinds. `path` is the column, by default the field's own name."""

    suffixes: tuple[str, ...] = ("",)
    control = "text"  # which inputs the filter form shows

    def __init__(self, label: Label, path: str = "") -> None:
        self.label = label
        self.path = path
        self.name = ""

    def named(self, name: str) -> None:
        """Called once with the attribute's name."""
        self.name = name
        self.path = self.path or name

    def clean(self, suffix: str, raw: str, fs: RecordFilter) -> Any:
        """The value of the text. Raises Wrong. An empty value ([] or "") asks nothing."""
        raise NotImplementedError

    def q(self, suffix: str, value: Any, fs: RecordFilter) -> Q:
        """The condition."""
        raise NotImplementedError

    def apply(self, rows: QuerySet, suffix: str, value: Any, fs: RecordFilter) -> QuerySet:
        """The rows that meet it."""
        return rows.filter(self.q(suffix, value, fs))

    def is_own(self, suffix: str, value: Any, fs: RecordFilter) -> bool:
        """Does this ask for nothing but the reader's own rows?"""
        return False

    def absent(self, fs: RecordFilter) -> Q | None:
        """The condition when the parameter is not given; only flags have one."""
        return None

    def text(self, value: Any) -> str:
        """The value as it stands in a URL; clean() reads it back."""
        return ",".join(map(str, value)) if isinstance(value, list) else str(value)

    def say(self, suffix: str, value: Any, fs: RecordFilter) -> str:
        """The value in the reader's words."""
        return str(value)

    def schema(self, suffix: str) -> dict[str, Any]:
        """What OpenAPI says of the parameter."""
        return {"type": "string"}

    def is_null(self, value: str) -> Q:
        return Q(**{f"{self.path}__isnull": value == "true"})


def boolean(raw: str) -> str:
    """'true' or 'false'."""
    if raw not in ("true", "false"):
        raise Wrong(_("Give true or false."))
    return raw


class Number(Kind):
    """A number column: equal, at least, at most, empty. `integer` for whole numbers."""

    suffixes = ("", "_min", "_max", "_empty")
    control = "number"

    def __init__(self, label: Label, path: str = "", *, integer: bool = False) -> None:
        super().__init__(label, path)
        self.integer = integer

    def clean(self, suffix: str, raw: str, fs: RecordFilter) -> Any:
        if suffix == "_empty":
            return boolean(raw)
        try:
            value = Decimal(raw) if raw.isascii() and "_" not in raw else Decimal("nan")
        except InvalidOperation:
            value = Decimal("nan")
        if not value.is_finite() or abs(value.adjusted()) >= DIGITS or len(value.as_tuple().digits) > DIGITS:
            raise Wrong(_("Give a number of at most %d digits.") % DIGITS)
        if not self.integer:
            return value
        if value != value.to_integral_value() or abs(value) > 2**31 - 1:
            raise Wrong(_("Give a whole number."))
        return int(value)

    def q(self, suffix: str, value: Any, fs: RecordFilter) -> Q:
        if suffix == "_empty":
            return self.is_null(value)
        return Q(**{self.path + {"": "", "_min": "__gte", "_max": "__lte"}[suffix]: value})

    def text(self, value: Any) -> str:
        return f"{value:f}" if isinstance(value, Decimal) else str(value)

    def say(self, suffix: str, value: Any, fs: RecordFilter) -> str:
        return formats.number(value, fs.lang)

    def schema(self, suffix: str) -> dict[str, Any]:
        if suffix == "_empty":
            return {"type": "boolean"}
        return {"type": "integer"} if self.integer else {"type": "string", "format": "decimal"}


class Date(Kind):
    """A date column: on a day or in a period, from, to (both inclusive), empty."""

    suffixes = ("", "_from", "_to", "_empty")
    control = "date"

    def clean(self, suffix: str, raw: str, fs: RecordFilter) -> Any:
        if suffix == "_empty":
            return boolean(raw)
        if suffix == "" and raw in PERIODS:
            return raw
        return self._moment(raw, suffix)

    def _moment(self, raw: str, suffix: str) -> dt.date | dt.datetime:
        try:
            value = dt.date.fromisoformat(raw) if len(raw) == 10 else None
        except ValueError:
            value = None
        if value is None or not YEARS[0] <= value.year <= YEARS[1]:
            raise Wrong(self._expected(suffix))
        return value

    def _expected(self, suffix: str) -> str:
        if suffix:
            return _("Give a date such as 2026-11-30.")
        return _("Give a date such as 2026-11-30, or one of: %s.") % ", ".join(PERIODS)

    def q(self, suffix: str, value: Any, fs: RecordFilter) -> Q:
        if suffix == "_empty":
            return self.is_null(value)
        if value in PERIODS:
            first, last = PERIODS[value].span(fs.today)
        else:
            first = value if suffix in ("", "_from") else None
            last = value if suffix in ("", "_to") else None
        return self._between(first, last, fs)

    def _between(self, first: Any, last: Any, fs: RecordFilter) -> Q:
        condition = Q()
        if first is not None:
            condition &= Q(**{f"{self.path}__gte": first})
        if last is not None:
            condition &= Q(**{f"{self.path}__lte": last})
        return condition

    def say(self, suffix: str, value: Any, fs: RecordFilter) -> str:
        if value in PERIODS:
            return str(PERIODS[value].label)
        return formats.moment(value, fs.lang) if isinstance(value, dt.datetime) else formats.day(value, fs.lang)

    def text(self, value: Any) -> str:
        return value if isinstance(value, str) else value.isoformat()

    def schema(self, suffix: str) -> dict[str, Any]:
        if suffix == "_empty":
            return {"type": "boolean"}
        if suffix:
            return {"type": "string", "format": "date"}
        return {"type": "string", "description": f"a date (YYYY-MM-DD) or one of: {', '.join(PERIODS)}"}


class Instant(Date):
    """A timestamp column. Days are the reader's: compared half-open from midnight to midnight in the reader's zone."""

    def _moment(self, raw: str, suffix: str) -> dt.date | dt.datetime:
        if len(raw) == 10:
            return super()._moment(raw, suffix)
        try:
            value = parse_datetime(raw.replace(" ", "+"))  # a '+' of an offset arrives as a blank when it was not encoded
            if value is None or suffix == "":
                raise Wrong(self._expected(suffix))
            value = (value if value.tzinfo else timezone.make_aware(value)).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            raise Wrong(self._expected(suffix)) from None
        if not YEARS[0] <= value.year <= YEARS[1]:
            raise Wrong(self._expected(suffix))
        return value

    def q(self, suffix: str, value: Any, fs: RecordFilter) -> Q:
        if value == "overdue":
            return Q(**{f"{self.path}__lt": fs.now})
        return super().q(suffix, value, fs)

    def _between(self, first: Any, last: Any, fs: RecordFilter) -> Q:
        condition = Q()
        if first is not None:
            condition &= Q(**{f"{self.path}__gte": first if isinstance(first, dt.datetime) else _midnight(first)})
        if isinstance(last, dt.datetime):
            condition &= Q(**{f"{self.path}__lte": last})
        elif last is not None:
            condition &= Q(**{f"{self.path}__lt": _midnight(last + dt.timedelta(1))})
        return condition


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


class Words(Kind):
    """A text column: equal (letter case aside) or containing."""

    suffixes = ("", "_has")

    def clean(self, suffix: str, raw: str, fs: RecordFilter) -> Any:
        if len(raw) > MAX_LENGTH:
            raise Wrong(_("At most %d characters.") % MAX_LENGTH)
        return raw

    def q(self, suffix: str, value: Any, fs: RecordFilter) -> Q:
        return Q(**{f"{self.path}__{'icontains' if suffix else 'iexact'}": value})

    def say(self, suffix: str, value: Any, fs: RecordFilter) -> str:
        return f"“{value}”"


class Search(Kind):
    """The text search of the record type: every word, in names, references, e-mails and phones."""

    control = "search"

    def __init__(self, label: Label = "") -> None:
        super().__init__(label)

    def clean(self, suffix: str, raw: str, fs: RecordFilter) -> Any:
        words = raw.split()
        if len(words) > MAX_WORDS or len(raw) > MAX_LENGTH:
            raise Wrong(_("A search has at most %(words)d words and %(letters)d characters.") % {"words": MAX_WORDS, "letters": MAX_LENGTH})
        return " ".join(words)

    def apply(self, rows: QuerySet, suffix: str, value: Any, fs: RecordFilter) -> QuerySet:
        return rows.found(value, user=fs.user)  # type: ignore[attr-defined]

    def schema(self, suffix: str) -> dict[str, Any]:
        return {"type": "string", "maxLength": MAX_LENGTH, "description": f"at most {MAX_WORDS} words"}


class Flag(Kind):
    """A switch. `on` and `off` are its conditions (None: none); `unset` holds while the parameter is not given."""

    control = "flag"

    def __init__(self, label: Label, *, on: Q | None = None, off: Q | None = None, unset: Q | None = None) -> None:
        super().__init__(label)
        self.on = on
        self.off = off
        self.unset = unset

    def clean(self, suffix: str, raw: str, fs: RecordFilter) -> Any:
        return boolean(raw)

    def q(self, suffix: str, value: Any, fs: RecordFilter) -> Q:
        return (self.on if value == "true" else self.off) or Q()

    def absent(self, fs: RecordFilter) -> Q | None:
        return self.unset

    def say(self, suffix: str, value: Any, fs: RecordFilter) -> str:
        return _("yes") if value == "true" else _("no")

    def schema(self, suffix: str) -> dict[str, Any]:
        return {"type": "boolean"}
