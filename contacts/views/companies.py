"""The pages of companies: the record, its forms, and the list that a combobox picks from."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.selectors import served_business
from activities.views import feed
from contacts.forms import CompanyForm
from contacts.models import Company
from contacts.selectors import company_options, company_page
from contacts.services import assign_company, create_company, delete_company, restore_company, update_company
from core.htmx import render_page
from core.pages import acting, attempt, done, form_page, rights, sent
from core.permissions import require
from pipelines.forms import AssignForm

REGIONS = ("rec-head", "timeline", "panels")
FORMS = ["GET", "HEAD", "POST"]


def _visible(request: HttpRequest, pk: int) -> Company:
    return get_object_or_404(Company.objects.visible_to(request.user).for_company_page(request.user), pk=pk)


def _changeable(request: HttpRequest, pk: int, action: str = "change") -> Company:
    """The company, if the reader may do this to it: else 404 or 403."""
    company = _visible(request, pk)
    require(request.user, f"contacts.{action}_company", company)
    return company


def _url(company: Any) -> str:
    return reverse("contacts:company_detail", args=[company.pk])


@login_required
@require_safe
def company_detail(request: HttpRequest, pk: int) -> HttpResponse:
    company = _visible(request, pk)
    context = {
        "company": company,
        "may": rights(request.user, company),
        "page": company_page(company=company, user=request.user),
        "more_url": f"{reverse('opportunities:list')}?company={pk}",
        "new_url": f"{reverse('opportunities:create')}?company={pk}" if request.user.has_perm("opportunities.add_opportunity") else "",
        **feed(request, company),
    }
    return render_page(request, "contacts/company.html", context, partials=REGIONS, oob=(*REGIONS, "toasts"))


@login_required
@require_http_methods(FORMS)
def company_create(request: HttpRequest) -> HttpResponse:
    require(request.user, "contacts.add_company")
    form = CompanyForm(sent(request), user=request.user, initial={"currency": served_business(request.user).default_currency})
    if request.method == "POST":
        company = attempt(form, lambda: create_company(by=request.user, values=form.values))
        if company:
            return done(request, _url(company), _("%s was created.") % company.name)
    labels = {"heading": _("New company"), "submit": _("Create"), "cancel_url": reverse("contacts:company_list")}
    return form_page(request, "records/form.html", {"form": form, **labels})


@login_required
@require_http_methods(FORMS)
def company_edit(request: HttpRequest, pk: int) -> HttpResponse:
    company = _changeable(request, pk)
    form = CompanyForm(sent(request), instance=company, user=request.user, hidden=("owner",))
    if request.method == "POST":
        saved = attempt(form, lambda: update_company(company_id=pk, by=request.user, version=form.expected, values=form.values))
        if saved:
            return done(request, _url(company), _("%s was saved.") % saved.name)
    labels = {"heading": _("Edit %s") % company.name, "submit": _("Save"), "cancel_url": _url(company)}
    return form_page(request, "records/form.html", {"form": form, **labels})


@login_required
@require_http_methods(FORMS)
def company_assign(request: HttpRequest, pk: int) -> HttpResponse:
    company = _changeable(request, pk, "assign")
    form = AssignForm(sent(request), user=request.user, record=company)
    if request.method == "POST":
        given = attempt(
            form,
            lambda: assign_company(company_id=pk, owner=form.cleaned_data["owner"], by=request.user, version=form.expected),
        )
        if given:
            text = _("%(name)s belongs to %(owner)s now.") % {"name": given.name, "owner": given.owner.name}
            if Company.objects.visible_to(request.user).filter(pk=pk).exists():
                return done(request, _url(company), text)
            return done(request, reverse("contacts:company_list"), text, leave=True)
    labels = {"heading": _("Who takes %s?") % company.name, "submit": _("Change the owner"), "cancel_url": _url(company)}
    context = {"form": form, "action": reverse("contacts:company_assign", args=[pk]), **labels}
    return form_page(request, "records/ask.html", context, retarget="dialog-body")


@login_required
@require_POST
@acting
def company_delete(request: HttpRequest, pk: int) -> HttpResponse:
    company = delete_company(company_id=pk, by=request.user)
    text = _("%s is in the trash.") % company.name
    return done(request, reverse("contacts:company_list"), text, undo=reverse("contacts:company_restore", args=[pk]))


@login_required
@require_POST
@acting
def company_restore(request: HttpRequest, pk: int) -> HttpResponse:
    company = restore_company(company_id=pk, by=request.user)
    return done(request, _url(company), _("%s is back.") % company.name)


@login_required
@require_safe
def company_trash(request: HttpRequest) -> HttpResponse:
    require(request.user, "contacts.view_company")
    rows = Company.objects.in_trash(request.user).select_related("deleted_by").order_by("-deleted_at")[:100]
    may_restore = request.user.has_perm("contacts.delete_company")
    context = {
        "heading": _("Deleted companies"),
        "rows": [(row, reverse("contacts:company_restore", args=[row.pk]) if may_restore else "") for row in rows],
        "back_url": reverse("contacts:company_list"),
        "back_text": _("Companies"),
    }
    return render_page(request, "records/trash.html", context)


@login_required
@require_safe
def company_pick(request: HttpRequest) -> HttpResponse:
    """The options of a combobox: companies that the reader sees, by ?search=."""
    require(request.user, "contacts.view_company")
    options = company_options(user=request.user, query=request.GET.get("search", ""))
    return render(request, "components/options.html", {"options": options})
