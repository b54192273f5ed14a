"""Reading a map file and fitting it to a kind and to the columns of a file: everything that cannot work is said before a row is read."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.search import fold
from exchange.cells import Notation
from exchange.declare import Importer
from exchange.mapping import PLACE, Default, Map, Rule

LARGEST = 1024 * 1024
PARTS = {
    "kind": str,
    "system": str,
    "external_id": str,
    "decimal": str,
    "existing": str,
    "dates": list,
    "columns": dict,
    "spelling": dict,
    "values": dict,
    "multiply": dict,
    "constants": dict,
    "defaults": dict,
    "rules": list,
    "setup": dict,
}


class MapRefused(ValueError):
    """The map cannot be used, with this file or at all; the message is a sentence for people."""


def read_map(path: Path) -> dict[str, Any]:
    """The parts of a map file (.toml or .json). Raises MapRefused."""
    try:
        if path.stat().st_size > LARGEST:
            raise MapRefused(_("The map is larger than a map can be."))
        said = path.read_text(encoding="utf-8")
        parts = json.loads(said) if path.suffix == ".json" else tomllib.loads(said)
    except OSError as problem:
        raise MapRefused(_("%(path)s cannot be read: %(why)s") % {"path": path, "why": problem.strerror}) from problem
    except (ValueError, RecursionError) as problem:
        raise MapRefused(_("%(path)s is no TOML or JSON: %(why)s") % {"path": path, "why": problem}) from problem
    if not isinstance(parts, dict):
        raise MapRefused(_("%(path)s is no map: it holds no named parts.") % {"path": path})
    return parts


def fit(parts: Mapping[str, Any], importer: Importer, columns: Iterable[str]) -> Map:
    """The map for this kind and these columns; without [columns] they go by their names. Raises MapRefused."""
    here = [name for name in columns if name]
    _check_parts(parts, importer)
    given = {column: _names(target) for column, target in parts["columns"].items()} if "columns" in parts else _by_name(importer, here)
    _check_columns([*given, *parts.get("spelling", {}), *parts.get("values", {}), *parts.get("multiply", {})], here)
    made = Map(
        columns=given,
        system=parts.get("system", "csv")[:40],
        external_id=parts.get("external_id", ""),
        notation=Notation(parts.get("decimal", "."), tuple(map(str, parts["dates"])) if "dates" in parts else Notation.dates),
        update=parts.get("existing", "skip") == "update",
        spelling={column: _table(table) for column, table in parts.get("spelling", {}).items()},
        values={column: _table(table, casefold=True) for column, table in parts.get("values", {}).items()},
        multiply={column: str(factor) for column, factor in parts.get("multiply", {}).items()},
        constants={name: str(text) for name, text in parts.get("constants", {}).items()},
        defaults={name: _default(said, here) for name, said in parts.get("defaults", {}).items()},
        rules=tuple(_rule(rule, here) for rule in parts.get("rules", [])),
        setup=parts.get("setup", {}),
    )
    for template in made.templates():
        _check_columns([place.partition(":")[0] for place in PLACE.findall(template)], here)
    unknown = sorted(made.fields() - set(importer.by_name))
    if unknown:
        known = ", ".join(sorted(importer.by_name))
        raise MapRefused(_("No field of %(kind)s: %(names)s. There are: %(known)s") % _said(importer, unknown, known))
    missing = sorted(one.name for one in importer.fields if one.required and one.name not in made.fields())
    if missing:
        raise MapRefused(_("Nothing goes into %(names)s. The columns are: %(known)s") % _said(importer, missing, ", ".join(here)[:400]))
    return made


def _said(importer: Importer, names: Iterable[str], known: str) -> dict[str, str]:
    return {"kind": importer.kind, "names": ", ".join(names)[:200], "known": known}


def _check_parts(parts: Mapping[str, Any], importer: Importer) -> None:
    for name, part in parts.items():
        if name not in PARTS or not isinstance(part, PARTS[name]):
            raise MapRefused(_("The map's part %(name)s is unknown or of the wrong type.") % {"name": str(name)[:60]})
    if parts.get("kind", importer.kind) != importer.kind:
        raise MapRefused(_("This map is for %(kind)s.") % {"kind": parts["kind"]})
    if parts.get("decimal", ".") not in (".", ","):
        raise MapRefused(_("decimal is a point or a comma."))
    if parts.get("existing", "skip") not in ("skip", "update"):
        raise MapRefused(_("existing is skip or update."))
    for name in ("spelling", "values"):
        for table in parts.get(name, {}).values():
            if not isinstance(table, dict):
                raise MapRefused(_("The map's part %(name)s is unknown or of the wrong type.") % {"name": name})
    for factor in parts.get("multiply", {}).values():
        if isinstance(factor, bool) or not isinstance(factor, int | float):
            raise MapRefused(_("multiply holds numbers."))


def _check_columns(named: Iterable[str], here: list[str]) -> None:
    missing = sorted(set(named) - set(here))
    if missing:
        said = {"names": ", ".join(missing)[:200], "known": ", ".join(here)[:400]}
        raise MapRefused(_("The file has no column %(names)s. It has: %(known)s") % said)


def _by_name(importer: Importer, columns: list[str]) -> dict[str, tuple[str, ...]]:
    words = {_word(word): one.name for one in importer.fields for word in (one.name, *one.synonyms)}
    return {column: (words[_word(column)],) for column in columns if _word(column) in words}


def _word(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", fold(heading)).strip("_")


def _names(target: Any) -> tuple[str, ...]:
    return tuple(map(str, target)) if isinstance(target, list) else (str(target),)


def _table(table: Mapping[str, Any], *, casefold: bool = False) -> dict[str, str]:
    return {(key.casefold() if casefold else key): str(text) for key, text in table.items()}


def _when(said: Any, here: list[str]) -> dict[str, frozenset[str]]:
    if not isinstance(said, dict):
        raise MapRefused(_("when names columns and their texts."))
    _check_columns(said, here)
    return {column: frozenset(_names(texts)) for column, texts in said.items()}


def _default(said: Any, here: list[str]) -> Default:
    if isinstance(said, dict):
        return Default(str(said.get("text", "")), _when(said.get("when", {}), here))
    return Default(str(said), {})


def _rule(said: Any, here: list[str]) -> Rule:
    if not isinstance(said, dict) or "column" not in said or "is" not in said:
        raise MapRefused(_("A rule has say, column, is, when and then; column and is at least."))
    column, texts, then = str(said["column"]), frozenset(_names(said["is"])), str(said.get("then", ""))
    _check_columns([column], here)
    name = str(said.get("say") or f"{column}: {', '.join(sorted(texts))} → {then}")
    return Rule(name, column, texts, _when(said.get("when", {}), here), then)
