"""The pages of contacts: the person, the forms, and the list that a combobox picks from."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.views import feed
from contacts.forms import ContactForm
from contacts.models import Contact
from contacts.selectors import contact_options, contact_page
from contacts.services import assign_contact, create_contact, delete_contact, restore_contact, update_contact
from core.htmx import render_page
from core.pages import acting, attempt, done, form_page, rights, sent
from core.permissions import require
from pipelines.forms import AssignForm

REGIONS = ("rec-head", "timeline", "panels")
FORMS = ["GET", "HEAD", "POST"]


def _visible(request: HttpRequest, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.user).for_contact_page(request.user), pk=pk)


def _changeable(request: HttpRequest, pk: int, action: str = "change") -> Contact:
    """The contact, if the reader may do this to it: else 404 or 403."""
    contact = _visible(request, pk)
    require(request.user, f"contacts.{action}_contact", contact)
    return contact


def _url(contact: Any) -> str:
    return reverse("contacts:contact_detail", args=[contact.pk])


@login_required
@require_safe
def contact_detail(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _visible(request, pk)
    context = {
        "contact": contact,
        "may": rights(request.user, contact),
        "page": contact_page(contact=contact, user=request.user),
        **feed(request, contact),
    }
    return render_page(request, "contacts/contact.html", context, partials=REGIONS, oob=(*REGIONS, "toasts"))


@login_required
@require_http_methods(FORMS)
def contact_create(request: HttpRequest) -> HttpResponse:
    require(request.user, "contacts.add_contact")
    form = ContactForm(sent(request), user=request.user, initial={"company": request.GET.get("company", "")})
    if request.method == "POST":
        contact = attempt(form, lambda: create_contact(by=request.user, values=form.values))
        if contact:
            return done(request, _url(contact), _("%s was created.") % contact.name)
    labels = {"heading": _("New contact"), "submit": _("Create"), "cancel_url": reverse("contacts:contact_list")}
    return form_page(request, "records/form.html", {"form": form, **labels})


@login_required
@require_http_methods(FORMS)
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _changeable(request, pk)
    form = ContactForm(sent(request), instance=contact, user=request.user, hidden=("owner",))
    if request.method == "POST":
        saved = attempt(form, lambda: update_contact(contact_id=pk, by=request.user, version=form.expected, values=form.values))
        if saved:
            return done(request, _url(contact), _("%s was saved.") % saved.name)
    labels = {"heading": _("Edit %s") % contact.name, "submit": _("Save"), "cancel_url": _url(contact)}
    return form_page(request, "records/form.html", {"form": form, **labels})


@login_required
@require_http_methods(FORMS)
def contact_assign(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _changeable(request, pk, "assign")
    form = AssignForm(sent(request), user=request.user, record=contact)
    if request.method == "POST":
        given = attempt(
            form,
            lambda: assign_contact(contact_id=pk, owner=form.cleaned_data["owner"], by=request.user, version=form.expected),
        )
        if given:
            text = _("%(name)s belongs to %(owner)s now.") % {"name": given.name, "owner": given.owner.name}
            if Contact.objects.visible_to(request.user).filter(pk=pk).exists():
                return done(request, _url(contact), text)
            return done(request, reverse("contacts:contact_list"), text, leave=True)
    labels = {"heading": _("Who takes %s?") % contact.name, "submit": _("Change the owner"), "cancel_url": _url(contact)}
    context = {"form": form, "action": reverse("contacts:contact_assign", args=[pk]), **labels}
    return form_page(request, "records/ask.html", context, retarget="dialog-body")


@login_required
@require_POST
@acting
def contact_delete(request: HttpRequest, pk: int) -> HttpResponse:
    contact = delete_contact(contact_id=pk, by=request.user)
    text = _("%s is in the trash.") % contact.name
    return done(request, reverse("contacts:contact_list"), text, undo=reverse("contacts:contact_restore", args=[pk]))


@login_required
@require_POST
@acting
def contact_restore(request: HttpRequest, pk: int) -> HttpResponse:
    contact = restore_contact(contact_id=pk, by=request.user)
    return done(request, _url(contact), _("%s is back.") % contact.name)


@login_required
@require_safe
def contact_trash(request: HttpRequest) -> HttpResponse:
    require(request.user, "contacts.view_contact")
    rows = Contact.objects.in_trash(request.user).select_related("deleted_by").order_by("-deleted_at")[:100]
    may_restore = request.user.has_perm("contacts.delete_contact")
    context = {
        "heading": _("Deleted contacts"),
        "rows": [(row, reverse("contacts:contact_restore", args=[row.pk]) if may_restore else "") for row in rows],
        "back_url": reverse("contacts:contact_list"),
        "back_text": _("Contacts"),
    }
    return render_page(request, "records/trash.html", context)


@login_required
@require_safe
def contact_pick(request: HttpRequest) -> HttpResponse:
    """The options of a combobox: contacts that the reader sees, by ?search=."""
    require(request.user, "contacts.view_contact")
    options = contact_options(user=request.user, query=request.GET.get("search", ""))
    return render(request, "components/options.html", {"options": options})
