"""The addresses of companies and contacts."""

from django.urls import path

from contacts import views
from dataviews.views import records

app_name = "contacts"
urlpatterns = [
    path("companies/", records, {"path": "companies"}, name="company_list"),
    path("companies/new/", views.company_create, name="company_create"),
    path("companies/trash/", views.company_trash, name="company_trash"),
    path("companies/pick/", views.company_pick, name="company_pick"),
    path("companies/<int:pk>/", views.company_detail, name="company_detail"),
    path("companies/<int:pk>/edit/", views.company_edit, name="company_edit"),
    path("companies/<int:pk>/assign/", views.company_assign, name="company_assign"),
    path("companies/<int:pk>/delete/", views.company_delete, name="company_delete"),
    path("companies/<int:pk>/restore/", views.company_restore, name="company_restore"),
    path("contacts/", records, {"path": "contacts"}, name="contact_list"),
    path("contacts/new/", views.contact_create, name="contact_create"),
    path("contacts/trash/", views.contact_trash, name="contact_trash"),
    path("contacts/pick/", views.contact_pick, name="contact_pick"),
    path("contacts/<int:pk>/", views.contact_detail, name="contact_detail"),
    path("contacts/<int:pk>/edit/", views.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/assign/", views.contact_assign, name="contact_assign"),
    path("contacts/<int:pk>/delete/", views.contact_delete, name="contact_delete"),
    path("contacts/<int:pk>/restore/", views.contact_restore, name="contact_restore"),
]
