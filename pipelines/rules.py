"""Rules about pipelines, stages and lists. Plain Python."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from core.errors import RuleBroken
from core.words import _

EITHER = "|"  # in required_fields: "company|primary_contact" asks for one of them

# Values that the services themselves set: they can be renamed, never retired.
KEPT_VALUES: Mapping[str, frozenset[str]] = {
    "lead_status": frozenset({"new", "qualified", "lost"}),
    "loss_reason": frozenset({"unknown"}),
}

# Which kinds of record a list's values stand on: their lists and boards notice a change.
LIST_KINDS: Mapping[str, tuple[str, ...]] = {
    "lead_status": ("lead",),
    "lead_source": ("lead",),
    "loss_reason": ("lead", "opportunity"),
    "industry": ("company",),
}


def alternatives(requirement: str) -> tuple[str, ...]:
    """'company|primary_contact' -> ('company', 'primary_contact')."""
    return tuple(name.strip() for name in requirement.split(EITHER))


def missing(required: Iterable[str], has: Callable[[str], bool]) -> list[tuple[str, ...]]:
    """The requirements of which the record has no alternative."""
    return [names for names in map(alternatives, required) if not any(has(name) for name in names)]


def check_required(required: Iterable[str], has: Callable[[str], bool], *, label: Callable[[str], str], stage: str) -> None:
    """What a record must have to enter a stage (domain.md). The refusal says all of it; `needs` are the fields that would
    make it pass: of alternatives the first."""
    lacking = missing(required, has)
    if lacking:
        said = {
            names[0]: _("%(field)s is needed for the stage %(stage)s.")
            % {"field": str(_(" or ")).join(str(label(name)) for name in names), "stage": stage}
            for names in lacking
        }
        raise RuleBroken(said, code="required", needs=[names[0] for names in lacking])


def can_enter(required: Iterable[str], has: Callable[[str], bool]) -> bool:
    """The twin of check_required."""
    return not missing(required, has)


def check_enterable(*, stage: Any, pipeline: Any, kind: str, current_pipeline: int | None) -> None:
    """A record enters an active stage of a pipeline of its own kind; a retired pipeline keeps only what it has."""
    if pipeline.kind != kind:
        raise RuleBroken({"stage": _("This stage belongs to another kind of record.")}, code="invalid")
    if not stage.is_active or not (pipeline.is_active or pipeline.pk == current_pipeline):
        raise RuleBroken({"stage": _("The stage %(stage)s is no longer used.") % {"stage": stage.label}}, code="retired")


def check_room(*, limit: int | None, held: int, stage: str) -> None:
    """A stage with a limit takes no more than that many records at once."""
    if limit is not None and held >= limit:
        text = _("%(stage)s is full: it holds at most %(limit)s at once.") % {"stage": stage, "limit": limit}
        raise RuleBroken({"stage": text}, code="full")


def check_stages(kind: str, stages: Iterable[tuple[str, bool, bool]]) -> None:
    """`stages`: (kind, is_entry, is_active). One open entry stage; deals need a way to be won and one to be lost."""
    active = [(of, entry) for of, entry, is_active in stages if is_active]
    if [of for of, entry in active if entry] != ["open"]:
        raise RuleBroken(_("A pipeline has exactly one entry stage, and it is open and in use."), code="entry")
    if kind == "opportunity" and not {"won", "lost"} <= {of for of, _entry in active}:
        raise RuleBroken(_("A pipeline of opportunities keeps at least one won and one lost stage."), code="outcome")


def check_default(*, is_default: bool, is_active: bool) -> None:
    """New records go to the default pipeline, so it is in use."""
    if is_default and not is_active:
        raise RuleBroken(_("Make another pipeline the default before you retire this one."), code="default")


def check_requirements(required: Any, allowed: Collection[str]) -> None:
    """required_fields is a list of field names of the record, each possibly several joined by '|'."""
    if not isinstance(required, list) or not all(isinstance(item, str) for item in required):
        raise RuleBroken({"required_fields": _("Give a list of field names.")}, code="invalid")
    unknown = sorted({name for item in required for name in alternatives(item)} - set(allowed))
    if unknown:
        raise RuleBroken({"required_fields": _("Unknown: %s") % ", ".join(unknown)}, code="invalid")


def check_successor(*, stage: Any, move_to: Any, holds: int) -> None:
    """Where the records of a stage go when it is deleted: to another stage in use of the same pipeline and outcome.

    Another outcome would be a closing or reopening, which people do deal by deal.
    """
    if move_to is None:
        if holds:
            text = _("This stage holds %(count)s records. Say which stage they go to.") % {"count": holds}
            raise RuleBroken({"move_to": text}, code="in_use", needs=("move_to",))
        return
    same = move_to.pipeline_id == stage.pipeline_id and move_to.kind == stage.kind
    if move_to.pk == stage.pk or not same or not move_to.is_active:
        raise RuleBroken({"move_to": _("Choose another stage in use, of the same pipeline and outcome.")}, code="invalid")


def check_kind_kept(*, holds: bool) -> None:
    """Open, won or lost is part of every record in the stage."""
    if holds:
        raise RuleBroken({"kind": _("This stage holds records: whether it is open, won or lost cannot change.")}, code="in_use")


def check_retirable(list_name: str, key: str) -> None:
    """Some values are set by the CRM itself."""
    if key in KEPT_VALUES.get(list_name, frozenset()):
        raise RuleBroken(_("The CRM itself uses this value: it can be renamed, but not retired."), code="kept")


def check_order(given: Sequence[int], known: Collection[int]) -> None:
    """A new order names each of them once."""
    if len(given) != len(known) or set(given) != set(known):
        raise RuleBroken({"order": _("Name every one of them exactly once.")}, code="invalid")


def check_listed(value: Any, list_name: str, field: str, *, unchanged: bool) -> None:
    """A value belongs to its list and is in use, unless it stands there already."""
    if value is not None and not unchanged and (value.list != list_name or not value.is_active):
        raise RuleBroken({field: _("%s cannot be chosen here.") % value.label}, code="invalid_choice")
