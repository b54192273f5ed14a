"""The base of every record's viewset: list, read, create, change, trash, restore, purge, each through one service.

The engine's listing (dataviews.api.RecordListing) stands before this class and gives list() and one().
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import codename
from core.api.answers import page_answer, record_answer
from core.api.views import ApiViewSet
from core.api.wire import dumps
from core.errors import Conflict
from core.events import last_event
from core.record import Record
from core.records import fetch

Service = Callable[..., Any]
_TAG = re.compile(r'(?:W/)?"v?(\d{1,18})(?:-[0-9a-f]{1,64})?"')


@dataclass(frozen=True, slots=True)
class Services:
    """The five services that every kind of record has. The id's argument is named after the record: `lead_id`."""

    create: Service
    update: Service
    delete: Service
    restore: Service
    purge: Service


class RecordViewSet(ApiViewSet):
    """model, services, and the body of create and PATCH in `bodies`. `extra_answers`: what api_columns cannot describe."""

    model: ClassVar[type[Record]]
    services: ClassVar[Services]
    api_columns: ClassVar[Mapping[str, Any]]
    extra_answers: ClassVar[Mapping[str, serializers.Field]] = {}
    parameters = {"destroy": ("purge",)}
    own_parameters = frozenset({"list"})
    is_versioned = True
    one: Callable[[Any], dict[str, Any]]

    # --- what every action shares

    @classmethod
    def described_by(cls) -> type[RecordViewSet]:
        """The viewset whose answers these are: its own, unless another has the same under a second name."""
        return cls

    @property
    def view_permission(self) -> str:  # type: ignore[override]  # of the model here, written down elsewhere
        return codename(self.model, "view")

    @property
    def read_only(self) -> frozenset[str]:  # type: ignore[override]
        """Names that stand in the answer and in no body."""
        return frozenset(self.api_columns) | frozenset(self.extra_answers)

    def serve(self, service: Service, pk: Any, **values: Any) -> Any:
        """Call a service on one record in the asker's name."""
        return service(**{f"{self.model._meta.model_name}_id": pk}, by=self.request.user, **values)

    def details(self, record: dict[str, Any]) -> dict[str, Any]:
        """What one record's answer has beyond its row in a list."""
        return {}

    def shown(self, pk: Any) -> tuple[dict[str, Any], str]:
        """(the record as the asker may see it, its ETag). Raises Http404."""
        record = self.one(pk)
        record |= self.details(record)
        return record, etag(record)

    def changed(self, record: Any, status_code: int = status.HTTP_200_OK, **more: Any) -> Response:
        """The answer after a write. Who gave a record out of their own sight is told its id and version alone."""
        try:
            data, tag = self.shown(record.pk)
        except Http404:
            return Response({"id": record.pk, "version": record.version, **more}, status_code)
        return Response({**data, **more}, status_code, headers={"ETag": tag})

    def created(self, record: Any) -> Response:
        """The answer after a creation, with the new record's address."""
        response = self.changed(record, status.HTTP_201_CREATED)
        response["Location"] = f"{self.request.path.rstrip('/')}/{record.pk}"
        return response

    def based_on(self, values: dict[str, Any] | None = None) -> int | None:
        """The version that a change is based on: `version` of the body (taken out of it), If-Match, or None."""
        given = (values or {}).pop("version", None)
        header = self.request.headers.get("If-Match", "").strip()
        if not header or header == "*":
            return given
        versions = [_TAG.fullmatch(part.strip()) for part in header.split(",")]
        if len(versions) > 1 or versions[0] is None:
            raise ValidationError({"If-Match": [_("Send one ETag as it was given.")]}, "invalid")
        version = int(versions[0][1])
        if given is not None and given != version:
            raise ValidationError({"version": [_("If-Match and version name two different versions.")]}, "invalid")
        return version

    # --- the actions

    def retrieve(self, request: Request, pk: str) -> Response:
        """Read one {noun}."""
        data, tag = self.shown(pk)
        known = [part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")]
        if tag in known:
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        return Response(data, headers={"ETag": tag})

    def create(self, request: Request) -> Response:
        """Create one {noun}. Answers the new record with its Location."""
        return self.created(self.services.create(by=request.user, values=self.read()))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the named fields of one {noun}. A stale version or If-Match is 412 and shows the record as it is."""
        values = self.read(partial=True)
        version = self.based_on(values)
        return self.changed(self.serve(self.services.update, pk, version=version, values=values))

    def destroy(self, request: Request, pk: str) -> Response:
        """Move one {noun} to the trash, or delete it for good with `purge=true`. The trash is emptied after 30 days."""
        version = self.based_on()
        if self.switch("purge"):
            self._check_version(pk, version)
            self.serve(self.services.purge, pk)
        else:
            self.serve(self.services.delete, pk, version=version)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _check_version(self, pk: Any, version: int | None) -> None:
        """A purge takes no version, since the trash has no forms; who names one all the same is heard."""
        if version is None:
            return
        try:
            record = fetch(self.model, pk, by=self.request.user)
        except ObjectDoesNotExist:
            record = fetch(self.model, pk, by=self.request.user, trash=True)
        if record.version != version:
            raise Conflict(record, last_event(record))

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Take one {noun} out of the trash."""
        self.read()
        return self.changed(self.serve(self.services.restore, pk))

    # --- what the schema asks

    def answers_record(self, action: str) -> bool:
        return action != "list" and self.answer(action) is _record(self.described_by())

    def answer(self, action: str) -> Any:
        if action == "list":
            return _page(self.described_by())
        return self.answers.get(action, _record(self.described_by()))

    def needs(self, action: str) -> str:
        known = {"create": "add", "partial_update": "change", "destroy": "delete", "restore": "delete"}
        return self.permissions.get(action) or codename(self.model, known.get(action, "view"))

    def described(self, action: str) -> Iterable[tuple[str, dict[str, Any], str]]:
        if action != "list":
            return
        for name, part in self.dataview.filters.base_filters.items():  # type: ignore[attr-defined]
            yield name, part.kind.schema(part.suffix), str(part.kind.label)
        for parameter in self.pagination_class().get_schema_operation_parameters(self):  # type: ignore[misc]
            yield parameter["name"], parameter["schema"], parameter["description"]


def etag(record: Mapping[str, Any]) -> str:
    """Strong: the version for If-Match, and a hash of what this reader sees, since names of related records change too."""
    return f'"{record["version"]}-{hashlib.blake2b(dumps(record), digest_size=8).hexdigest()}"'


@functools.cache
def _record(view: type[RecordViewSet]) -> Any:
    return record_answer(view.model.__name__, view.model, view.api_columns, view.extra_answers)


@functools.cache
def _page(view: type[RecordViewSet]) -> Any:
    return page_answer(f"{view.model.__name__}Page", _record(view))
