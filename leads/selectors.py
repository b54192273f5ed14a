"""Read shapes of leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contacts.selectors import Match, find_company_matches, find_contact_matches
from leads.models import Lead


@dataclass(frozen=True, slots=True)
class ConversionMatches:
    """Companies and contacts that the lead may be already, the surest first. Shown, never joined silently."""

    companies: list[Match]
    contacts: list[Match]


def conversion_matches(lead: Lead, user: Any) -> ConversionMatches:
    """Exact e-mail, phone, domain or folded name, among the records that the user may see. Two queries."""
    return ConversionMatches(
        companies=find_company_matches(user=user, name=lead.company_name, email=lead.email, phone=lead.phone),
        contacts=find_contact_matches(user=user, name=lead.name, email=lead.email, phones=[lead.phone]),
    )
