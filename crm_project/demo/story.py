"""What the people of a business did: companies and contacts found, deals worked, won and lost, calls made, tasks set.

Everything goes through the services, as the person who did it and with the time at which it happened.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Branch, User
from accounts.services import share_record
from activities.services import create_activity
from contacts.services import create_company, create_contact
from core.context import happening
from crm_project.demo import words
from crm_project.demo.chance import Chance, filled, mail_word
from crm_project.demo.people import Firm
from opportunities.services import close_opportunity, create_opportunity, move_opportunity
from pipelines.models import LookupValue, Stage, Tag

LOSSES = {"price": 30, "competitor": 25, "no_decision": 15, "no_budget": 12, "timing": 8, "no_answer": 10}
OPEN_STAGES = ("new", "discovery", "proposal", "negotiation")


@dataclass(frozen=True)
class Amounts:
    """How many records of each kind."""

    companies: int
    contacts: int
    leads: int
    opportunities: int

    def share(self, part: float) -> Amounts:
        """The same, smaller."""
        return Amounts(*(int(count * part) for count in (self.companies, self.contacts, self.leads, self.opportunities)))


@dataclass
class Customer:
    """A company with its people and whoever looks after it."""

    company: Any
    owner: User
    domain: str
    people: list[Any] = field(default_factory=list)


class Story:
    """The story of one business; the business is being served."""

    def __init__(self, firm: Firm, people: dict[str, User], amounts: Amounts, now: dt.datetime) -> None:
        self.firm, self.people, self.amounts, self.now = firm, people, amounts, now
        self.chance = Chance(firm.slug, now)
        self.sellers = [people[key] for word in ("sales", "lead") for key in sorted(people) if key.startswith(word)]
        self.tags = list(Tag.objects.order_by("id"))
        self.lists = {(value.list, value.key): value for value in LookupValue.objects.all()}
        self.stages = {stage.key: stage for stage in Stage.objects.select_related("pipeline").filter(pipeline__is_default=True)}
        self.customers: list[Customer] = []

    def tell(self) -> None:
        """From the first company to the last shared deal."""
        for _number in range(self.amounts.companies):
            self.find_company()
        for _number in range(self.amounts.contacts):
            self.meet_person()
        deals = [self.work_deal() for _number in range(self.amounts.opportunities if self.customers else 0)]
        self.share(deals)

    def find_company(self) -> None:
        chance, owner = self.chance, self.chance.skewed(self.sellers)
        name, industry, form = chance.company()
        place = chance.place(form)
        domain = f"{mail_word(name)}.example"
        values = filled(
            name=name,
            industry=self.lists["industry", industry],
            website=f"https://www.{domain}" if chance.happens(0.8) else "",
            email=f"info@{domain}" if chance.happens(0.6) else "",
            phone=place.phone,
            billing_street=place.street,
            billing_zip=place.zip,
            billing_city=place.city,
            billing_country=place.country,
            employees=int(chance.dice.lognormvariate(4.5, 1.1)) + 2 if chance.happens(0.7) else None,
            tags=[chance.one(self.tags)] if chance.happens(0.2) else None,
            notes=chance.one(words.NOTES) if chance.happens(0.2) else "",
        )
        # One in twelve is a daughter of an earlier one, where its owner sees that one.
        above = chance.one(self.customers) if self.customers and chance.happens(0.08) else None
        if above is not None and above.owner == owner:
            values["parent"] = above.company
        with happening(self.chance.days_ago(self.chance.between(120, 400))):
            company = create_company(by=owner, values=values)
        self.customers.append(Customer(company, owner, domain))

    def meet_person(self) -> None:
        chance = self.chance
        customer = chance.skewed(self.customers) if self.customers and chance.happens(0.95) else None
        owner = customer.owner if customer else chance.one(self.sellers)
        first, last = chance.person()
        domain = customer.domain if customer else "post.example"
        values = filled(
            first_name=first,
            last_name=last,
            designation=chance.one(words.FORMS_OF_ADDRESS),
            company=customer.company if customer else None,
            job_title=chance.one(words.JOBS),
            email=chance.address(first, last, domain) if chance.happens(0.92) else "",
            phone=customer.company.phone if customer else "",
            mobile=chance.mobile() if chance.happens(0.5) else "",
            contact_type="customer" if chance.happens(0.4) else "prospect",
        )
        with happening(chance.days_ago(chance.between(60, 300))):
            person = create_contact(by=owner, values=values)
        if customer:
            customer.people.append(person)

    def work_deal(self) -> Any:
        """One deal from its beginning as far as it has come."""
        chance, customer = self.chance, self.chance.skewed(self.customers)
        age = chance.between(2, 280)
        began = chance.days_ago(age)
        way = self._way(age)
        ends = way[-1] in ("won", "lost")
        if not ends and chance.happens(0.8):  # most open deals are alive, some lie idle
            age = chance.between(1, 10 * len(way))
            began = chance.days_ago(age)
        values = filled(
            name=chance.one(words.PRODUCTS) + chance.one(words.OCCASIONS),
            company=customer.company,
            primary_contact=chance.one(customer.people) if customer.people else None,
            amount=None if len(way) == 1 and chance.happens(0.3) else chance.amount(),
            currency=self.firm.currency if chance.happens(0.86) else chance.one(("EUR", "USD", "GBP")),
            probability=chance.between(1, 9) * 10 if chance.happens(0.12) else None,
            expected_close_date=self._expected(ends, age, began),
            notes=chance.one(words.NOTES) if chance.happens(0.3) else "",
            tags=[chance.one(self.tags)] if chance.happens(0.25) else None,
        )
        with happening(began):
            deal = create_opportunity(by=customer.owner, values=values, now=began)
        moment, step = began, max(1, age // (len(way) + 1))
        for stage in way[1:]:
            moment = chance.later(moment, 1, step)
            with happening(moment):
                self._step(deal, stage, customer.owner, moment)
        self._activities(deal, customer, began, moment if ends else self.now, is_open=not ends)
        return deal

    def _way(self, age: int) -> list[str]:
        """The stages that a deal has been through: old ones are mostly over."""
        if self.chance.happens(0.15 if age < 30 else 0.55 if age < 90 else 0.85):
            passed = list(OPEN_STAGES[: self.chance.between(1, 4)])
            return [*passed, "won" if self.chance.happens(0.25 + 0.12 * len(passed)) else "lost"]
        reached = self.chance.weighted({1: 30, 2: 28, 3: 24, 4: 18})
        return list(OPEN_STAGES[:reached])

    def _expected(self, ends: bool, age: int, began: dt.datetime) -> dt.date | None:
        if ends:
            return (began + dt.timedelta(days=self.chance.between(20, max(21, age + 10)))).date()
        if self.chance.happens(0.1):
            return None
        return (self.now + dt.timedelta(days=self.chance.between(-20, 120))).date()

    def _step(self, deal: Any, stage: str, owner: User, moment: dt.datetime) -> None:
        if stage == "won":
            close_opportunity(opportunity_id=deal.pk, outcome="won", by=owner, closed_at=moment)
        elif stage == "lost":
            reason = self.chance.weighted(LOSSES)
            note = words.LOSS_NOTES[reason] if self.chance.happens(0.6) else ""
            loss = self.lists["loss_reason", reason]
            close_opportunity(opportunity_id=deal.pk, outcome="lost", by=owner, closed_at=moment, loss_reason=loss, loss_note=note)
        else:
            move_opportunity(opportunity_id=deal.pk, stage=self.stages[stage], by=owner, now=moment)

    def _activities(self, deal: Any, customer: Customer, began: dt.datetime, until: dt.datetime, *, is_open: bool) -> None:
        chance, links = self.chance, [("opportunity", deal.pk)]
        if customer.people:
            links.append(("contact", chance.one(customer.people).pk))
        days = max(1, (until - began).days)
        for _number in range(chance.between(1, 4)):
            moment = chance.later(began, 0, days)
            with happening(moment):
                create_activity(by=customer.owner, values=past(chance, moment), links=links, now=moment)
        if is_open and chance.happens(0.75):
            due = chance.due()
            values = {"kind": "task", "subject": chance.one(words.TASKS), "due_at": due, "priority": chance.weighted({1: 2, 2: 6, 3: 2})}
            moment = chance.later(began, 0, days)
            with happening(moment):
                create_activity(by=customer.owner, values=values, links=links[:1], now=moment)
        if chance.happens(0.3):
            done = chance.later(began, 0, days)
            values = {"kind": "task", "subject": chance.one(words.TASKS), "status": "done", "completed_at": done, "due_at": done}
            with happening(done):
                create_activity(by=customer.owner, values=values, links=links[:1], now=done)

    def share(self, deals: list[Any]) -> None:
        """The manager lets some see what is not theirs: a colleague, or the other branch."""
        branches = list(Branch.objects.of(self.people["manager"].business_id).order_by("id"))
        for deal in deals[:: max(1, len(deals) // 8)] if deals else ():
            if self.chance.happens(0.5):
                other = self.chance.one([user for user in self.sellers if user.pk != deal.owner_id])
                share_record(record=deal, action=self.chance.one(("view", "change")), by=self.people["manager"], user=other)
            else:
                other_branch = next(branch for branch in branches if branch.pk != deal.branch_id)
                share_record(record=deal, action="view", by=self.people["manager"], branch=other_branch)


def past(chance: Chance, moment: dt.datetime) -> dict[str, Any]:
    """The values of something that happened: a note, a call, an e-mail or a meeting."""
    kind = chance.weighted({"note": 30, "call": 35, "email": 20, "meeting": 15})
    if kind == "call":
        subject, outcome = chance.one(words.CALLS)
        minutes = chance.between(2, 40) if outcome == "connected" else None
        said = {"subject": subject, "outcome": outcome, "direction": "outbound", "duration_minutes": minutes}
    elif kind == "meeting":
        said = {"subject": chance.one(words.MEETINGS), "duration_minutes": chance.between(1, 6) * 30, "body": chance.one(words.NOTES)}
    elif kind == "email":
        said = {"subject": chance.one(words.MAILS), "direction": chance.one(("inbound", "outbound")), "body": chance.one(words.NOTES)}
    else:
        said = {"body": chance.one(words.NOTES)}
    return filled(kind=kind, at=moment, **said)
