"""Companies and contacts as imports."""

from __future__ import annotations

from typing import Any

from contacts.models import Company, Contact
from contacts.services import create_company, create_contact, update_company, update_contact
from core.search import fold
from exchange import cells
from exchange.declare import Field, Importer, Moment, Reference, register
from exchange.people import COLLEAGUE
from pipelines.importers import TAGS, listed_as, pipeline_of, stage_of


def find_companies(texts: set[str], *, by: Any) -> dict[str, list[Any]]:
    """Companies that the importing person sees, by name, however it is written; the exact spelling goes first."""
    folded = {text: fold(text)[:400] for text in texts}
    called: dict[str, list[Any]] = {}
    for company in Company.objects.visible_to(by).filter(name_folded__in=set(folded.values())):
        called.setdefault(company.name_folded, []).append(company)
    found: dict[str, list[Any]] = {}
    for text, name in folded.items():
        alike = called.get(name, [])
        exact = [company for company in alike if company.name == text]
        found[text] = exact or alike
    return found


def find_contacts(texts: set[str], *, by: Any) -> dict[str, list[Any]]:
    """Contacts that the importing person sees, by e-mail address, else by name."""
    mails = {text.lower() for text in texts if "@" in text}
    names = {fold(text)[:500] for text in texts if "@" not in text}
    called: dict[str, list[Any]] = {}
    rows = Contact.objects.visible_to(by)
    for contact in rows.filter(email__in=mails) if mails else ():
        called.setdefault(contact.email, []).append(contact)
    for contact in rows.filter(name_folded__in=names) if names else ():
        called.setdefault(contact.name_folded, []).append(contact)
    return {text: called.get(text.lower() if "@" in text else fold(text)[:500], []) for text in texts}


COMPANY = Reference(find_companies)
CONTACT = Reference(find_contacts)


def make_company(*, values: dict[str, Any], by: Any, moment: Moment) -> Company:
    """One company by its service."""
    return create_company(by=by, values=values)


def change_company(*, record: Company, values: dict[str, Any], by: Any) -> bool:
    """Take over what differs. Tells whether anything did."""
    return update_company(company_id=record.pk, by=by, values=values).version != record.version


def _person(values: dict[str, Any]) -> dict[str, Any]:
    given = dict(values)
    name = given.pop("name", "")
    if name and not (given.get("first_name") or given.get("last_name")):
        given["first_name"], _blank, given["last_name"] = name.rpartition(" ")
    if given.get("stage") is not None:
        given.pop("pipeline", None)
    return given


def make_contact(*, values: dict[str, Any], by: Any, moment: Moment) -> Contact:
    """One contact by its service; a name in one piece is cut before its last word."""
    return create_contact(by=by, values=_person(values))


def change_contact(*, record: Contact, values: dict[str, Any], by: Any) -> bool:
    """Take over what differs. Tells whether anything did."""
    return update_contact(contact_id=record.pk, by=by, values=_person(values)).version != record.version


def _address(prefix: str, words: tuple[str, ...]) -> tuple[Field, ...]:
    plain = ("street", "zip", "city", "region")
    fields = [Field(f"{prefix}{name}", synonyms=(f"{words[0]} {name}",) if prefix else ()) for name in plain]
    return (*fields, Field(f"{prefix}country", cells.country, synonyms=words if prefix == "billing_" else ()))


register(
    Importer(
        kind="companies",
        model=Company,
        permission="contacts.add_company",
        create=make_company,
        update=change_company,
        fields=(
            Field("name", required=True, synonyms=("company", "company name", "account", "account name", "firma", "title")),
            Field("legal_name"),
            Field("industry", reference=listed_as("industry"), synonyms=("sector", "branche")),
            Field("website", synonyms=("url", "homepage")),
            Field("email", synonyms=("e-mail", "mail")),
            Field("phone", synonyms=("telefon", "phone number")),
            Field("tax_number", synonyms=("vat", "vat id", "ust-id")),
            *_address("billing_", ("country", "land")),
            *_address("shipping_", ("delivery",)),
            Field("employees", cells.integer, synonyms=("number of employees", "mitarbeiter")),
            Field("annual_revenue", cells.number, synonyms=("revenue", "umsatz")),
            Field("currency", synonyms=("währung",)),
            Field("parent", reference=Reference(find_companies, own=True), synonyms=("parent company", "subsidiary of")),
            Field("owner", reference=COLLEAGUE, synonyms=("account owner",)),
            Field("tags", reference=TAGS),
            Field("notes", synonyms=("description", "notizen")),
            Field("is_archived", cells.truth),
        ),
    )
)

register(
    Importer(
        kind="contacts",
        model=Contact,
        permission="contacts.add_contact",
        create=make_contact,
        update=change_contact,
        fields=(
            Field("name", synonyms=("full name", "contact", "contact name")),
            Field("first_name", synonyms=("vorname",)),
            Field("last_name", synonyms=("nachname", "surname")),
            Field("designation", synonyms=("salutation", "anrede")),
            Field("contact_type"),
            Field("account_type"),
            Field("business_name"),
            Field("business_address"),
            Field("company", reference=COMPANY, synonyms=("company name", "account", "account name", "firma")),
            Field("job_title", synonyms=("title", "position", "funktion")),
            Field("email", synonyms=("e-mail", "mail")),
            Field("phone", synonyms=("telefon", "phone number")),
            Field("mobile", synonyms=("mobile phone", "mobil")),
            Field("alternative_contact"),
            *_address("", ()),
            Field("tax_number"),
            Field("credit_limit", cells.number),
            Field("added_on", cells.day),
            Field("pipeline", reference=pipeline_of("contact")),
            Field("stage", reference=stage_of("contact")),
            Field("owner", reference=COLLEAGUE, synonyms=("contact owner",)),
            Field("tags", reference=TAGS),
            Field("notes", synonyms=("description", "notizen")),
            Field("do_not_contact", cells.truth),
            Field("is_archived", cells.truth),
        ),
    )
)
