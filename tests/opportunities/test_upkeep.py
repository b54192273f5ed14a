"""What the machine keeps on deals."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from contacts.services import update_company
from core.models import Job
from opportunities.models import Opportunity
from opportunities.services import update_opportunity, upkeep
from opportunities.tasks import reindex_chunk
from tests.factories.records import make_activity, make_company, make_opportunity, make_task


def test_the_next_step_is_the_earliest_open_task_and_raises_no_version(owner: User) -> None:
    deal, soon, later = make_opportunity(by=owner), timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=2)
    make_task(by=owner, on=deal, due_at=later, subject="Send the offer")
    make_task(by=owner, on=deal, due_at=soon, subject="Call back")
    deal.refresh_from_db()
    assert (deal.next_step, deal.next_step_at, deal.version) == ("Call back", soon, 1)
    assert update_opportunity(opportunity_id=deal.pk, by=owner, version=1, values={"amount": 1}).next_step == "Call back"


def test_a_note_is_the_last_activity(owner: User) -> None:
    deal = make_opportunity(by=owner)
    assert deal.last_activity_at is None
    before = timezone.now()
    make_activity(by=owner, on=deal)
    deal.refresh_from_db()
    assert deal.last_activity_at >= before


def test_a_renamed_company_finds_its_deals_by_the_new_name(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "CHUNK", 2)
    company = make_company(by=owner, name="Halden GmbH")
    deals = {make_opportunity(by=owner, company=company) for _ in range(5)}
    update_company(company_id=company.pk, by=owner, values={"name": "Fjellheim AS"})
    job = Job.objects.get(kind="opportunities.reindex_company")
    checkpoint: dict[str, int] | None = {}
    steps = 0
    while checkpoint is not None:
        checkpoint, _done = reindex_chunk(checkpoint, **job.payload)
        steps += 1
    assert steps == 3
    assert set(Opportunity.objects.visible_to(owner).found("fjellheim", user=owner)) == deals
    assert not Opportunity.objects.visible_to(owner).found("halden", user=owner).exists()


def test_a_company_that_keeps_its_name_makes_no_job(owner: User) -> None:
    company = make_company(by=owner)
    update_company(company_id=company.pk, by=owner, values={"notes": "x"})
    assert not Job.objects.filter(kind="opportunities.reindex_company").exists()
