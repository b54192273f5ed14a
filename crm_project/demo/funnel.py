"""The leads of a business: from the first message to the deal, or to nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from activities.services import create_activity
from core.context import happening
from core.permissions import SYSTEM
from crm_project.demo import words
from crm_project.demo.chance import filled, mail_word
from crm_project.demo.story import LOSSES, Story, past
from leads.services import convert_lead, create_lead

SOURCES = {"website": 30, "trade_fair": 20, "referral": 15, "phone": 12, "email": 10, "advertising": 6, "social_media": 4, "partner": 3}
STATUSES = {"new": 34, "contacted": 32, "qualified": 10, "unqualified": 8, "lost": 6, "converted": 10}


def tell_leads(story: Story) -> None:
    """All leads of a story. Some wait for somebody to take them."""
    for _number in range(story.amounts.leads):
        began = story.chance.days_ago(story.chance.between(0, 120))
        lead, owner, status = _lead(story, began)
        if owner is not None:
            _work(story, lead, owner, began, is_open=status in ("new", "contacted", "qualified"))
        if status == "converted":
            deal: dict[str, Any] | None = {"name": story.chance.one(words.PRODUCTS)} if story.chance.happens(0.6) else None
            with happening(story.chance.later(began, 1, max(2, (story.now - began).days))):
                convert_lead(lead_id=lead.pk, by=owner, opportunity=deal)


def _lead(story: Story, began: dt.datetime) -> tuple[Any, Any, str]:
    chance = story.chance
    owner = None if chance.happens(0.08) else chance.skewed(story.sellers)
    status = chance.weighted(STATUSES) if owner else "new"
    first, last = chance.person()
    company, _industry, form = chance.company()
    domain = f"{mail_word(company)}.example"
    phone = chance.place(form).phone
    email = chance.address(first, last, domain) if chance.happens(0.85) or not phone else ""
    known = "contacted" if status == "converted" else status
    values = filled(
        name=f"{first} {last}",
        company_name=company if chance.happens(0.9) or status == "converted" else "",
        email=email,
        phone=phone if not email or chance.happens(0.5) else "",
        source=story.lists["lead_source", chance.weighted(SOURCES)],
        status=story.lists["lead_status", known],
        loss_reason=story.lists["loss_reason", chance.weighted(LOSSES)] if status == "lost" else None,
        value=chance.amount() if chance.happens(0.6) else None,
        score=chance.between(5, 95) if chance.happens(0.5) else None,
        notes=chance.one(words.LEAD_NOTES) if chance.happens(0.7) else "",
        tags=[chance.one(story.tags)] if chance.happens(0.12) else None,
    )
    by = owner or SYSTEM
    with happening(began):
        lead = create_lead(by=by, values={**values, "owner": owner}, now=began, may_be_unassigned=owner is None)
    return lead, owner, status


def _work(story: Story, lead: Any, owner: Any, began: dt.datetime, *, is_open: bool) -> None:
    chance, links = story.chance, [("lead", lead.pk)]
    days = max(1, (story.now - began).days)
    for _number in range(chance.between(0, 2)):
        moment = chance.later(began, 0, days)
        with happening(moment):
            create_activity(by=owner, values=past(chance, moment), links=links, now=moment)
    if is_open and chance.happens(0.5):
        values = {"kind": "task", "subject": chance.one(words.TASKS[:4]), "due_at": chance.due()}
        with happening(began):
            create_activity(by=owner, values=values, links=links, now=began)
