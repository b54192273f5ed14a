"""Every column that a document indexes, or that people filter lists by, is found by an index that begins with the
business and leaves out the trash. PostgreSQL says so itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from activities.models import Activity
from contacts.models import Company, Contact
from core.context import in_business
from leads.models import Lead
from opportunities.models import Opportunity
from tests.factories.people import World

# Beside the columns that lists sort by, which a start-up check of the engine compares (dataviews/checks.py).
FILTERED: dict[Any, tuple[str, ...]] = {
    Lead: ("owner", "branch", "status", "source", "stage", "contact", "company", "created_at", "updated_at", "email", "phone_e164"),
    Company: ("owner", "branch", "industry", "name_folded", "domain", "email", "phone_e164", "created_at", "updated_at"),
    Contact: (
        "owner",
        "branch",
        "company",
        "stage",
        "contact_type",
        "account_type",
        "user",
        "added_on",
        "name_folded",
        "email",
        "phone_e164",
        "mobile_e164",
    ),
    Opportunity: (
        "owner",
        "branch",
        "company",
        "primary_contact",
        "lead",
        "stage",
        "amount",
        "expected_close_date",
        "closed_at",
        "created_at",
        "updated_at",
    ),
    Activity: ("owner", "kind", "due_at", "created_at"),
}
CASES = [(model, name) for model, names in FILTERED.items() for name in names]


@pytest.mark.postgresql
@pytest.mark.parametrize(("model", "name"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_a_filtered_column_has_its_index(world: World, model: Any, name: str) -> None:
    """Asked in the column's order, with sorting made dear: only an index over (business, column, …) needs no sort."""
    field = model._meta.get_field(name)
    with in_business(world.business), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_sort = off")
        rows = model.objects.filter(deleted_at=None)
        # An index that leaves out empty texts serves who looks for a text.
        rows = rows.exclude(**{name: ""}) if field.empty_strings_allowed and not field.is_relation else rows
        rows = rows.filter(**{f"{name}__isnull": False}) if field.null else rows
        plan = rows.order_by(field.attname).values("pk").explain()
    assert "Sort" not in plan, plan
    assert "business_id" in next(line for line in plan.splitlines() if "Index Cond" in line), plan
