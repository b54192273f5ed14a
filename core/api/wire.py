"""JSON in and out: orjson for answers, a parser that takes only what every later layer can keep.

What stock frameworks turn into a 500 is a 400 here: NUL, half a surrogate pair, NaN, a key given twice, a body nested
without end, a charset that is not UTF-8.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

DEPTH = 50
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class TooLarge(APIException):
    """The body is longer than the service reads."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = gettext_lazy("The body is too large.")


def _other(value: Any) -> Any:
    """What orjson does not know: money as decimal text, never in powers of ten; translations as text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(type(value).__name__)


def dumps(data: Any) -> bytes:
    """The one JSON form of the API: times in UTC with Z, money as decimal text."""
    return orjson.dumps(data, default=_other, option=_OPTIONS)


class JSONRenderer(BaseRenderer):
    """Answers. A problem carries its own media type in the response."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None) -> bytes:
        return b"" if data is None else dumps(data)


class JSONParser(BaseParser):
    """Bodies. Numbers with a fraction become Decimal, so that 0.1 stays 0.1."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge
        _check_charset((parser_context or {}).get("request"))
        try:
            data = json.loads(raw.decode("utf-8"), parse_float=_number, parse_constant=_no_number, object_pairs_hook=_object)
        except UnicodeDecodeError as problem:
            raise ParseError(_("The body is not UTF-8.")) from problem
        except RecursionError as problem:
            raise ParseError(_too_deep()) from problem
        except ValueError as problem:
            raise ParseError(_("The body is not valid JSON: %s") % str(problem)[:100]) from problem
        _check(data)
        return data


def _check_charset(request: Any) -> None:
    """JSON is UTF-8 (RFC 8259); another charset would only be read wrong."""
    given = getattr(request, "content_params", {}).get("charset", "utf-8")
    try:
        known = codecs.lookup(given.strip("\"'")).name
    except (LookupError, ValueError):
        known = ""
    if known not in ("utf-8", "ascii"):
        raise ParseError(_("The charset has to be UTF-8."))


def _number(text: str) -> Decimal:
    if len(text) > 100:
        raise ParseError(_("A number is too long."))
    return Decimal(text)


def _no_number(text: str) -> Any:
    raise ParseError(_("%s is not a number of JSON.") % text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(_("The key “%s” is given twice.") % shown_name(twice))
    return found


def shown_name(text: str) -> str:
    """A name of theirs, short and printable, to stand in an answer of ours."""
    return "".join(letter for letter in text[:60] if letter.isprintable() and not "\ud800" <= letter <= "\udfff") or "?"


def _too_deep() -> str:
    return _("The body is nested more than %d levels deep.") % DEPTH


def _check(data: Any) -> None:
    """Every text in the body can be stored, and the nesting ends. Level by level, so that depth costs no stack."""
    level = [data]
    for _depth in range(DEPTH + 1):
        following: list[Any] = []
        for value in level:
            if isinstance(value, str):
                _check_text(value)
            elif isinstance(value, dict):
                for key in value:
                    _check_text(key)
                following += value.values()
            elif isinstance(value, list):
                following += value
        if not following:
            return
        level = following
    raise ParseError(_too_deep())


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ParseError(_("A text holds a NUL character, which cannot be stored."))
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ParseError(_("A text holds half of a surrogate pair, which cannot be stored."))
