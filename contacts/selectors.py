"""Who is it already? Companies and people that may be the same as one about to be made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from contacts.models import Company, Contact
from contacts.querysets import SHOWN
from contacts.rules import company_domain
from core.errors import SearchRefused
from core.phones import e164
from core.search import fold
from pipelines.selectors import record_model

OPTIONS = 12
MOST = 10
MOST_READ = 200  # a name or a domain that a thousand rows share says nothing


@dataclass(frozen=True)
class Match:
    """A record that may be the same, and by what: 'email', 'phone', 'domain', 'name'; the surest first."""

    record: Any
    reasons: tuple[str, ...]


def find_company_matches(
    *, user: Any, name: str = "", email: str = "", phone: str = "", website: str = "", limit: int = MOST
) -> list[Match]:
    """Companies that the user may see with exactly this e-mail, phone, domain or folded name; those with most reasons first.

    The domain comes from the website, else from the e-mail unless that is a free mail provider's. One query.
    """
    email, phone_e164, domain, folded = email.strip().lower(), e164(phone), company_domain(website, email), fold(name)[:400]
    rows = Company.objects.visible_to(user).alike(email=email, phone_e164=phone_e164, domain=domain, name_folded=folded)
    return _sorted(
        (
            Match(
                row,
                _reasons(
                    email=bool(email) and row.email == email,
                    phone=bool(phone_e164) and row.phone_e164 == phone_e164,
                    domain=bool(domain) and row.domain == domain,
                    name=bool(folded) and row.name_folded == folded,
                ),
            )
            for row in rows.order_by("pk")[:MOST_READ]
        ),
        limit,
    )


def find_contact_matches(*, user: Any, name: str = "", email: str = "", phones: Iterable[str] = (), limit: int = MOST) -> list[Match]:
    """Contacts that the user may see with exactly this e-mail, one of these phones (as phone or mobile) or folded name. One query."""
    email, folded = email.strip().lower(), fold(name)[:500]
    numbers = {number for number in map(e164, phones) if number}
    rows = Contact.objects.visible_to(user).alike(email=email, phone_e164__in=numbers, mobile_e164__in=numbers, name_folded=folded)
    return _sorted(
        (
            Match(
                row,
                _reasons(
                    email=bool(email) and row.email == email,
                    phone=not numbers.isdisjoint({row.phone_e164, row.mobile_e164}),
                    name=bool(folded) and row.name_folded == folded,
                ),
            )
            for row in rows.order_by("pk")[:MOST_READ]
        ),
        limit,
    )


def _reasons(**found: bool) -> tuple[str, ...]:
    return tuple(name for name, holds in found.items() if holds)


def _sorted(matches: Iterable[Match], limit: int) -> list[Match]:
    return sorted(matches, key=lambda match: (-len(match.reasons), match.record.pk))[:limit]


@dataclass(frozen=True)
class Deals:
    """Deals of one outcome ('open', 'won', 'lost'): how many, and their value per currency."""

    count: int
    amounts: dict[str, Decimal]


@dataclass(frozen=True)
class DealsPage:
    """The first deals of a company or a contact, and the sums of all that the reader sees, by outcome."""

    deals: list[Any]
    sums: dict[str, Deals]


def company_page(*, company: Company, user: Any) -> DealsPage:
    """What a company's page shows beside the row. Two queries."""
    deals = record_model("opportunity").objects.visible_to(user).filter(company=company)
    return DealsPage(deals=_first_deals(deals), sums=_sums(deals))


def contact_page(*, contact: Contact, user: Any) -> DealsPage:
    """What a contact's page shows beside the row. Two queries."""
    with_them = Exists(contact.deals.filter(opportunity=OuterRef("pk")))
    deals = record_model("opportunity").objects.visible_to(user).filter(Q(primary_contact=contact) | with_them)
    return DealsPage(deals=_first_deals(deals), sums=_sums(deals))


def _first_deals(deals: QuerySet) -> list[Any]:
    """Open ones first, by their expected close."""
    order = (F("closed_at").desc(nulls_first=True), F("expected_close_date").asc(nulls_last=True), "pk")
    return list(deals.select_related("stage").order_by(*order)[:SHOWN])


def _sums(deals: QuerySet) -> dict[str, Deals]:
    found: dict[str, Deals] = {}
    grouped = deals.order_by().values_list("stage__kind", "currency").annotate(Count("pk"), Sum("amount"))
    for kind, currency, count, amount in grouped:
        before = found.get(kind, Deals(0, {}))
        found[kind] = Deals(before.count + count, {**before.amounts, **({currency: amount} if amount else {})})
    return found


def _offered(rows: Any, query: str, user: Any) -> Any:
    """Those in use that match; a query beyond the limits of a search matches nothing."""
    try:
        return rows.in_use().found(query, user=user).order_by("name", "pk")
    except SearchRefused:
        return rows.none()


def company_options(*, user: Any, query: str) -> list[tuple[int, str, str]]:
    """(id, name, city) of companies in use that match, for a combobox; the first by name when nothing is asked."""
    rows = _offered(Company.objects.visible_to(user), query, user)
    return list(rows.values_list("pk", "name", "billing_city")[:OPTIONS])


def contact_options(*, user: Any, query: str) -> list[tuple[int, str, str]]:
    """(id, name, company as far as the reader sees it) of contacts in use that match, for a combobox."""
    rows = _offered(Contact.objects.visible_to(user), query, user)
    return [
        (pk, name, company or job or "")
        for pk, name, company, job in rows.values_list("pk", "name", "company__name", "job_title")[:OPTIONS]
    ]
