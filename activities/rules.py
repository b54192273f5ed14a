"""Rules about activities. Plain Python."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from core.errors import RuleBroken
from core.words import _

MOST_LINKS = 50
TASK_ONLY = ("due_at", "assignee", "reminder_at", "recurrence")
DIRECTED = ("call", "email")


def check_activity(*, kind: str, subject: str, body: str, status: str, outcome: str, direction: str, task_only: Mapping[str, Any]) -> None:
    """A task has a subject, a status and somebody to do it; a note has text; an outcome belongs to a call, a direction
    to a call or an e-mail. `task_only`: the values of TASK_ONLY."""
    if kind == "task":
        _check_task(subject, status, task_only)
    else:
        if not (subject or body):
            raise RuleBroken({"body": _("Write something first.")}, code="required")
        if status:
            raise RuleBroken({"status": _("Only a task has a status.")}, code="invalid")
        for name, value in task_only.items():
            if value:
                raise RuleBroken({name: _("Only a task has this.")}, code="invalid")
    if outcome and kind != "call":
        raise RuleBroken({"outcome": _("Only a call has an outcome.")}, code="invalid")
    if direction and kind not in DIRECTED:
        raise RuleBroken({"direction": _("Only a call or an e-mail has a direction.")}, code="invalid")


def _check_task(subject: str, status: str, task_only: Mapping[str, Any]) -> None:
    if not subject:
        raise RuleBroken({"subject": _("Say what is to be done.")}, code="required")
    if not status:
        raise RuleBroken({"status": _("A task has a status.")}, code="required")
    if not task_only["assignee"]:
        raise RuleBroken({"assignee": _("Say who is to do it.")}, code="required")
    if task_only["recurrence"] and not task_only["due_at"]:
        raise RuleBroken({"due_at": _("A task that repeats has a due time.")}, code="required")


def check_assignee(*, is_colleague: bool) -> None:
    """A task is for somebody who works here now."""
    if not is_colleague:
        raise RuleBroken({"assignee": _("Choose an active colleague.")}, code="invalid")


def check_owner(*, is_colleague: bool, for_others: bool) -> None:
    """An activity is its maker's; only who reaches the whole business writes one down for a colleague."""
    if not is_colleague:
        raise RuleBroken({"owner": _("Choose an active colleague as the owner.")}, code="required")
    if for_others:
        raise RuleBroken({"owner": _("An activity belongs to whoever writes it down.")}, code="invalid")


def check_is_task(kind: str) -> None:
    """Only a task can be done, opened again or cancelled."""
    if kind != "task":
        raise RuleBroken(_("Only a task can be done."), code="not_a_task")


def check_can_finish(status: str) -> None:
    """A cancelled task is opened again before it is done."""
    if status == "cancelled":
        raise RuleBroken(_("This task was cancelled. Open it again first."), code="cancelled")


def check_can_cancel(status: str) -> None:
    """What is done cannot be called off."""
    if status == "done":
        raise RuleBroken(_("This task is done already."), code="done")


def check_links(kinds: list[str], known: tuple[str, ...]) -> None:
    """An activity is on records of the known kinds, on a readable number of them."""
    unknown = sorted(set(kinds) - set(known))
    if unknown:
        raise RuleBroken({"links": _("An activity cannot be on a %s.") % unknown[0][:40]}, code="invalid")
    if len(kinds) > MOST_LINKS:
        raise RuleBroken({"links": _("An activity is on %s records at most.") % MOST_LINKS}, code="too_many")


def check_sees_records(hidden: int) -> None:
    """Whoever gives somebody a task shows them its records: nobody shows what they cannot see. `hidden`: how many."""
    if hidden:
        raise RuleBroken(_("This task is on a record that you cannot see. Ask somebody who can."), code="hidden_record")


def next_due(due: datetime, recurrence: str, now: datetime, zone: tzinfo) -> datetime:
    """The first repetition after now: the same wall-clock time, also across a change of clocks.

    A monthly one keeps its day, or takes the last of a shorter month: due 31 January, then 28 February.
    """
    first = due.astimezone(zone)
    step = 0
    while True:
        step += 1
        found = _repeated(first, recurrence, step)
        if found > now:
            return found


def _repeated(first: datetime, recurrence: str, step: int) -> datetime:
    if recurrence == "daily":
        return first + timedelta(days=step)
    if recurrence == "weekly":
        return first + timedelta(weeks=step)
    year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
    return first.replace(year=year, month=month + 1, day=min(first.day, monthrange(year, month + 1)[1]))


def check_kind(kind: Any, known: list[str]) -> None:
    """An activity is of one of the kinds."""
    if kind not in known:
        raise RuleBroken({"kind": _("An activity is one of: %s.") % ", ".join(known)}, code="invalid_choice")
