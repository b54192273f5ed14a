"""Filters: what each operator finds, and what is refused instead of guessed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.http import QueryDict
from django.utils import timezone

from contacts.models import Company
from core.context import in_business
from dataviews.declare import REGISTRY
from dataviews.filters import RecordFilter
from leads.models import Lead
from opportunities.models import Opportunity
from pipelines.models import Pipeline, Stage, Tag
from tests.dataviews.conftest import stages, stock_opportunities
from tests.factories.people import World


def filtered(path: str, user: Any, query: str) -> RecordFilter:
    view = REGISTRY[path]
    return view.filters(QueryDict(query), view.visible(user), user=user, hidden=view.hidden(user))


def ids(path: str, user: Any, query: str) -> set[int]:
    fs = filtered(path, user, query)
    assert fs.unknown == []
    assert fs.problems == {}, query
    return set(fs.qs.values_list("pk", flat=True))


def those(rows: Any) -> set[int]:
    return {row.pk for row in rows}


def test_operators_find_what_they_say(stock: World) -> None:
    user, deals = stock.manager, list(Opportunity.objects.select_related("stage"))
    cases: list[tuple[str, Any]] = [
        ("stage=proposal,won", lambda deal: deal.stage.key in ("proposal", "won")),
        ("stage=proposal&stage=won", lambda deal: deal.stage.key in ("proposal", "won")),
        ("stage_not=won,lost", lambda deal: deal.stage.key not in ("won", "lost")),
        ("amount_min=3000.5", lambda deal: deal.amount is not None and deal.amount >= 3000.5),
        ("amount_max=3000.50", lambda deal: deal.amount is not None and deal.amount <= 3000.5),
        ("amount=2000.50", lambda deal: deal.amount is not None and float(deal.amount) == 2000.5),
        ("amount_empty=true", lambda deal: deal.amount is None),
        ("amount_empty=false", lambda deal: deal.amount is not None),
        ("currency=SEK", lambda deal: deal.currency == "SEK"),
        ("currency_not=SEK", lambda deal: deal.currency != "SEK"),
        (f"owner={stock.owner.pk}", lambda deal: deal.owner_id == stock.owner.pk),
        (f"owner_not={stock.owner.pk}", lambda deal: deal.owner_id != stock.owner.pk),
        ("expected_close_date_empty=true", lambda deal: deal.expected_close_date is None),
        ("open_only=true", lambda deal: deal.closed_at is None),
        ("open_only=false", lambda deal: True),
        ("name_has=deal 0", lambda deal: deal.name.startswith("Deal 0")),
        ("name=deal 01", lambda deal: deal.name == "Deal 01"),
        ("probability_min=50&probability_max=80", lambda deal: deal.probability is not None and 50 <= deal.probability <= 80),
    ]
    for query, holds in cases:
        expected = those(deal for deal in deals if holds(deal))
        assert 0 < len(expected) <= 90, query
        assert ids("opportunities", user, query) == expected, query


def test_is_not_includes_rows_without_a_value(stock: World) -> None:
    leads = list(Lead.objects.select_related("source"))
    key = next(lead.source.key for lead in leads if lead.source)
    expected = those(lead for lead in leads if lead.source is None or lead.source.key != key)
    assert any(lead.source is None for lead in leads)
    assert ids("leads", stock.manager, f"source_not={key}") == expected


def test_me_and_my_team(stock: World) -> None:
    mine = those(Opportunity.objects.filter(owner=stock.owner))
    team = those(Opportunity.objects.filter(owner__branch=stock.owner.branch))
    assert ids("opportunities", stock.manager, "owner=me") == set()
    assert ids("opportunities", stock.owner, "owner=me") == mine
    assert ids("opportunities", stock.team_lead, "owner=my_team") == team


def test_dates_are_inclusive_and_periods_are_the_readers(stock: World) -> None:
    deals = list(Opportunity.objects.exclude(expected_close_date=None))
    today = timezone.localdate()
    day = deals[0].expected_close_date
    assert ids("opportunities", stock.manager, f"expected_close_date={day}") == those(d for d in deals if d.expected_close_date == day)
    late = those(d for d in deals if d.expected_close_date < today)
    assert ids("opportunities", stock.manager, "expected_close_date=overdue") == late
    bounds = f"expected_close_date_from={today}&expected_close_date_to={today + dt.timedelta(2)}"
    near = those(d for d in deals if today <= d.expected_close_date <= today + dt.timedelta(2))
    assert near and ids("opportunities", stock.manager, bounds) == near


def test_days_of_a_timestamp_end_at_the_readers_midnight(in_halden: World) -> None:
    at = dt.datetime(2026, 3, 29, 22, 30, tzinfo=dt.UTC)  # 00:30 on the 30th in Berlin, on the day summer time began
    stock_opportunities(in_halden, 1, created_at=at)
    with timezone.override("Europe/Berlin"), time_machine.travel("2026-03-30T08:00:00Z", tick=False):
        assert ids("opportunities", in_halden.manager, "created_at=today")
        assert not ids("opportunities", in_halden.manager, "created_at=2026-03-29")
    with timezone.override("America/New_York"):
        assert ids("opportunities", in_halden.manager, "created_at=2026-03-29")


def test_a_stages_key_means_it_in_any_pipeline_unless_one_is_named(in_halden: World) -> None:
    other = Pipeline.objects.create(kind="opportunity", key="second", name="Second")
    twin = Stage.objects.create(pipeline=other, key="proposal", name="Offer")
    first = stock_opportunities(in_halden, 6)
    deal = stock_opportunities(in_halden, 1, pipeline_id=other.pk, stage=twin, reference="Y-1")
    proposal = those(each for each in first if each.stage.key == "proposal")
    assert ids("opportunities", in_halden.manager, "stage=proposal") == proposal | those(deal)
    assert ids("opportunities", in_halden.manager, "stage=proposal&pipeline=second") == those(deal)


def test_an_invisible_record_and_one_that_never_was_answer_the_same(stock: World) -> None:
    hidden = Company.objects.exclude(owner=stock.owner).filter(opportunities__isnull=False).first()
    assert hidden is not None
    for pk in (hidden.pk, 999_999_999):
        assert ids("opportunities", stock.owner, f"company={pk}") == set()
    assert ids("opportunities", stock.manager, f"company={hidden.pk}") == those(hidden.opportunities.all())


def test_tags_are_found_through_their_table(stock: World) -> None:
    tag = Tag.objects.create(name="Trade fair")
    deal = Opportunity.objects.first()
    assert deal is not None
    deal.tags.through.objects.create(opportunity=deal, tag=tag)
    assert ids("opportunities", stock.manager, "tag=Trade fair") == {deal.pk}
    assert ids("opportunities", stock.manager, "tag_not=Trade fair") == those(Opportunity.objects.exclude(pk=deal.pk))


def test_converted_leads_and_archived_records_are_left_out_until_asked_for(stock: World) -> None:
    lead = Lead.objects.first()
    assert lead is not None
    Lead.objects.filter(pk=lead.pk).update(converted_at=timezone.now())
    assert lead.pk not in ids("leads", stock.manager, "")
    assert lead.pk in ids("leads", stock.manager, "include_converted=true")
    company = Company.objects.first()
    assert company is not None
    Company.objects.filter(pk=company.pk).update(is_archived=True)
    assert company.pk not in ids("companies", stock.manager, "")
    assert ids("companies", stock.manager, "is_archived=true") == {company.pk}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("stage=nowhere", "stage"),
        ("stage=proposal,nowhere", "stage"),
        ("owner=someone", "owner"),
        ("owner=999999999", "owner"),
        ("amount_min=abc", "amount_min"),
        ("amount_min=NaN", "amount_min"),
        ("amount_min=1e400", "amount_min"),
        ("amount_min=1234567890123456789012345", "amount_min"),
        ("amount_min=١٢", "amount_min"),
        ("probability=50.5", "probability"),
        ("probability=99999999999", "probability"),
        ("expected_close_date=someday", "expected_close_date"),
        ("expected_close_date_from=2026-02-30", "expected_close_date_from"),
        ("expected_close_date_from=0001-01-01", "expected_close_date_from"),
        ("expected_close_date_from=this_year", "expected_close_date_from"),
        ("created_at_from=0001-01-01T00:00:00%2B14:00", "created_at_from"),
        ("created_at_from=9999-12-31T23:59:59-14:00", "created_at_from"),
        ("created_at_to=9999-12-31", "created_at_to"),
        ("company=abc", "company"),
        ("company=99999999999999999999999999", "company"),
        ("company=-1", "company"),
        ("open_only=maybe", "open_only"),
        ("amount_empty=1", "amount_empty"),
        ("name_has=%00", "name_has"),
        ("search=a+b+c+d+e+f+g+h+i", "search"),
        ("search=" + "x" * 201, "search"),
        ("stage=" + "x" * 2001, "stage"),
        ("company=" + ",".join(map(str, range(1, 52))), "company"),
    ],
)
def test_a_wrong_value_is_named_and_dropped_whole(stock: World, query: str, name: str) -> None:
    fs = filtered("opportunities", stock.manager, query)
    assert list(fs.problems) == [name]
    assert fs.values == {}
    assert fs.qs.count() == 90


def test_an_unknown_parameter_is_named(stock: World) -> None:
    fs = filtered("opportunities", stock.manager, "stagee=x&owner__password__startswith=a&business=1&_connector=OR&stage=won")
    assert fs.unknown == ["stagee", "owner__password__startswith", "business", "_connector"]
    assert set(fs.values) == {"stage"}


def test_a_column_seen_masked_is_not_filtered_by(stock: World) -> None:
    lead = Lead.objects.first()
    assert lead is not None
    view = REGISTRY["leads"]
    for query in (f"email={lead.email}", "email_has=lead", "phone_has=55"):
        fs = view.filters(QueryDict(query), view.visible(stock.manager), user=stock.manager, hidden={"email", "phone"})
        assert len(fs.problems) == 1
        assert fs.values == {}


def test_reading_the_canonical_form_again_gives_the_same(stock: World) -> None:
    query = (
        "stage=won&stage=proposal&amount_min=10.50&created_at=last_30d&created_at_from=2026-01-01&owner=me,my_team"
        "&open_only=true&search=++deal+++01+&company=7&expected_close_date_empty=false&name_has=x"
    )
    first = filtered("opportunities", stock.owner, query).canonical()
    data = QueryDict(mutable=True)
    data.update(first)
    assert filtered("opportunities", stock.owner, data.urlencode()).canonical() == first
    assert first["search"] == "deal 01"
    assert first["stage"] == "won,proposal"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("stage=proposal,won", "Stage is <b>Proposal / Won</b>"),
        ("stage_not=won", "Stage is not <b>Won</b>"),
        ("amount_min=1000&amount_max=2500.5", "Amount between <b>1,000</b> and <b>2,500.5</b>"),
        ("amount_min=1000", "Amount at least <b>1,000</b>"),
        ("amount_empty=true", "Amount is empty"),
        ("amount_empty=false", "Amount is set"),
        ("expected_close_date=this_quarter", "Expected close in <b>this quarter</b>"),
        ("expected_close_date=2026-11-30", "Expected close is <b>30 Nov 2026</b>"),
        ("owner=me,my_team", "Owner is <b>me / my team</b>"),
        ("name_has=<b>x", "Name contains <b>“&lt;b&gt;x”</b>"),
        ("company=999999999", "Company is <b>#999999999</b>"),
    ],
)
def test_a_chip_says_its_filter_in_words(stock: World, query: str, said: str) -> None:
    assert [str(chip.text) for chip in filtered("opportunities", stock.manager, query).chips()] == [said]


def test_a_chip_names_the_company_that_the_reader_may_see(stock: World) -> None:
    company = Company.objects.filter(owner=stock.owner).first()
    assert company is not None
    chip = filtered("opportunities", stock.owner, f"company={company.pk}").chips()[0]
    assert f"<b>{company.name}</b>" in chip.text


def test_filters_never_reach_into_another_business(world: World) -> None:
    with in_business(world.other):
        stage = stages()[0]
    with in_business(world.business):
        stock_opportunities(world, 6)
        assert stage.pk not in {item.id for item in filtered("opportunities", world.manager, "").lists.items("stage")}
        fs = filtered("opportunities", world.manager, f"owner={world.outsider.pk}")
        assert list(fs.problems) == ["owner"]
