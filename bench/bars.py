"""The bars: what is measured against what, and what counts as held."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from bench.clock import Clock, Sample
from bench.database import using
from bench.ours import API, LIST, Ours, template_time
from bench.raw import Raw
from core.context import in_business
from dataviews import table
from opportunities.models import Opportunity

WORD = "zentor"


@dataclass
class Line:
    """One row of the table. ratio, cpu: medians over the runs; `ratio` names what it is of."""

    bar: str
    operation: str
    against: str
    limit: str
    queries: str = ""
    ours: float = 0.0
    raw: float | None = None
    ratio: float | None = None
    cpu: float | None = None
    holds: bool = True
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Bar:
    """`run` against `against`: ratio at most `ratio` (wall or processor), at most `queries` and `ms`."""

    number: str
    operation: str
    group: str
    run: str
    against: str
    ratio: float | None = None
    queries: int | None = None
    ms: float | None = None


BARS = (
    Bar("1", "API list, 50 rows, owner and stage", "list", "first", "raw first", 4.0, 4),
    Bar("2", "API list at depth 10,000", "list", "deep", "first", 1.3),
    Bar("2", "API list at depth 10,000", "list", "deep", "raw deep", 5.0),
    Bar("3", "API list, full against small database", "list", "first", "small first", 1.6),
    Bar("3", "API list, deep, full against small", "list", "deep", "small deep", 1.6),
    Bar("3", "API detail, full against small", "detail", "detail", "small detail", 1.6),
    Bar("3", "create a lead, full against small", "write", "create", "small create", 1.6),
    Bar("4", "page: list", "pages", "list", "raw first", None, 8),
    Bar("4", "page: board", "pages", "board", "raw board", None, 8),
    Bar("4", "page: deal", "pages", "page", "raw detail", None, 10),
    Bar("4", "page: home", "pages", "home", "raw first", None, 10),
    Bar("5", "page of the tenant with its count, without", "count", "counted", "uncounted", 1.15),
    Bar("6", "visible page, leader of the heaviest branch", "visible", "branch", "raw branch", 3.0),
    Bar("6", "visible page, somebody with shares alone", "visible", "shares", "raw shares", 3.0),
    Bar("6", "leader's page against the branch alone", "visible", "branch", "branch alone", 1.5),
    Bar("6", "shares-only page against the branch alone", "visible", "shares", "branch alone", 1.5),
    Bar("7", "may-change flags on 50 rows, without", "flags", "with flags", "without flags", 1.5, 3),
    Bar("9", "board of one owner, HTML, 6 × 20 cards", "pages", "board", "raw board", 3.5, 8, 60),
    Bar("9", "board of a branch, HTML", "branch board", "branch board", "raw branch board", None, 8, 60),
    Bar("10", "search in the API list", "search", "search", "raw search", 2.0, None, 15),
    Bar("13", "create a lead", "write", "create", "raw create", 15.0, 16),
    Bar("13", "move a deal to another stage", "write", "move", "raw move", 15.0, 12),
    Bar("15", "page: list of 50", "pages", "list", "raw first", 8.0, None, 25),
    Bar("17", "raw view, connection kept against opened anew", "connections", "opened", "kept"),
)


class Measure:
    """All groups of variants on the full and the small database."""

    def __init__(self, full: Ours, small: Ours, raw: Raw, clock: Clock, *, rounds: int, runs: int) -> None:
        self.full, self.small, self.raw, self.clock = full, small, raw, clock
        self.rounds, self.runs = rounds, runs

    def groups(self) -> dict[str, dict[str, Callable[[], Any]]]:
        """Everything that is compared with one another goes in turn in one group."""
        full, small, raw = self.full, self.small, self.raw
        u1, thin, branch = full.users["u1"].pk, full.users["u100"].pk, full.users["lead"].branch_id
        new, moved = full.stages["new"], iter(range(10**9))
        assert branch is not None
        html = {"Accept": "text/html"}
        return {
            "list": {
                "first": lambda: full.get("u1", full.first_url),
                "raw first": lambda: raw.page(u1, new),
                "deep": lambda: full.get("u1", full.deep_url),
                "raw deep": lambda: raw.deep(u1, new, full.after),
                "small first": lambda: small.get("u1", small.first_url),
                "small deep": lambda: small.get("u1", small.deep_url),
            },
            "detail": {
                "detail": lambda: full.get("u1", f"{API}{full.deal}/"),
                "raw detail": lambda: raw.detail(full.deal),
                "small detail": lambda: small.get("u1", f"{API}{small.deal}/"),
            },
            "pages": {
                "list": lambda: full.get("u1", f"{LIST}?owner=me&stage=new", **html),
                "raw first": lambda: raw.page(u1, new),
                "board": lambda: full.get("u1", f"{LIST}?layout=board&owner=me", **html),
                "raw board": lambda: raw.board("and o.owner_id = %s", u1),
                "page": lambda: full.get("u1", f"{LIST}{full.deal}/", **html),
                "raw detail": lambda: raw.detail(full.deal),
                "home": lambda: full.get("u1", "/", **html),
            },
            "branch board": {
                "branch board": lambda: full.get("lead", f"{LIST}?layout=board", **html),
                "raw branch board": lambda: raw.board("and o.branch_id = %s", branch),
            },
            "count": {
                "counted": lambda: full.get("manager", LIST, **html),
                "uncounted": lambda: self.uncounted(lambda: full.get("manager", LIST, **html)),
            },
            "visible": {
                "branch": lambda: full.get("lead", API),
                "raw branch": lambda: raw.visible(full.users["lead"].pk, branch),
                "shares": lambda: full.get("u100", API),
                "raw shares": lambda: raw.visible(thin, None),
                "branch alone": lambda: full.get("manager", API + "?branch=b1"),
            },
            "flags": {"with flags": lambda: self.flagged(True), "without flags": lambda: self.flagged(False)},
            "search": {
                "search": lambda: full.get("manager", f"{API}?search={WORD}&sort=expected_close_date"),
                "raw search": lambda: raw.search(WORD),
            },
            "write": {
                "create": full.create_lead,
                "raw create": raw.create_lead,
                "small create": small.create_lead,
                "move": full.move,
                "raw move": lambda: raw.move(full.deal, (new, full.stages["discovery"])[next(moved) % 2]),
            },
            "connections": {"kept": lambda: self.plain_view(False), "opened": lambda: self.plain_view(True)},
        }

    def uncounted(self, run: Callable[[], Any]) -> Any:
        """The same page as if counting cost nothing."""
        count = table.count_and_totals
        table.count_and_totals = lambda state, *, capped=True: table.Totals(table.CAP, True, None)
        try:
            return run()
        finally:
            table.count_and_totals = count

    def flagged(self, flags: bool) -> int:
        """The page's rows as the list reads them, with and without whether each may be changed."""
        user = self.full.users["lead"]
        with using(self.full.wrapper), in_business(self.full.business):
            rows = Opportunity.objects.visible_to(user).order_by("expected_close_date", "id")
            return len(
                list(
                    (rows.with_may_change(user) if flags else rows).values("id", "name", "amount", *(["can_change"] if flags else []))[:50]
                )
            )

    def plain_view(self, opened: bool) -> int:
        """A page by a bare cursor of Django's connection."""
        with using(self.full.wrapper):
            if opened:
                connection.close()
            with in_business(self.full.business), connection.cursor() as cursor:
                cursor.execute("select id, name from opportunities_opportunity where business_id = %s limit 50", [self.full.business.pk])
                return len(cursor.fetchall())

    def all(self, tell: Callable[[str], None]) -> list[Line]:
        """Every bar's line, in their order."""
        found: dict[str, list[dict[str, Sample]]] = {}
        wanted = {bar.group for bar in BARS}
        for name, variants in self.groups().items():
            if name in wanted:
                tell(name)
                found[name] = [self.clock.interleaved(variants, rounds=self.rounds, warm=3) for _run in range(self.runs)]
        lines = [self.line(bar, found[bar.group]) for bar in BARS]
        self.raw.clean()
        return lines

    def line(self, bar: Bar, runs: list[dict[str, Sample]]) -> Line:
        ours = statistics.median(run[bar.run].p50 for run in runs)
        raw = statistics.median(run[bar.against].p50 for run in runs)
        wall = statistics.median(run[bar.run].p50 / run[bar.against].p50 for run in runs)
        cpu = statistics.median(run[bar.run].cpu50 / max(run[bar.against].cpu50, 0.001) for run in runs)
        queries = runs[-1][bar.run].queries
        limits = [
            f"≤ {bar.ratio:g}x" if bar.ratio else "",
            f"≤ {bar.queries} q" if bar.queries else "",
            f"≤ {bar.ms:g} ms" if bar.ms else "",
        ]
        line = Line(
            bar.number, bar.operation, bar.against, ", ".join(limit for limit in limits if limit), f"{queries}", ours, raw, wall, cpu
        )
        line.holds = (bar.ratio is None or min(wall, cpu) <= bar.ratio) and (bar.queries is None or (queries or 0) <= bar.queries)
        if bar.ms and min(ours, statistics.median(run[bar.run].cpu50 for run in runs)) > bar.ms:
            line.holds = False
        if bar.number == "15":
            spent = statistics.median(template_time(lambda: self.full.get("u1", f"{LIST}?owner=me&stage=new")) for _run in range(5))
            line.notes.append(f"templates {spent:.1f} ms of ≤ 10 ms")
            line.holds = line.holds and spent <= 10
        if bar.number == "10":
            uses_index = "search_entry_text" in self.raw.plan_of_search(WORD)
            line.notes.append("plan uses the trigram index" if uses_index else "plan does not use the trigram index")
        if bar.number == "17":
            line.limit, line.holds = "≥ 3x", max(wall, cpu) >= 3
        return line
