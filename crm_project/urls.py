"""The URL map: every app hangs its own urls.py in here."""

from django.contrib import admin
from django.urls import include, path

from crm_project.api import router

urlpatterns = [
    path("", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((router.urls, "api"))),
]
