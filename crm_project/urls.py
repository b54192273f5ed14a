"""The URL map: every app hangs its own urls.py in here."""

from django.contrib import admin
from django.urls import include, path

from core import health
from crm_project.api import description, endpoints
from crm_project.views import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("accounts.urls")),
    path("", include("activities.urls")),
    path("", include("contacts.urls")),
    path("opportunities/", include("opportunities.urls")),
    path("leads/", include("leads.urls")),
    # After the apps: what every list has below its own address.
    path("", include("dataviews.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((endpoints, "api"))),
    path("api/", include(description)),
    path("health", health.ready, name="health"),
    path("health/live", health.live, name="health-live"),
]

# Under /api/ these answer problem+json, elsewhere a page.
handler400 = "core.api.problems.handler400"
handler403 = "core.api.problems.handler403"
handler404 = "core.api.problems.handler404"
handler500 = "core.api.problems.handler500"
