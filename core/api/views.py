"""The base of every viewset: what may be asked, how a body is read, what is sent back with it.

Nothing here decides anything: a service does, and its refusal becomes a problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from core.api.authentication import Allowed
from core.api.schema import Schema
from core.api.shapes import Body, Empty
from core.api.wire import TooLarge, shown_name

VARY = "Accept, Accept-Language, Authorization, Cookie"


class ApiViewSet(GenericViewSet):
    """What a viewset says of itself; the schema and the base read the same words.

    resource: the word of the path and, without `scope`, of token scopes. parameters: {action: query parameters}. bodies and answers:
    {action: serializer} of what is sent and answered. read_only: names that are refused as such.
    """

    schema = Schema()
    permission_classes = [Allowed]
    metadata_class = None
    lookup_value_regex = "[0-9]{1,19}"
    http_method_names = ["get", "post", "patch", "delete", "head"]

    resource: ClassVar[str] = ""
    scope: ClassVar[str | None] = None  # of tokens, where it is not the resource; "" for whoever is signed in
    view_permission: ClassVar[str] = ""
    noun: ClassVar[str] = ""
    parameters: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    bodies: ClassVar[Mapping[str, type[Body]]] = {}
    answers: ClassVar[Mapping[str, Any]] = {}
    permissions: ClassVar[Mapping[str, str]] = {}
    read_only: ClassVar[frozenset[str]] = frozenset()
    creates: ClassVar[frozenset[str]] = frozenset({"create"})
    own_parameters: ClassVar[frozenset[str]] = frozenset()  # actions that judge their parameters themselves
    is_versioned: ClassVar[bool] = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
            raise TooLarge
        # Without an action the method is not allowed here, which is said before anything about the parameters.
        if self.action and self.action not in self.own_parameters:
            self.check_parameters(self.parameters.get(self.action, ()))

    def check_parameters(self, known: Iterable[str]) -> None:
        """Refuse an unknown query parameter and name those that exist: a typo must not widen an answer."""
        known = sorted(known)
        there_are = _("There are: %s.") % ", ".join(known) if known else _("There are none here.")
        unknown = [name for name in self.request.query_params if name not in known]
        if unknown:
            said = _("There is no such parameter.") + " " + there_are
            raise ValidationError({shown_name(name): [said] for name in unknown[:20]}, "unknown_parameter")

    def switch(self, name: str) -> bool | None:
        """A parameter that is true or false; None when it is not given."""
        given = self.request.query_params.get(name)
        if given is None:
            return None
        if given not in ("true", "false"):
            raise ValidationError({name: [_("Give true or false.")]}, "invalid")
        return given == "true"

    def read(self, *, partial: bool = False) -> dict[str, Any]:
        """The body's fields in the shape that this action takes. Raises ValidationError with everything that is wrong."""
        shape = self.bodies.get(self.action or "", Empty)(data=self.request.data, partial=partial, context={"read_only": self.read_only})
        shape.is_valid(raise_exception=True)
        return dict(shape.validated_data)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        # What one reader sees is never another's, and never still true by itself.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers["Vary"] = VARY
        return response

    # --- what the schema asks

    def answer(self, action: str) -> type[Serializer] | None:
        """What an action answers."""
        return self.answers.get(action)

    def answers_record(self, action: str) -> bool:
        return False

    def takes_version(self, action: str) -> bool:
        """Does the body carry `version`?"""
        body = self.bodies.get(action)
        return body is not None and "version" in body._declared_fields

    def needs(self, action: str) -> str:
        """The permission that an action needs beside its scope."""
        return self.permissions.get(action, "")

    def names(self) -> dict[str, str]:
        """What stands for {noun} and {nouns} in docstrings of shared actions."""
        return {"noun": self.noun, "nouns": self.resource.replace("-", " ")}

    def described(self, action: str) -> Iterable[tuple[str, dict[str, Any], str]]:
        """(name, schema, text) of the parameters that an action judges itself."""
        return ()
