"""Opportunities as an import: open ones, and those that ended long ago."""

import datetime as dt

from accounts.models import User
from opportunities.models import Opportunity
from pipelines.models import Pipeline, StageChange
from tests.factories.files import import_text, lines

HEAD = "name,company,stage,amount,began_on,closed_on,loss_reason\n"


def noon(year: int, month: int, day: int) -> dt.datetime:
    """Noon in Berlin in winter, where the business is."""
    return dt.datetime(year, month, day, 11, tzinfo=dt.UTC)


def test_an_open_deal_stands_in_its_stage_since_it_began(administrator: User) -> None:
    import_text("companies", "name\nAcme\n", administrator)
    import_text("opportunities", HEAD + "Pumps,Acme,Angebot,1200.50,2025-01-10,,\n", administrator)
    deal = Opportunity.objects.get()
    assert (deal.stage.key, deal.amount, deal.currency, deal.created_at, deal.stage_since, deal.closed_at) == (
        "proposal",
        1200.50,
        "EUR",
        noon(2025, 1, 10),
        noon(2025, 1, 10),
        None,
    )


def test_a_lost_deal_was_in_the_last_open_stage_before(administrator: User) -> None:
    import_text("companies", "name\nAcme\n", administrator)
    import_text("opportunities", HEAD + "Pumps,Acme,lost,5,2025-01-10,2025-02-10,price\n", administrator)
    deal = Opportunity.objects.get()
    assert (deal.stage.key, deal.closed_at, deal.loss_reason.key, deal.probability) == ("lost", noon(2025, 2, 10), "price", 0)
    changes = StageChange.objects.order_by("id").values_list("from_stage__key", "to_stage__key", "at", "seconds")
    assert list(changes) == [
        (None, "negotiation", noon(2025, 1, 10), None),
        ("negotiation", "lost", noon(2025, 2, 10), 31 * 86_400),
    ]


def test_the_rules_of_the_business_hold_for_imported_deals(administrator: User) -> None:
    import_text("companies", "name\nAcme\n", administrator)
    rows = "A,,new,1,,,\nB,Acme,lost,1,2025-01-10,2025-02-10,\nC,Acme,new,-1,,,\nD,Acme,won,1,2025-01-10,2025-02-10,price\nE,Acme,new,1,,2025-01-01,\n"
    said = lines(import_text("opportunities", HEAD + rows, administrator))
    assert "5 rows: 0 created, 0 updated, 0 skipped, 5 refused" in said
    for line in (
        "1 loss_reason: Say why it was lost. (line 3)",
        "1 amount: Ensure this value is greater than or equal to 0. (line 4)",
        "1 loss_reason: Only a lost opportunity has a loss reason. (line 5)",
        "1 closed_on: Only a won or lost opportunity has a day on which it ended. (line 6)",
    ):
        assert line in said
    assert not Opportunity.objects.exists()
    assert not StageChange.objects.exists()


def test_a_pipeline_of_the_map_is_made_once(administrator: User) -> None:
    plan = """
[columns]
name = "name"
stage = "stage"
[constants]
pipeline = "mine"
[setup.pipeline]
key = "mine"
name = "Mine"
[[setup.pipeline.stages]]
key = "first"
name = "First"
[[setup.pipeline.stages]]
key = "won"
name = "Won"
kind = "won"
[[setup.pipeline.stages]]
key = "lost"
name = "Lost"
kind = "lost"
"""
    said = lines(import_text("opportunities", "name,stage\nA,First\n", administrator, plan))
    assert "1 pipeline mine: first, won, lost" in said
    import_text("opportunities", "name,stage\nB,won\n", administrator, plan)
    assert Pipeline.objects.filter(key="mine").count() == 1
    assert dict(Opportunity.objects.values_list("name", "stage__key")) == {"A": "first", "B": "won"}


def test_a_second_file_moves_a_deal_on_when_the_map_says_update(administrator: User) -> None:
    import_text("companies", "name\nAcme\n", administrator)
    plan = 'external_id = "{no}"\nexisting = "update"\n[columns]\nname = "name"\ncompany = "company"\nstage = "stage"\namount = "amount"\n'
    import_text("opportunities", "no,name,company,stage,amount\n7,Pumps,Acme,new,5\n", administrator, plan)
    said = lines(import_text("opportunities", "no,name,company,stage,amount\n7,Pumps,Acme,won,6\n", administrator, plan))
    assert "1 rows: 0 created, 1 updated, 0 skipped, 0 refused" in said
    deal = Opportunity.objects.get()
    assert (deal.stage.key, deal.amount, deal.probability, deal.closed_at is not None) == ("won", 6, 100, True)
