"""Dice that fall the same way every time, and what they make: names, addresses, numbers, moments."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from core.search import fold
from crm_project.demo import words

T = TypeVar("T")
OFFICE_HOURS = (8, 17)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def mail_word(text: str) -> str:
    """'Müller & Söhne' -> 'mueller-soehne': as it may stand in an address."""
    plain = fold(text.translate(_GERMAN))
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain).split())


@dataclass(frozen=True)
class Place:
    """Where somebody is, with a phone number from there."""

    street: str
    zip: str
    city: str
    country: str
    phone: str


class Chance:
    """One source of chance for one business."""

    def __init__(self, seed: str, now: dt.datetime) -> None:
        self.dice = random.Random(seed)
        # Dice of its own for times: weekends move things, and must not change who bought what.
        self.clock = random.Random(f"{seed} clock")
        self.now = now
        self.used: set[str] = set()

    def one(self, things: Sequence[T]) -> T:
        return things[self.dice.randrange(len(things))]

    def happens(self, share: float) -> bool:
        return self.dice.random() < share

    def between(self, low: int, high: int) -> int:
        return self.dice.randint(low, high)

    def weighted(self, weights: dict[T, int]) -> T:
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def skewed(self, things: Sequence[T]) -> T:
        """The first ones more often: some customers and sellers have most of the business."""
        return things[int(self.dice.random() ** 1.4 * len(things))]

    def person(self) -> tuple[str, str]:
        """(first name, last name), three in four from here."""
        if self.happens(0.25):
            return self.one(words.FOREIGN_PEOPLE)
        return self.one(words.FIRST_NAMES), self.one(words.LAST_NAMES)

    def company(self) -> tuple[str, str, str]:
        """(name, industry key, its legal form abroad or '' for one from here), each name once."""
        while True:
            form = ""
            if not self.happens(0.3):
                pattern, industry = self.one(words.TRADES)
                name = f"{pattern.format(self.one(words.LAST_NAMES))} {self.one(words.FORMS)}"
            else:
                stem, form, industry = self.one(words.FOREIGN_COMPANIES)
                name = f"{stem} {form}"
                if name in self.used:
                    name = f"{self.one(words.FOREIGN_PEOPLE)[1]} {stem.split(' ', 1)[-1]} {form}"
            if name not in self.used:
                self.used.add(name)
                return name, industry, form

    def place(self, form: str) -> Place:
        """Where a company of this legal form may be; '' is here."""
        city, code, country, number = words.ABROAD[form] if form else self.one(words.PLACES)
        last = self.between(0, 999) if ":03d" in number else self.between(0, 99)
        abroad, here = f"{self.between(1, 220)} {self.one(words.STREETS_ABROAD)}", f"{self.one(words.STREETS)} {self.between(1, 140)}"
        street = abroad if form else here
        return Place(street, code, city, country, number.format(last))

    def mobile(self) -> str:
        return words.MOBILE.format(self.between(0, 99))

    def address(self, first: str, last: str, domain: str) -> str:
        """An e-mail address, each once."""
        base = ".".join(part for part in (mail_word(first), mail_word(last)) if part)
        found, number = f"{base}@{domain}", 1
        while found in self.used:
            number += 1
            found = f"{base}{number}@{domain}"
        self.used.add(found)
        return found

    def amount(self) -> Decimal:
        """Most deals are small, a few are large; people round."""
        value = self.dice.lognormvariate(9.6, 1.0)
        step = 50 if value < 5_000 else 500 if value < 50_000 else 5_000
        return Decimal(max(step, round(value / step) * step))

    def days_ago(self, days: int) -> dt.datetime:
        """Some working moment of that day, or of the Friday before."""
        return self.at_work(self.now - dt.timedelta(days=days))

    def later(self, moment: dt.datetime, low: int, high: int) -> dt.datetime:
        """Some working moment `low` to `high` days after, never in the future."""
        return min(self.at_work(moment + dt.timedelta(days=self.clock.randint(low, high))), self.now - dt.timedelta(minutes=5))

    def at_work(self, moment: dt.datetime) -> dt.datetime:
        """The same day in office hours, on a working day, in the past if the day is today."""
        while moment.weekday() > 4:
            moment -= dt.timedelta(days=1)
        found = moment.replace(hour=self.clock.randint(*OFFICE_HOURS), minute=self.clock.randint(0, 11) * 5, second=0, microsecond=0)
        return found if found.date() != self.now.date() else min(found, self.now - dt.timedelta(minutes=self.clock.randint(10, 90)))

    def due(self) -> dt.datetime:
        """When a task is due: some late, some today, most later."""
        days = self.weighted({"late": 25, "today": 20, "soon": 35, "far": 20})
        shift = {"late": (-12, -1), "today": (0, 0), "soon": (1, 6), "far": (7, 30)}[days]
        day = self.now + dt.timedelta(days=self.between(*shift))
        return day.replace(hour=self.between(9, 18), minute=0, second=0, microsecond=0)


def filled(**values: Any) -> dict[str, Any]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value not in (None, "")}
