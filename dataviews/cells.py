"""How a value looks. One small class per kind, in Python: a template include per cell costs six times as much.

This is the one place beside a record type's card where markup is made in Python, so everything that came from a person
goes through e(), and a test feeds markup through every cell. A row is a dict of .values().
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from html import escape as e
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.templatetags.crm import initials, tone
from dataviews import formats
from dataviews.lists import Lists

if TYPE_CHECKING:
    from dataviews.declare import Lane

Row = dict[str, Any]
NOTHING = formats.NOTHING


@dataclass(slots=True)
class Ctx:
    """One per request: everything a cell may need that does not stand in the row."""

    user: Any
    lists: Lists
    lang: str
    today: dt.date
    now: dt.datetime
    lane: Lane | None = None

    @classmethod
    def of(cls, user: Any, lists: Lists) -> Ctx:
        return cls(user, lists, lists.lang, timezone.localdate(), timezone.now())


def icon(name: str, size: str = "icon--sm") -> str:
    """A symbol of the sprite, hidden from assistive technology."""
    return f'<svg class="icon {size}" aria-hidden="true"><use href="#i-{name}"/></svg>'


def avatar(name: str, key: Any, kind: str = "") -> str:
    """Initials on a tone that stays the same for the same key."""
    return f'<span class="avatar{kind} avatar--sm" data-tone="{tone(key)}" aria-hidden="true">{e(initials(name))}</span>'


class Cell:
    """`fields` are the .values() paths that the cell reads; the query follows from them. `css` is the td's class."""

    fields: tuple[str, ...] = ()
    css = ""

    def html(self, row: Row, ctx: Ctx) -> str:
        raise NotImplementedError

    def text(self, row: Row, ctx: Ctx) -> str:
        """The same without markup: labels for assistive technology, later exports."""
        value = row[self.fields[0]]
        return "" if value is None else str(value)


class Text(Cell):
    """Plain text of one column."""

    def __init__(self, field: str, css: str = "quiet") -> None:
        self.fields = (field,)
        self.field = field
        self.css = css

    def html(self, row: Row, ctx: Ctx) -> str:
        return e(self.text(row, ctx)) or NOTHING


class Name(Cell):
    """The record's name, a link to its page. Several fields are joined; `reference` stands in where all are empty."""

    css = "name"

    def __init__(self, path: str, *fields: str) -> None:
        self.path = path
        self.names = fields or ("name",)
        self.fields = (*self.names, "reference")

    def text(self, row: Row, ctx: Ctx) -> str:
        return " ".join(str(row[field]) for field in self.names if row[field]) or str(row["reference"])

    def html(self, row: Row, ctx: Ctx) -> str:
        pk = row["id"]
        return f'<a id="n-{pk}" href="/{self.path}/{pk}/">{e(self.text(row, ctx))}</a>'


class Org(Cell):
    """A company's name alone, without a link: the reader may not be allowed to see the company itself."""

    css = "org"

    def __init__(self, field: str) -> None:
        self.fields = (field,)
        self.field = field

    def html(self, row: Row, ctx: Ctx) -> str:
        name = row[self.field]
        if not name:
            return NOTHING
        return f'<span class="who">{avatar(name, name, " avatar--org")}<span>{e(name)}</span></span>'


class Person(Cell):
    """A colleague, from the small list of people."""

    def __init__(self, field: str = "owner") -> None:
        self.column = f"{field}_id"
        self.fields = (self.column,)

    def text(self, row: Row, ctx: Ctx) -> str:
        return ctx.lists.label("user", row[self.column])

    def html(self, row: Row, ctx: Ctx) -> str:
        name = self.text(row, ctx)
        if not name:
            nobody = e(_("Nobody"))
            return f'<span class="muted">{nobody}</span>'
        return f'<span class="who">{avatar(name, row[self.column])}<span>{e(name)}</span></span>'


class Badge(Cell):
    """A value of a small list, in its tone."""

    def __init__(self, field: str, list_name: str = "", css: str = "status") -> None:
        self.column = f"{field}_id"
        self.fields = (self.column,)
        self.list = list_name or field
        self.css = css

    def text(self, row: Row, ctx: Ctx) -> str:
        return ctx.lists.label(self.list, row[self.column])

    def html(self, row: Row, ctx: Ctx) -> str:
        item = ctx.lists.item(self.list, row[self.column])
        return f'<span class="badge" data-tone="{e(item.tone)}">{e(item.label)}</span>' if item else NOTHING


class Listed(Badge):
    """A value of a small list as quiet text."""

    def __init__(self, field: str, list_name: str = "") -> None:
        super().__init__(field, list_name, css="quiet")

    def html(self, row: Row, ctx: Ctx) -> str:
        return e(self.text(row, ctx)) or NOTHING


class Chosen(Cell):
    """A column with fixed values, by its label."""

    css = "quiet"

    def __init__(self, field: str, labels: Any) -> None:
        self.fields = (field,)
        self.field = field
        self.labels = labels

    def text(self, row: Row, ctx: Ctx) -> str:
        value = row[self.field]
        return str(dict(self.labels).get(value, value or ""))

    def html(self, row: Row, ctx: Ctx) -> str:
        return e(self.text(row, ctx)) or NOTHING


