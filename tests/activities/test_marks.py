"""What is next on a record and what was last."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.selectors import Marks, last_activity_of, last_contact_of, marks_of, next_step_of
from activities.services import cancel_task, complete_task, delete_activity
from tests.factories.records import make_activity, make_company, make_task

NOW = datetime(2027, 6, 1, 10, tzinfo=UTC)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def test_the_next_step_is_the_earliest_open_task(owner: Any) -> None:
    company = make_company(by=owner)
    make_task(by=owner, on=company, subject="Some day")
    assert next_step_of("company", company.pk) == ("Some day", None)
    make_task(by=owner, on=company, subject="Later", due_at=NOW + days(2))
    sooner = make_task(by=owner, on=company, subject="Sooner", due_at=NOW)
    assert next_step_of("company", company.pk) == ("Sooner", NOW)
    complete_task(activity_id=sooner.pk, by=owner)
    assert next_step_of("company", company.pk) == ("Later", NOW + days(2))


def test_without_an_open_task_there_is_no_next_step(owner: Any) -> None:
    company = make_company(by=owner)
    make_activity(by=owner, on=company)
    cancel_task(activity_id=make_task(by=owner, on=company).pk, by=owner)
    delete_activity(activity_id=make_task(by=owner, on=company).pk, by=owner)
    make_task(by=owner, on=make_company(by=owner))
    assert next_step_of("company", company.pk) == ("", None)


def test_the_last_activity_is_what_happened_or_was_done(owner: Any) -> None:
    company = make_company(by=owner)
    assert last_activity_of("company", company.pk) is None
    make_activity(by=owner, on=company, at=NOW - days(5))
    assert last_activity_of("company", company.pk, now=NOW) == NOW - days(5)
    task = make_task(by=owner, on=company, due_at=NOW - days(9))
    assert last_activity_of("company", company.pk, now=NOW) == NOW - days(5)
    complete_task(activity_id=task.pk, by=owner, now=NOW - days(1))
    assert last_activity_of("company", company.pk, now=NOW) == NOW - days(1)


def test_what_is_still_to_come_or_was_called_off_did_not_happen(owner: Any) -> None:
    company = make_company(by=owner)
    make_activity(by=owner, on=company, kind="meeting", at=NOW + days(1))
    cancel_task(activity_id=make_task(by=owner, on=company).pk, by=owner)
    assert last_activity_of("company", company.pk, now=NOW) is None


def test_the_last_contact_is_a_call_a_mail_or_a_meeting(owner: Any) -> None:
    company = make_company(by=owner)
    make_activity(by=owner, on=company, kind="call", at=NOW - days(3))
    make_activity(by=owner, on=company, kind="note", at=NOW - days(1))
    assert last_contact_of("company", company.pk, now=NOW) == NOW - days(3)


@pytest.mark.parametrize("count", [1, 30])
def test_the_marks_of_many_records_take_two_queries(owner: Any, django_assert_num_queries: Any, count: int) -> None:
    companies = [make_company(by=owner) for _ in range(count)]
    for number, company in enumerate(companies):
        make_task(by=owner, on=company, subject=f"Task {number}", due_at=NOW)
        make_activity(by=owner, on=company, kind="email", at=NOW - days(number))
    with django_assert_num_queries(2):
        found = marks_of("company", [company.pk for company in companies], now=NOW)
    expected = {
        company.pk: Marks(f"Task {number}", NOW, NOW - days(number), NOW - days(number)) for number, company in enumerate(companies)
    }
    assert found == expected
