"""The addresses of leads."""

from django.urls import path

from dataviews.views import records
from leads import views

app_name = "leads"
urlpatterns = [
    path("", records, {"path": "leads"}, name="list"),
    path("new/", views.lead_create, name="create"),
    path("trash/", views.lead_trash, name="trash"),
    path("<int:pk>/", views.lead_detail, name="detail"),
    path("<int:pk>/edit/", views.lead_edit, name="edit"),
    path("<int:pk>/status/", views.lead_status, name="status"),
    path("<int:pk>/convert/", views.lead_convert, name="convert"),
    path("<int:pk>/assign/", views.lead_assign, name="assign"),
    path("<int:pk>/delete/", views.lead_delete, name="delete"),
    path("<int:pk>/restore/", views.lead_restore, name="restore"),
]
