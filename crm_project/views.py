"""The home page: what is late, what is due, what closes soon, what changed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities.selectors import my_tasks
from core.htmx import render_page
from opportunities.selectors import closing_this_month, recently_changed


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    context = {
        "groups": my_tasks(user=user, until_today=True) if user.has_perm("activities.view_activity") else [],
        "closing": closing_this_month(user=user),
        "changed": recently_changed(user=user),
        "record_url": "/",
        "today": timezone.localdate(),
    }
    return render_page(request, "home.html", context, partials=("timeline",), oob=("toasts",))
