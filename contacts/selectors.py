"""Who is it already? Companies and people that may be the same as one about to be made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from contacts.models import Company, Contact
from contacts.rules import company_domain
from core.phones import e164
from core.search import fold

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
