"""Making and changing deals."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from core.access import may
from core.context import in_business
from core.errors import Conflict, RuleBroken
from core.models import Event
from core.permissions import SYSTEM
from opportunities.models import Opportunity
from opportunities.services import (
    add_opportunity_contact,
    assign_opportunity,
    create_opportunity,
    delete_opportunity,
    move_opportunity,
    purge_opportunity,
    remove_opportunity_contact,
    restore_opportunity,
    update_opportunity,
)
from pipelines.models import StageChange
from tests.factories.people import World
from tests.factories.records import make_company, make_contact, make_lead, make_opportunity


def events_of(deal: Opportunity) -> list[str]:
    return list(Event.objects.filter(record_type="opportunity", record=deal.pk).order_by("id").values_list("type", flat=True))


def test_a_new_deal_begins_at_the_entry_of_the_default_pipeline(owner: User) -> None:
    deal = create_opportunity(by=owner, values={"name": "Press line", "company": make_company(by=owner), "amount": "84000.50"})
    assert (deal.pipeline.key, deal.stage.key, deal.currency, deal.owner, deal.branch) == ("sales", "new", "EUR", owner, owner.branch)
    assert (deal.reference, deal.version, deal.created_by, deal.amount) == ("D-1", 1, owner, Decimal("84000.50"))
    assert (deal.probability, deal.chance, deal.closed_at) == (None, 10, None)
    assert events_of(deal) == ["opportunity.created"]
    assert Opportunity.objects.visible_to(owner).found("press", user=owner).get() == deal


def test_a_deal_is_found_by_its_company_and_notes(owner: User) -> None:
    company = make_company(by=owner, name="Müller Maschinenbau")
    deal = make_opportunity(by=owner, company=company, notes="Wants the big crane")
    for query in ("mueller", "crane", "D-1"):
        assert Opportunity.objects.visible_to(owner).found(query, user=owner).get() == deal


def test_a_deal_may_be_made_in_a_later_stage(owner: User) -> None:
    deal = make_opportunity(by=owner, stage="proposal")
    assert (deal.stage.key, deal.chance) == ("proposal", 50)
    change = StageChange.objects.get(opportunity=deal)
    assert (change.from_stage, change.to_stage) == (None, deal.stage)


def test_a_change_keeps_what_it_does_not_name(owner: User) -> None:
    deal = make_opportunity(by=owner, amount="10", notes="kept")
    changed = update_opportunity(opportunity_id=deal.pk, by=owner, values={"amount": "12.50"})
    assert (changed.amount, changed.notes, changed.name, changed.version) == (Decimal("12.50"), "kept", deal.name, 2)
    event = Event.objects.filter(record=deal.pk, type="opportunity.changed").get()
    assert event.changes == {"amount": ["10.00", "12.50"]}


def test_a_change_that_changes_nothing_leaves_no_trace(owner: User) -> None:
    deal = make_opportunity(by=owner, amount="10.00")
    again = update_opportunity(
        opportunity_id=deal.pk, by=owner, values={"amount": Decimal("10"), "company": deal.company_id, "stage": "new"}
    )
    assert again.version == 1
    assert events_of(deal) == ["opportunity.created"]


def test_a_stale_version_is_refused_with_the_row_as_it_is(owner: User, manager: User) -> None:
    deal = make_opportunity(by=owner)
    update_opportunity(opportunity_id=deal.pk, by=manager, version=1, values={"amount": "1"})
    with pytest.raises(Conflict) as stale:
        update_opportunity(opportunity_id=deal.pk, by=owner, version=1, values={"amount": "2"})
    assert (stale.value.record.amount, stale.value.last.actor) == (1, manager)


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"name": "nul\x00"},
        {"name": "half \ud800"},
        {"amount": "-1"},
        {"amount": "1.005"},
        {"amount": "many"},
        {"amount": "99999999999999.00"},
        {"amount": "NaN"},
        {"currency": "KWD"},
        {"currency": "XYZ"},
        {"probability": -1},
        {"probability": 101},
        {"expected_close_date": "31.02.2026"},
        {"company": 10**12},
        {"company": "x"},
        {"owner": 10**12},
        {"loss_note": "Too early"},
        {"notes": "x" * 20_001},
    ],
    ids=lambda values: repr(values)[:40],
)
def test_bad_input_is_refused_and_loses_nothing(owner: User, values: dict[str, Any]) -> None:
    deal = make_opportunity(by=owner, amount="5")
    with pytest.raises(ValidationError):
        update_opportunity(opportunity_id=deal.pk, by=owner, values=values)
    with pytest.raises(ValidationError):
        make_opportunity(by=owner, **values)
    deal.refresh_from_db()
    assert (deal.version, deal.amount) == (1, 5)
    assert Opportunity.objects.count() == 1


def test_a_company_that_the_maker_may_not_see_is_as_good_as_missing(in_halden: World) -> None:
    hidden = make_company(by=in_halden.colleague)
    with pytest.raises(RuleBroken) as refused:
        make_opportunity(by=in_halden.owner, company=hidden.pk)
    with pytest.raises(RuleBroken) as missing:
        make_opportunity(by=in_halden.owner, company=10**12)
    assert refused.value.message_dict == missing.value.message_dict == {"company": ["There is no such record."]}


def test_an_unchanged_company_may_be_sent_back_by_who_cannot_see_it(in_halden: World) -> None:
    deal = make_opportunity(by=in_halden.manager, company=make_company(by=in_halden.colleague), owner=in_halden.owner)
    changed = update_opportunity(opportunity_id=deal.pk, by=in_halden.owner, values={"company": deal.company_id, "amount": 3})
    assert changed.company_id == deal.company_id


def test_the_probability_follows_the_stage_until_it_is_set_by_hand(owner: User) -> None:
    deal = make_opportunity(by=owner)
    deal = move_opportunity(opportunity_id=deal.pk, stage="negotiation", by=owner)
    assert (deal.probability, deal.chance) == (None, 75)
    deal = update_opportunity(opportunity_id=deal.pk, by=owner, values={"probability": 40})
    deal = move_opportunity(opportunity_id=deal.pk, stage="proposal", by=owner)
    assert deal.chance == 40
    deal = update_opportunity(opportunity_id=deal.pk, by=owner, values={"probability": None})
    assert deal.chance == 50


@pytest.mark.parametrize(("who", "may_change"), [("owner", True), ("team_lead", True), ("manager", True), ("administrator", True)])
def test_who_reaches_a_deal_changes_it(in_halden: World, who: str, may_change: bool) -> None:
    deal, by = make_opportunity(by=in_halden.owner), getattr(in_halden, who)
    assert update_opportunity(opportunity_id=deal.pk, by=by, values={"amount": 1}).version == 2
    assert may(by, "opportunities.change_opportunity", deal) is may_change


@pytest.mark.parametrize("who", ["teammate", "colleague", "outsider"])
def test_a_deal_that_one_may_not_see_does_not_exist(in_halden: World, who: str) -> None:
    deal, by = make_opportunity(by=in_halden.owner), getattr(in_halden, who)
    with in_business(by.business):
        before = Event.objects.count()
        for act in (
            lambda: update_opportunity(opportunity_id=deal.pk, by=by, values={"amount": 1}),
            lambda: move_opportunity(opportunity_id=deal.pk, by=by, stage="proposal"),
            lambda: delete_opportunity(opportunity_id=deal.pk, by=by),
            lambda: assign_opportunity(opportunity_id=deal.pk, by=by, owner=by),
        ):
            with pytest.raises(Opportunity.DoesNotExist):
                act()
        assert Event.objects.count() == before


def test_an_owner_is_never_taken_away(owner: User) -> None:
    deal = make_opportunity(by=owner)
    with pytest.raises(RuleBroken):
        update_opportunity(opportunity_id=deal.pk, by=owner, values={"owner": None})


def test_who_only_reads_changes_nothing(in_halden: World) -> None:
    deal, reader = make_opportunity(by=in_halden.owner), in_halden.reader
    with pytest.raises(PermissionDenied):
        update_opportunity(opportunity_id=deal.pk, by=reader, values={"amount": 1})
    with pytest.raises(PermissionDenied):
        create_opportunity(by=reader, values={"name": "x", "company": deal.company})


def test_giving_a_deal_away_takes_the_branch_along(in_halden: World) -> None:
    deal = make_opportunity(by=in_halden.owner)
    given = assign_opportunity(opportunity_id=deal.pk, owner=in_halden.colleague, by=in_halden.manager)
    assert (given.owner, given.branch, given.version) == (in_halden.colleague, in_halden.colleague.branch, 2)
    event = Event.objects.filter(record=deal.pk, type="opportunity.assigned").get()
    assert event.data == {"owner_before": in_halden.owner.pk, "owner": in_halden.colleague.pk}
    assert assign_opportunity(opportunity_id=deal.pk, owner=in_halden.colleague.pk, by=in_halden.manager).version == 2


def test_who_may_not_assign_gives_no_deal_away_by_any_door(in_halden: World) -> None:
    deal, owner = make_opportunity(by=in_halden.owner), in_halden.owner
    for act in (
        lambda: assign_opportunity(opportunity_id=deal.pk, owner=in_halden.teammate, by=owner),
        lambda: update_opportunity(opportunity_id=deal.pk, by=owner, values={"owner": in_halden.teammate}),
        lambda: make_opportunity(by=owner, company=deal.company, owner=in_halden.teammate),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_deal_is_not_given_to_somebody_of_another_business(in_halden: World) -> None:
    deal = make_opportunity(by=in_halden.owner)
    with pytest.raises(RuleBroken):
        assign_opportunity(opportunity_id=deal.pk, owner=in_halden.outsider, by=in_halden.manager)


def test_the_machine_needs_to_say_whose_a_deal_is(in_halden: World) -> None:
    company = make_company(by=in_halden.owner)
    with pytest.raises(RuleBroken):
        make_opportunity(by=SYSTEM, company=company)
    deal = make_opportunity(by=SYSTEM, company=company, owner=in_halden.owner)
    assert (deal.owner, deal.created_by) == (in_halden.owner, None)


def test_the_trash_hides_a_deal_and_gives_it_back(owner: User) -> None:
    deal = make_opportunity(by=owner, name="Crane")
    delete_opportunity(opportunity_id=deal.pk, by=owner, version=1)
    assert not Opportunity.objects.visible_to(owner).exists()
    assert not Opportunity.objects.visible_to(owner).found("crane", user=owner).exists()
    with pytest.raises(Opportunity.DoesNotExist):
        update_opportunity(opportunity_id=deal.pk, by=owner, values={"amount": 1})
    restored = restore_opportunity(opportunity_id=deal.pk, by=owner)
    assert Opportunity.objects.visible_to(owner).found("crane", user=owner).get() == restored
    assert events_of(deal) == ["opportunity.created", "opportunity.trashed", "opportunity.restored"]


def test_a_deal_whose_lead_got_another_one_stays_in_the_trash(owner: User) -> None:
    lead = make_lead(by=owner)
    first = make_opportunity(by=owner, lead=lead)
    delete_opportunity(opportunity_id=first.pk, by=owner)
    second = make_opportunity(by=owner, lead=lead)
    with pytest.raises(RuleBroken, match=second.reference):
        restore_opportunity(opportunity_id=first.pk, by=owner)


def test_purging_is_for_administrators_and_leaves_the_name_in_history(in_halden: World) -> None:
    deal = make_opportunity(by=in_halden.owner, name="Crane")
    with pytest.raises(PermissionDenied):
        purge_opportunity(opportunity_id=deal.pk, by=in_halden.manager)
    purge_opportunity(opportunity_id=deal.pk, by=in_halden.administrator)
    assert not Opportunity.objects.filter(pk=deal.pk).exists()
    assert Event.objects.filter(record=deal.pk, type="opportunity.purged").get().name == "Crane"


def test_further_people_are_on_a_deal_with_a_role(in_halden: World) -> None:
    deal, person = make_opportunity(by=in_halden.owner), make_contact(by=in_halden.owner)
    by = in_halden.owner
    add_opportunity_contact(opportunity_id=deal.pk, contact=person, role="decides", by=by)
    deal = add_opportunity_contact(opportunity_id=deal.pk, contact=person.pk, role="champion", by=by)
    assert [(link.contact, link.role) for link in deal.people.all()] == [(person, "champion")]
    with pytest.raises(ValidationError):
        add_opportunity_contact(opportunity_id=deal.pk, contact=person, role="friend", by=by)
    with pytest.raises(RuleBroken):
        add_opportunity_contact(opportunity_id=deal.pk, contact=make_contact(by=in_halden.colleague), by=by)
    deal = remove_opportunity_contact(opportunity_id=deal.pk, contact=person, by=by)
    assert (deal.people.count(), deal.version) == (0, 4)


def test_making_a_deal_takes_few_queries(in_halden: World, django_assert_num_queries: Any) -> None:
    company, contact = make_company(by=in_halden.owner), make_contact(by=in_halden.owner)
    make_opportunity(by=in_halden.owner, company=company)
    fresh = User.objects.select_related("business", "branch", "role").get(pk=in_halden.owner.pk)
    values = {"name": "Crane", "company": company.pk, "primary_contact": contact.pk, "amount": "1"}
    with django_assert_num_queries(13):
        create_opportunity(by=fresh, values=values)


def test_moving_a_deal_takes_few_queries(in_halden: World, django_assert_num_queries: Any) -> None:
    deal = make_opportunity(by=in_halden.owner)
    fresh = User.objects.select_related("business", "branch", "role").get(pk=in_halden.owner.pk)
    with django_assert_num_queries(9):
        move_opportunity(opportunity_id=deal.pk, stage="proposal", by=fresh, version=1)
