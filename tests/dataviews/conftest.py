"""Rows for lists, made directly: these tests ask how rows are shown, not how they come about."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Company, Contact
from leads.models import Lead
from opportunities.models import Opportunity
from pipelines.models import LookupValue, Stage
from tests.factories.people import World

NOW = timezone.now()


def stages(key: str = "sales") -> list[Stage]:
    """The stages of an opportunity pipeline in their order."""
    return list(Stage.objects.filter(pipeline__key=key, pipeline__kind="opportunity").order_by("order"))


def lookups(name: str) -> list[LookupValue]:
    return list(LookupValue.objects.filter(list=name).order_by("order"))


def common(number: int, owner: Any) -> dict[str, Any]:
    """What every record has. Times come in small groups, so that ties are there."""
    at = NOW - dt.timedelta(days=number // 3)
    return {
        "reference": f"X-{owner.pk}-{number}",
        "owner": owner,
        "branch_id": owner.branch_id,
        "created_at": at,
        "updated_at": at + dt.timedelta(minutes=number % 4),
        "created_by": owner,
    }


def stock_companies(world: World, count: int) -> list[Company]:
    people = [world.owner, world.teammate, world.colleague]
    industries = lookups("industry")
    rows = [
        Company(
            name=f"Company {number % 17:02}",
            name_folded=f"company {number % 17:02}",
            industry=industries[number % len(industries)] if industries and number % 3 else None,
            annual_revenue=None if number % 4 == 0 else Decimal(number % 7) * 1000,
            currency="EUR",
            email=f"office{number}@company.example",
            phone=f"+49 151 1234{number:04}",
            **common(number, people[number % 3]),
        )
        for number in range(count)
    ]
    return Company.objects.bulk_create(rows)


def stock_contacts(world: World, count: int, companies: list[Company]) -> list[Contact]:
    people = [world.owner, world.teammate, world.colleague]
    rows = [
        Contact(
            name=f"Person {number % 23:02}",
            name_folded=f"person {number % 23:02}",
            last_name=f"Person {number % 23:02}",
            company=companies[number % len(companies)] if companies and number % 5 else None,
            email=f"person{number}@company.example",
            phone=f"+49 151 9876{number:04}",
            added_on=(NOW - dt.timedelta(days=number % 9)).date(),
            **common(number, people[number % 3]),
        )
        for number in range(count)
    ]
    return Contact.objects.bulk_create(rows)


def stock_leads(world: World, count: int) -> list[Lead]:
    people = [world.owner, world.teammate, world.colleague]
    statuses, sources = lookups("lead_status"), lookups("lead_source")
    rows = [
        Lead(
            name=f"Lead {number % 13:02}",
            company_name=f"Firm {number}",
            email=f"lead{number}@prospect.example",
            phone=f"+49 151 5555{number:04}",
            status=statuses[number % len(statuses)],
            source=sources[number % len(sources)] if number % 2 else None,
            value=None if number % 5 == 0 else Decimal(number % 6) * 500,
            currency="USD" if number % 7 == 0 else "EUR",
            score=None if number % 3 == 0 else number % 11,
            next_step_at=None if number % 2 else NOW + dt.timedelta(days=number % 5 - 2),
            next_step="" if number % 2 else "Call",
            **common(number, people[number % 3]),
        )
        for number in range(count)
    ]
    return Lead.objects.bulk_create(rows)


def stock_opportunities(world: World, count: int, companies: list[Company] | None = None, **values: Any) -> list[Opportunity]:
    people = [values.pop("owner")] if "owner" in values else [world.owner, world.teammate, world.colleague]
    steps = stages()
    rows = []
    for number in range(count):
        stage = steps[number % len(steps)]
        given = {
            "name": f"Deal {number % 19:02}",
            "company": companies[number % len(companies)] if companies else None,
            "pipeline_id": stage.pipeline_id,
            "stage": stage,
            "amount": None if number % 6 == 0 else Decimal(number % 8) * 1000 + Decimal("0.50"),
            "currency": "SEK" if number % 10 == 0 else "EUR",
            "probability": number % 101 if number % 4 == 0 else None,
            "expected_close_date": None if number % 5 == 0 else (NOW + dt.timedelta(days=number % 12 - 3)).date(),
            "next_step_at": None if number % 3 == 0 else NOW + dt.timedelta(days=number % 6 - 2),
            "next_step": "" if number % 3 == 0 else "Call back",
            "stage_since": NOW - dt.timedelta(days=number % 40),
            "closed_at": NOW if stage.kind != "open" else None,
            **common(number, people[number % len(people)]),
            **values,
        }
        rows.append(Opportunity(**given))
    return Opportunity.objects.bulk_create(rows)


@pytest.fixture
def stock(in_halden: World) -> World:
    """Some of everything, in the business being served: 90 rows of each kind."""
    companies = stock_companies(in_halden, 90)
    stock_contacts(in_halden, 90, companies)
    stock_leads(in_halden, 90)
    stock_opportunities(in_halden, 90, companies)
    return in_halden
