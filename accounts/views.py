"""One's own settings, and the platform operator's choice of a business."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import PreferencesForm, ProfileForm
from accounts.selectors import businesses
from accounts.services import set_preferences
from core.htmx import render_page
from core.pages import attempt, back, form_page, sent


@login_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Theme, row height or language, from the menu: back to the page that it was chosen on."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    if form.values:
        set_preferences(by=request.user, values=form.values)
    return HttpResponseRedirect(back(request, "/"), status=303)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(sent(request), instance=request.user)
    if request.method == "POST":
        saved = attempt(form, lambda: set_preferences(by=request.user, values=form.values))
        if saved:
            translation.activate(saved.language)
            messages.success(request, _("Your settings were saved."))
            return HttpResponseRedirect("/settings/", status=303)
    return form_page(request, "accounts/profile.html", {"form": form, "submit": _("Save")})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_business(request: HttpRequest) -> HttpResponse:
    """A platform operator works inside one business at a time."""
    if not request.user.is_superuser or request.user.business_id:
        raise PermissionDenied
    if request.method == "POST":
        chosen = get_object_or_404(businesses(), slug=request.POST.get("business", ""))
        request.session["business"] = chosen.pk
        return HttpResponseRedirect("/", status=303)
    context = {"businesses": businesses(), "current": request.session.get("business")}
    return render_page(request, "accounts/businesses.html", context)
