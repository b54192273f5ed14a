"""What the services would leave of a record: the row, its search entry, its stage change, its events. No queries per row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone

from accounts.events import RecordShared
from accounts.models import User
from contacts.events import CompanyCreated, ContactCreated
from contacts.models import Company, Contact
from contacts.services import COMPANY_FIELDS, CONTACT_FIELDS
from core import events, references, search
from core.models import Event, SearchEntry
from core.record import Record
from core.records import differences
from crm_project.load.shape import CURRENCIES, LOSSES, SOURCES, STAGES, STATUSES, Shape
from crm_project.load.writer import take_ids, write
from leads.events import LeadCreated, LeadQualified
from leads.models import Lead
from leads.services import LEAD_FIELDS
from opportunities.events import OpportunityCreated
from opportunities.models import Opportunity, OpportunityUserShare
from opportunities.rules import FINAL_PROBABILITY, OPEN
from opportunities.services import OPPORTUNITY_FIELDS as DEAL_FIELDS
from opportunities.services import stage_event
from pipelines.models import LookupValue, Stage, StageChange

Told = list[tuple[Any, dict[str, Any] | None]]  # events with their changes, in order


class Loader:
    """One business, which is being served; `sellers` own what is made, by the shape's skew. Each load_ method is a few
    transactions of at most `chunk` records."""

    def __init__(self, shape: Shape, sellers: list[User], *, chunk: int = 20_000) -> None:
        self.shape, self.sellers, self.chunk = shape, sellers, chunk
        self.stages = {stage.key: stage for stage in Stage.objects.select_related("pipeline").filter(pipeline__key="sales")}
        self.lists = {(value.list, value.key): value for value in LookupValue.objects.all()}
        self.companies: list[tuple[int, str]] = []
        self.contacts: list[tuple[int, str]] = []
        # The same companies come again and again.
        self.company = lru_cache(20_000)(lambda place: _named(Company, self.companies[place]))

    def load(self, model: type[Record], count: int, tell: Any = lambda done: None) -> int:
        """Make `count` records of a kind. Gives how many."""
        made = {Company: self.make_company, Contact: self.make_contact, Opportunity: self.make_opportunity, Lead: self.make_lead}[model]
        for start in range(0, count, self.chunk):
            size = min(self.chunk, count - start)
            numbers = references.take_block(model, size)
            with transaction.atomic():
                ids = take_ids(model, size)
                rows = [made() for _number in range(size)]
                self._store(model, ids, numbers, rows)
            tell(size)
        return count

    def _store(self, model: type[Record], ids: list[int], numbers: list[str], rows: list[tuple[Any, Any]]) -> None:
        """Number, derive and write. Events are worked out here because they name the row by its id."""
        now = timezone.now()
        told: list[Event] = []
        first_stages: list[StageChange] = []
        for (record, tell), pk, number in zip(rows, ids, numbers, strict=True):
            record.pk, record.reference, record.updated_at = pk, number, now
            record.clean()
            told += [events.unsaved(event, record=record, by=record.owner, changes=changes) for event, changes in tell(record)]
            if model is Opportunity:
                first_stages.append(_first_stage(record))
        records = [record for record, _tell in rows]
        write(model, records)
        write(SearchEntry, (_entry(record) for record in records), with_id=False)
        write(StageChange, first_stages, with_id=False)
        write(Event, told, with_id=False)
        if model in (Company, Contact):
            (self.companies if model is Company else self.contacts).extend((record.pk, record.name) for record in records)

    def owned(self, record: Any, seller: int) -> Any:
        """Whoever owns it made it, some time in the last years."""
        owner = self.sellers[seller]
        record.owner = record.created_by = owner
        record.branch_id = owner.branch_id
        record.created_at = self.shape.moment()
        return record

    def make_company(self) -> tuple[Any, Any]:
        name = self.shape.company()
        company = self.owned(Company(name=name, website=f"https://{name.split()[0].lower()}.example"), self.shape.anybody())
        return company, lambda row: [(CompanyCreated(), differences(row, [*COMPANY_FIELDS, "owner"]))]

    def make_contact(self) -> tuple[Any, Any]:
        first, last = self.shape.person()
        company = self.company(self.shape.skewed(len(self.companies))) if self.companies else None
        email = f"{first}.{last}{len(self.contacts)}@{self.shape.word(2)}.example".lower()
        contact = Contact(first_name=first, last_name=last, email=email, phone=self.shape.phone(), company=company)
        contact.added_on = timezone.localdate()
        return self.owned(contact, self.shape.anybody()), lambda row: [(ContactCreated(), differences(row, [*CONTACT_FIELDS, "owner"]))]

    def make_lead(self) -> tuple[Any, Any]:
        dice, (first, last) = self.shape.dice, self.shape.person()
        status = self.lists["lead_status", self.shape.weighted(STATUSES)]
        lead = Lead(
            name=f"{first} {last}",
            company_name=self.shape.company(),
            email=f"{first}.{last}{dice.randrange(10**6)}@{self.shape.word(2)}.example".lower(),
            phone=self.shape.phone(),
            source=self.lists["lead_source", dice.choice(SOURCES)],
            status=status,
            loss_reason=self.lists["loss_reason", dice.choice(LOSSES)] if status.key == "lost" else None,
            value=self.shape.amount() if dice.random() < 0.6 else None,
            currency=self.shape.weighted(CURRENCIES),
            notes=self.shape.note(),
        )
        self.owned(lead, self.shape.owner())
        lead.qualified_at = lead.created_at if status.key == "qualified" else None
        return lead, _tell_lead

    def make_opportunity(self) -> tuple[Any, Any]:
        dice, stage = self.shape.dice, self.stages[self.shape.weighted(STAGES)]
        by_hand = None if dice.random() < 0.8 else dice.randint(0, 100)
        deal = Opportunity(
            name=self.shape.offer(),
            company=self.company(self.shape.skewed(len(self.companies))),
            primary_contact=_named(Contact, dice.choice(self.contacts)) if self.contacts and dice.random() < 0.8 else None,
            pipeline=stage.pipeline,
            stage=stage,
            amount=self.shape.amount(),
            currency=self.shape.weighted(CURRENCIES),
            probability=by_hand,
            expected_close_date=self.shape.close_day(stage.is_closed),
            notes=self.shape.note(),
        )
        self.owned(deal, self.shape.owner())
        deal.stage_since = deal.created_at
        if stage.is_closed:
            deal.closed_at = min(deal.created_at + dt.timedelta(days=dice.randint(5, 200)), self.shape.now)
            deal.probability_before, deal.probability = by_hand, FINAL_PROBABILITY[stage.kind]
            deal.loss_reason = self.lists["loss_reason", dice.choice(LOSSES)] if stage.kind == "lost" else None
        return deal, _tell_deal

    def share(self, count: int, ids: Sequence[int], by: User) -> int:
        """`count` view shares of opportunities with these ids with random sellers; the first gets one in twenty more,
        the last a few hundred and no others. As the sharing service leaves them."""
        permission = Permission.objects.get(codename="view_opportunity", content_type__app_label="opportunities")
        dice = self.shape.dice
        few = min(count // 200, 250)
        receivers = [self.sellers[-1]] * few
        receivers += [self.sellers[0] if dice.random() < 0.05 else self.sellers[self.shape.anybody()] for _number in range(count - few)]
        pairs = {(dice.choice(ids), user) for user in receivers}
        deals = {deal.pk: deal for deal in Opportunity.objects.filter(pk__in={pk for pk, _user in pairs}).only("id", "name", "business")}
        with transaction.atomic():
            shared = [(deals[pk], user) for pk, user in sorted(pairs, key=lambda pair: (pair[0], pair[1].pk)) if pk in deals]
            write(
                OpportunityUserShare,
                (OpportunityUserShare(content_object=deal, user=user, permission=permission) for deal, user in shared),
                with_id=False,
            )
            write(Event, (_tell_share(deal, user, by) for deal, user in shared), with_id=False)
        return len(shared)


def _named(model: Any, known: tuple[int, str]) -> Any:
    """A record that is only named by another."""
    return model(pk=known[0], name=known[1])


def _entry(record: Any) -> SearchEntry:
    text, without = search.entry(record)
    return SearchEntry(business_id=record.business_id, kind=record.search_number, object_id=record.pk, text=text, plain=without)


def _first_stage(deal: Opportunity) -> StageChange:
    return StageChange(
        opportunity_id=deal.pk,
        from_stage=None,
        to_stage=deal.stage,
        at=deal.closed_at or deal.created_at,
        by=deal.owner,
        amount=deal.amount,
        currency=deal.currency,
        seconds=None,
    )


def _tell_deal(deal: Opportunity) -> Told:
    changes = differences(deal, [*DEAL_FIELDS, "owner", "pipeline", "stage", "loss_reason", "loss_note"])
    told: Told = [(OpportunityCreated(pipeline=deal.pipeline.key, stage=deal.stage.key), changes)]
    if deal.closed_at is not None:
        told.append((stage_event(deal=deal, before=OPEN, old=None, by=deal.owner), None))
    return told


def _tell_lead(lead: Lead) -> Told:
    told: Told = [(LeadCreated(), differences(lead, [*LEAD_FIELDS, "owner", "status", "loss_reason", "pipeline", "stage"]))]
    if lead.qualified_at is not None:
        said = {name: getattr(lead, name) for name in ("reference", "name", "company_name", "value", "currency", "qualified_at")}
        told.append((LeadQualified(**said), None))
    return told


def _tell_share(deal: Opportunity, user: User, by: User) -> Event:
    return events.unsaved(RecordShared("view", user.pk, None, str(user)), record=deal, by=by)
