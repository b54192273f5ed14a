"""Leads as an import. Without an owner they wait for assignment, as those of web forms do."""

from __future__ import annotations

from typing import Any

from contacts.importers import COMPANY, CONTACT
from exchange import cells
from exchange.declare import Field, Importer, Moment, register
from exchange.people import COLLEAGUE
from leads.models import Lead
from leads.services import create_lead, update_lead
from pipelines.importers import TAGS, listed_as, pipeline_of, stage_of


def make_lead(*, values: dict[str, Any], by: Any, moment: Moment) -> Lead:
    """One lead by its service."""
    given = {"owner": None, **_named(values)}
    began = given.pop("began_on", None)
    return create_lead(by=by, values=given, now=moment(began) if began else None, may_be_unassigned=True)


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """`company` of a file is mostly the text beside the person's name; a company that is there already has its own field."""
    return {"company" if name == "existing_company" else name: value for name, value in values.items()}


def change_lead(*, record: Lead, values: dict[str, Any], by: Any) -> bool:
    """Take over what differs. A converted lead refuses. Tells whether anything did."""
    given = {name: value for name, value in _named(values).items() if name != "began_on"}
    return update_lead(lead_id=record.pk, by=by, values=given).version != record.version


register(
    Importer(
        kind="leads",
        model=Lead,
        permission="leads.add_lead",
        create=make_lead,
        update=change_lead,
        fields=(
            Field("name", required=True, synonyms=("full name", "title", "lead", "lead name", "contact name")),
            Field("company_name", synonyms=("company", "account", "firma", "organization")),
            Field("email", synonyms=("e-mail", "mail")),
            Field("phone", synonyms=("telefon", "phone number", "mobile")),
            Field("source", reference=listed_as("lead_source"), synonyms=("lead source", "quelle")),
            Field("status", reference=listed_as("lead_status"), synonyms=("lead status",)),
            Field("loss_reason", reference=listed_as("loss_reason")),
            Field("value", cells.number, synonyms=("estimated value", "amount")),
            Field("currency", synonyms=("currency code",)),
            Field("score", cells.integer, synonyms=("lead score",)),
            Field("pipeline", reference=pipeline_of("lead")),
            Field("stage", reference=stage_of("lead")),
            Field("contact", reference=CONTACT),
            Field("existing_company", reference=COMPANY),
            Field("owner", reference=COLLEAGUE, synonyms=("lead owner", "sales agent")),
            Field("began_on", cells.day, history=True, synonyms=("created on", "create date")),
            Field("tags", reference=TAGS),
            Field("notes", synonyms=("description", "message")),
        ),
    )
)
