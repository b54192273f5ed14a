"""Text search: one folded entry per record, kept in the change's own transaction (walls.md §5).

Folded the same way on both sides, so no database extension for accents is needed. Umlauts are stored in both readings
(muller mueller). Phones are stored as digits, international and national. A reader without contacts.view_pii finds
e-mails and phones only whole.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from core import context, phones
from core.errors import SearchRefused
from core.models import SearchEntry
from core.words import _

MAX_WORDS = 8
MAX_LENGTH = 200
ANYWHERE = 3  # letters from which a word matches inside other words
NOTES = 2000  # letters of notes that an entry holds

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ħ": "h"})
_RUNES = str.maketrans({digit: chr(0x16A0 + i) for i, digit in enumerate("0123456789abcdef")})
_PHONE = re.compile(r"[\d\s()+/.\-]+")


def fold(text: str) -> str:
    """'Straße Łódź' -> 'strasse lodz': lower case, no marks, spaces single."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.replace("\x00", "").split())


def readings(text: str) -> list[str]:
    """One or two folded readings: 'Müller' -> ['muller', 'mueller']."""
    composed = unicodedata.normalize("NFKC", text)
    found = [fold(composed)]
    other = fold(composed.translate(_UMLAUTS))
    return found if other == found[0] else [*found, other]


def digits(typed: str) -> str:
    """'+49 (0)151 / 123' -> '49151123'; '0049 151' -> '49151'."""
    return re.sub(r"\D", "", typed.replace("(0)", "")).removeprefix("00")


def entry(record: Any) -> tuple[str, str | None]:
    """(text, plain) of a record's search entry. Each starts with a blank: ' ab' then finds word starts."""
    parts: list[str] = []
    for name in (record.reference, *record.search_names()):
        if name:
            parts += readings(str(name))
    personal: list[str] = []
    for value in record.search_personal():
        if not value:
            continue
        if "@" in value:
            personal.append(fold(value))
        else:
            number = phones.e164(value)
            personal += [number.lstrip("+"), phones.national(number)] if number else [digits(value)]
    base = " " + " ".join(parts)
    if not personal:
        return base, None
    whole = " ".join(_sealed(value) for value in personal if value)
    return base + " " + " ".join(value for value in personal if value), base + " " + whole


def asked(query: str) -> list[list[str]]:
    """The words of a query, each as its alternatives in folded form. [] asks nothing. Raises SearchRefused."""
    query = query.strip()
    if len(query) > MAX_LENGTH:
        raise SearchRefused(_("A search has at most %d characters.") % MAX_LENGTH)
    if not query:
        return []
    if _PHONE.fullmatch(query) and len(digits(query)) >= ANYWHERE:
        return [[digits(query)]]
    words = query.split()
    if len(words) > MAX_WORDS:
        raise SearchRefused(_("A search has at most %d words.") % MAX_WORDS)
    asked_for = []
    for word in words:
        forms = [form for form in readings(word) if form]
        if forms:
            asked_for.append([form if len(form) >= ANYWHERE else f" {form}" for form in forms])
    return asked_for


def found(rows: QuerySet, query: str, *, user: Any) -> QuerySet:
    """The rows (already visible to the user) that have every word. The one reader of SearchEntry."""
    alternatives = asked(query)
    if not alternatives:
        return rows
    entries = SearchEntry.objects.filter(business_id=context.business_id(), kind=rows.model.search_number, object_id=OuterRef("pk"))
    open_book = user.is_superuser or user.has_perm("contacts.view_pii")
    for forms in alternatives:
        entries = entries.filter(reduce(or_, (_holds(form, open_book) for form in forms)))
    # EXISTS: the planner takes the trigram index or the walk by itself; an array of hits was 20 times slower.
    return rows.filter(Exists(entries))


def _sealed(value: str) -> str:
    """A whole address or number as sixteen runes of its hash: found whole, never by a part, and by trigram index.

    Runes, because folded names never hold them: a part of a hash cannot match a name that somebody looks for.
    """
    return hashlib.sha256(value.encode()).hexdigest()[:16].translate(_RUNES)


def _holds(form: str, open_book: bool) -> Q:
    if open_book:
        return Q(text__contains=form)
    return Q(plain__contains=form) | Q(plain__contains=_sealed(form.strip())) | Q(plain=None, text__contains=form)


def remember(records: Iterable[Any]) -> None:
    """Write the entries of these records (of one or several types), in the change's transaction."""
    rows = []
    for record in records:
        text, without = entry(record)
        rows.append(SearchEntry(business_id=record.business_id, kind=record.search_number, object_id=record.pk, text=text, plain=without))
    SearchEntry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["kind", "object_id"], update_fields=["text", "plain"], batch_size=1000
    )


def forget(record: Any) -> None:
    """Take a record out of every search: it went to the trash or is gone."""
    SearchEntry.objects.filter(business_id=record.business_id, kind=record.search_number, object_id=record.pk).delete()
