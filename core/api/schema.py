"""How a viewset describes itself in OpenAPI: from what it says of itself anyway, so that the two cannot differ."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from core.api.problems import MEDIA_TYPE
from core.api.shapes import Empty, Problem, Stale

TAG = {"type": "string", "example": '"7-1f3a9c0de4b25a68"'}
# Query parameters that stand in more than one place: (schema, what it does).
KNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "limit": ({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "How many rows a page has."),
    "cursor": ({"type": "string"}, "Where a page starts, as `next` and `previous` carry it. Never made by hand."),
    "count": ({"type": "boolean", "default": False}, "Say how many rows there are in all: costs time on long lists."),
    "sort": ({"type": "string"}, "Columns separated by commas, each with a minus before it to turn it round."),
    "purge": ({"type": "boolean", "default": False}, "Delete for good instead of moving to the trash. Needs the right to."),
}
_SAID = {
    400: "Something in the request is wrong: each thing is named in `errors`.",
    401: "No valid token or session.",
    403: "The role or the token's scopes do not allow this.",
    404: "There is no such record, or it is not visible.",
    412: "The record was changed since the version given.",
    413: "The body is too large.",
    415: "The body is not application/json.",
}


class Schema(AutoSchema):
    """Reads `resource`, `bodies`, `answers`, `parameters` and `described` of core.api.views.ApiViewSet."""

    view: Any

    def get_operation_id(self) -> str:
        return f"{self.view.resource}_{self.view.action}".replace("-", "_")

    def get_tags(self) -> list[str]:
        return [self.view.resource]

    def get_summary(self) -> str:
        """The first sentence of the action's own docstring."""
        return self._words()[0]

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular does itself
        return self._words()[1]

    def _words(self) -> tuple[str, str]:
        action = getattr(self.view, self.view.action or "", None)
        told = " ".join((getattr(action, "__doc__", "") or "").split()).format(**self.view.names())
        first, _dot, rest = told.partition(". ")
        permission = self.view.needs(self.view.action)
        return first.removesuffix("."), " ".join(filter(None, (rest, f"Permission: `{permission}`." if permission else "")))

    def _is_list_view(self, serializer: Any = None) -> bool:
        # Pages are described as what they are, by `answers`: nothing is to be wrapped.
        return False

    def get_request_serializer(self) -> Any:
        return self.view.bodies.get(self.view.action, Empty) if self.method in ("POST", "PATCH") else None

    def get_response_serializers(self) -> Any:
        view = self.view
        status = 204 if self.method == "DELETE" else 201 if view.action in view.creates else 200
        found: dict[Any, Any] = {status: view.answer(view.action) if status != 204 else OpenApiResponse(description="Done.")}
        if self._is_conditional():
            found[304] = OpenApiResponse(description="Unchanged since the ETag given in If-None-Match.")
        for code in self._refusals():
            shape = Stale if code == 412 else Problem
            found[code, MEDIA_TYPE] = OpenApiResponse(shape, description=_SAID[code])
        return found

    def _refusals(self) -> list[int]:
        codes = [400, 401, 403]
        if "{" in self.path:
            codes.append(404)
        if self._takes_version():
            codes.append(412)
        if self.get_request_serializer() is not None:
            codes += [413, 415]
        return codes

    def _is_conditional(self) -> bool:
        return self.view.action == "retrieve" and self.view.is_versioned

    def _takes_version(self) -> bool:
        return self.view.is_versioned and (self.view.action in ("partial_update", "destroy") or self.view.takes_version(self.view.action))

    def get_override_parameters(self) -> list[Any]:
        view = self.view
        found = [_query(name, *KNOWN.get(name, ({"type": "string"}, ""))) for name in view.parameters.get(view.action, ())]
        for name, schema, text in view.described(view.action):
            found.append(_query(name, schema or KNOWN[name][0], text or (KNOWN[name][1] if name in KNOWN else "")))
        if "{id}" in self.path:
            found.append(OpenApiParameter("id", {"type": "integer", "format": "int64"}, OpenApiParameter.PATH, required=True))
        if self._takes_version():
            found.append(_header("If-Match", "The ETag that the change is based on; a stale one is 412."))
        if self._is_conditional():
            found.append(_header("If-None-Match", "The ETag that is known already: 304 where it still holds."))
        if view.is_versioned and view.answers_record(view.action):
            found.append(
                OpenApiParameter("ETag", TAG, OpenApiParameter.HEADER, response=[200, 201], description="For If-Match and If-None-Match.")
            )
        return found


class LinkOrMakeDescribed(OpenApiSerializerFieldExtension):
    """An id, an object of fields, or false."""

    target_class = "core.api.shapes.LinkOrMake"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        made = auto_schema.resolve_serializer(self.target.shape, direction).ref
        return {"oneOf": [{"type": "integer", "format": "int64"}, made, {"type": "boolean", "enum": [False]}]}


def _query(name: str, schema: dict[str, Any], text: str = "") -> OpenApiParameter:
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=text or schema.get("description", ""))


def _header(name: str, text: str) -> OpenApiParameter:
    return OpenApiParameter(name, TAG, OpenApiParameter.HEADER, description=text)


def without_slash(endpoints: list[Any]) -> list[Any]:
    """A path answers with and without its last slash; the schema names it without."""
    return [(path.rstrip("/"), regex, method, callback) for path, regex, method, callback in endpoints]
