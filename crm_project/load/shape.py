"""The shape of the loaded data: a few owners hold most rows, deals stand in an open funnel, names repeat and nearly repeat.

Words and proportions are those of the benchmark's data set (docs/performance.md), so that figures can be compared.
"""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

SYLLABLES = (
    "al an ar bel bor cal cor dan del dor el en er fal fin gar gen hal har in ja kel kor lan lin lor mar mel mon nal nor ol or pan per"
    " qua ran rin ros sal sen sol tan tel tor ul van vel ver vin wal win xan yor zel zen"
).split()
FORMS = "Ltd Inc GmbH SA LLC AG BV Oy AB PLC Srl Group Holdings Partners".split()
TRADES = "Systems Logistics Foods Energy Labs Media Consulting Textiles Motors Capital Software Pharma Steel Design Travel Retail".split()
OFFERS = ("licence", "renewal", "rollout", "pilot", "support contract", "migration", "upgrade", "expansion", "training", "audit")
FIRST_NAMES = (
    "Ana Bruno Carla David Elena Filip Greta Hugo Irene Jonas Karin Luca Marta Nils Olga Pavel Rita Sven Tara Uwe Vera Willem Yara Zoe"
).split()
NOTE_WORDS = (
    "client asked for a revised quote after the demo and wants to compare with the current supplier before the board meets budget seems"
    " confirmed legal review pending call again next week"
).split()
STAGES = {"new": 38, "discovery": 22, "proposal": 14, "negotiation": 8, "won": 12, "lost": 6}
STATUSES = {"new": 40, "contacted": 25, "qualified": 15, "unqualified": 10, "lost": 10}
SOURCES = ("website", "referral", "trade_fair", "phone", "other")
LOSSES = ("price", "competitor", "no_budget", "no_decision", "timing")
CURRENCIES = {"EUR": 60, "USD": 30, "GBP": 10}
BRANCHES, SELLERS = 10, 100  # per business
YEARS = 3


class Shape:
    """Dice for one business; the same seed gives the same data."""

    def __init__(self, seed: str, now: dt.datetime) -> None:
        self.dice = random.Random(seed)
        self.now = now
        # The last one owns nothing: somebody who sees only what was shared.
        self.weights = [0.0 if rank == SELLERS else 1 / rank**0.6 for rank in range(1, SELLERS + 1)]
        self.last_company = ""

    def word(self, syllables: int) -> str:
        return "".join(self.dice.choices(SYLLABLES, k=syllables)).capitalize()

    def company(self) -> str:
        """3 % are the one before with a letter dropped."""
        before = self.last_company
        if len(before) > 8 and self.dice.random() < 0.03:
            gone = self.dice.randrange(1, len(before) - 4)
            return before[:gone] + before[gone + 1 :]
        self.last_company = f"{self.word(self.dice.choice((2, 3, 3, 4)))} {self.dice.choice(TRADES)} {self.dice.choice(FORMS)}"
        return self.last_company

    def person(self) -> tuple[str, str]:
        return self.dice.choice(FIRST_NAMES), self.word(self.dice.choice((2, 3)))

    def offer(self) -> str:
        return f"{self.word(3)} {self.dice.choice(OFFERS)}"

    def note(self) -> str:
        return "" if self.dice.random() < 0.4 else " ".join(self.dice.choices(NOTE_WORDS, k=self.dice.randint(6, 40)))

    def phone(self) -> str:
        """From the range that Ofcom keeps for fiction in London."""
        return f"+44 20 7946 0{self.dice.randint(0, 999):03d}"

    def owner(self) -> int:
        """The place of a seller: few have most."""
        return self.dice.choices(range(SELLERS), self.weights)[0]

    def anybody(self) -> int:
        return self.dice.randrange(SELLERS - 1)

    def skewed(self, count: int) -> int:
        """The place of a company: the first ones have most deals."""
        return int(self.dice.random() ** 2 * count)

    def moment(self) -> dt.datetime:
        return self.now - dt.timedelta(seconds=self.dice.randint(3600, YEARS * 365 * 86_400))

    def amount(self) -> Decimal:
        return Decimal(f"{self.dice.lognormvariate(9, 1.2):.2f}")

    def close_day(self, closed: bool) -> dt.date:
        days = self.dice.randint(-700, 0) if closed else int(self.dice.triangular(-120, 365, 40))
        return self.now.date() + dt.timedelta(days=days)

    def weighted(self, table: dict[str, int]) -> str:
        return self.dice.choices(list(table), list(table.values()))[0]
