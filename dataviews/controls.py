"""The filter form: every field of a list with its operators as plain inputs, so that it works without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dataviews.kinds import Kind
from dataviews.links import Ref
from dataviews.periods import PERIODS
from dataviews.state import State


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One field of the form. `shape` is choices, number, date, text, flag or record; `values` maps suffixes without
    their "_" ("is" for none) to what stands in the inputs; `is_not` says which operator a list of choices has."""

    name: str
    label: str
    shape: str
    values: dict[str, str]
    options: list[Option]
    is_not: bool = False
    can_be_empty: bool = False


def controls(state: State) -> list[Control]:
    """The form's fields in the order of the declaration, without those that this reader may not filter by."""
    found = [_control(kind, state) for kind in _offered(state)]
    # A list with one value asks nothing.
    return [control for control in found if control.shape != "choices" or len(control.options) > 1 or control.values["is"]]


def hidden_fields(state: State) -> list[tuple[str, str]]:
    """What the form must carry along: the rest of the URL, the search and the fields that it does not show included."""
    shown = {control.name for control in controls(state)}
    parts = state.filters.base_filters
    return [(name, value) for name, value in state.params().items() if name not in parts or parts[name].kind.name not in shown]


def _offered(state: State) -> list[Kind]:
    kinds = state.filters.kinds
    return [
        kinds[name] for name in state.filters.offered or kinds if kinds[name].control != "search" and kinds[name].path not in state.hidden
    ]


def _control(kind: Kind, state: State) -> Control:
    canonical = state.filters.canonical()
    values = {suffix.removeprefix("_") or "is": canonical.get(kind.name + suffix, "") for suffix in kind.suffixes}
    is_not = "_not" in kind.suffixes and kind.name + "_not" in canonical and kind.name not in canonical
    chosen = canonical.get(kind.name + ("_not" if is_not else ""), "").split(",")
    return Control(
        name=kind.name,
        label=str(kind.label),
        shape=kind.control,
        values=values,
        options=_options(kind, state, chosen),
        is_not=is_not,
        can_be_empty="_empty" in kind.suffixes and _is_nullable(kind, state),
    )


def _options(kind: Kind, state: State, chosen: list[str]) -> list[Option]:
    known: list[tuple[str, Any]] = []
    if isinstance(kind, Ref):
        known = list(kind.options(state.filters))
        # A retired value that the URL names stays in the form, or the next submit would lose it.
        offered = {key for key, _label in known}
        known += [(key, key) for key in chosen if key and key not in offered]
    elif kind.control == "date":
        known = [(key, period.label) for key, period in PERIODS.items()]
    return [Option(str(key), str(label), str(key) in chosen) for key, label in known]


def _is_nullable(kind: Kind, state: State) -> bool:
    return state.view.model._meta.get_field(kind.path.split("__")[0]).null
