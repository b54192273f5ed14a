"""The pages of leads: the record, its forms, and its conversion."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.selectors import served_business
from activities.views import feed
from core.htmx import render_page
from core.pages import acting, attempt, done, form_page, rights, sent
from core.permissions import require
from leads.forms import ConvertForm, LeadForm, StatusForm
from leads.models import Lead
from leads.rules import can_change, check_not_converted
from leads.selectors import conversion_matches
from leads.services import assign_lead, convert_lead, create_lead, delete_lead, restore_lead, update_lead
from pipelines.forms import AssignForm

REGIONS = ("rec-head", "timeline", "panels")
FORMS = ["GET", "HEAD", "POST"]


def _visible(request: HttpRequest, pk: int) -> Lead:
    return get_object_or_404(Lead.objects.visible_to(request.user).for_page(request.user), pk=pk)


def _changeable(request: HttpRequest, pk: int, action: str = "change") -> Lead:
    """The lead, if the reader may do this to it: else 404, 403, or the refusal that a converted one is read-only."""
    lead = _visible(request, pk)
    require(request.user, f"leads.{action}_lead", lead)
    check_not_converted(lead.converted_at)
    return lead


def _url(lead: Any) -> str:
    return reverse("leads:detail", args=[lead.pk])


@login_required
@require_safe
def lead_detail(request: HttpRequest, pk: int) -> HttpResponse:
    lead = _visible(request, pk)
    is_open = can_change(lead.converted_at)
    may = {action: allowed and is_open for action, allowed in rights(request.user, lead).items()}
    shown = feed(request, lead)
    context = {
        **shown,
        "lead": lead,
        "may": {**may, "convert": may["change"] and request.user.has_perm("leads.convert_lead")},
        "may_log": shown["may_log"] and is_open,
    }
    return render_page(request, "leads/detail.html", context, partials=REGIONS, oob=(*REGIONS, "toasts"))


@login_required
@require_http_methods(FORMS)
def lead_create(request: HttpRequest) -> HttpResponse:
    require(request.user, "leads.add_lead")
    initial = {"currency": served_business(request.user).default_currency}
    form = LeadForm(sent(request), user=request.user, initial=initial, hidden=("status", "loss_reason"))
    if request.method == "POST":
        lead = attempt(form, lambda: create_lead(by=request.user, values=form.values))
        if lead:
            return done(request, _url(lead), _("%s was created.") % lead.name)
    labels = {"heading": _("New lead"), "submit": _("Create"), "cancel_url": reverse("leads:list")}
    return form_page(request, "records/form.html", {"form": form, **labels})


@login_required
@require_http_methods(FORMS)
@acting
def lead_edit(request: HttpRequest, pk: int) -> HttpResponse:
    lead = _changeable(request, pk)
    form = LeadForm(sent(request), instance=lead, user=request.user, hidden=("owner",))
    if request.method == "POST":
        saved = attempt(form, lambda: update_lead(lead_id=pk, by=request.user, version=form.expected, values=form.values))
        if saved:
            return done(request, _url(lead), _("%s was saved.") % saved.name)
    labels = {"heading": _("Edit %s") % lead.name, "submit": _("Save"), "cancel_url": _url(lead)}
    return form_page(request, "records/form.html", {"form": form, **labels})


@login_required
@require_http_methods(FORMS)
@acting
def lead_status(request: HttpRequest, pk: int) -> HttpResponse:
    lead = _changeable(request, pk)
    form = StatusForm(sent(request), user=request.user, lead=lead)
    if request.method == "POST":
        saved = attempt(form, lambda: update_lead(lead_id=pk, by=request.user, version=form.expected, values=form.values))
        if saved:
            return done(request, _url(lead), _("%(name)s is %(status)s now.") % {"name": saved.name, "status": saved.status.label})
    labels = {"heading": _("Status of %s") % lead.name, "submit": _("Save"), "cancel_url": _url(lead)}
    context = {"form": form, "action": reverse("leads:status", args=[pk]), **labels}
    return form_page(request, "records/ask.html", context, retarget="dialog-body")


@login_required
@require_http_methods(FORMS)
@acting
def lead_convert(request: HttpRequest, pk: int) -> HttpResponse:
    """Three blocks, each new or a match found; a lead that was converted already leads to what became of it."""
    lead = _visible(request, pk)
    require(request.user, "leads.convert_lead", lead)
    if not can_change(lead.converted_at):
        return HttpResponseRedirect(_result(lead))
    found = conversion_matches(lead, request.user)
    form = ConvertForm(sent(request), user=request.user, lead=lead, companies=found.companies, contacts=found.contacts)
    if request.method == "POST":
        converted = attempt(form, lambda: _convert(request, form, pk))
        if converted:
            return done(request, _result(_visible(request, pk)), _("%s was converted.") % converted.name)
    context = {"form": form, "lead": lead, "cancel_url": _url(lead)}
    return form_page(request, "leads/convert.html", context)


def _convert(request: HttpRequest, form: ConvertForm, pk: int) -> Lead:
    company, contact = form.choice("company"), form.choice("contact")
    return convert_lead(lead_id=pk, by=request.user, version=form.expected, company=company, contact=contact, opportunity=form.deal)


def _result(lead: Any) -> str:
    """The deal that a lead became, else the contact, as far as the reader sees them, else the lead itself."""
    if lead.converted_to_opportunity_seen:
        return reverse("opportunities:detail", args=[lead.converted_to_opportunity_id])
    if lead.converted_to_contact_seen:
        return reverse("contacts:contact_detail", args=[lead.converted_to_contact_id])
    return _url(lead)


@login_required
@require_http_methods(FORMS)
@acting
def lead_assign(request: HttpRequest, pk: int) -> HttpResponse:
    lead = _changeable(request, pk, "assign")
    form = AssignForm(sent(request), user=request.user, record=lead)
    if request.method == "POST":
        given = attempt(form, lambda: assign_lead(lead_id=pk, owner=form.cleaned_data["owner"], by=request.user, version=form.expected))
        if given:
            text = _("%(name)s belongs to %(owner)s now.") % {"name": given.name, "owner": given.owner}
            if Lead.objects.visible_to(request.user).filter(pk=pk).exists():
                return done(request, _url(lead), text)
            return done(request, reverse("leads:list"), text, leave=True)
    labels = {"heading": _("Who takes %s?") % lead.name, "submit": _("Change the owner"), "cancel_url": _url(lead)}
    context = {"form": form, "action": reverse("leads:assign", args=[pk]), **labels}
    return form_page(request, "records/ask.html", context, retarget="dialog-body")


@login_required
@require_POST
@acting
def lead_delete(request: HttpRequest, pk: int) -> HttpResponse:
    lead = delete_lead(lead_id=pk, by=request.user)
    text = _("%s is in the trash.") % lead.name
    return done(request, reverse("leads:list"), text, undo=reverse("leads:restore", args=[pk]))


@login_required
@require_POST
@acting
def lead_restore(request: HttpRequest, pk: int) -> HttpResponse:
    lead = restore_lead(lead_id=pk, by=request.user)
    return done(request, _url(lead), _("%s is back.") % lead.name)


@login_required
@require_safe
def lead_trash(request: HttpRequest) -> HttpResponse:
    require(request.user, "leads.view_lead")
    rows = Lead.objects.in_trash(request.user).select_related("deleted_by").order_by("-deleted_at")[:100]
    may_restore = request.user.has_perm("leads.delete_lead")
    context = {
        "heading": _("Deleted leads"),
        "rows": [(row, reverse("leads:restore", args=[row.pk]) if may_restore else "") for row in rows],
        "back_url": reverse("leads:list"),
        "back_text": _("Leads"),
    }
    return render_page(request, "records/trash.html", context)
