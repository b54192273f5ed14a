"""Tags, and hanging them on records of every type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.permissions import Actor, require
from core.record import Record
from core.records import Values, apply, check, checked_id, service
from pipelines import events as occurred
from pipelines.models import Tag
from pipelines.services.notices import publish_set_up

TAG_FIELDS = ("name", "color")
KINDS = ("lead", "contact", "company", "opportunity")


def _locked(tag_id: int) -> Tag:
    return Tag.objects.select_for_update(of=("self",)).get(pk=checked_id(tag_id, Tag))


@service
def create_tag(*, by: Actor, values: Values) -> Tag:
    """Make a tag; its name is unique whatever its case."""
    require(by, "pipelines.add_tag")
    tag = Tag()
    apply(tag, values, by=by, fields=TAG_FIELDS)
    check(tag)
    tag.save()
    publish_set_up(event=occurred.TagCreated(), record=tag, kinds=KINDS, by=by)
    return tag


@service
def get_or_create_tag(*, name: str, by: Actor) -> tuple[Tag, bool]:
    """The tag of this name whatever its case, else a new one: for imports. Gives (tag, was made)."""
    there = Tag.objects.filter(name__iexact=name.strip()).first()
    return (there, False) if there is not None else (create_tag(by=by, values={"name": name}), True)


@service
def update_tag(*, tag_id: int, by: Actor, values: Values) -> Tag:
    """Rename or recolour a tag."""
    require(by, "pipelines.change_tag")
    tag = _locked(tag_id)
    changes = apply(tag, values, by=by, fields=TAG_FIELDS)
    if changes:
        check(tag)
        tag.save(update_fields=list(changes))
        publish_set_up(event=occurred.TagChanged(), record=tag, kinds=KINDS, by=by, changes=changes)
    return tag


@service
def delete_tag(*, tag_id: int, by: Actor) -> None:
    """Delete a tag; the records that carried it lose only that."""
    require(by, "pipelines.delete_tag")
    tag = _locked(tag_id)
    publish_set_up(event=occurred.TagDeleted(), record=tag, kinds=KINDS, by=by)
    tag.delete()


def hang_tags(*, record: Record, tags: Iterable[Tag | int], by: Actor) -> dict[str, tuple[list[str], list[str]]]:
    """Let the record carry exactly these tags. Part of a service of the record: gives {"tags": (names before, after)}
    or {} and publishes nothing. Raises RuleBroken for a tag that is not there."""
    through = record._meta.get_field("tags").remote_field.through  # type: ignore[misc]
    kind = str(record._meta.model_name)
    wanted = {tag.pk if isinstance(tag, Tag) else tag for tag in tags}
    rows: dict[Any, Tag] = {row.pk: row for row in Tag.objects.filter(pk__in=wanted)} if wanted else {}
    if wanted - set(rows):
        raise RuleBroken({"tags": _("There is no such tag.")}, code="does_not_exist")
    hung = list(through._default_manager.filter(**{kind: record.pk}).select_related("tag")) if record.pk else []
    before = {link.tag_id: link.tag.name for link in hung}
    if set(before) == wanted:
        return {}
    gone = [link.pk for link in hung if link.tag_id not in wanted]
    if gone:
        through._default_manager.filter(pk__in=gone).delete()
    through._default_manager.bulk_create([through(**{f"{kind}_id": record.pk}, tag_id=pk) for pk in wanted - set(before)])
    return {"tags": (sorted(before.values()), sorted(row.name for row in rows.values()))}
