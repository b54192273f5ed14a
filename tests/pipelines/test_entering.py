"""How records of every kind enter stages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from core.context import in_business
from core.errors import RuleBroken
from opportunities.models import Opportunity
from opportunities.services import create_opportunity, move_opportunity
from pipelines.models import Stage, StageChange
from pipelines.services import add_pipeline_from_template, create_pipeline, update_stage
from tests.factories.people import World
from tests.factories.records import make_company, make_contact, make_lead, make_opportunity
from tests.threads import at_once, problems


def stage(key: str, pipeline: str = "sales") -> Stage:
    return Stage.objects.get(pipeline__key=pipeline, key=key)


def test_every_change_of_stage_is_logged_with_amount_and_time_spent(owner: User) -> None:
    deal = make_opportunity(by=owner, amount="500.00")
    three_days_ago = timezone.now() - timedelta(days=3)
    Opportunity.objects.filter(pk=deal.pk).update(stage_since=three_days_ago)
    deal = move_opportunity(opportunity_id=deal.pk, stage="proposal", by=owner)
    first, second = StageChange.objects.filter(opportunity=deal).order_by("id")
    assert (first.from_stage, first.to_stage.key, first.seconds, first.by) == (None, "new", None, owner)
    assert (second.from_stage.key, second.to_stage.key, second.amount, second.currency) == ("new", "proposal", deal.amount, "EUR")
    assert second.seconds // 86_400 == 3
    assert deal.stage_since == second.at


def test_a_stage_asks_for_what_it_requires(owner: User) -> None:
    with pytest.raises(RuleBroken) as refused:
        create_opportunity(by=owner, values={"name": "No company"})
    assert refused.value.message_dict == {"company": ["company is needed for the stage New."]}
    assert refused.value.needs == ("company",)
    assert not Opportunity.objects.exists()


def test_what_a_stage_requires_may_come_with_the_move(in_halden: World) -> None:
    update_stage(stage_id=stage("proposal").pk, by=in_halden.administrator, values={"required_fields": ["company", "amount"]})
    deal = make_opportunity(by=in_halden.owner)
    with pytest.raises(RuleBroken) as refused:
        move_opportunity(opportunity_id=deal.pk, stage="proposal", by=in_halden.owner)
    assert refused.value.needs == ("amount",)
    deal.refresh_from_db()
    assert (deal.stage.key, deal.version) == ("new", 1)
    moved = move_opportunity(opportunity_id=deal.pk, stage="proposal", by=in_halden.owner, values={"amount": "10"})
    assert (moved.stage.key, moved.amount) == ("proposal", 10)


def test_the_crm_pack_takes_a_company_or_a_contact(in_halden: World) -> None:
    pack = add_pipeline_from_template(key="crm-pack", by=in_halden.administrator)
    contact = make_contact(by=in_halden.owner)
    with pytest.raises(RuleBroken) as refused:
        create_opportunity(by=in_halden.owner, values={"name": "Neither", "pipeline": pack})
    assert refused.value.message_dict == {"company": ["company or primary contact is needed for the stage Lead."]}
    deal = create_opportunity(by=in_halden.owner, values={"name": "A person", "pipeline": pack, "primary_contact": contact})
    assert (deal.pipeline, deal.stage.key) == (pack, "lead")


def test_a_move_to_another_pipeline_names_the_stage(in_halden: World) -> None:
    pack = add_pipeline_from_template(key="crm-pack", by=in_halden.administrator)
    deal = make_opportunity(by=in_halden.owner)
    with pytest.raises(RuleBroken) as refused:
        move_opportunity(opportunity_id=deal.pk, stage=None, by=in_halden.owner, values={"pipeline": pack})
    assert refused.value.needs == ("stage",)
    with pytest.raises(RuleBroken):
        move_opportunity(opportunity_id=deal.pk, stage=stage("proposal"), by=in_halden.owner, values={"pipeline": pack})
    deal = move_opportunity(opportunity_id=deal.pk, stage="qualified", by=in_halden.owner, values={"pipeline": "crm-pack"})
    assert (deal.pipeline, deal.stage.key) == (pack, "qualified")


@pytest.mark.parametrize("wanted", ["nowhere", 10**12, 10**30, ""])
def test_an_unknown_stage_is_refused_or_asks_for_nothing(owner: User, wanted: object) -> None:
    deal = make_opportunity(by=owner)
    if wanted == "":
        assert move_opportunity(opportunity_id=deal.pk, stage="", by=owner).version == 1
    else:
        with pytest.raises(RuleBroken):
            move_opportunity(opportunity_id=deal.pk, stage=wanted, by=owner)


def test_a_deal_does_not_enter_a_stage_of_leads(in_halden: World) -> None:
    inbound = create_pipeline(by=in_halden.administrator, values={"kind": "lead", "name": "Inbound"})
    deal = make_opportunity(by=in_halden.owner)
    with pytest.raises(RuleBroken):
        move_opportunity(opportunity_id=deal.pk, stage=inbound.stages.get(), by=in_halden.owner)


def test_a_retired_stage_is_not_entered(in_halden: World) -> None:
    update_stage(stage_id=stage("discovery").pk, by=in_halden.administrator, values={"is_active": False})
    deal = make_opportunity(by=in_halden.owner)
    with pytest.raises(RuleBroken):
        move_opportunity(opportunity_id=deal.pk, stage="discovery", by=in_halden.owner)


def test_a_full_stage_takes_no_more(in_halden: World) -> None:
    update_stage(stage_id=stage("proposal").pk, by=in_halden.administrator, values={"wip_limit": 1})
    first, second = (make_opportunity(by=in_halden.owner) for _ in range(2))
    move_opportunity(opportunity_id=first.pk, stage="proposal", by=in_halden.owner)
    with pytest.raises(RuleBroken) as refused:
        move_opportunity(opportunity_id=second.pk, stage="proposal", by=in_halden.owner)
    assert refused.value.message_dict == {"stage": ["Proposal is full: it holds at most 1 at once."]}


def test_where_leads_have_a_pipeline_a_new_one_begins_at_its_entry(in_halden: World) -> None:
    assert make_lead(by=in_halden.owner).stage is None
    create_pipeline(by=in_halden.administrator, values={"kind": "lead", "name": "Inbound"})
    lead = make_lead(by=in_halden.owner)
    assert lead.stage.key == "new"
    assert StageChange.objects.filter(lead=lead, to_stage=lead.stage).count() == 1


def test_two_who_enter_at_once_do_not_both_take_the_last_place(live_world: World) -> None:

    with in_business(live_world.business):
        update_stage(stage_id=stage("proposal").pk, by=live_world.administrator, values={"wip_limit": 3})
        company = make_company(by=live_world.owner)
        deals = [make_opportunity(by=live_world.owner, company=company) for _ in range(8)]
    results = at_once(
        live_world.business,
        *(lambda pk=deal.pk: move_opportunity(opportunity_id=pk, stage="proposal", by=live_world.owner) for deal in deals),
    )
    assert [type(problem) for problem in problems(results)] == [RuleBroken] * 5
    with in_business(live_world.business):
        assert Opportunity.objects.filter(stage__key="proposal").count() == 3
