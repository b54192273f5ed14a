"""What a new business gets, and how administrators change it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from accounts.models import User
from core.context import in_business
from core.errors import RuleBroken
from core.models import Event
from core.permissions import SYSTEM
from pipelines.models import LookupValue, Pipeline, Stage, StageChange
from pipelines.selectors import stages_of
from pipelines.services import (
    add_pipeline_from_template,
    create_lookup_value,
    create_pipeline,
    create_stage,
    delete_lookup_value,
    delete_pipeline,
    delete_stage,
    get_or_create_lookup_value,
    reorder_lookup_values,
    reorder_stages,
    set_up_pipelines,
    update_lookup_value,
    update_pipeline,
    update_stage,
)
from tests.factories.people import World
from tests.factories.records import make_company, make_lead, make_opportunity


def sales() -> Pipeline:
    return Pipeline.objects.get(key="sales")


def stage(key: str) -> Stage:
    return Stage.objects.get(pipeline__key="sales", key=key)


def test_a_new_business_starts_with_the_sales_pipeline(in_halden: World) -> None:
    pipeline = sales()
    assert pipeline.is_default
    found = [(row.key, row.name, row.name_de, row.kind, row.probability, row.is_entry) for row in stages_of(pipeline)]
    assert found == [
        ("new", "New", "Neu", "open", 10, True),
        ("discovery", "Discovery", "Bedarf", "open", 25, False),
        ("proposal", "Proposal", "Angebot", "open", 50, False),
        ("negotiation", "Negotiation", "Verhandlung", "open", 75, False),
        ("won", "Won", "Gewonnen", "won", 100, False),
        ("lost", "Lost", "Verloren", "lost", 0, False),
    ]
    assert {tuple(row.required_fields) for row in stages_of(pipeline)} == {("company",)}
    assert all(row.rotting_days for row in stages_of(pipeline) if row.kind == "open")


def test_a_new_business_starts_with_its_lists_in_both_languages(in_halden: World) -> None:
    statuses = list(LookupValue.objects.filter(list="lead_status").values_list("key", flat=True))
    assert statuses == ["new", "contacted", "qualified", "unqualified", "won", "lost"]
    assert LookupValue.objects.filter(list="loss_reason", key="unknown").exists()
    for name in ("lead_source", "industry"):
        assert LookupValue.objects.filter(list=name).count() >= 10
    assert not LookupValue.objects.filter(name_de="").exists()
    with translation.override("de"):
        assert LookupValue.objects.get(list="lead_status", key="new").label == "Neu"


def test_setting_up_twice_changes_nothing(in_halden: World) -> None:
    before = (LookupValue.objects.count(), Pipeline.objects.count(), Stage.objects.count())
    set_up_pipelines(by=SYSTEM)
    assert (LookupValue.objects.count(), Pipeline.objects.count(), Stage.objects.count()) == before


def test_the_crm_pack_comes_once_with_its_german_names(administrator: User) -> None:
    pipeline = add_pipeline_from_template(key="crm-pack", by=administrator)
    assert add_pipeline_from_template(key="crm-pack", by=administrator) == pipeline
    assert [(row.key, row.name_de) for row in stages_of(pipeline)] == [
        ("lead", "Lead"),
        ("qualified", "Qualifiziert"),
        ("proposal", "Angebot"),
        ("negotiation", "Verhandlung"),
        ("won", "Gewonnen"),
        ("lost", "Verloren"),
    ]
    assert not pipeline.is_default
    assert {tuple(row.required_fields) for row in stages_of(pipeline)} == {("company|primary_contact",)}


@pytest.mark.parametrize("who", ["owner", "manager", "reader"])
def test_only_administrators_change_the_set_up(in_halden: World, who: str) -> None:
    by, new = getattr(in_halden, who), stage("new")
    acts = [
        lambda: create_pipeline(by=by, values={"kind": "lead", "name": "Inbound"}),
        lambda: update_pipeline(pipeline_id=sales().pk, by=by, values={"name": "x"}),
        lambda: create_stage(pipeline_id=sales().pk, by=by, values={"name": "x"}),
        lambda: update_stage(stage_id=new.pk, by=by, values={"name": "x"}),
        lambda: delete_stage(stage_id=new.pk, by=by),
        lambda: create_lookup_value(by=by, values={"list": "industry", "name": "x"}),
    ]
    before = Event.objects.count()
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert Event.objects.count() == before


def test_the_set_up_of_another_business_does_not_exist(in_halden: World) -> None:
    with in_business(in_halden.other):
        theirs = Stage.objects.get(pipeline__key="sales", key="new")
    with pytest.raises(Stage.DoesNotExist):
        update_stage(stage_id=theirs.pk, by=in_halden.administrator, values={"name": "x"})
    with pytest.raises(RuleBroken):
        delete_stage(stage_id=stage("discovery").pk, by=in_halden.administrator, move_to=theirs.pk)
    with pytest.raises(RuleBroken):
        make_opportunity(by=in_halden.owner, stage=theirs)


def test_a_pipeline_of_opportunities_begins_with_an_entry_and_both_ends(administrator: User) -> None:
    pipeline = create_pipeline(by=administrator, values={"kind": "opportunity", "name": "Partner deals"})
    assert pipeline.key == "partner-deals"
    assert [(row.key, row.kind, row.is_entry) for row in stages_of(pipeline)] == [
        ("new", "open", True),
        ("won", "won", False),
        ("lost", "lost", False),
    ]


def test_a_pipeline_without_a_lost_stage_is_refused_and_leaves_nothing(administrator: User) -> None:
    stages = [{"name": "Prospecting"}, {"name": "Won", "kind": "won"}]
    with pytest.raises(RuleBroken):
        create_pipeline(by=administrator, values={"kind": "opportunity", "name": "Maven"}, stages=stages)
    assert not Pipeline.objects.filter(key="maven").exists()


def test_the_first_pipeline_of_a_kind_is_its_default_and_another_may_become_it(administrator: User) -> None:
    first = create_pipeline(by=administrator, values={"kind": "lead", "name": "Inbound"})
    second = create_pipeline(by=administrator, values={"kind": "lead", "name": "Outbound"})
    assert (first.is_default, second.is_default) == (True, False)
    update_pipeline(pipeline_id=second.pk, by=administrator, values={"is_default": True})
    assert list(Pipeline.objects.filter(kind="lead", is_default=True)) == [second]
    with pytest.raises(RuleBroken):
        update_pipeline(pipeline_id=second.pk, by=administrator, values={"is_default": False})
    with pytest.raises(RuleBroken):
        update_pipeline(pipeline_id=second.pk, by=administrator, values={"is_active": False})


def test_a_pipeline_in_use_is_retired_and_never_deleted(administrator: User) -> None:
    pack = add_pipeline_from_template(key="crm-pack", by=administrator)
    make_opportunity(by=administrator, pipeline=pack)
    with pytest.raises(RuleBroken):
        delete_pipeline(pipeline_id=pack.pk, by=administrator)
    update_pipeline(pipeline_id=pack.pk, by=administrator, values={"is_active": False})
    with pytest.raises(RuleBroken):
        make_opportunity(by=administrator, pipeline=pack)
    empty = create_pipeline(by=administrator, values={"name": "Empty"})
    delete_pipeline(pipeline_id=empty.pk, by=administrator)
    assert not Pipeline.objects.filter(pk=empty.pk).exists()


def test_a_new_open_stage_stands_before_the_closed_ones(administrator: User) -> None:
    create_stage(pipeline_id=sales().pk, by=administrator, values={"name": "Legal check", "probability": 80})
    assert [row.key for row in stages_of(sales())] == ["new", "discovery", "proposal", "negotiation", "legal-check", "won", "lost"]


def test_making_a_stage_the_entry_takes_that_from_the_other(administrator: User) -> None:
    update_stage(stage_id=stage("discovery").pk, by=administrator, values={"is_entry": True})
    assert [row.key for row in stages_of(sales()) if row.is_entry] == ["discovery"]
    with pytest.raises(RuleBroken):
        update_stage(stage_id=stage("discovery").pk, by=administrator, values={"is_entry": False})


@pytest.mark.parametrize("key", ["won", "lost", "new"])
def test_the_last_won_the_last_lost_and_the_entry_stage_stay(administrator: User, key: str) -> None:
    with pytest.raises(RuleBroken):
        update_stage(stage_id=stage(key).pk, by=administrator, values={"is_active": False})
    with pytest.raises(RuleBroken):
        delete_stage(stage_id=stage(key).pk, by=administrator)
    assert stage(key).is_active


@pytest.mark.parametrize(
    "values",
    [{"probability": 101}, {"probability": -1}, {"required_fields": ["owner_secret"]}, {"kind": "maybe"}, {"name": ""}, {"name": "x" * 81}],
)
def test_a_stage_that_does_not_fit_is_refused(administrator: User, values: dict[str, object]) -> None:

    with pytest.raises(ValidationError):
        update_stage(stage_id=stage("proposal").pk, by=administrator, values=values)


def test_a_stage_with_records_keeps_its_outcome(administrator: User) -> None:
    make_opportunity(by=administrator)
    update_stage(stage_id=stage("discovery").pk, by=administrator, values={"is_entry": True})
    with pytest.raises(RuleBroken):
        update_stage(stage_id=stage("new").pk, by=administrator, values={"kind": "won"})


def test_a_stage_with_records_is_not_deleted_without_saying_where_they_go(administrator: User) -> None:
    deal = make_opportunity(by=administrator, stage="discovery")
    with pytest.raises(RuleBroken) as refused:
        delete_stage(stage_id=stage("discovery").pk, by=administrator)
    assert refused.value.needs == ("move_to",)
    deal.refresh_from_db()
    assert deal.stage.key == "discovery"


def test_the_records_of_a_deleted_stage_are_moved_logged_and_told(administrator: User) -> None:
    deals = [make_opportunity(by=administrator, stage="discovery", amount=amount) for amount in (10, 20)]
    gone = stage("discovery")
    delete_stage(stage_id=gone.pk, by=administrator, move_to=stage("proposal").pk)
    for deal in deals:
        version = deal.version
        deal.refresh_from_db()
        assert (deal.stage.key, deal.version) == ("proposal", version + 1)
        change = StageChange.objects.filter(opportunity=deal).latest("id")
        assert (change.from_stage, change.to_stage.key, change.amount, change.by) == (gone, "proposal", deal.amount, administrator)
        assert change.seconds is not None
        event = Event.objects.filter(record_type="opportunity", record=deal.pk).latest("id")
        assert (event.type, event.data) == ("stage.cleared", {"from_stage": "discovery", "to_stage": "proposal"})
    assert not Stage.objects.get(pk=gone.pk).is_active, "history names it, so it is kept, retired"


def test_a_stage_that_was_never_used_is_gone(administrator: User) -> None:
    unused = stage("negotiation")
    delete_stage(stage_id=unused.pk, by=administrator)
    assert not Stage.objects.filter(pk=unused.pk).exists()


def test_stages_are_put_into_a_new_order(administrator: User) -> None:
    ids = [row.pk for row in stages_of(sales())]
    reorder_stages(pipeline_id=sales().pk, order=[ids[1], ids[0], *ids[2:]], by=administrator)
    assert [row.key for row in stages_of(sales())][:2] == ["discovery", "new"]
    with pytest.raises(RuleBroken):
        reorder_stages(pipeline_id=sales().pk, order=ids[1:], by=administrator)


def test_boards_notice_a_change_of_the_set_up(administrator: User) -> None:
    before = Event.objects.filter(record_type="opportunity").count()
    update_stage(stage_id=stage("new").pk, by=administrator, values={"name": "Fresh"})
    told = Event.objects.filter(record_type="opportunity")
    assert told.count() == before + 1
    assert told.latest("id").record is None
    assert Event.objects.filter(record_type="stage").latest("id").changes == {"name": ["New", "Fresh"]}


def test_a_value_in_use_is_retired_and_an_unused_one_deleted(administrator: User) -> None:
    make_lead(by=administrator, source="referral")
    used = LookupValue.objects.get(list="lead_source", key="referral")
    assert not delete_lookup_value(value_id=used.pk, by=administrator).is_active
    unused = LookupValue.objects.get(list="lead_source", key="website")
    delete_lookup_value(value_id=unused.pk, by=administrator)
    assert not LookupValue.objects.filter(pk=unused.pk).exists()
    with pytest.raises(RuleBroken):
        make_lead(by=administrator, source="referral")


@pytest.mark.parametrize(("list_name", "key"), [("lead_status", "new"), ("lead_status", "lost"), ("loss_reason", "unknown")])
def test_a_value_that_the_crm_sets_is_renamed_but_not_retired(administrator: User, list_name: str, key: str) -> None:
    value = LookupValue.objects.get(list=list_name, key=key)
    assert update_lookup_value(value_id=value.pk, by=administrator, values={"name": "Other"}).name == "Other"
    with pytest.raises(RuleBroken):
        update_lookup_value(value_id=value.pk, by=administrator, values={"is_active": False})
    with pytest.raises(RuleBroken):
        delete_lookup_value(value_id=value.pk, by=administrator)


def test_a_key_is_unique_in_its_list_alone(administrator: User) -> None:
    create_lookup_value(by=administrator, values={"list": "industry", "name": "Website"})
    with pytest.raises(RuleBroken) as refused:
        create_lookup_value(by=administrator, values={"list": "lead_source", "name": "Website"})
    assert refused.value.messages == ["Another value of this list has this key."]


def test_an_import_finds_a_value_by_key_or_either_name_before_it_makes_one(administrator: User) -> None:
    for name in ("trade_fair", "Trade fair", "MESSE"):
        value, is_new = get_or_create_lookup_value(list="lead_source", name=name, by=administrator)
        assert (value.key, is_new) == ("trade_fair", False)
    value, is_new = get_or_create_lookup_value(list="lead_source", name="Podcast (DE)", by=administrator)
    assert (value.key, value.name, is_new) == ("podcast_de", "Podcast (DE)", True)


def test_values_are_put_into_a_new_order(administrator: User) -> None:
    ids = list(LookupValue.objects.filter(list="industry").values_list("pk", flat=True))
    reorder_lookup_values(list="industry", order=ids[::-1], by=administrator)
    assert list(LookupValue.objects.filter(list="industry").values_list("pk", flat=True)) == ids[::-1]


def test_a_company_in_an_industry_keeps_it_from_being_deleted(administrator: User) -> None:
    value = LookupValue.objects.get(list="industry", key="energy")
    make_company(by=administrator, industry="energy")
    assert delete_lookup_value(value_id=value.pk, by=administrator).is_active is False
