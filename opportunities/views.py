"""The pages of deals: the record with its path, its forms, and the acts of moving, closing, reopening and deleting."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.selectors import served_business
from activities.views import feed
from core.htmx import render_page
from core.pages import acting, attempt, done, form_page, rights, sent
from core.permissions import require
from opportunities.choices import Outcome
from opportunities.forms import LossForm, MoveForm, OpportunityForm, PersonForm
from opportunities.models import Opportunity
from opportunities.selectors import opportunity_page
from opportunities.services import (
    add_opportunity_contact,
    assign_opportunity,
    close_opportunity,
    create_opportunity,
    delete_opportunity,
    move_opportunity,
    remove_opportunity_contact,
    reopen_opportunity,
    restore_opportunity,
    update_opportunity,
)
from pipelines.forms import AssignForm

REGIONS = ("rec-head", "timeline", "panels")
FORMS = ["GET", "HEAD", "POST"]


def _visible(request: HttpRequest, pk: int) -> Opportunity:
    return get_object_or_404(Opportunity.objects.visible_to(request.user).for_page(request.user), pk=pk)


def _changeable(request: HttpRequest, pk: int, action: str = "change") -> Opportunity:
    """The deal, if the reader may do this to it: else 404 or 403."""
    deal = _visible(request, pk)
    require(request.user, f"opportunities.{action}_opportunity", deal)
    return deal


def _url(deal: Any) -> str:
    return reverse("opportunities:detail", args=[deal.pk])


@login_required
@require_safe
def opportunity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    deal = _visible(request, pk)
    may = rights(request.user, deal)
    context = {
        "deal": deal,
        "may": {**may, "close": may["change"] and request.user.has_perm("opportunities.close_opportunity")},
        "page": opportunity_page(deal=deal, user=request.user),
        **feed(request, deal),
    }
    return render_page(request, "opportunities/detail.html", context, partials=REGIONS, oob=(*REGIONS, "toasts"))


@login_required
@require_http_methods(FORMS)
def opportunity_create(request: HttpRequest) -> HttpResponse:
    require(request.user, "opportunities.add_opportunity")
    initial = {"currency": served_business(request.user).default_currency, "company": request.GET.get("company", "")}
    form = OpportunityForm(sent(request), user=request.user, initial=initial)
    if request.method == "POST":
        deal = attempt(form, lambda: create_opportunity(by=request.user, values=form.values))
        if deal:
            return done(request, _url(deal), _("%s was created.") % deal.name)
    labels = {"heading": _("New opportunity"), "submit": _("Create"), "cancel_url": reverse("opportunities:list")}
    return form_page(request, "records/form.html", {"form": form, **labels})


@login_required
@require_http_methods(FORMS)
def opportunity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    deal = _changeable(request, pk)
    form = OpportunityForm(sent(request), instance=deal, user=request.user, hidden=("stage", "owner"))
    if request.method == "POST":
        saved = attempt(form, lambda: update_opportunity(opportunity_id=pk, by=request.user, version=form.expected, values=form.values))
        if saved:
            return done(request, _url(deal), _("%s was saved.") % saved.name)
    labels = {"heading": _("Edit %s") % deal.name, "submit": _("Save"), "cancel_url": _url(deal)}
    return form_page(request, "records/form.html", {"form": form, **labels})


@login_required
@require_http_methods(FORMS)
def opportunity_move(request: HttpRequest, pk: int) -> HttpResponse:
    """POST {stage, version}: into another stage. Fields that the stage asks for come with the same form, once it said so."""
    deal = _changeable(request, pk)
    form = MoveForm(sent(request), instance=deal, user=request.user)
    if request.method == "POST":
        moved = attempt(
            form,
            lambda: move_opportunity(
                opportunity_id=pk, stage=form.cleaned_data["stage"], by=request.user, version=form.expected, values=form.values
            ),
        )
        if moved:
            return done(request, _url(deal), _("%(name)s moved to %(stage)s.") % {"name": moved.name, "stage": moved.stage.label})
    labels = {"heading": _("Fill in to move %s") % deal.name, "submit": _("Move"), "cancel_url": _url(deal)}
    context = {"form": form, "action": reverse("opportunities:stage", args=[pk]), **labels}
    return form_page(request, "records/ask.html", context, retarget="dialog-body")


@login_required
@require_POST
@acting
def opportunity_won(request: HttpRequest, pk: int) -> HttpResponse:
    deal = close_opportunity(opportunity_id=pk, outcome=Outcome.WON, by=request.user)
    return done(request, _url(deal), _("%s is won.") % deal.name, undo=reverse("opportunities:reopen", args=[pk]))


@login_required
@require_http_methods(FORMS)
def opportunity_lost(request: HttpRequest, pk: int) -> HttpResponse:
    deal = _changeable(request, pk, "close")
    form = LossForm(sent(request), user=request.user, initial={"version": deal.version})
    if request.method == "POST":
        lost = attempt(
            form,
            lambda: close_opportunity(
                opportunity_id=pk,
                outcome=Outcome.LOST,
                by=request.user,
                version=form.expected,
                loss_reason=form.cleaned_data["loss_reason"],
                loss_note=form.cleaned_data["loss_note"],
            ),
        )
        if lost:
            return done(request, _url(deal), _("%s is lost.") % lost.name, undo=reverse("opportunities:reopen", args=[pk]))
    labels = {"heading": _("Mark %s as lost") % deal.name, "submit": _("Mark as lost"), "cancel_url": _url(deal)}
    context = {"form": form, "action": reverse("opportunities:lost", args=[pk]), **labels}
    return form_page(request, "records/ask.html", context, retarget="dialog-body")


@login_required
@require_POST
@acting
def opportunity_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    deal = reopen_opportunity(opportunity_id=pk, by=request.user)
    return done(request, _url(deal), _("%s is open again.") % deal.name)


@login_required
@require_http_methods(FORMS)
def opportunity_person_add(request: HttpRequest, pk: int) -> HttpResponse:
    deal = _changeable(request, pk)
    form = PersonForm(sent(request), initial={"version": deal.version})
    if request.method == "POST":
        changed = attempt(
            form,
            lambda: add_opportunity_contact(
                opportunity_id=pk, contact=form.cleaned_data["contact"], role=form.cleaned_data["role"], by=request.user
            ),
        )
        if changed:
            return done(request, _url(deal), _("The people of %s were changed.") % deal.name)
    labels = {"heading": _("Who else is on %s?") % deal.name, "submit": _("Add"), "cancel_url": _url(deal)}
    context = {"form": form, "action": reverse("opportunities:people", args=[pk]), **labels}
    return form_page(request, "records/ask.html", context, retarget="dialog-body")


@login_required
@require_POST
@acting
def opportunity_person_remove(request: HttpRequest, pk: int, contact: int) -> HttpResponse:
    deal = remove_opportunity_contact(opportunity_id=pk, contact=contact, by=request.user)
    return done(request, _url(deal), _("The people of %s were changed.") % deal.name)


@login_required
@require_http_methods(FORMS)
def opportunity_assign(request: HttpRequest, pk: int) -> HttpResponse:
    deal = _changeable(request, pk, "assign")
    form = AssignForm(sent(request), user=request.user, record=deal)
    if request.method == "POST":
        given = attempt(form, lambda: assign_opportunity(opportunity_id=pk, owner=form.cleaned_data["owner"], by=request.user))
        if given:
            text = _("%(name)s belongs to %(owner)s now.") % {"name": given.name, "owner": given.owner.name}
            if Opportunity.objects.visible_to(request.user).filter(pk=pk).exists():
                return done(request, _url(deal), text)
            return done(request, reverse("opportunities:list"), text, leave=True)
    labels = {"heading": _("Who takes %s?") % deal.name, "submit": _("Change the owner"), "cancel_url": _url(deal)}
    context = {"form": form, "action": reverse("opportunities:assign", args=[pk]), **labels}
    return form_page(request, "records/ask.html", context, retarget="dialog-body")


@login_required
@require_POST
@acting
def opportunity_delete(request: HttpRequest, pk: int) -> HttpResponse:
    deal = delete_opportunity(opportunity_id=pk, by=request.user)
    text = _("%s is in the trash.") % deal.name
    return done(request, reverse("opportunities:list"), text, undo=reverse("opportunities:restore", args=[pk]))


@login_required
@require_POST
@acting
def opportunity_restore(request: HttpRequest, pk: int) -> HttpResponse:
    deal = restore_opportunity(opportunity_id=pk, by=request.user)
    return done(request, _url(deal), _("%s is back.") % deal.name)


@login_required
@require_safe
def opportunity_trash(request: HttpRequest) -> HttpResponse:
    require(request.user, "opportunities.view_opportunity")
    rows = Opportunity.objects.in_trash(request.user).select_related("deleted_by").order_by("-deleted_at")[:100]
    may_restore = request.user.has_perm("opportunities.delete_opportunity")
    context = {
        "heading": _("Deleted opportunities"),
        "rows": [(row, reverse("opportunities:restore", args=[row.pk]) if may_restore else "") for row in rows],
        "back_url": reverse("opportunities:list"),
        "back_text": _("Opportunities"),
    }
    return render_page(request, "records/trash.html", context)
