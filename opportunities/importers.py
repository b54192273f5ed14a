"""Opportunities as an import, those that ended long ago too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from contacts.importers import COMPANY, CONTACT
from core.errors import RuleBroken
from core.words import _
from exchange import cells
from exchange.declare import Field, Importer, Moment, register
from exchange.people import COLLEAGUE
from opportunities.models import Opportunity
from opportunities.services import close_opportunity, create_opportunity, update_opportunity
from pipelines.choices import StageKind
from pipelines.importers import TAGS, listed_as, pipeline_of, stage_of
from pipelines.models import Pipeline, Stage
from pipelines.selectors import stages_of
from pipelines.services import create_pipeline


def prepare(setup: Mapping[str, Any], *, by: Any) -> Iterable[str]:
    """[setup.pipeline]: key, name and [[setup.pipeline.stages]] as create_pipeline takes them; left alone when it is there."""
    wanted = setup.get("pipeline")
    if not isinstance(wanted, Mapping) or Pipeline.objects.filter(kind="opportunity", key=wanted.get("key", "")).exists():
        return []
    values = {name: value for name, value in wanted.items() if name != "stages"}
    pipeline = create_pipeline(by=by, values={**values, "kind": "opportunity"}, stages=wanted.get("stages"))
    return [f"pipeline {pipeline.key}: " + ", ".join(stage.key for stage in stages_of(pipeline))]


def make_opportunity(*, values: dict[str, Any], by: Any, moment: Moment) -> Opportunity:
    """One deal by its services. One that is over began in the last open stage of its pipeline and is closed from there,
    each at its time, so that the history has both."""
    given = dict(values)
    began, closed = given.pop("began_on", None), given.pop("closed_on", None)
    stage: Stage | None = given.get("stage")
    ended = stage is not None and stage.kind != StageKind.OPEN
    _check_days(began, closed, ended=ended)
    loss = {name: given.pop(name) for name in ("loss_reason", "loss_note") if name in given}
    if stage is None or not ended:
        return create_opportunity(by=by, values=given, now=moment(began) if began else None)
    began = began or closed
    given["stage"] = [one for one in stages_of(stage.pipeline) if one.kind == StageKind.OPEN and one.is_active][-1]
    deal = create_opportunity(by=by, values=given, now=moment(began) if began else None)
    return close_opportunity(opportunity_id=deal.pk, outcome=stage.kind, by=by, closed_at=moment(closed) if closed else None, **loss)


def _check_days(began: dt.date | None, closed: dt.date | None, *, ended: bool) -> None:
    if closed is not None and not ended:
        raise RuleBroken({"closed_on": _("Only a won or lost opportunity has a day on which it ended.")}, code="invalid")
    if began is not None and closed is not None and closed < began:
        raise RuleBroken({"closed_on": _("It ended before it began.")}, code="invalid")


def change_opportunity(*, record: Opportunity, values: dict[str, Any], by: Any) -> bool:
    """Take over what differs, its stage too. Its past stays. Tells whether anything did."""
    given = {name: value for name, value in values.items() if name not in ("began_on", "closed_on")}
    return update_opportunity(opportunity_id=record.pk, by=by, values=given).version != record.version


register(
    Importer(
        kind="opportunities",
        model=Opportunity,
        permission="opportunities.add_opportunity",
        create=make_opportunity,
        update=change_opportunity,
        prepare=prepare,
        fields=(
            Field("name", required=True, synonyms=("title", "deal", "deal name", "opportunity", "opportunity name")),
            Field("company", reference=COMPANY, synonyms=("account", "account name", "company name", "organization")),
            Field("primary_contact", reference=CONTACT, synonyms=("contact", "contact name", "person")),
            Field("owner", reference=COLLEAGUE, synonyms=("sales agent", "deal owner")),
            Field("pipeline", reference=pipeline_of("opportunity")),
            Field("stage", reference=stage_of("opportunity"), synonyms=("deal stage",)),
            Field("amount", cells.number, synonyms=("value", "estimated value", "close value", "deal value")),
            Field("currency", synonyms=("currency code",)),
            Field("probability", cells.integer),
            Field("expected_close_date", cells.day, synonyms=("close date", "expected close")),
            Field("began_on", cells.day, history=True, synonyms=("engage date", "created on")),
            Field("closed_on", cells.day, history=True),
            Field("loss_reason", reference=listed_as("loss_reason"), synonyms=("lost reason",)),
            Field("loss_note"),
            Field("notes", synonyms=("description",)),
            Field("tags", reference=TAGS),
        ),
    )
)
