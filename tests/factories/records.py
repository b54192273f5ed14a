"""Records made by the services, in the business being served. `by` is who makes and owns them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from activities.models import Activity
from activities.services import create_activity
from contacts.models import Company, Contact
from contacts.services import create_company, create_contact
from leads.models import Lead
from leads.services import create_lead
from opportunities.models import Opportunity
from opportunities.services import create_opportunity

_numbers = count(1)


def make_company(*, by: Any, **values: Any) -> Company:
    return create_company(by=by, values={"name": f"Company {next(_numbers)}", **values})


def make_contact(*, by: Any, **values: Any) -> Contact:
    n = next(_numbers)
    return create_contact(by=by, values={"first_name": "Kim", "last_name": f"Person {n}", **values})


def make_opportunity(*, by: Any, **values: Any) -> Opportunity:
    """With a company of its own unless one is given: the shipped pipeline asks for one from its entry on."""
    if "company" not in values:
        values["company"] = make_company(by=by)
    return create_opportunity(by=by, values={"name": f"Deal {next(_numbers)}", **values})


def make_lead(*, by: Any, **values: Any) -> Lead:
    n = next(_numbers)
    return create_lead(by=by, values={"name": f"Lead {n}", "email": f"lead{n}@prospect.example", **values})


def make_activity(*, by: Any, on: Any = None, kind: str = "note", **values: Any) -> Activity:
    links = [(on._meta.model_name, on.pk)] if on is not None else []
    return create_activity(by=by, values={"kind": kind, "body": f"Note {next(_numbers)}", **values}, links=links)


def make_task(*, by: Any, on: Any = None, due_at: datetime | None = None, **values: Any) -> Activity:
    links = [(on._meta.model_name, on.pk)] if on is not None else []
    given = {"kind": "task", "subject": f"Task {next(_numbers)}", "due_at": due_at, "status": "open", **values}
    return create_activity(by=by, values=given, links=links)
