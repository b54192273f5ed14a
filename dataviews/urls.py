"""Addresses below a declared list. The list's own address and its records' pages stand in the app's urls.py."""

from django.urls import path, register_converter

from dataviews import moves, views
from dataviews.declare import REGISTRY


class ListConverter:
    """The path of a declared list; any other first word is left to the URLs behind."""

    regex = "[a-z]+"

    def to_python(self, value: str) -> str:
        if value not in REGISTRY:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ListConverter, "list")

app_name = "dataviews"
urlpatterns = [
    path("undo/<str:token>/", moves.undo, name="undo"),
    path("<list:path>/filter/", views.filter_form, name="filter"),
    path("<list:path>/totals/", views.totals, name="totals"),
    path("<list:path>/board/", views.poll, name="poll"),
    path("<list:path>/lane/<str:group>/<str:key>/", views.lane, name="lane"),
    path("<list:path>/<int:pk>/move/", moves.move, name="move"),
]
