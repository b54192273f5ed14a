"""The addresses of deals."""

from django.urls import path

from dataviews.views import records
from opportunities import views

app_name = "opportunities"
urlpatterns = [
    path("", records, {"path": "opportunities"}, name="list"),
    path("new/", views.opportunity_create, name="create"),
    path("trash/", views.opportunity_trash, name="trash"),
    path("<int:pk>/", views.opportunity_detail, name="detail"),
    path("<int:pk>/edit/", views.opportunity_edit, name="edit"),
    path("<int:pk>/stage/", views.opportunity_move, name="stage"),
    path("<int:pk>/won/", views.opportunity_won, name="won"),
    path("<int:pk>/lost/", views.opportunity_lost, name="lost"),
    path("<int:pk>/reopen/", views.opportunity_reopen, name="reopen"),
    path("<int:pk>/people/", views.opportunity_person_add, name="people"),
    path("<int:pk>/people/<int:contact>/remove/", views.opportunity_person_remove, name="person_remove"),
    path("<int:pk>/assign/", views.opportunity_assign, name="assign"),
    path("<int:pk>/delete/", views.opportunity_delete, name="delete"),
    path("<int:pk>/restore/", views.opportunity_restore, name="restore"),
]
