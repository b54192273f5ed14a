"""Lists of set-up (people, branches, pipelines, tags): walked by id, in the same pages as the lists of records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core import context
from core.api.answers import page_answer
from core.api.views import ApiViewSet
from core.records import checked_id

LIMIT, MOST = 50, 200
LONGEST_CURSOR = 300
WORDS = ("count", "cursor", "limit")
Narrow = Callable[[QuerySet, str], QuerySet]


class SetUpViewSet(ApiViewSet):
    """rows(): the rows that the asker may see. row(): one of them as it is answered. filters: {parameter: narrowing}."""

    filters: ClassVar[Mapping[str, Narrow]] = {}
    own_parameters = frozenset({"list"})

    def rows(self) -> QuerySet:
        raise NotImplementedError

    def row(self, instance: Any) -> dict[str, Any]:
        raise NotImplementedError

    def found(self, pk: Any) -> Any:
        """The row with this id. Raises DoesNotExist, which is 404."""
        rows = self.rows()
        return rows.get(pk=checked_id(pk, rows.model))

    def list(self, request: Request, **kwargs: Any) -> Response:
        """List {nouns}."""
        self.check_parameters((*WORDS, *self.filters))
        rows = self.narrowed()
        limit, (after, back) = self._limit(), self._cursor()
        page = rows.order_by("-id" if back else "id")
        if after is not None:
            page = page.filter(id__lt=after) if back else page.filter(id__gt=after)
        found = list(page[: limit + 1])
        more, found = len(found) > limit, found[:limit][:: -1 if back else 1]
        answer: dict[str, Any] = {
            "results": [self.row(instance) for instance in found],
            "next": self._link(found[-1], back=False) if found and (back or more) else None,
            "previous": self._link(found[0], back=True) if found and (more if back else after is not None) else None,
        }
        if self.switch("count"):
            answer["count"] = rows.count()
        return Response(answer)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Read one {noun}."""
        return Response(self.row(self.found(pk)))

    def narrowed(self) -> QuerySet:
        """The rows that meet every given filter. Raises ValidationError that names the wrong ones."""
        rows, wrong = self.rows(), {}
        for name, narrow in self.filters.items():
            given = self.request.query_params.get(name)
            if given is not None:
                try:
                    rows = narrow(rows, given)
                except ValueError as problem:
                    wrong[name] = [str(problem)]
        if wrong:
            raise ValidationError(wrong, "invalid")
        return rows

    def _limit(self) -> int:
        given = self.request.query_params.get("limit", str(LIMIT))
        if given.isascii() and given.isdigit() and len(given) <= 3 and 1 <= int(given) <= MOST:
            return int(given)
        raise ValidationError({"limit": [_("Give a number from 1 to %d.") % MOST]}, "invalid")

    def _bound(self) -> str:
        given = self.request.query_params
        return f"{self.resource}|{context.business_id()}|{[(name, given.get(name)) for name in sorted(self.filters)]}"

    def _cursor(self) -> tuple[int | None, bool]:
        token = self.request.query_params.get("cursor", "")
        if not token:
            return None, False
        try:
            if len(token) > LONGEST_CURSOR:
                raise ValueError
            pk, back = _signer(self._bound()).unsign_object(token)
            return int(pk), bool(back)
        except (signing.BadSignature, ValueError, TypeError):
            raise ValidationError({"cursor": [_("This cursor is damaged or belongs to another list or filter.")]}, "invalid") from None

    def _link(self, instance: Any, *, back: bool) -> str:
        query = self.request.query_params.copy()
        query["cursor"] = _signer(self._bound()).sign_object([instance.pk, int(back)])
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    # --- what the schema asks

    def answer(self, action: str) -> Any:
        row = self.answers.get(action, self.answers["retrieve"])
        return page_answer(f"{row.__name__}Page", row) if action == "list" else row

    def described(self, action: str) -> Iterable[tuple[str, dict[str, Any], str]]:
        if action == "list":
            for name in (*WORDS, *self.filters):
                yield (name, {"type": "string"}, "") if name in self.filters else (name, {}, "")


def _signer(bound: str) -> signing.Signer:
    # What a cursor belongs to is part of its salt: another list's is as wrong as a damaged one.
    return signing.Signer(salt=f"core.api.listing|{bound}")


def told(row: Any, answer: Any, **more: Any) -> dict[str, Any]:
    """The columns of a row that an answer names; `more` are those that are no columns."""
    return {name: more[name] if name in more else getattr(row, name) for name in answer._declared_fields}


def truth(column: str) -> Narrow:
    """A filter by a flag."""

    def narrow(rows: QuerySet, given: str) -> QuerySet:
        if given not in ("true", "false"):
            raise ValueError(_("Give true or false."))
        return rows.filter(**{column: given == "true"})

    return narrow


def word(column: str, known: Iterable[str] | None = None) -> Narrow:
    """A filter by a key, of the known ones where they are fixed."""
    choices = list(known or ())

    def narrow(rows: QuerySet, given: str) -> QuerySet:
        if choices and given not in choices:
            raise ValueError(_("One of: %s.") % ", ".join(choices))
        if "\x00" in given or len(given) > 200:
            raise ValueError(_("This text is too long or holds a character that cannot be stored."))
        return rows.filter(**{column: given})

    return narrow
