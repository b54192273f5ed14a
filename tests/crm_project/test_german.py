"""A German reader meets German: on the pages of every kind of record, in the administration, before signing in.

Two signs tell of English: a text that the catalogue has, shown as it stands in the code, and a word that no German text
holds, for what nobody marked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.context import in_business
from leads.models import Lead
from opportunities.models import Opportunity
from tests.clicking import htmx, signed_in
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_opportunity, make_task

HOUSE = ("accounts", "pipelines", "activities", "contacts", "opportunities", "leads")
SPOKEN = ("aria-label", "aria-description", "title", "placeholder", "alt", "label")
WORDS = """
    the this that of to and is are not no yes your you with from by at for all new next last day days more who what owner branch
    stage created updated changed company contact opportunity task tasks close closed search user role
""".split()
ENGLISH = re.compile("|".join(rf"\b[{word[0]}{word[0].upper()}]{word[1:]}\b" for word in WORDS))
# What the reader's language does not change: names, and the languages by their own names.
NAMES = re.compile(r"\b(Halden|Isle of Man|North|South|\w+ Tester|English|[\w.]+@[\w.]+|[A-Z][\w+-]*(/[\w+-]+)+)\b")


class Spoken(HTMLParser):
    """Everything on a page that a person reads or hears."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.silent: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "svg", "datalist"):
            self.silent.append(tag)
        given = dict(attributes)
        self.found |= {given[name] or "" for name in SPOKEN if name in given}
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.found.add(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, text: str) -> None:
        if not self.silent:
            self.found.add(" ".join(text.split()))


def untranslated() -> set[str]:
    """The texts of the catalogue whose German differs, and that are no German of another."""
    with (Path(settings.BASE_DIR) / "locale/de/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = [message for message in read_po(file, locale="de") if isinstance(message.id, str) and message.id]
    return {message.id for message in catalogue} - {str(message.string) for message in catalogue}


def english(page: str, known: set[str]) -> set[str]:
    """What of a page is not German."""
    spoken = Spoken(page).found
    said = {text: NAMES.sub("", text) for text in spoken}
    return {text for text, rest in said.items() if rest.rstrip(":") in known or ENGLISH.search(rest)}


def told(client: Client, addresses: list[str], **how: Any) -> dict[str, set[str]]:
    """Address → what is not German there. Every page must be a page."""
    known = untranslated()
    found = {}
    for address in addresses:
        answer = client.get(address, **how)
        assert answer.status_code == 200, (address, answer.status_code)
        found[address] = english(answer.content.decode(), known)
    return {address: texts for address, texts in found.items() if texts}


@pytest.fixture
def desk(world: World) -> Iterator[tuple[Client, dict[str, Any]]]:
    """A German administrator, and one record of each kind with something of everything on it."""
    with in_business(world.business):
        User.objects.filter(pk=world.administrator.pk).update(language="de")
        person = User.objects.get(pk=world.administrator.pk)
        company = make_company(by=person, name="Nordwind GmbH")
        records: dict[str, Any] = {
            "companies": company,
            "contacts": make_contact(by=person, first_name="Anna", last_name="Weber", company=company),
            "opportunities": make_opportunity(by=person, name="Turbine", company=company),
            "leads": make_lead(by=person, name="Karl Otto", email="karl@otto.example", company_name="Otto KG"),
        }
        for record in records.values():
            for kind in ("note", "call", "email", "meeting"):
                make_activity(by=person, on=record, kind=kind, body="Ätna", **({} if kind == "note" else {"subject": "Ätna"}))
            for days in (-3, 3):
                make_task(by=person, on=record, subject="Ätna", due_at=timezone.now() + dt.timedelta(days=days))
        yield signed_in(person), records


def test_every_page_of_every_kind_of_record_is_german(desk: tuple[Client, dict[str, Any]]) -> None:
    client, records = desk
    addresses = ["/", "/tasks/", "/activities/new/", "/activities/trash/", "/settings/", "/password/change/", "/logout/"]
    for path, record in records.items():
        addresses += [
            f"/{path}/{page}" for page in ("", "?search=zzz", "?quatsch=1&sort=-nix&group=nix", "filter/", "totals/", "new/", "trash/")
        ]
        addresses += [f"/{path}/{record.pk}/{page}" for page in ("", "?tab=history", "edit/", "assign/")]
    for path, page in (("leads", "status/"), ("leads", "convert/"), ("opportunities", "lost/"), ("opportunities", "people/")):
        addresses.append(f"/{path}/{records[path].pk}/{page}")
    for path in ("leads", "opportunities"):
        addresses += [f"/{path}/?layout=board", f"/{path}/{records[path].pk}/move/"]
    assert told(client, addresses) == {}


def test_the_dialogs_are_german(desk: tuple[Client, dict[str, Any]]) -> None:
    client, records = desk
    lead, deal = records["leads"], records["opportunities"]
    addresses = [f"/leads/{lead.pk}/assign/", f"/leads/{lead.pk}/status/", f"/opportunities/{deal.pk}/lost/"]
    assert told(client, addresses, **htmx("dialog-body")) == {}


def test_a_refused_form_is_german(desk: tuple[Client, dict[str, Any]]) -> None:
    client, _records = desk
    refused = {path: client.post(f"/{path}/new/", {}) for path in ("companies", "contacts", "leads", "opportunities")}
    assert {path: answer.status_code for path, answer in refused.items()} == dict.fromkeys(refused, 422)
    known = untranslated()
    assert {path: english(answer.content.decode(), known) for path, answer in refused.items()} == {path: set() for path in refused}


def test_the_history_of_a_record_is_german(desk: tuple[Client, dict[str, Any]]) -> None:
    client, records = desk
    deal, lead = records["opportunities"], records["leads"]
    client.post(f"/opportunities/{deal.pk}/won/", {"version": Opportunity.objects.get(pk=deal.pk).version})
    client.post(f"/leads/{lead.pk}/delete/", {"version": Lead.objects.get(pk=lead.pk).version})
    assert Opportunity.objects.get(pk=deal.pk).closed_at
    assert Lead.objects.in_trash(lead.owner).exists()
    assert told(client, [f"/opportunities/{deal.pk}/", f"/opportunities/{deal.pk}/?tab=history", "/leads/trash/"]) == {}


def test_the_administration_is_german(desk: tuple[Client, dict[str, Any]]) -> None:
    client, _records = desk
    addresses = ["/admin/"]
    for model, site in admin.site._registry.items():
        if model._meta.app_label not in HOUSE:
            continue
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        first = site.get_queryset(client.get(base).wsgi_request).first()
        addresses += [base, *([f"{base}{first.pk}/change/"] if first else [])]
    # Keys are for programs, and Django's own page says "Search" of its magnifying glass in every language.
    kept = re.compile(r"[a-z_]+|\[.*\]|Search")
    found = {address: {text for text in texts if not kept.fullmatch(text)} for address, texts in told(client, addresses).items()}
    assert {address: texts for address, texts in found.items() if texts} == {}


def test_who_signs_in_with_a_german_browser_reads_german(world: World) -> None:
    addresses = ["/login/", "/password/reset/", "/password/reset/sent/", "/login/inactive/"]
    assert told(Client(headers={"Accept-Language": "de"}), addresses) == {}
