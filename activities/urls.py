"""The addresses of activities: tasks have a page, the rest stands on the pages of its records."""

from django.urls import path

from activities import views

app_name = "activities"
urlpatterns = [
    path("tasks/", views.tasks, name="tasks"),
    path("activities/new/", views.activity_create, name="create"),
    path("activities/<int:pk>/", views.activity_detail, name="detail"),
    path("activities/<int:pk>/edit/", views.activity_edit, name="edit"),
    path("activities/<int:pk>/done/", views.task_done, name="done"),
    path("activities/<int:pk>/open/", views.task_open, name="open"),
    path("activities/<int:pk>/delete/", views.activity_delete, name="delete"),
    path("activities/<int:pk>/restore/", views.activity_restore, name="restore"),
    path("activities/trash/", views.activity_trash, name="trash"),
]
