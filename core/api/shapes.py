"""The shape of a body: which fields there are and of which type, no more. What a value may be is the services' to say.

Strict, because a lenient API hides a caller's mistake: 1 is not "1", true is not 1, a name that no field has is an error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from core.api.wire import shown_name

BIGGEST = 2**31 - 1
MOST_ITEMS = 200
YEARS = (1900, 2200)
NEVER = -1  # an id that no record has


class Text(serializers.CharField):
    """A text; null empties it."""

    def __init__(self, most: int | None = None, **options: Any) -> None:
        if not options.get("required", False):
            options = {"required": False, "allow_blank": True, "allow_null": True, **options}
        super().__init__(max_length=most, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number, written as one."""

    def __init__(self, **options: Any) -> None:
        options = {"required": False, "max_value": BIGGEST, "min_value": -BIGGEST, **options}
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class Ref(serializers.IntegerField):
    """The id of another record. Whether it exists and may be seen is one answer, given by the service."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": not options.get("required", False), **options})

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        # No database column holds such a number: as for one that never was.
        return data if 0 < data < 2**63 else NEVER


class Money(serializers.DecimalField):
    """An amount: decimal text (best) or a number, at most two places."""

    def __init__(self, digits: int = 15, **options: Any) -> None:
        super().__init__(max_digits=digits, decimal_places=2, **{"required": False, "allow_null": True, **options})

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or (not isinstance(data, str | int) and not hasattr(data, "as_tuple")):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """true or false."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, **options})

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=str(data)[:40])
        return data


def _out_of_time() -> ValidationError:
    return ValidationError(_("The year has to be between %d and %d.") % YEARS, "out_of_range")


def _within(value: Any) -> Any:
    """A date or time that every page can show in every time zone."""
    if not YEARS[0] <= value.year <= YEARS[1]:
        raise _out_of_time()
    return value


class Day(serializers.DateField):
    """A date, never converted."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, **options})

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DD")
        return _within(super().to_internal_value(value))


class Moment(serializers.DateTimeField):
    """A time as RFC 3339 has it, with its offset."""

    default_error_messages = {"naive": gettext_lazy("Give the time with its offset, such as 2026-11-30T14:00:00Z.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, **options})

    def enforce_timezone(self, value: dt.datetime) -> dt.datetime:
        if value.tzinfo is None:
            self.fail("naive")
        try:
            return _within(value.astimezone(dt.UTC))
        except (OverflowError, ValueError):
            raise _out_of_time() from None

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.fail("naive")
        return super().to_internal_value(value)


class OneOf(serializers.ChoiceField):
    """A fixed word."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices=choices, **{"required": False, **options})

    def to_internal_value(self, data: Any) -> Any:
        if data == "" and self.allow_blank:
            return ""
        if isinstance(data, str | int) and not isinstance(data, bool) and data in self.choices:
            return data
        return self.fail("invalid_choice", input=str(data)[:40])


class Key(serializers.CharField):
    """The key of a value in a list that the business keeps: a stage, a pipeline, a lead source. Resolved by the view."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=60, **{"required": False, **options})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Items(serializers.ListField):
    """A list of at most 200 things."""

    def __init__(self, child: Any, **options: Any) -> None:
        super().__init__(child=child, max_length=MOST_ITEMS, **{"required": False, **options})


class Body(serializers.Serializer):
    """Base of every body. A name that is no field of it is refused and named, a read-only one as such."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise ValidationError({"non_field_errors": [ErrorDetail(_("Give a JSON object."), "not_an_object")]})
        wrong: dict[str, Any] = {}
        known = {name for name, field in self.fields.items() if not field.read_only}
        read_only = self.context.get("read_only", frozenset())
        for name in data:
            if name not in known:
                wrong[shown_name(str(name))] = [_stranger(name in read_only, sorted(known))]
        try:
            values = super().to_internal_value(data)
        except ValidationError as problem:
            raise ValidationError({**dict(problem.detail), **wrong}) from problem  # type: ignore[arg-type]
        if wrong:
            raise ValidationError(wrong)
        return values


def _stranger(read_only: bool, known: list[str]) -> ErrorDetail:
    if read_only:
        return ErrorDetail(_("This field cannot be set."), "read_only")
    return ErrorDetail(_("There is no such field. There are: %s.") % ", ".join(known), "unknown")


class Inside(Body):
    """An object inside a body."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"required": False, **options})


class LinkOrMake(serializers.Field):
    """An id to link, an object of fields for a new record, or false for none. Null is the same as left out."""

    default_error_messages = {"invalid": gettext_lazy("Give an id, an object of fields, or false.")}

    def __init__(self, shape: type[Body], **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, **options})
        self.shape = shape

    def to_internal_value(self, data: Any) -> Any:
        if data is False:
            return False
        if isinstance(data, Mapping):
            shape = self.shape(data=data)
            shape.is_valid(raise_exception=True)
            return dict(shape.validated_data)
        if isinstance(data, int) and not isinstance(data, bool):
            return data if 0 < data < 2**63 else NEVER
        return self.fail("invalid")


class Empty(Body):
    """No fields at all."""


class WithVersion(Body):
    """`version`: the version that the change is based on; older than the record is 412. If-Match says the same."""

    version = Whole(min_value=1, help_text="The version this change is based on: a stale one is 412.")


class Named(serializers.Serializer):
    """Another record by name. Without an id where the reader may not see it."""

    id = serializers.IntegerField(required=False)
    name = serializers.CharField()


class Wrong(serializers.Serializer):
    """One thing that is wrong."""

    field = serializers.CharField(allow_null=True, help_text="Null where it is no single field's fault.")
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(help_text="The path asked for.")
    code = serializers.CharField(help_text="To program against; `detail` is for people and is translated.")
    request_id = serializers.CharField()
    errors = Wrong(many=True)  # type: ignore[assignment]  # RFC 9457's own word
    needs = serializers.ListField(child=serializers.CharField(), required=False, help_text="Fields that would let the act pass.")


class Stale(Problem):
    """What a stale write gets: the record as it is now, who changed it last and when."""

    current = serializers.DictField(required=False, help_text="Left out for a record in the trash.")
    changed_by = Named(required=False, allow_null=True)
    changed_at = serializers.DateTimeField(required=False)
