"""The lists of values and the tags: read by every member, changed by administrators."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.listing import SetUpViewSet, told, truth, word
from core.api.shapes import Body, Flag, Key, OneOf, Text, Whole
from pipelines.choices import LookupList, Tone
from pipelines.models import LookupValue, Tag
from pipelines.selectors import all_tags, list_values
from pipelines.services import create_lookup_value, create_tag, delete_lookup_value, delete_tag, update_lookup_value, update_tag

# --- lists of values


class LookupValueBody(Body):
    """A value of a list. `key` is given once; without it the name makes it."""

    list = OneOf(LookupList.choices, required=True)
    key = Key()
    name = Text(80, required=True)
    name_de = Text(80)
    order = Whole(min_value=0)
    color = OneOf(Tone.choices)
    is_active = Flag()


class LookupValueChangeBody(LookupValueBody):
    """What of a value can change."""

    list = key = None  # type: ignore[assignment]


class LookupValueAnswer(serializers.Serializer):
    """One value of a list."""

    id = serializers.IntegerField()
    list = serializers.ChoiceField(LookupList.choices)
    key = serializers.CharField()
    name = serializers.CharField()
    name_de = serializers.CharField()
    order = serializers.IntegerField()
    color = serializers.ChoiceField(Tone.choices)
    is_active = serializers.BooleanField()


class LookupValueViewSet(SetUpViewSet):
    resource = "lookup-values"
    noun = "list value"
    view_permission = "pipelines.view_lookupvalue"
    bodies = {"create": LookupValueBody, "partial_update": LookupValueChangeBody}
    answers = {"retrieve": LookupValueAnswer}
    read_only = frozenset(LookupValueAnswer._declared_fields)
    permissions = {
        "create": "pipelines.add_lookupvalue",
        "partial_update": "pipelines.change_lookupvalue",
        "destroy": "pipelines.delete_lookupvalue",
    }
    filters = {"list": word("list", LookupList.values), "key": word("key"), "is_active": truth("is_active")}

    def rows(self) -> QuerySet:
        return list_values()

    def row(self, instance: LookupValue) -> dict[str, Any]:
        return told(instance, LookupValueAnswer)

    def create(self, request: Request) -> Response:
        """Create one value at the end of its list."""
        value = create_lookup_value(by=request.user, values=self.read())
        return Response(self.row(value), status.HTTP_201_CREATED, headers={"Location": f"{request.path.rstrip('/')}/{value.pk}"})

    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename, recolour or retire one value. Its key stays."""
        return Response(self.row(update_lookup_value(value_id=self.found(pk).pk, by=request.user, values=self.read(partial=True))))

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete one value. Where records or stages use it, it is retired instead."""
        delete_lookup_value(value_id=self.found(pk).pk, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


# --- tags


class TagBody(Body):
    """A tag."""

    name = Text(60, required=True)
    color = OneOf(Tone.choices)


class TagAnswer(serializers.Serializer):
    """One tag."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    color = serializers.ChoiceField(Tone.choices)


class TagViewSet(SetUpViewSet):
    resource = "tags"
    noun = "tag"
    view_permission = "pipelines.view_tag"
    bodies = {"create": TagBody, "partial_update": TagBody}
    answers = {"retrieve": TagAnswer}
    read_only = frozenset(TagAnswer._declared_fields)
    permissions = {"create": "pipelines.add_tag", "partial_update": "pipelines.change_tag", "destroy": "pipelines.delete_tag"}
    filters = {"name": word("name__iexact"), "color": word("color", Tone.values)}

    def rows(self) -> QuerySet:
        return all_tags()

    def row(self, instance: Tag) -> dict[str, Any]:
        return told(instance, TagAnswer)

    def create(self, request: Request) -> Response:
        """Create one tag. Its name is unique whatever its case."""
        tag = create_tag(by=request.user, values=self.read())
        return Response(self.row(tag), status.HTTP_201_CREATED, headers={"Location": f"{request.path.rstrip('/')}/{tag.pk}"})

    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename or recolour one tag."""
        return Response(self.row(update_tag(tag_id=self.found(pk).pk, by=request.user, values=self.read(partial=True))))

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete one tag. The records that carried it lose only that."""
        delete_tag(tag_id=self.found(pk).pk, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
