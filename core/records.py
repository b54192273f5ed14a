"""What every service does around its one change: take the row, check, apply, save, remember, tell.

The order inside a service is always the same (architecture.md, "One path"): lock() reads the row again under lock,
checks the permission on it and compares the version; apply() changes fields and gives the differences; save() raises
the version; publish() writes the event.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from core import context, events, references, search
from core.errors import Conflict, RuleBroken
from core.permissions import Actor, person, require
from core.record import Record
from core.values import checked_text

R = TypeVar("R", bound=Record)
F = TypeVar("F", bound=Callable[..., Any])
Values = Mapping[str, Any]


def service(function: F) -> F:
    """A write in one transaction. What a database constraint refuses becomes the rule's sentence, not a 500."""

    @functools.wraps(function)
    def run(**kwargs: Any) -> Any:
        try:
            with transaction.atomic():
                return function(**kwargs)
        except IntegrityError as problem:
            raise _refusal(problem) from problem

    run.is_service = True  # type: ignore[attr-defined]
    return run  # type: ignore[return-value]


@functools.cache
def _constraints() -> list[tuple[str, str, str]]:
    """(name, 'table.column, …' as SQLite says it, sentence) of every unique and check constraint."""
    known = []
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            fields: list[Any] = [model._meta.get_field(name) for name in getattr(constraint, "fields", ())]
            columns = ", ".join(f"{model._meta.db_table}.{field.column}" for field in fields)
            known.append((constraint.name, columns, str(constraint.get_violation_error_message())))
    return known


def _refusal(problem: IntegrityError) -> Exception:
    text = str(problem)
    for name, columns, sentence in _constraints():
        if name in text or (columns and text.endswith(f"failed: {columns}")):
            return RuleBroken(sentence, code=name)
    return problem


def fetch(model: type[R], pk: int | str, *, by: Actor, trash: bool = False) -> R:
    """The row, if the actor may see it. Raises DoesNotExist, which is 404 everywhere."""
    rows = model.objects.in_trash(by) if trash else model.objects.visible_to(by)
    return rows.get(pk=checked_id(pk, model))


def checked_id(pk: Any, model: Any) -> int:
    """The id as a number that a 64-bit column can hold, else DoesNotExist as for a number that never was."""
    try:
        number = int(pk)
    except (TypeError, ValueError):
        number = 0
    if not 0 < number < 2**63:
        raise model.DoesNotExist(f"no {model._meta.model_name} {str(pk)[:40]}")
    return number


def lock(model: type[R], pk: int, *, by: Actor, permission: str, version: int | None = None, trash: bool = False) -> R:
    """Read the row again under lock, check that the actor may do this to it and that nobody changed it meanwhile.

    Raises DoesNotExist (not visible), PermissionDenied, Conflict (version given and stale).
    """
    rows = model.objects.in_trash(by) if trash else model.objects.visible_to(by)
    # no_key: nobody changes an id, and who only points at this row (a note on it, a deal of it) need not wait, nor we for them.
    record = rows.select_for_update(of=("self",), no_key=True).get(pk=checked_id(pk, model))
    require(by, permission, record)
    if version is not None and record.version != version:
        raise Conflict(record, events.last_event(record))
    return record


def lock_for_good(model: type[R], pk: int, *, by: Actor, permission: str) -> R:
    """lock() for a purge: whoever may purge does so at once or from the trash."""
    try:
        return lock(model, pk, by=by, permission=permission, trash=True)
    except ObjectDoesNotExist:
        return lock(model, pk, by=by, permission=permission)


def apply(record: models.Model, values: Values, *, by: Actor, fields: Collection[str]) -> dict[str, tuple[Any, Any]]:
    """Set what differs and give {field: (before, after)}. Raises RuleBroken for a value that does not fit.

    `fields` is what the caller may set; anything else is a mistake of the code, not of a person: ValueError.
    """
    unknown = set(values) - set(fields)
    if unknown:
        raise ValueError(f"{record._meta.label} cannot be given {sorted(unknown)} here")
    changes: dict[str, tuple[Any, Any]] = {}
    for name, given in values.items():
        field = record._meta.get_field(name)
        if field.is_relation:
            _apply_relation(record, field, given, by, changes)
        else:
            before = getattr(record, name)
            after = _fitting(field, given)
            if before != after:
                setattr(record, name, after)
                changes[name] = (before, after)
    return changes


def _fitting(field: Any, given: Any) -> Any:
    if isinstance(given, str):
        given = checked_text(given, field.name).strip()
    if given is None and not field.null and field.empty_strings_allowed:
        given = ""
    try:
        return field.to_python(given)
    except (ValidationError, OverflowError, ValueError) as problem:
        messages = problem.messages if isinstance(problem, ValidationError) else [_("This value does not fit.")]
        raise RuleBroken({field.name: messages}, code="invalid") from problem


