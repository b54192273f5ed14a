"""Rules about companies and people. Plain Python."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from core.errors import RuleBroken
from core.words import _

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
# Mail providers: an address there says nothing about the company.
FREE_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com yahoo.de icloud.com me.com gmx.de gmx.net web.de"
    " t-online.de freenet.de aol.com proton.me protonmail.com mail.ru posteo.de".split()
)

# ISO 3166-1 alpha-2.
COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH"
    " CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN"
    " GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI"
    " LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM"
    " PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD"
    " TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)
MOST_CONSENTS = 50


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


def check_country(code: str, field: str) -> None:
    """A country is its ISO 3166 code of two letters, or not known."""
    if code and code not in COUNTRIES:
        raise RuleBroken({field: _("%(code)s is not an ISO 3166 country code, such as DE.") % {"code": code}}, code="country")


def check_consents(consents: Any) -> None:
    """{purpose: given or not}, such as {"newsletter": true}."""
    fits = isinstance(consents, dict) and len(consents) <= MOST_CONSENTS
    if not fits or not all(isinstance(value, bool) and 0 < len(purpose) <= 60 for purpose, value in consents.items()):
        raise RuleBroken({"consents": _("Name each purpose with true or false.")}, code="invalid")


def check_login_free(other: str) -> None:
    """A login belongs to one contact. `other`: the reference of the contact that has it, or ''."""
    if other:
        raise RuleBroken({"user": _("%(reference)s has this login.") % {"reference": other}}, code="contact_user")
