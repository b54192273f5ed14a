"""Rules about companies and people. Plain Python."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from core.errors import RuleBroken
from core.words import _

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
# Mail providers: an address there says nothing about the company.
FREE_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com yahoo.de icloud.com me.com gmx.de gmx.net web.de"
    " t-online.de freenet.de aol.com proton.me protonmail.com mail.ru posteo.de".split()
)


def domain_of(website_or_email: str) -> str:
    """'https://www.Halden.example/de' or 'a@halden.example' -> 'halden.example'; '' when there is none."""
    text = website_or_email.strip().lower()
    if "@" in text and "/" not in text:
        host = text.rpartition("@")[2]
    else:
        try:
            host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
        except ValueError:
            return ""
    host = host.removeprefix("www.").strip(".")
    return host[:120] if _DOMAIN.fullmatch(host) else ""


def company_domain(website: str, email: str) -> str:
    """The company's own domain: from its website, else from its e-mail unless that is a free mail provider's."""
    found = domain_of(website) if website else ""
    if not found and email:
        found = domain_of(email)
        if found in FREE_MAIL:
            return ""
    return found


def contact_name(first_name: str, last_name: str, business_name: str) -> str:
    """How lists call a contact: the person's name, else the business name."""
    return f"{first_name} {last_name}".strip() or business_name


def check_contact(*, first_name: str, last_name: str, business_name: str, account_type: str) -> None:
    """A contact has some name; a business account has a business name."""
    if account_type == "business" and not business_name:
        raise RuleBroken({"business_name": _("A business account needs a business name.")}, code="required")
    if not (first_name or last_name or business_name):
        raise RuleBroken({"last_name": _("Give a first name, a last name or a business name.")}, code="required")


def check_parent(company: int | None, parent_line: list[int]) -> None:
    """A company is not its own parent, however far up. `parent_line`: ids from the new parent upwards."""
    if company is not None and company in parent_line:
        raise RuleBroken({"parent": _("A company cannot stand above itself.")}, code="circle")
