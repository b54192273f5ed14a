"""The German catalogue is whole: every marked text has its German, with the same places to fill in, and is compiled."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "locale" / "de" / "LC_MESSAGES"
# Where the text and its context stand among the arguments of what marks it.
MARKS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"), (None, 0)),
    **dict.fromkeys(("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"), (0, 1)),
}
IN_TEMPLATES = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
PLACES = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|</?\w+>")
Key = tuple[str | None, str]


@cache
def catalogue() -> Catalog:
    with (FOLDER / "django.po").open("rb") as file:
        return read_po(file, locale="de")


def key(message: Message) -> Key:
    """(context, text); a text with a plural stands under its singular."""
    context = message.context.decode() if isinstance(message.context, bytes) else message.context  # bytes when compiled
    return context, _forms(message.id)[0]


def _forms(texts: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def entries() -> list[Message]:
    """Everything but the header."""
    return [message for message in catalogue() if message.id]


def sources(suffix: str) -> Iterator[Path]:
    """The files of the apps and the templates, without migrations."""
    apps = {init.parent for init in ROOT.glob("*/__init__.py")} - {ROOT / "tests", ROOT / "bench"}
    for folder in sorted({*apps, ROOT / "templates"}):
        yield from (path for path in sorted(folder.rglob(f"*{suffix}")) if "migrations" not in path.parts)


def marked_in_python(path: Path) -> Iterator[Key]:
    """Read as syntax: texts of several parts are one, whatever version of Python."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if name not in MARKS:
            continue
        texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
        context, text = MARKS[name]
        if len(texts) > text and texts[text] is not None:
            yield (None if context is None else texts[context]), texts[text]


def marked_in_template(path: Path) -> Iterator[Key]:
    """Django turns a template into calls with everything else blanked out; only these are left to read."""
    calls = BytesIO(templatize(path.read_text(), origin=str(path)).encode())
    for _line, texts, _comments, context in extract("javascript", calls, keywords=IN_TEMPLATES):
        yield context, _forms(texts)[0]


def marked() -> dict[Key, str]:
    """Every marked text → a file that has it."""
    found: dict[Key, str] = {}
    for read, suffixes in ((marked_in_python, [".py"]), (marked_in_template, [".html", ".txt"])):
        for suffix in suffixes:
            for path in sources(suffix):
                found.update(dict.fromkeys(read(path), str(path.relative_to(ROOT))))
    return found


def test_no_mark_stands_inside_an_f_string_where_makemessages_does_not_look() -> None:
    found = []
    for path in sources(".py"):
        strings = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.JoinedStr)]
        calls = [node for string in strings for node in ast.walk(string) if isinstance(node, ast.Call)]
        found += [f"{path.relative_to(ROOT)}:{call.lineno}" for call in calls if getattr(call.func, "id", "") in MARKS]
    assert found == []


def test_every_marked_text_of_code_and_templates_is_in_the_catalogue() -> None:
    known = {key(message) for message in entries()}
    assert {text: path for text, path in marked().items() if text not in known} == {}


def test_the_catalogue_holds_no_text_that_nobody_uses() -> None:
    in_use = marked()
    assert [key(message) for message in entries() if key(message) not in in_use] == []
    assert list(catalogue().obsolete) == []


def test_every_text_has_its_german() -> None:
    assert [message.id for message in entries() if message.fuzzy or not all(_forms(message.string))] == []


def test_german_keeps_the_places_that_are_filled_in() -> None:
    wrong = []
    for message in entries():
        wanted = {frozenset(Counter(PLACES.findall(text)).items()) for text in _forms(message.id)}
        wrong += [text for text in _forms(message.string) if frozenset(Counter(PLACES.findall(text)).items()) not in wanted]
    assert wrong == []


def test_german_keeps_the_spaces_around_and_the_mark_at_the_end() -> None:
    wrong = []
    for message in entries():
        for text, german in zip(_forms(message.id), _forms(message.string), strict=True):
            spaces = [(words[:1].isspace(), words[-1:].isspace()) for words in (text, german)]
            if spaces[0] != spaces[1] or (text[-1] in ".:?!" and german[-1:] != text[-1]):
                wrong.append((text, german))
    assert wrong == []


@pytest.mark.parametrize("word", ["bitte wähle", " du ", " dein", " dir ", " dich "])
def test_german_never_says_du(word: str) -> None:
    assert [text for message in entries() for text in _forms(message.string) if word in f" {text.lower()} "] == []


def test_what_is_compiled_is_what_is_written() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = {key(message): _forms(message.string) for message in read_mo(file) if message.id}
    assert compiled == {key(message): _forms(message.string) for message in entries()}
