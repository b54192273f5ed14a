"""The timeline of a record: one order, one page at a time, the same queries for any number of rows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from activities.models import Activity
from activities.selectors import timeline
from activities.services import complete_task, delete_activity, link_activity
from contacts.services import assign_contact, create_contact, move_contact, update_company, update_contact
from core.errors import RuleBroken
from core.models import Event
from core.permissions import SYSTEM
from opportunities.services import move_opportunity
from pipelines.services import create_pipeline, create_stage
from tests.factories.records import make_activity, make_company, make_contact, make_opportunity, make_task

NOW = datetime(2027, 6, 1, 10, tzinfo=UTC)
QUERIES = 4  # activities, log, links, small lists


def fresh(user: Any) -> Any:
    """The user as a request loads them: rights are read once, before the timeline is."""
    user = User.objects.select_related("business", "branch", "role").get(pk=user.pk)
    user.has_perm("contacts.view_pii")
    return user


def days(count: int) -> timedelta:
    return timedelta(days=count)


def test_what_is_to_come_stands_first_and_the_rest_newest_first(owner: Any) -> None:
    company = make_company(by=owner)
    old = make_activity(by=owner, on=company, at=NOW - days(9))
    new = make_activity(by=owner, on=company, kind="call", at=NOW - days(1))
    done = make_task(by=owner, on=company, due_at=NOW - days(30))
    complete_task(activity_id=done.pk, by=owner, now=NOW - days(5))
    undated = make_task(by=owner, on=company)
    meeting = make_activity(by=owner, on=company, kind="meeting", at=NOW + days(2))
    late = make_task(by=owner, on=company, due_at=NOW - days(2))
    shown = timeline(company, owner, now=NOW, kinds=["note", "call", "meeting", "task"])
    assert [entry.id for entry in shown.upcoming] == [late.pk, meeting.pk, undated.pk]
    assert [entry.id for entry in shown.entries] == [new.pk, done.pk, old.pk]
    assert [entry.at for entry in shown.entries] == [NOW - days(1), NOW - days(5), NOW - days(9)]
    assert (shown.older, shown.before) == (0, "")


def test_changes_say_what_was_and_what_is_with_the_words_of_the_form(owner: Any) -> None:
    company = make_company(by=owner, employees=10)
    update_company(company_id=company.pk, by=owner, values={"employees": 12, "name": "Halden SE", "industry": None})
    entry = timeline(company, owner).entries[0]
    assert (entry.kind, entry.what, entry.who) == ("change", "changed", "Owner Tester")
    assert [(change.field, change.label, change.before, change.after) for change in entry.changes] == [
        ("name", "name", company.name, "Halden SE"),
        ("employees", "employees", 10, 12),
    ]


def test_the_making_is_one_quiet_line(owner: Any) -> None:
    company = make_company(by=owner)
    (entry,) = timeline(company, owner).entries
    assert (entry.kind, entry.what, entry.changes) == ("change", "created", ())


def test_a_stage_is_called_as_the_reader_calls_it_now(owner: Any) -> None:
    deal = make_opportunity(by=owner)
    with translation.override("de"):
        move_opportunity(opportunity_id=deal.pk, stage="proposal", by=owner)
    entry = timeline(deal, owner, kinds=["stage"]).entries[0]
    assert (entry.kind, entry.what) == ("stage", "moved")
    assert (entry.changes[0].field, entry.changes[0].before, entry.changes[0].after) == ("stage", "New", "Proposal")
    with translation.override("de"):
        entry = timeline(deal, owner, kinds=["stage"]).entries[0]
    assert (entry.changes[0].before, entry.changes[0].after) == ("Neu", "Angebot")


def test_an_owner_is_told_by_name(owner: Any, teammate: Any, manager: Any) -> None:
    contact = make_contact(by=owner)
    assign_contact(contact_id=contact.pk, owner=teammate, by=manager)
    entry = timeline(contact, manager).entries[0]
    assert (entry.what, entry.who) == ("assigned", "Manager Tester")
    assert (entry.changes[0].before, entry.changes[0].after) == ("Owner Tester", "Teammate Tester")


def test_a_reader_without_the_right_sees_addresses_and_numbers_masked(owner: Any, in_halden: Any) -> None:
    contact = create_contact(by=owner, values={"last_name": "Weber", "email": "anna@halden.example", "phone": "+49 151 1234512"})
    values = {"email": "anna.weber@fjord.example", "phone": "+49 151 9876534", "mobile": "0170 5550199"}
    update_contact(contact_id=contact.pk, by=owner, values=values)
    changes = {change.field: (change.before, change.after) for change in timeline(contact, in_halden.reader).entries[0].changes}
    assert changes == {
        "email": ("a•••@•••.example", "a•••@•••.example"),
        "phone": ("+49 ••• ••12", "+49 ••• ••34"),
        "mobile": (None, "01 ••• ••99"),
    }
    clear = {change.field: change.after for change in timeline(contact, owner).entries[0].changes}
    assert clear == values


def test_an_activity_names_its_other_records_as_far_as_they_are_seen(owner: Any, colleague: Any, manager: Any) -> None:
    company, contact, hidden = make_company(by=owner), make_contact(by=owner), make_company(by=colleague)
    note = make_activity(by=owner, on=company)
    link_activity(activity_id=note.pk, links=[("contact", contact.pk)], by=owner)
    link_activity(activity_id=note.pk, links=[("company", hidden.pk)], by=manager)
    kinds = ["note"]
    assert [(on.kind, on.id, on.name) for on in timeline(company, owner, kinds=kinds).entries[0].on] == [
        ("contact", contact.pk, contact.name)
    ]
    assert {on.id for on in timeline(company, manager, kinds=kinds).entries[0].on} == {contact.pk, hidden.pk}


def test_each_activity_says_whether_the_reader_may_change_it(owner: Any, teammate: Any, in_halden: Any) -> None:
    company = make_company(by=owner)
    make_activity(by=owner, on=company)
    for user, expected in ((owner, True), (in_halden.team_lead, True), (in_halden.manager, True), (in_halden.reader, False)):
        (entry,) = timeline(company, user, kinds=["note"]).entries
        assert entry.activity is not None
        assert entry.activity.can_change is expected


def test_pages_follow_each_other_without_a_gap_or_a_double(owner: Any) -> None:
    company = make_company(by=owner)
    for number in range(7):
        make_activity(by=owner, on=company, at=NOW - days(3))  # all at once: the tie is broken by number
        update_company(company_id=company.pk, by=owner, values={"employees": number})
    Event.objects.filter(record_type="company").update(at=NOW - days(3))
    whole = timeline(company, owner, now=NOW)
    assert (len(whole.entries), whole.older) == (15, 0)
    read, before = [], ""
    for older in (11, 7, 3, 0):
        page = timeline(company, owner, now=NOW, limit=4, before=before)
        assert page.older == older
        read += page.entries
        before = page.before
    assert [(entry.kind, entry.id) for entry in read] == [(entry.kind, entry.id) for entry in whole.entries]


def test_further_pages_do_not_repeat_what_is_to_come(owner: Any) -> None:
    company = make_company(by=owner)
    make_task(by=owner, on=company)
    for _ in range(3):
        make_activity(by=owner, on=company)
    first = timeline(company, owner, limit=2)
    assert (len(first.upcoming), first.older) == (1, 2)
    assert timeline(company, owner, limit=2, before=first.before).upcoming == ()


@pytest.mark.parametrize("cursor", ["x", "2026-01-01~1~1", "2026-01-01T00:00:00+00:00~2~1", "2026-01-01T00:00:00+00:00~1~x", "~~", "\x00"])
def test_a_made_up_cursor_is_refused(owner: Any, cursor: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        timeline(make_company(by=owner), owner, before=cursor)
    assert list(refused.value.error_dict) == ["before"]


def test_an_unknown_kind_is_refused(owner: Any) -> None:
    with pytest.raises(RuleBroken, match="Unknown: fax"):
        timeline(make_company(by=owner), owner, kinds=["fax"])


def test_what_lies_in_the_trash_is_not_shown(owner: Any) -> None:
    company = make_company(by=owner)
    note = make_activity(by=owner, on=company)
    delete_activity(activity_id=note.pk, by=owner)
    assert timeline(company, owner, kinds=["note"]).entries == ()


@pytest.mark.parametrize("count", [1, 30])
def test_it_takes_the_same_queries_for_any_number_of_rows(owner: Any, django_assert_num_queries: Any, count: int) -> None:
    deal, contact = make_opportunity(by=owner), make_contact(by=owner)
    for _ in range(count):
        note = make_activity(by=owner, on=deal)
        link_activity(activity_id=note.pk, links=[("contact", contact.pk)], by=owner)
        make_task(by=owner, on=deal)
        for stage in ("proposal", "negotiation"):
            move_opportunity(opportunity_id=deal.pk, stage=stage, by=owner)
    for user in (fresh(owner), fresh(User.objects.get(email="lead@halden.example"))):
        with django_assert_num_queries(QUERIES):
            shown = timeline(deal, user)
            assert [(entry.who, entry.on, entry.changes, str(entry.activity and entry.activity.assignee)) for entry in shown.entries]
    assert len(shown.entries) == min(25, 1 + 3 * count)


def test_a_contact_moved_through_stages_says_so(owner: Any, administrator: Any) -> None:
    contact = make_contact(by=owner)
    stage = contact_stage(administrator)
    move_contact(contact_id=contact.pk, stage=stage, by=owner)
    move_contact(contact_id=contact.pk, stage=None, by=owner)
    shown = timeline(contact, owner, kinds=["stage"])
    assert [(entry.changes[0].before, entry.changes[0].after) for entry in shown.entries] == [(stage.name, None), (None, stage.name)]


def contact_stage(administrator: Any) -> Any:
    pipeline = create_pipeline(by=administrator, values={"kind": "contact", "name": "Care", "key": "care"})
    return create_stage(pipeline_id=pipeline.pk, by=administrator, values={"name": "Welcomed", "key": "welcomed"})


def test_the_machine_has_no_name(owner: Any) -> None:
    company = make_company(by=owner)
    update_company(company_id=company.pk, by=SYSTEM, values={"employees": 3})
    assert timeline(company, owner).entries[0].who == ""
    assert not Activity.objects.exists()
