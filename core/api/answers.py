"""The schema of what a record's answer holds, made from the columns that the answer is made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from rest_framework import serializers

from core.api.shapes import Named

_KINDS: tuple[tuple[type[models.Field], type[serializers.Field], dict[str, Any]], ...] = (
    (models.BooleanField, serializers.BooleanField, {}),
    (models.DateTimeField, serializers.DateTimeField, {}),
    (models.DateField, serializers.DateField, {}),
    (models.DecimalField, serializers.DecimalField, {"max_digits": 17, "decimal_places": 2, "coerce_to_string": True}),
    (models.IntegerField, serializers.IntegerField, {}),
    (models.JSONField, serializers.DictField, {}),
)


def record_answer(name: str, model: type[models.Model], columns: Mapping[str, Any], more: Mapping[str, serializers.Field]) -> Any:
    """A serializer class that only describes. `columns` are a listing's api_columns; `more` are told by hand."""
    fields = {out: _described(model, column) for out, column in columns.items() if out not in more}
    return type(name, (serializers.Serializer,), {**fields, **more, "__doc__": f"One {model._meta.verbose_name}."})


def page_answer(name: str, row: Any) -> Any:
    """One page of a list of such rows."""
    link: dict[str, Any] = {"allow_null": True, "help_text": "The address of the page, or null."}
    fields: dict[str, Any] = {
        "results": row(many=True),
        "next": serializers.URLField(**link),
        "previous": serializers.URLField(**link),
        "count": serializers.IntegerField(required=False, help_text="With `count=true`."),
    }
    return type(name, (serializers.Serializer,), {**fields, "__doc__": "One page."})


def _described(model: Any, column: Any) -> serializers.Field:
    if isinstance(column, str):
        return _of_path(model, column)
    related = getattr(column, "field", None)
    if related:
        return Named(allow_null=model._meta.get_field(related).null)
    return serializers.CharField(allow_null=True)


def _of_path(model: Any, path: str) -> serializers.Field:
    *through, last = path.split("__")
    may_be_null = False
    for part in through:
        key = model._meta.get_field(part)
        may_be_null, model = may_be_null or key.null, key.related_model
    try:
        field = model._meta.get_field(last)
    except FieldDoesNotExist:  # an annotation
        return serializers.CharField(allow_null=True)
    options: dict[str, Any] = {"allow_null": True} if may_be_null or field.null else {}
    if field.help_text:
        options["help_text"] = str(field.help_text)
    if field.choices:
        return serializers.ChoiceField([(key, str(label)) for key, label in field.flatchoices], **options)
    for kind, described, fixed in _KINDS:
        if isinstance(field, kind):
            return described(**fixed, **options)
    return serializers.CharField(**options)
