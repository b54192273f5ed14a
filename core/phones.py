"""Phone numbers: E.164 beside what was typed. Only the number's own rules, no geography."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

DEFAULT_REGION = "DE"
REMEMBERED = 10_000  # a save reads each of its numbers three times


@lru_cache(REMEMBERED)
def e164(typed: str, region: str = DEFAULT_REGION) -> str:
    """'0151 123 456 78' -> '+4915112345678'; '' when it is no possible number."""
    if not typed or len(typed) > 40:
        return ""
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_possible_number(number) else ""


SHORT = 8  # of a number that is shorter, head and tail would be nearly all


@lru_cache(REMEMBERED)
def national(number: str) -> str:
    """'+4915112345678' -> '015112345678': digits as they are dialled at home, for search."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    dialled = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(letter for letter in dialled if letter.isdigit())


def masked(typed: str) -> str:
    """'+4915112345612' -> '+49 ••• ••12'; a short one says nothing."""
    if len(typed) < SHORT:
        return "••••" if typed else ""
    head = typed[:3] if typed.startswith("+") else typed[:2]
    return f"{head} ••• ••{typed[-2:]}"


def masked_email(address: str) -> str:
    """'anna.weber@halden.example' -> 'a•••@•••.example'."""
    if "@" not in address:
        return "•••" if address else ""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}•••@•••.{domain.rpartition('.')[2]}"


# What readers without contacts.view_pii see masked, in every kind of record.
MASKS = {"email": masked_email, "phone": masked, "mobile": masked, "alternative_contact": masked}


def is_mask(field: str, given: object, stored: str) -> bool:
    """Is this what such a reader was shown of the stored value? Sent back, it changes nothing."""
    return field in MASKS and bool(stored) and given == MASKS[field](stored)
