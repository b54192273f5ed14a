"""Rules about activities. Plain Python."""

from __future__ import annotations

from core.errors import RuleBroken
from core.words import _


def check_activity(*, kind: str, subject: str, body: str, status: str, outcome: str) -> None:
    """A task has a subject and a status; a note has text; an outcome belongs to a call."""
    if kind == "task" and not subject:
        raise RuleBroken({"subject": _("Say what is to be done.")}, code="required")
    if kind != "task" and not (subject or body):
        raise RuleBroken({"body": _("Write something first.")}, code="required")
    if (kind == "task") != bool(status):
        raise RuleBroken({"status": _("Only a task has a status.")}, code="invalid")
    if outcome and kind != "call":
        raise RuleBroken({"outcome": _("Only a call has an outcome.")}, code="invalid")
