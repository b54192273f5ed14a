"""Writing down, changing and finishing entries, and the list of tasks."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.forms import ActivityForm, ComposerForm
from activities.models import Activity
from activities.selectors import first_record, my_tasks
from activities.services import complete_task, delete_activity, log_activity, reopen_task, restore_activity, update_activity
from activities.views.feed import composer, record_url
from core.htmx import render_page
from core.pages import acting, attempt, back, done, form_page, sent
from core.permissions import require
from dataviews.lists import Lists

FORMS = ["GET", "HEAD", "POST"]


def _home(request: HttpRequest, activity: Activity) -> str:
    """Where an entry is shown: the first of its records that the reader sees, else their tasks."""
    found = first_record(activity=activity, user=request.user)
    return record_url(*found) if found else reverse("activities:tasks")


@login_required
@require_http_methods(FORMS)
def activity_create(request: HttpRequest) -> HttpResponse:
    require(request.user, "activities.add_activity")
    form = ComposerForm(sent(request), lists=Lists(request.user), user=request.user)
    if request.method == "POST":
        made = attempt(form, lambda: log_activity(by=request.user, values=form.values, links=form.links, follow_up_at=form.follow_up_at))
        if made:
            return done(request, back(request, _home(request, made)), _("%s was saved.") % made.get_kind_display())
    on = str(form.data.get("on", ""))
    context = {"form": form, "record_url": back(request, reverse("activities:tasks")), **composer(request, on, form=form)}
    return form_page(request, "activities/compose.html", context, retarget="composer")


@login_required
@require_safe
def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An entry has no page of its own: it stands on its record's."""
    return HttpResponseRedirect(_home(request, get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)))


@login_required
@require_http_methods(FORMS)
def activity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    require(request.user, "activities.change_activity", activity)
    form = ActivityForm(sent(request), instance=activity, user=request.user)
    if request.method == "POST":
        saved = attempt(form, lambda: update_activity(activity_id=pk, by=request.user, version=form.expected, values=form.values))
        if saved:
            return done(request, _home(request, saved), _("%s was saved.") % saved.get_kind_display())
    labels = {"heading": _("Edit: %s") % activity.title, "submit": _("Save"), "cancel_url": _home(request, activity)}
    return form_page(request, "records/form.html", {"form": form, **labels})


@login_required
@require_POST
@acting
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    task = complete_task(activity_id=pk, by=request.user)
    return done(request, back(request, _home(request, task)), _("Done: %s") % task.title, undo=reverse("activities:open", args=[pk]))


@login_required
@require_POST
@acting
def task_open(request: HttpRequest, pk: int) -> HttpResponse:
    task = reopen_task(activity_id=pk, by=request.user)
    return done(request, back(request, _home(request, task)), _("Open again: %s") % task.title)


@login_required
@require_POST
@acting
def activity_delete(request: HttpRequest, pk: int) -> HttpResponse:
    activity = delete_activity(activity_id=pk, by=request.user)
    text = _("%s is in the trash.") % activity.title
    return done(request, back(request, _home(request, activity)), text, undo=reverse("activities:restore", args=[pk]))


@login_required
@require_POST
@acting
def activity_restore(request: HttpRequest, pk: int) -> HttpResponse:
    activity = restore_activity(activity_id=pk, by=request.user)
    return done(request, _home(request, activity), _("%s is back.") % activity.title)


@login_required
@require_safe
def activity_trash(request: HttpRequest) -> HttpResponse:
    require(request.user, "activities.view_activity")
    rows = Activity.objects.in_trash(request.user).select_related("deleted_by").order_by("-deleted_at")[:100]
    may_restore = request.user.has_perm("activities.delete_activity")
    context = {
        "heading": _("Deleted tasks and notes"),
        "rows": [(row, reverse("activities:restore", args=[row.pk]) if may_restore else "") for row in rows],
        "back_url": reverse("activities:tasks"),
        "back_text": _("Tasks"),
    }
    return render_page(request, "records/trash.html", context)


@login_required
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """My tasks: late, today, this week, later."""
    require(request.user, "activities.view_activity")
    context: dict[str, Any] = {
        "groups": my_tasks(user=request.user),
        "record_url": reverse("activities:tasks"),
        "may_log": request.user.has_perm("activities.add_activity"),
        **composer(request, "", lists=Lists(request.user), first="task"),
    }
    return render_page(request, "activities/tasks.html", context, partials=("timeline",), oob=("toasts",))
