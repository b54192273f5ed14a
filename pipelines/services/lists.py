"""Lookup lists: what a business calls its statuses, sources, reasons and industries."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.permissions import Actor, require
from core.records import Values, apply, check, checked_id, service
from pipelines import events as occurred
from pipelines.choices import LookupList
from pipelines.models import LookupValue
from pipelines.rules import LIST_KINDS, check_order, check_retirable
from pipelines.selectors import in_use
from pipelines.services.notices import publish_set_up

VALUE_FIELDS = ("name", "name_de", "order", "color", "is_active")


def _locked(value_id: int) -> LookupValue:
    return LookupValue.objects.select_for_update(of=("self",)).get(pk=checked_id(value_id, LookupValue))


@service
def create_lookup_value(*, by: Actor, values: Values) -> LookupValue:
    """Add a value at the end of its list. values: list, name and optionally key (else from the name), name_de, color, order."""
    require(by, "pipelines.add_lookupvalue")
    if values.get("list") not in LookupList.values:
        raise RuleBroken({"list": _("There is no such list.")}, code="invalid_choice")
    list_name = str(LookupList(values["list"]).value)
    key = str(values.get("key") or "") or slugify(str(values.get("name") or "")).replace("-", "_")[:40]
    if not key:
        raise RuleBroken({"key": _("Give a short name of letters and digits.")}, code="required")
    value = LookupValue(list=list_name, key=key, order=LookupValue.objects.filter(list=list_name).count())
    apply(value, {name: given for name, given in values.items() if name not in ("list", "key")}, by=by, fields=VALUE_FIELDS)
    check(value)
    value.save()
    publish_set_up(event=occurred.LookupValueCreated(list=list_name, key=key), record=value, kinds=LIST_KINDS[list_name], by=by)
    return value


@service
def get_or_create_lookup_value(*, list: str, name: str, by: Actor) -> tuple[LookupValue, bool]:
    """The value that an import means by its key or by one of its names, else a new one. Gives (value, was made)."""
    wanted = name.strip().casefold()
    for value in LookupValue.objects.filter(list=list):
        if wanted in (value.key.casefold(), value.name.casefold(), value.name_de.casefold()):
            return value, False
    return create_lookup_value(by=by, values={"list": list, "name": name.strip()}), True


@service
def update_lookup_value(*, value_id: int, by: Actor, values: Values) -> LookupValue:
    """Rename, recolour or retire a value. Its key stays: URLs, API and files speak it."""
    require(by, "pipelines.change_lookupvalue")
    value = _locked(value_id)
    changes = apply(value, values, by=by, fields=VALUE_FIELDS)
    if not value.is_active:
        check_retirable(value.list, value.key)
    if changes:
        check(value)
        value.save(update_fields=[*changes])
        event = occurred.LookupValueChanged(list=value.list, key=value.key)
        publish_set_up(event=event, record=value, kinds=LIST_KINDS[value.list], by=by, changes=changes)
    return value


@service
def reorder_lookup_values(*, list: str, order: Sequence[int], by: Actor) -> None:
    """Put the values of a list into this order (all their ids)."""
    require(by, "pipelines.change_lookupvalue")
    rows = {row.pk: row for row in LookupValue.objects.select_for_update(of=("self",)).filter(list=list)}
    check_order(order, rows)
    for number, pk in enumerate(order):
        row = rows[pk]
        if row.order != number:
            changes = {"order": (row.order, number)}
            row.order = number
            row.save(update_fields=["order"])
            event = occurred.LookupValueChanged(list=row.list, key=row.key)
            publish_set_up(event=event, record=row, kinds=LIST_KINDS[row.list], by=by, changes=changes)


@service
def delete_lookup_value(*, value_id: int, by: Actor) -> LookupValue:
    """Delete a value, or retire it where records or stages use it. Gives it as it was, or as it is now."""
    require(by, "pipelines.delete_lookupvalue")
    value = _locked(value_id)
    check_retirable(value.list, value.key)
    if in_use(value):
        return update_lookup_value(value_id=value_id, by=by, values={"is_active": False})
    publish_set_up(event=occurred.LookupValueDeleted(list=value.list, key=value.key), record=value, kinds=LIST_KINDS[value.list], by=by)
    value.delete()
    return value
