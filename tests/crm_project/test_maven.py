"""A sales pipeline in CSV with the quirks of a real one comes in whole, to the cent."""

import datetime as dt
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Business, User
from contacts.models import Company
from core.context import in_business
from core.models import Event, Sequence
from core.permissions import SYSTEM
from crm_project.figures import answers, pipeline_figures
from opportunities.models import Opportunity
from pipelines.models import Stage, StageChange

FOLDER = Path(__file__).parents[1] / "data" / "maven_like"


def maven(folder: Path = FOLDER, **options: str) -> str:
    out = StringIO()
    call_command("maven", folder, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


@pytest.mark.django_db
def test_every_figure_that_the_answers_name_is_the_same_in_the_crm() -> None:
    said = maven()
    with in_business(Business.objects.get(slug="maven")):
        found = list(answers(pipeline_figures("maven", by=SYSTEM), json.loads((FOLDER / "expected.json").read_text())))
    assert len(found) == 174
    assert [row for row in found if row[1] != row[2]] == []
    assert said.rstrip().endswith("All equal.")


@pytest.mark.django_db
def test_what_was_unclean_is_counted_and_named_with_its_line() -> None:
    said = [" ".join(line.split()) for line in maven().splitlines()]
    for line in (
        "48 rows: 40 created, 0 updated, 1 skipped, 7 refused",
        "1 began_on: is no date (line 14 “2017-02-30”)",
        "1 owner: is not known (line 15 “Nobody Known”)",
        "1 company: is not known (line 25 “Missing Corp”)",
        "1 closed_on: It ended before it began. (line 26)",
        "1 amount: is no number (line 27 “about 5000”)",
        "1 stage: is not known (line 39 “Stalled”)",
        "1 The row has more cells than the heading. (line 40)",
        "1 stands in the file twice",
        "9 product: GTXPro → GTX Pro",
        "1 sector: technolgy → technology",
        "1 office_location: Philipines → Philippines",
        "9 lost with value 0: the value is not known",
        "8 no account: the deal has no company",
        "9 loss_reason: unknown",
        "6 email: {sales_agent:mail}@maven.example",
        "1 pipeline maven: prospecting, engaging, won, lost",
        "Empty rows: 1",
    ):
        assert line in said


@pytest.mark.django_db
def test_companies_agents_and_deals_are_as_if_made_by_hand() -> None:
    maven()
    business = Business.objects.get(slug="maven")
    agent = User.objects.get(email="priscilla.nunez@maven.example")
    assert (agent.name, agent.role.key, agent.branch.name, agent.has_usable_password()) == ("Priscilla Núñez", "sales", "East", False)
    with in_business(business):
        company = Company.objects.get(name="Harrowgate Mills")
        assert (company.parent.name, company.industry.key, company.annual_revenue, company.currency, company.billing_country) == (
            "Ostrava Holding",
            "retail",
            88_050_000,
            "USD",
            "US",
        )
        assert Company.objects.get(name="Luzon Optical").billing_country == "PH"
        assert list(Opportunity.objects.filter(reference__in=["D-1", "D-40"]).values_list("reference", flat=True)) == ["D-1", "D-40"]
        lost = Opportunity.objects.filter(stage__key="lost")[0]
        assert (lost.amount, lost.loss_reason.key, lost.probability, lost.probability_before) == (None, "unknown", 0, None)
        entry = Stage.objects.get(pipeline__key="maven", is_entry=True)
        assert (entry.key, entry.required_fields) == ("prospecting", [])


@pytest.mark.django_db
def test_a_closed_deal_keeps_the_days_on_which_it_began_and_ended() -> None:
    maven()
    row = next(line.split(",") for line in (FOLDER / "sales_pipeline_1.csv").read_text().splitlines() if ",Won," in line)
    began, ended = (dt.date.fromisoformat(day) for day in row[5:7])
    with in_business(Business.objects.get(slug="maven")):
        deal = Opportunity.objects.get(external_ids__external_id=row[0])
        changes = list(
            StageChange.objects.filter(opportunity=deal).order_by("id").values_list("from_stage__key", "to_stage__key", "at__date")
        )
        assert changes == [(None, "engaging", began), ("engaging", "won", ended)]
        assert (deal.created_at.date(), deal.closed_at.date(), deal.stage_since) == (began, ended, deal.closed_at)
        assert StageChange.objects.get(opportunity=deal, to_stage__key="won").seconds == (ended - began).days * 86_400
        types = list(Event.objects.filter(record_type="opportunity", record=deal.pk).order_by("id").values_list("type", flat=True))
        assert types == ["opportunity.created", "erp.opportunity.won"]


@pytest.mark.django_db
def test_a_second_time_makes_nothing_twice() -> None:
    maven()
    business = Business.objects.get(slug="maven")
    with in_business(business):
        before = (Event.objects.count(), Opportunity.objects.count(), list(Sequence.objects.order_by("kind").values_list("kind", "next")))
    assert "40 created" not in maven()
    with in_business(business):
        after = (Event.objects.count(), Opportunity.objects.count(), list(Sequence.objects.order_by("kind").values_list("kind", "next")))
    assert after == before


@pytest.mark.django_db
def test_a_folder_that_lacks_a_file_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "folder")
    (tmp_path / "folder" / "products.csv").unlink()
    with pytest.raises(CommandError, match=r"There is no products\.csv"):
        maven(tmp_path / "folder")
    assert not Business.objects.exists()