class Money(Cell):
    """An amount in the row's currency."""

    css = "num value"

    def __init__(self, field: str) -> None:
        self.fields = (field, "currency")
        self.field = field

    def text(self, row: Row, ctx: Ctx) -> str:
        return formats.money(row[self.field], row["currency"], ctx.lang)

    def html(self, row: Row, ctx: Ctx) -> str:
        return e(self.text(row, ctx))


class Count(Cell):
    """A whole number, or a money column without a currency of its own."""

    css = "num"

    def __init__(self, field: str) -> None:
        self.fields = (field,)
        self.field = field

    def text(self, row: Row, ctx: Ctx) -> str:
        value = row[self.field]
        return "" if value is None else formats.number(value, ctx.lang)

    def html(self, row: Row, ctx: Ctx) -> str:
        return self.text(row, ctx) or NOTHING


class Percent(Cell):
    """A probability; empty means the stage's, shown quietly."""

    css = "num"

    def __init__(self, field: str = "probability", stage: str = "stage_id") -> None:
        self.fields = (field, stage)
        self.field = field
        self.stage = stage

    def text(self, row: Row, ctx: Ctx) -> str:
        value = row[self.field]
        if value is None:
            item = ctx.lists.item("stage", row[self.stage])
            value = item.number if item else None
        return "" if value is None else (f"{value}{formats.NBSP}%" if ctx.lang == "de" else f"{value}%")

    def html(self, row: Row, ctx: Ctx) -> str:
        text = self.text(row, ctx) or NOTHING
        return text if row[self.field] is not None else f'<span class="quiet">{text}</span>'


class Day(Cell):
    """A date."""

    def __init__(self, field: str) -> None:
        self.fields = (field,)
        self.field = field

    def html(self, row: Row, ctx: Ctx) -> str:
        value: dt.date | None = row[self.field]
        return f'<time datetime="{value}">{formats.day(value, ctx.lang, ctx.today)}</time>' if value else NOTHING


class Ago(Cell):
    """How long ago; the exact time in the title."""

    css = "muted"

    def __init__(self, field: str) -> None:
        self.fields = (field,)
        self.field = field

    def html(self, row: Row, ctx: Ctx) -> str:
        value: dt.datetime | None = row[self.field]
        if value is None:
            return NOTHING
        exact = formats.moment(value, ctx.lang)
        return f'<time datetime="{value.isoformat()}" title="{exact}">{e(formats.ago(value, ctx.now))}</time>'


class Score(Cell):
    """0–100 as a bar and the number."""

    HIGH = 75

    def __init__(self, field: str = "score") -> None:
        self.fields = (field,)
        self.field = field

    def html(self, row: Row, ctx: Ctx) -> str:
        value: Decimal | int | None = row[self.field]
        if value is None:
            return NOTHING
        shade = "green" if value >= self.HIGH else "amber"
        width = f"{min(100, max(0, int(value))) * 0.34:.1f}"
        bar = f'<rect class="track" width="34" height="5"/><rect width="{width}" height="5" class="tone-fill"/>'
        svg = f'<svg class="chart" viewBox="0 0 34 5" preserveAspectRatio="none" aria-hidden="true">{bar}</svg>'
        return f'<span class="score" data-tone="{shade}">{svg}{e(str(value))}</span>'


class NextStep(Cell):
    """The next step and when it is due; that there is none is said as well, unless the record is over.

    over: the column that is set when nothing more is to be done (closed_at, converted_at).
    """

    css = "next"

    def __init__(self, over: str = "") -> None:
        self.over = over
        self.fields = ("next_step_at", "next_step", over) if over else ("next_step_at", "next_step")

    def text(self, row: Row, ctx: Ctx) -> str:
        return str(row["next_step"] or "")

    def html(self, row: Row, ctx: Ctx) -> str:
        if self.over and row[self.over] is not None and row["next_step_at"] is None and not row["next_step"]:
            return "–"
        return due_mark(row["next_step_at"], row["next_step"], ctx)


def due_mark(due: dt.datetime | None, step: str | None, ctx: Ctx, join: str = " ") -> str:
    """Grey planned, amber today or none, red late; always with an icon and words, never by colour alone."""
    if not step and due is None:
        words = e(_("No next step"))
        return f'<span class="due" data-tone="amber" data-state="today">{icon("alert")}<span>{words}</span></span>'
    if due is None:
        return f'<span class="due">{icon("calendar")}<span>{e(step or "")}</span></span>'
    on = timezone.localtime(due).date()
    late = (ctx.today - on).days
    if late > 0:
        state, mark, words = ' data-tone="red" data-state="late"', "alert", formats.days_late(late)
    elif late == 0:
        state, mark, words = ' data-tone="amber" data-state="today"', "calendar", _("Today")
    else:
        state, mark, words = "", "calendar", formats.day(on, ctx.lang, ctx.today)
    return f'<span class="due"{state}>{icon(mark)}<span>{e(words)}{join}{e(step or "")}</span></span>'
