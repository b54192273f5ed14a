"""What `manage.py load` leaves of a record is what the record's service leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.forms.models import model_to_dict
from django.test import override_settings

from accounts.models import Business, User
from accounts.services import share_record
from contacts.models import Company, Contact
from contacts.services import create_company, create_contact
from core.context import in_business
from core.models import Event, SearchEntry, Sequence
from crm_project.load.records import Loader
from crm_project.load.shape import SELLERS, Shape
from leads.models import Lead
from leads.services import create_lead
from opportunities.models import Opportunity, OpportunityUserShare
from opportunities.services import create_opportunity
from pipelines.models import StageChange
from tests.factories.people import World, make_user

NOW = dt.datetime(2026, 3, 2, 10, 30, tzinfo=dt.UTC)
GIVEN = {
    Company: ("name", "website"),
    Contact: ("first_name", "last_name", "email", "phone", "company", "added_on"),
    Lead: ("name", "company_name", "email", "phone", "source", "status", "loss_reason", "value", "currency", "notes"),
    Opportunity: ("name", "company", "primary_contact", "pipeline", "stage", "amount", "currency", "expected_close_date", "notes"),
}
SERVICES: dict[Any, Any] = {Company: create_company, Contact: create_contact, Lead: create_lead, Opportunity: create_opportunity}


@pytest.fixture
def loaded(in_halden: World) -> Iterator[Loader]:
    """Records of every kind, all of one seller, at a moment that stands still. Its seller sees the others' companies."""
    seller = make_user("seller", role="administrator")
    with time_machine.travel(NOW, tick=False):
        loader = Loader(Shape("test", NOW), [seller] * SELLERS)
        for model in (Company, Contact, Opportunity, Lead):
            loader.load(model, 60)
        yield loader


def made_by_service(record: Any) -> Any:
    values = {name: getattr(record, name) for name in GIVEN[type(record)]}
    more = {}
    if isinstance(record, Opportunity):
        values["probability"] = record.probability_before if record.closed_at else record.probability
        if record.loss_reason:
            values["loss_reason"] = record.loss_reason
        more = {"closed_at": record.closed_at}
    if isinstance(record, Lead) and record.loss_reason is None:
        del values["loss_reason"]
    return SERVICES[type(record)](by=record.owner, values=values, now=record.created_at, **more)


def left_of(record: Any) -> dict[str, Any]:
    """Everything that is stored of a record, its own id and reference left open."""

    def opened(said: Any) -> Any:
        if isinstance(said, dict):
            return {key: opened(value) for key, value in said.items()}
        return said.replace(record.reference, "#") if isinstance(said, str) else said

    kind = record._meta.model_name
    row = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields if field.name not in ("id", "reference")}
    entry = SearchEntry.objects.get(kind=record.search_number, object_id=record.pk)
    changes = StageChange.objects.filter(**{kind: record.pk}).order_by("id") if kind in ("opportunity", "lead", "contact") else []
    events = Event.objects.filter(record_type=kind, record=record.pk).order_by("id")
    return {
        "row": row,
        "entry": (
            entry.business_id,
            opened(entry.text.replace(record.reference.lower(), "#")),
            entry.plain and opened(entry.plain.replace(record.reference.lower(), "#")),
        ),
        "stages": [(one.from_stage_id, one.to_stage_id, one.at, one.by_id, one.amount, one.currency, one.seconds) for one in changes],
        "events": [
            (one.type, one.name, one.actor_id, one.at, one.changes, opened(one.data), one.operation, one.position) for one in events
        ],
    }


@pytest.mark.parametrize("model", [Company, Contact, Opportunity, Lead])
def test_every_loaded_record_is_what_its_service_would_have_left(loaded: Loader, model: Any) -> None:
    records = list(model.objects.order_by("id"))
    assert len(records) == 60
    for record in records:
        assert left_of(record) == left_of(made_by_service(record))


def test_every_kind_of_ending_is_among_them(loaded: Loader) -> None:
    """So that the comparison above compares them all."""
    assert set(Opportunity.objects.values_list("stage__key", flat=True)) == {"new", "discovery", "proposal", "negotiation", "won", "lost"}
    assert Opportunity.objects.filter(stage__kind="won", probability_before__isnull=False).exists()
    assert set(Lead.objects.values_list("status__key", flat=True)) == {"new", "contacted", "qualified", "unqualified", "lost"}


def test_a_loaded_share_is_what_the_sharing_service_would_have_left(loaded: Loader, in_halden: World) -> None:
    deals = list(Opportunity.objects.order_by("id"))
    loaded.sellers[:] = [in_halden.owner] * SELLERS
    assert loaded.share(1, [deals[0].pk], in_halden.manager) == 1
    share_record(record=deals[1], action="view", by=in_halden.manager, user=in_halden.owner)
    rows = [model_to_dict(row, exclude=["id", "content_object"]) for row in OpportunityUserShare.objects.order_by("content_object_id")]
    assert (len(rows), rows[0]) == (2, rows[1])
    first, second = Event.objects.filter(type="record.shared").order_by("id")
    assert (first.data, first.actor, first.at, first.changes) == (second.data, second.actor, second.at, second.changes)
    assert (first.record, first.name, second.record, second.name) == (deals[0].pk, deals[0].name, deals[1].pk, deals[1].name)


def test_references_go_on_where_the_load_ended(loaded: Loader) -> None:
    assert sorted(Opportunity.objects.values_list("reference", flat=True)) == sorted(f"D-{n}" for n in range(1, 61))
    assert Sequence.objects.get(kind="opportunity").next == 61
    deal = Opportunity.objects.order_by("id")[0]
    following = create_opportunity(by=deal.owner, values={"name": "Next", "company": deal.company})
    assert (following.reference, following.pk > deal.pk) == ("D-61", True)


def test_the_walls_judge_what_is_loaded(loaded: Loader, in_halden: World) -> None:
    with in_business(in_halden.other):
        foreign = create_company(by=in_halden.outsider, values={"name": "Foreign"})
    loaded.companies = [(foreign.pk, foreign.name)]
    loaded.company.cache_clear()
    with pytest.raises(IntegrityError):
        loaded.load(Contact, 1)
        connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_the_command_fills_two_businesses_and_numbers_their_events() -> None:
    call_command("load", opportunities=200, stdout=StringIO(), verbosity=0)
    call_command("load", opportunities=10, companies=2, contacts=0, leads=0, stdout=StringIO(), verbosity=0)
    for slug in ("load-a", "load-b"):
        business = Business.objects.get(slug=slug)
        with in_business(business):
            counts = [model.objects.count() for model in (Company, Contact, Opportunity, Lead)]
            assert counts == [21, 30, 105, 50]
            assert User.objects.of(business).count() == 104
            assert not Event.objects.filter(position=None).exists()
            positions = Event.objects.order_by("position").values_list("position", flat=True)
            assert list(positions) == list(range(1, len(positions) + 1))
            thin = User.objects.select_related("role", "branch").get(email=f"u100@{slug}.example")
            assert not Opportunity.objects.filter(owner=thin).exists()
            assert Opportunity.objects.filter(owner__email=f"u1@{slug}.example").count() > 105 / SELLERS


def test_production_and_nonsense_are_refused(db: None) -> None:
    with override_settings(PRODUCTION=True), pytest.raises(CommandError, match="CRM_ENV=production"):
        call_command("load", opportunities=10)
    with pytest.raises(CommandError, match="Give numbers from 0 on"):
        call_command("load", opportunities=-1)
    with pytest.raises(CommandError, match="need at least two companies"):
        call_command("load", opportunities=10, companies=0)
    assert not Business.objects.exists()
