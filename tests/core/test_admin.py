"""The admin shows an administrator their own business alone, and writes through the services."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from activities.models import Activity
from contacts.models import Company, CompanyUserShare
from core.context import in_business
from core.models import Event
from opportunities.models import Opportunity
from pipelines.models import LookupValue, Pipeline, Stage
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_opportunity

pytestmark = pytest.mark.django_db
HOUSE = ("accounts", "pipelines", "activities", "contacts", "opportunities", "leads")
ADMINS = sorted((m for m in admin.site._registry if m._meta.app_label in HOUSE), key=lambda m: m._meta.label)


def url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def desk(world: World) -> tuple[Client, World]:
    """An administrator signed in, with one record of each kind in both businesses; those of the other carry ZZ_B."""
    for business, person, mark in ((world.business, world.administrator, "Ours"), (world.other, world.outsider, "ZZ_B")):
        with in_business(business):
            make_contact(by=person, last_name=mark)
            make_opportunity(by=person, name=mark, company=make_company(by=person, name=mark))
            make_activity(by=person, on=make_lead(by=person, name=mark), body=mark)
    client = Client()
    client.force_login(world.administrator, backend="accounts.backends.RoleBackend")
    return client, world


@pytest.mark.parametrize("model", ADMINS, ids=lambda m: m._meta.label)
def test_lists_and_forms_show_the_own_business_alone(desk: tuple[Client, World], model: Any) -> None:
    client, world = desk
    pages = [client.get(url(model, "changelist"))]
    if client.get(url(model, "add")).status_code == 200:
        pages.append(client.get(url(model, "add")))
    with in_business(world.business):
        row = admin.site._registry[model].get_queryset(pages[0].wsgi_request).first()
    if row is not None:
        pages += [client.get(url(model, "change", row.pk)), client.get(url(model, "history", row.pk))]
    assert [page.status_code for page in pages] == [200] * len(pages)
    text = "".join(page.content.decode() for page in pages)
    assert "ZZ_B" not in text
    assert "outsider" not in text


@pytest.mark.parametrize("model", ADMINS, ids=lambda m: m._meta.label)
@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_a_row_of_another_business_is_not_there(desk: tuple[Client, World], model: Any, page: str) -> None:
    client, world = desk
    with in_business(world.other):
        theirs = model.objects.filter(business_id=world.other.pk).first() if model.__name__ != "Business" else world.other
    if theirs is not None:
        answer = client.get(url(model, page, theirs.pk))
        assert answer.status_code in (302, 403, 404)
        assert "ZZ_B" not in answer.content.decode()


def test_autocomplete_finds_own_rows_alone(desk: tuple[Client, World]) -> None:
    client, _ = desk
    where = {"app_label": "opportunities", "model_name": "opportunity", "field_name": "company"}
    found = client.get(reverse("admin:autocomplete"), {**where, "term": ""}).json()["results"]
    assert [row["text"] for row in found] == ["Ours"]
    assert client.get(reverse("admin:autocomplete"), {**where, "term": "ZZ_B"}).json()["results"] == []


def company_form(**values: Any) -> dict[str, Any]:
    shares = {f"{name}_shares-{key}": 0 for name in ("user", "branch") for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return {"name": "New", **shares, **values}


def test_a_company_is_made_by_the_service(desk: tuple[Client, World]) -> None:
    client, world = desk
    answer = client.post(url(Company, "add"), company_form(owner=world.owner.pk, email="Info@New.example"))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    with in_business(world.business):
        company = Company.objects.get(name="New")
        assert (company.owner_id, company.email, company.branch_id) == (world.owner.pk, "info@new.example", world.owner.branch_id)
        assert company.reference.startswith("CO-")
        assert Event.objects.filter(record_type="company", record=company.pk, type="company.created").count() == 1


def test_what_the_service_refuses_is_a_form_error_and_changes_nothing(desk: tuple[Client, World]) -> None:
    client, world = desk
    with in_business(world.business):
        company = Company.objects.get(name="Ours")
        before = Event.objects.count()
    answer = client.post(url(Company, "change", company.pk), company_form(name="Other", owner=world.owner.pk, parent=company.pk))
    assert answer.status_code == 200
    assert "parent" in answer.context["adminform"].form.errors
    with in_business(world.business):
        assert Company.objects.get(pk=company.pk).name == "Ours"
        assert Event.objects.count() == before


def test_an_owner_of_another_business_is_refused(desk: tuple[Client, World]) -> None:
    client, world = desk
    answer = client.post(url(Company, "add"), company_form(owner=world.outsider.pk))
    assert "owner" in answer.context["adminform"].form.errors


def test_delete_moves_to_the_trash_and_the_action_restores(desk: tuple[Client, World]) -> None:
    client, world = desk
    with in_business(world.business):
        deal = Opportunity.objects.get(name="Ours")
    client.post(url(Opportunity, "delete", deal.pk), {"post": "yes"})
    with in_business(world.business):
        assert Opportunity.objects.get(pk=deal.pk).deleted_at is not None
    assert "Ours" in client.get(url(Opportunity, "changelist"), {"trash": "1"}).content.decode()
    client.post(url(Opportunity, "changelist") + "?trash=1", {"action": "restore_chosen", "_selected_action": [deal.pk]})
    with in_business(world.business):
        assert Opportunity.objects.get(pk=deal.pk).deleted_at is None


def test_a_deal_is_lost_by_an_action_and_only_with_a_reason(desk: tuple[Client, World]) -> None:
    client, world = desk
    with in_business(world.business):
        deal = Opportunity.objects.get(name="Ours")
        reason = LookupValue.objects.filter(list="loss_reason").first()
    given = {"action": "lose", "_selected_action": [deal.pk]}
    client.post(url(Opportunity, "changelist"), given)
    with in_business(world.business):
        assert Opportunity.objects.get(pk=deal.pk).closed_at is None
    client.post(url(Opportunity, "changelist"), {**given, "reason": reason.pk})
    with in_business(world.business):
        deal.refresh_from_db()
        assert (deal.stage.kind, deal.loss_reason_id) == ("lost", reason.pk)


def test_a_task_is_completed_by_an_action(desk: tuple[Client, World]) -> None:
    client, world = desk
    with in_business(world.business):
        task = make_activity(by=world.administrator, on=make_lead(by=world.administrator), kind="task", subject="Call back")
    client.post(url(Activity, "changelist"), {"action": "complete", "_selected_action": [task.pk]})
    with in_business(world.business):
        task.refresh_from_db()
        assert task.status == "done"
        assert task.completed_at is not None


def test_stages_are_edited_below_their_pipeline(desk: tuple[Client, World]) -> None:
    client, world = desk
    with in_business(world.business):
        pipeline = Pipeline.objects.get(kind="opportunity", is_default=True)
    page = client.get(url(Pipeline, "change", pipeline.pk))
    formset = page.context["inline_admin_formsets"][0].formset
    data = {f"{formset.prefix}-{k}": v for k, v in formset.management_form.initial.items() if v is not None}
    for form in [page.context["adminform"].form, *formset.initial_forms]:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = value
    first = formset.initial_forms[0]
    data |= {f"{first.prefix}-probability": 15, f"{first.prefix}-required_fields": "[]"}
    answer = client.post(url(Pipeline, "change", pipeline.pk), data)
    assert answer.status_code == 302, answer.context["errors"]
    with in_business(world.business):
        assert Stage.objects.get(pk=first.instance.pk).probability == 15


def test_a_record_is_shared_and_unshared(desk: tuple[Client, World]) -> None:
    client, world = desk
    with in_business(world.business):
        company = Company.objects.get(name="Ours")
    add = company_form(name="Ours", owner=company.owner_id)
    add |= {"user_shares-TOTAL_FORMS": 1, "user_shares-0-user": world.colleague.pk, "user_shares-0-action": "view"}
    assert client.post(url(Company, "change", company.pk), add).status_code == 302
    with in_business(world.business):
        share = CompanyUserShare.objects.get()
        assert (share.user_id, share.permission.codename) == (world.colleague.pk, "view_company")
    gone = company_form(name="Ours", owner=company.owner_id)
    gone |= {"user_shares-TOTAL_FORMS": 1, "user_shares-INITIAL_FORMS": 1, "user_shares-0-id": share.pk}
    gone |= {"user_shares-0-user": world.colleague.pk, "user_shares-0-action": "view", "user_shares-0-DELETE": "on"}
    gone |= {"user_shares-0-content_object": company.pk}
    assert client.post(url(Company, "change", company.pk), gone).status_code == 302
    with in_business(world.business):
        assert not CompanyUserShare.objects.exists()


def test_people_are_made_with_a_role_within_ones_own_rights(desk: tuple[Client, World]) -> None:
    client, world = desk
    given = {"email": "new@halden.example", "first_name": "New", "last_name": "Person", "role": world.owner.role_id}
    given |= {"language": "de", "time_zone": "Europe/Berlin", "new_password": "long enough 1234"}
    assert client.post(url(User, "add"), given).status_code == 302
    user = User.objects.get(email="new@halden.example")
    assert (user.business_id, user.is_staff, user.check_password("long enough 1234")) == (world.business.pk, False, True)
    assert user.agent_number.startswith("A0-")


def test_sales_staff_are_sent_away(world: World) -> None:
    client = Client()
    client.force_login(world.owner, backend="accounts.backends.RoleBackend")
    assert client.get("/admin/").status_code == 403
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0] == "/login/?next=/admin/"


def test_an_operator_chooses_a_business_before_anything(world: World) -> None:
    client = Client()
    client.force_login(world.operator, backend="accounts.backends.RoleBackend")
    assert client.get("/admin/").url.startswith(reverse("accounts:business"))
