"""What an activity must be, and when a task comes again."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activities.rules import check_activity, check_can_cancel, check_can_finish, check_is_task, check_sees_records, next_due
from core.errors import RuleBroken

BERLIN = ZoneInfo("Europe/Berlin")
NOTHING = {"due_at": None, "assignee": None, "reminder_at": None, "recurrence": ""}
NOTE = {"kind": "note", "subject": "", "body": "Said yes", "status": "", "outcome": "", "direction": "", "task_only": NOTHING}
TASK = NOTE | {"kind": "task", "subject": "Call back", "status": "open", "task_only": NOTHING | {"assignee": 7}}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (NOTE | {"body": ""}, "body"),
        (NOTE | {"status": "open"}, "status"),
        (NOTE | {"outcome": "busy"}, "outcome"),
        (NOTE | {"direction": "inbound"}, "direction"),
        (NOTE | {"kind": "meeting", "direction": "inbound"}, "direction"),
        (NOTE | {"kind": "email", "outcome": "busy"}, "outcome"),
        (NOTE | {"task_only": NOTHING | {"due_at": datetime(2026, 1, 1, tzinfo=UTC)}}, "due_at"),
        (NOTE | {"task_only": NOTHING | {"assignee": 7}}, "assignee"),
        (NOTE | {"task_only": NOTHING | {"recurrence": "daily"}}, "recurrence"),
        (TASK | {"subject": ""}, "subject"),
        (TASK | {"status": ""}, "status"),
        (TASK | {"task_only": NOTHING}, "assignee"),
        (TASK | {"task_only": NOTHING | {"assignee": 7, "recurrence": "weekly"}}, "due_at"),
    ],
)
def test_what_does_not_fit_the_kind_is_refused_at_its_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_activity(**values)
    assert list(refused.value.error_dict) == [field]


@pytest.mark.parametrize(
    "values",
    [
        NOTE,
        NOTE | {"body": "", "subject": "Lunch", "kind": "meeting"},
        NOTE | {"kind": "call", "outcome": "busy", "direction": "outbound"},
        NOTE | {"kind": "email", "direction": "inbound"},
        TASK,
        TASK | {"task_only": {"due_at": datetime(2026, 1, 1, tzinfo=UTC), "assignee": 7, "reminder_at": None, "recurrence": "daily"}},
    ],
)
def test_what_fits_the_kind_passes(values: dict[str, Any]) -> None:
    check_activity(**values)


@pytest.mark.parametrize(
    ("due", "recurrence", "now", "expected"),
    [
        # The clocks go forward on 29 March 2026: nine o'clock stays nine o'clock.
        (
            datetime(2026, 3, 28, 9, tzinfo=BERLIN),
            "daily",
            datetime(2026, 3, 28, 10, tzinfo=BERLIN),
            datetime(2026, 3, 29, 9, tzinfo=BERLIN),
        ),
        (
            datetime(2026, 3, 23, 9, tzinfo=BERLIN),
            "weekly",
            datetime(2026, 3, 23, 10, tzinfo=BERLIN),
            datetime(2026, 3, 30, 9, tzinfo=BERLIN),
        ),
        (
            datetime(2026, 1, 31, 9, tzinfo=BERLIN),
            "monthly",
            datetime(2026, 1, 31, 10, tzinfo=BERLIN),
            datetime(2026, 2, 28, 9, tzinfo=BERLIN),
        ),
        (
            datetime(2026, 12, 15, 9, tzinfo=BERLIN),
            "monthly",
            datetime(2026, 12, 15, 10, tzinfo=BERLIN),
            datetime(2027, 1, 15, 9, tzinfo=BERLIN),
        ),
        # Done ten days late: what was missed meanwhile is not made up for.
        (
            datetime(2026, 5, 1, 9, tzinfo=BERLIN),
            "daily",
            datetime(2026, 5, 11, 12, tzinfo=BERLIN),
            datetime(2026, 5, 12, 9, tzinfo=BERLIN),
        ),
        # Done early: the next one is the next one.
        (
            datetime(2026, 5, 8, 9, tzinfo=BERLIN),
            "weekly",
            datetime(2026, 5, 4, 12, tzinfo=BERLIN),
            datetime(2026, 5, 15, 9, tzinfo=BERLIN),
        ),
    ],
)
def test_a_task_comes_again_at_the_same_hour(due: datetime, recurrence: str, now: datetime, expected: datetime) -> None:
    assert next_due(due.astimezone(UTC), recurrence, now, BERLIN) == expected


def test_the_last_day_of_january_leads_to_the_last_of_each_month_and_back() -> None:
    late = datetime(2026, 1, 31, 9, tzinfo=BERLIN)
    assert next_due(late, "monthly", late + timedelta(days=40), BERLIN).date().isoformat() == "2026-03-31"


def test_only_tasks_are_done_and_only_open_ones_called_off() -> None:
    with pytest.raises(RuleBroken, match="Only a task"):
        check_is_task("note")
    with pytest.raises(RuleBroken, match="cancelled"):
        check_can_finish("cancelled")
    with pytest.raises(RuleBroken, match="done already"):
        check_can_cancel("done")


def test_a_task_shows_nobody_what_its_giver_cannot_see() -> None:
    check_sees_records(0)
    with pytest.raises(RuleBroken, match="cannot see"):
        check_sees_records(1)