def _apply_relation(record: Any, field: Any, given: Any, by: Actor, changes: dict[str, tuple[Any, Any]]) -> None:
    before_id = getattr(record, field.attname)
    given_id = given.pk if isinstance(given, models.Model) else given
    if given_id in (None, ""):
        after = None
    elif given_id == before_id:  # an unchanged value may be sent back even by who cannot see the other record
        return
    else:
        after = related(field.related_model, given, by=by, field=field.name)
    if (after.pk if after else None) != before_id:
        changes[field.name] = (getattr(record, field.name), after)
        setattr(record, field.name, after)


def related(model: Any, given: Any, *, by: Actor, field: str) -> Any:
    """The record that an id or instance names, if the actor may refer to it. Missing, hidden and foreign answer the same."""
    try:
        if issubclass(model, Record):
            return fetch(model, given.pk if isinstance(given, models.Model) else given, by=by)
        if isinstance(given, model):
            if given.business_id == context.business_id():
                return given
            raise model.DoesNotExist
        rows = model.objects.filter(business_id=context.business_id())
        if model is get_user_model():
            rows = rows.filter(is_active=True)
        return rows.get(pk=checked_id(given, model))
    except ObjectDoesNotExist:
        raise RuleBroken({field: _("There is no such record.")}, code="does_not_exist") from None


def check(record: models.Model) -> None:
    """Types, lengths, choices and the model's own rules. Keys were read by apply(); uniqueness is the database's."""
    relations = {field.name for field in record._meta.concrete_fields if field.is_relation}
    late = {"reference", "created_at", "updated_at", *getattr(record, "derived", ())}
    record.clean_fields(exclude=relations | (late & {field.name for field in record._meta.concrete_fields}))
    record.clean()


def own(record: Record, owner: Any, *, by: Actor) -> None:
    """Set the owner; the branch follows, or is the creator's when there is none."""
    record.owner = owner
    record.branch_id = owner.branch_id if owner is not None else by.branch_id


def insert(record: R, *, by: Actor, now: datetime | None = None) -> R:
    """Check, stamp, number and store a new record, and make it findable. The reference is taken last (walls.md §6).

    now: when it began, for history that an import brings along.
    """
    record.updated_at = context.now()
    record.created_at = now or record.updated_at
    record.created_by = person(by)
    check(record)
    numbering = record.numbering()
    if numbering:
        record.reference = references.take_one(*numbering)
    record.save(force_insert=True)
    if record.search_number:
        search.remember([record])
    return record


def save(record: R, changes: Mapping[str, Any], *, touch: bool = True) -> R:
    """Check and store the changed fields, raise the version (unless the machine only keeps its own fields), refind."""
    check(record)
    names = [*changes, *record.derived]
    if "owner" in changes:
        names.append("branch")
    if touch:
        record.version += 1
        record.updated_at = context.now()
        names += ["version", "updated_at"]
    record.save(update_fields=names)
    if record.search_number and record.deleted_at is None and not record.search_fields.isdisjoint(changes):
        search.remember([record])
    return record


def differences(record: models.Model, fields: Collection[str]) -> dict[str, tuple[Any, Any]]:
    """What a new record was made with: {field: (None, value)} for all that is set."""
    return {name: (None, getattr(record, name)) for name in fields if getattr(record, name) not in (None, "", [], {})}


def trash(record: R, *, by: Actor, event: Any) -> R:
    """Move to the trash: gone from every list, sum, search and uniqueness check; restorable for 30 days."""
    record.deleted_at = context.now()
    record.deleted_by = person(by)
    record.version += 1
    record.updated_at = record.deleted_at
    record.save(update_fields=["deleted_at", "deleted_by", "version", "updated_at"])
    search.forget(record)
    events.publish(event, record=record, by=by)
    return record


def restore(record: R, *, by: Actor, event: Any) -> R:
    """Out of the trash again. A unique rule that it would break is the database's to refuse."""
    record.deleted_at = record.deleted_by = None
    record.version += 1
    record.updated_at = context.now()
    record.save(update_fields=["deleted_at", "deleted_by", "version", "updated_at"])
    if record.search_number:
        search.remember([record])
    events.publish(event, record=record, by=by)
    return record


def purge(record: Record, *, by: Actor, event: Any) -> None:
    """Delete for good. History keeps the name."""
    search.forget(record)
    events.publish(event, record=record, by=by)
    record.delete()
