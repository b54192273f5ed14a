"""Columns that every record's answer has, and how people and tags are told."""

from __future__ import annotations

from rest_framework import serializers

from core.api.shapes import Named
from dataviews.api import Listed

BASE = {"id": "id", "reference": "reference"}
STAMPS = {"created_at": "created_at", "updated_at": "updated_at", "version": "version"}


def person(field: str) -> Listed:
    """A colleague as {"id", "name"}: every member sees colleagues' names."""
    return Listed(field, "user", named=True)


class TagTold(serializers.Serializer):
    """A tag on a record."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    color = serializers.CharField()


def people_and_tags(*people: str) -> dict[str, serializers.Field]:
    """What the schema says of these columns and of a record's tags."""
    return {**{name: Named(allow_null=True) for name in people}, "tags": TagTold(many=True, help_text="Only where one record is read.")}
