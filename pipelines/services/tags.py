"""Tags, and hanging them on records of every type."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.permissions import Actor, require
from core.record import Record
from core.records import Values, apply, check, checked_id, service
from core.values import checked_text
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
    wanted = name.strip().casefold()
    there = next((tag for tag in Tag.objects.all() if tag.name.casefold() == wanted), None)
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


def hang_tags(*, record: Record, tags: Iterable[Tag | int | str], by: Actor) -> dict[str, tuple[list[str], list[str]]]:
    """Let the stored record carry exactly these tags: rows, ids or names of tags that there are.

    Part of a service of the record: gives {"tags": (names before, after)} or {}, and publishes nothing. Raises RuleBroken.
    """
    through = record._meta.get_field("tags").remote_field.through  # type: ignore[misc]
    kind = str(record._meta.model_name)
    wanted = _named(tags)
    links = {link.tag_id: link for link in through._default_manager.filter(**{kind: record.pk}).select_related("tag")}
    if set(links) == set(wanted):
        return {}
    gone = [link.pk for pk, link in links.items() if pk not in wanted]
    through._default_manager.filter(pk__in=gone).delete()
    through._default_manager.bulk_create([through(**{f"{kind}_id": record.pk}, tag_id=pk) for pk in wanted if pk not in links])
    return {"tags": (sorted(link.tag.name for link in links.values()), sorted(wanted.values()))}


def _named(tags: Iterable[Tag | int | str]) -> dict[int, str]:
    """{id: name} of these tags, in one query."""
    given = {tag.pk if isinstance(tag, Tag) else tag for tag in tags}
    if not given:
        return {}
    names = {checked_text(name, "tags").strip().casefold() for name in given if isinstance(name, str)}
    ids = {pk for pk in given if not isinstance(pk, str)}
    # With a name all of them are read: only Python folds every letter alike on both databases.
    rows = list(Tag.objects.all() if names else Tag.objects.filter(pk__in=ids))
    found = {row.pk: row.name for row in rows if row.pk in ids or row.name.casefold() in names}
    if ids - set(found) or names - {name.casefold() for name in found.values()}:
        raise RuleBroken({"tags": _("There is no such tag.")}, code="does_not_exist")
    return found
