"""Leads as an import."""

import datetime as dt

from accounts.models import User
from leads.models import Lead
from tests.factories.files import import_text, lines


def test_leads_without_an_owner_wait_for_assignment(administrator: User, owner: User) -> None:
    text = "Name,Company,E-mail,Source,Owner\nAnna,Acme,a@a.example,website,\nBert,Bix,b@b.example,Website,owner@halden.example\n"
    assert "2 rows: 2 created, 0 updated, 0 skipped, 0 refused" in lines(import_text("leads", text, administrator))
    rows = Lead.objects.order_by("id").values_list("name", "company_name", "source__key", "status__key", "owner")
    assert list(rows) == [("Anna", "Acme", "website", "new", None), ("Bert", "Bix", "website", "new", owner.pk)]


def test_the_day_on_which_a_lead_began_is_kept(administrator: User) -> None:
    import_text("leads", "name,email,create date\nAnna,a@a.example,02.03.2020\n", administrator)
    assert Lead.objects.get().created_at == dt.datetime(2020, 3, 2, 11, tzinfo=dt.UTC)


def test_a_converted_lead_refuses_to_be_updated(administrator: User) -> None:
    plan = 'external_id = "{no}"\nexisting = "update"\n[columns]\nname = "name"\nmail = "email"\n'
    import_text("leads", "no,name,mail\n1,Anna,a@a.example\n", administrator, plan)
    Lead.objects.update(converted_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    said = lines(import_text("leads", "no,name,mail\n1,Anna B,a@a.example\n", administrator, plan))
    assert "1 This lead was converted and can no longer be changed. (line 2)" in said
    assert Lead.objects.get().name == "Anna"
