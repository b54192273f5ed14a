"""The demo: two businesses that one can try everything on."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from accounts.models import Business, User
from activities.models import Activity
from contacts.models import Company, Contact
from core.context import in_business
from core.models import Event
from crm_project.demo.people import PASSWORD
from leads.models import Lead
from opportunities.models import Opportunity, OpportunityBranchShare, OpportunityUserShare

SMALL = {"companies": 8, "contacts": 12, "leads": 24, "opportunities": 24}


def demo(**options: Any) -> str:
    out = StringIO()
    call_command("demo", stdout=out, stderr=StringIO(), **{**SMALL, **options})
    return out.getvalue()


def told() -> dict[str, Any]:
    """What the two businesses hold, without moments."""
    found = {}
    for business in Business.objects.order_by("pk"):
        with in_business(business):
            found[business.slug] = (
                list(Company.objects.order_by("id").values_list("reference", "name", "phone", "owner__email")),
                list(Contact.objects.order_by("id").values_list("name", "email")),
                list(Opportunity.objects.order_by("id").values_list("name", "amount", "currency", "stage__key", "company__name")),
                list(Lead.objects.order_by("id").values_list("name", "email", "status__key", "owner__email")),
                list(Activity.objects.order_by("id").values_list("kind", "subject", "status")),
            )
    return found


@pytest.mark.django_db
def test_everybody_signs_in_with_the_printed_password_and_is_listed_with_a_role() -> None:
    assert PASSWORD in demo(companies=1, contacts=1, leads=1, opportunities=1)
    lines = demo(list_users=True).splitlines()
    assert len(lines) == 19
    assert lines[0] == "admin@halden.example\tadministrator"
    assert "sales1@fjord.example\tsales" in lines
    for line in lines:
        login, role = line.split("\t")
        user = authenticate(None, username=login, password=PASSWORD)
        assert (user.email, user.role.key) == (login, role)
    for slug in ("halden", "fjord"):
        people = User.objects.filter(business__slug=slug)
        assert {"administrator", "manager", "team_lead", "sales", "read_only"} == set(people.values_list("role__key", flat=True))
        assert people.filter(role__key="sales").values("branch").distinct().count() == 2


@pytest.mark.django_db
def test_it_tells_of_late_tasks_of_wins_and_losses_with_reasons_and_of_shares() -> None:
    demo()
    now = timezone.now()
    with in_business(Business.objects.get(slug="halden")):
        tasks = Activity.objects.filter(kind="task", status="open")
        assert tasks.filter(due_at__lt=now).exists()
        assert tasks.filter(due_at__gt=now).exists()
        lost = Opportunity.objects.filter(stage__kind="lost")
        assert lost.count() >= 5
        assert not lost.filter(loss_reason=None).exists()
        won = Opportunity.objects.filter(stage__kind="won")
        assert won.count() >= 5
        assert len({(deal.closed_at.year, deal.closed_at.month) for deal in won}) >= 3
        assert not Opportunity.objects.filter(created_at__gt=now).exists()
        assert not Opportunity.objects.filter(closed_at__gt=now).exists()
        assert Lead.objects.filter(owner=None).exists()
        assert Lead.objects.filter(converted_at__isnull=False).exists()
        assert OpportunityUserShare.objects.exists() or OpportunityBranchShare.objects.exists()
        assert Event.objects.filter(record_type="opportunity").exists()


@pytest.mark.django_db
def test_addresses_and_numbers_reach_nobody() -> None:
    demo()
    reserved = re.compile(
        r"\+49 (40 66969|30 23125|89 99998|221 4710|69 90009) \d{3}|\+49 171 39200 \d\d|\+44 20 7946 0\d{3}|\+33 1 99 00 1\d{3}"
        r"|\+46 8 465 004 \d\d"
    )
    for business in Business.objects.all():
        with in_business(business):
            mails = [*Contact.objects.values_list("email", flat=True), *Lead.objects.values_list("email", flat=True)]
            assert [mail for mail in mails if mail and not mail.endswith(".example")] == []
            phones = [phone for row in Contact.objects.values_list("phone", "mobile") for phone in row]
            phones += [*Company.objects.values_list("phone", flat=True), *Lead.objects.values_list("phone", flat=True)]
            assert [phone for phone in phones if phone and not reserved.fullmatch(phone)] == []


@pytest.mark.django_db(transaction=True)
def test_it_is_the_same_every_time_on_whatever_day() -> None:
    demo()
    first = told()
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)  # which only the owner of the tables may
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        demo()
    assert told() == first


@pytest.mark.django_db
def test_it_fills_an_empty_database_once() -> None:
    demo(companies=1, contacts=1, leads=1, opportunities=1)
    assert demo(if_empty=True) == ""
    assert Business.objects.count() == 2
    with pytest.raises(CommandError, match=r"The demo is there already \(fjord, halden\)"):
        demo()


@pytest.mark.django_db
@override_settings(PRODUCTION=True)
def test_production_refuses_it() -> None:
    with pytest.raises(CommandError, match="not loaded where CRM_ENV=production"):
        demo()
    assert not User.objects.exists()
