"""What the page of a deal shows beside the row itself: the path it went, what comes next, its people, its company's other deals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Sum
from django.utils import timezone

from opportunities.choices import ContactRole
from opportunities.models import Opportunity
from pipelines.choices import StageKind
from pipelines.models import Stage
from pipelines.rules import alternatives, missing

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the path. state: done, current, open, won or lost; days spent there, None where never."""

    stage: Stage
    state: str
    days: int | None


@dataclass(frozen=True, slots=True)
class Need:
    """What a stage asks for, in words, and whether the deal has it."""

    label: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the deal, by the contact's id. `seen`: the reader may open the contact. `is_further`: not only as the main contact."""

    id: int
    name: str
    job_title: str
    role: str
    seen: bool
    is_further: bool = True


@dataclass(slots=True)
class Sums:
    """Deals of one outcome: how many, and their value per currency."""

    count: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpportunityPage:
    steps: list[Step]
    next_stage: Stage | None
    needs: list[Need]
    days: int
    people: list[Person]
    others: dict[str, Sums]


def opportunity_page(*, deal: Opportunity, user: Any, now: datetime | None = None) -> OpportunityPage:
    """Everything beside the row, read by for_page(): one query, and one more for a company that the reader may see."""
    now = now or timezone.now()
    stages = list(_stages(deal))
    following = _next_stage(deal, stages)
    return OpportunityPage(
        steps=_steps(deal, stages, now),
        next_stage=following,
        needs=needs_of(deal, following.required_fields) if following else [],
        days=_days(deal.stage_since, now),
        people=_people(deal),
        others=sums_of(Opportunity.objects.visible_to(user).filter(company_id=deal.company_id).exclude(pk=deal.pk))
        if deal.company_id and getattr(deal, "company_seen", False)
        else {},
    )


def _stages(deal: Opportunity) -> QuerySet:
    """The stages of its pipeline, with the seconds that the deal spent in each before it left."""
    spent = deal.stage_changes.filter(from_stage=OuterRef("pk")).order_by().values("from_stage").annotate(spent=Sum("seconds"))
    return Stage.objects.filter(pipeline_id=deal.pipeline_id).annotate(spent=spent.values("spent")).order_by("order", "id")


def _steps(deal: Opportunity, stages: list[Any], now: datetime) -> list[Step]:
    """Every open stage in use or once used, then the end that the deal came to, or the won stage ahead."""
    at = deal.stage
    ends = (stage for stage in stages if (stage.pk == at.pk if at.is_closed else stage.kind == StageKind.WON and stage.is_active))
    end = next(ends, None)
    shown = [stage for stage in stages if stage.kind == StageKind.OPEN and (stage.is_active or stage.spent or stage.pk == at.pk)]
    steps = []
    for stage in [*shown, *([end] if end else [])]:
        days = None if stage.spent is None else int(stage.spent) // DAY
        if stage.pk == at.pk:
            state = str(at.kind) if at.is_closed else "current"
            days = None if at.is_closed else _days(deal.stage_since, now)
        elif at.is_closed:
            state = "done" if days is not None else "open"
        else:
            state = "done" if (stage.order, stage.pk) < (at.order, at.pk) else "open"
        steps.append(Step(stage, state, days))
    return steps


def _next_stage(deal: Opportunity, stages: list[Stage]) -> Stage | None:
    """The next open stage in use; after the last one, the won stage."""
    if deal.stage.is_closed:
        return None
    after = [stage for stage in stages if stage.is_active and (stage.order, stage.pk) > (deal.stage.order, deal.stage.pk)]
    return next((stage for stage in after if stage.kind == StageKind.OPEN), next((s for s in after if s.kind == StageKind.WON), None))


def needs_of(deal: Opportunity, required: Iterable[str]) -> list[Need]:
    """What a stage requires, each in words with whether it is there."""

    def has(name: str) -> bool:
        return getattr(deal, deal._meta.get_field(name).attname) not in (None, "")  # type: ignore[union-attr]

    found = []
    for requirement in required:
        words = [str(deal._meta.get_field(name).verbose_name) for name in alternatives(requirement)]  # type: ignore[union-attr]
        found.append(Need(" / ".join(words), not missing([requirement], has)))
    return found


def _people(deal: Opportunity) -> list[Person]:
    """The primary contact first, then the others in the order they came."""
    roles = dict(ContactRole.choices)
    rows = sorted(getattr(deal, "people_list", None) or [], key=lambda row: row["id"])
    people = [Person(row["contact"], row["name"], row["job_title"], str(roles.get(row["role"], "")), bool(row["seen"])) for row in rows]
    main = deal.primary_contact
    if main is None:
        return people
    row = next((person for person in people if person.id == main.pk), None)
    seen = bool(getattr(deal, "primary_contact_seen", False))
    first = Person(main.pk, main.name, main.job_title, row.role if row else "", seen, is_further=row is not None)
    return [first, *(person for person in people if person.id != main.pk)]


def sums_of(rows: QuerySet) -> dict[str, Sums]:
    """{'open' | 'won' | 'lost': Sums} of these deals. One query."""
    found: dict[str, Sums] = {}
    for kind, currency, count, amount in rows.order_by().values_list("stage__kind", "currency").annotate(Count("pk"), Sum("amount")):
        sums = found.setdefault(kind, Sums())
        sums.count += count
        if amount:
            sums.amounts[currency] = sums.amounts.get(currency, Decimal(0)) + amount
    return found


def _days(since: datetime | None, now: datetime) -> int:
    return max(0, (now - since).days) if since else 0
