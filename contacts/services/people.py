"""Every write of contacts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.services import purge_activities_of
from contacts import events as occurred
from contacts.models import Contact
from contacts.rules import check_login_free
from contacts.services.changes import Changes, Said, cleaned, store
from core import events
from core.errors import RuleBroken
from core.owners import give, own_new
from core.permissions import Actor, require
from core.records import Values, apply, differences, insert, lock, lock_for_good, purge, restore, service, trash
from pipelines.models import Stage
from pipelines.selectors import chosen_pipeline, chosen_stage, entry_stage
from pipelines.services import enter_stage, hang_tags, leave_pipeline, log_first_stage

FIELDS = (
    "first_name",
    "last_name",
    "designation",
    "contact_type",
    "account_type",
    "business_name",
    "business_address",
    "company",
    "job_title",
    "email",
    "phone",
    "mobile",
    "alternative_contact",
    "street",
    "zip",
    "city",
    "region",
    "country",
    "tax_number",
    "credit_limit",
    "added_on",
    "user",
    "notes",
    "do_not_contact",
    "consents",
    "is_archived",
)
SAID = Said(changed=occurred.ContactChanged, assigned=occurred.ContactAssigned, moved=occurred.ContactMoved)


@service
def create_contact(*, by: Actor, values: Values, now: datetime | None = None) -> Contact:
    """Make a contact: check, number, store, hang its tags, put it into its stage, tell ContactCreated.

    values: FIELDS, `owner` (default: the maker; somebody else needs assign_contact), `tags`, `stage` (of a contact
    pipeline; none by default). Raises PermissionDenied, RuleBroken.
    """
    require(by, "contacts.add_contact")
    contact = Contact()
    given = cleaned(record=contact, values=values, by=by)
    own_new(contact, given.pop("owner", None), by=by)
    tags, place = given.pop("tags", None), _place(given)
    now = now or timezone.now()
    apply(contact, given, by=by, fields=FIELDS)
    _enter(contact, place, by, now)
    insert(contact, by=by, now=now)
    log_first_stage(record=contact, by=by, now=now)
    changes = differences(contact, [*FIELDS, "owner", "pipeline", "stage"])
    if tags:
        changes |= hang_tags(record=contact, tags=tags, by=by)
    events.publish(occurred.ContactCreated(), record=contact, by=by, changes=changes)
    return contact


def _place(given: dict[str, Any]) -> dict[str, Any]:
    """Take pipeline and stage out of the values: entering a stage is more than setting a field."""
    return {name: given.pop(name) for name in ("pipeline", "stage") if name in given}


def _enter(contact: Contact, place: dict[str, Any], by: Actor, now: datetime) -> Changes:
    """Enter the stage that is named by instance, id or key; of a pipeline alone its entry stage; neither leaves both."""
    if not place:
        return {}
    if not any(place.values()):
        return leave_pipeline(record=contact, by=by, now=now) if contact.stage_id else {}
    stage = _named(contact, place.get("pipeline"), place.get("stage"))
    if stage is None or stage.pk == contact.stage_id:
        return {}
    return enter_stage(record=contact, stage=stage, by=by, now=now)


def _named(contact: Contact, pipeline: Any, stage: Any) -> Stage | None:
    chosen = chosen_pipeline(pipeline, kind="contact").pk if pipeline else contact.pipeline_id
    if not stage:
        return contact.stage if chosen == contact.pipeline_id else entry_stage("contact", chosen)
    if chosen is None:
        first = entry_stage("contact")
        chosen = first.pipeline_id if first else None
    found = chosen_stage(stage, kind="contact", pipeline=chosen)
    if pipeline and found.pipeline_id != chosen:
        raise RuleBroken({"stage": _("This stage belongs to another pipeline.")}, code="invalid")
    return found


@service
def update_contact(*, contact_id: int, by: Actor, version: int | None = None, values: Values, now: datetime | None = None) -> Contact:
    """Change a contact. values as in create_contact; a new owner needs assign_contact; a new stage is a move.

    Tells ContactChanged, ContactAssigned and ContactMoved, each for its part. Nothing happens when nothing differs.
    Raises DoesNotExist, PermissionDenied, Conflict, RuleBroken.
    """
    contact = lock(Contact, contact_id, by=by, permission="contacts.change_contact", version=version)
    given = cleaned(record=contact, values=values, by=by)
    changes: Changes = {}
    if "owner" in given:
        changes |= give(contact, given.pop("owner"), by=by)
    tags, place = given.pop("tags", None), _place(given)
    changes |= apply(contact, given, by=by, fields=FIELDS)
    changes |= _enter(contact, place, by, now or timezone.now())
    if tags is not None:
        changes |= hang_tags(record=contact, tags=tags, by=by)
    store(record=contact, changes=changes, by=by, said=SAID)
    return contact


@service
def move_contact(
    *, contact_id: int, stage: Any, by: Actor, version: int | None = None, values: Values | None = None, now: datetime | None = None
) -> Contact:
    """Put the contact into a stage (instance, id or key; None: out of its pipeline), with what the stage asks for in `values`."""
    return update_contact(contact_id=contact_id, by=by, version=version, values={**(values or {}), "stage": stage}, now=now)


@service
def set_contact_tags(*, contact_id: int, tags: Iterable[Any], by: Actor, version: int | None = None) -> Contact:
    """Make these (Tag rows or ids) the tags of the contact."""
    return update_contact(contact_id=contact_id, by=by, version=version, values={"tags": tags})


@service
def assign_contact(*, contact_id: int, owner: Any, by: Actor, version: int | None = None) -> Contact:
    """Give the contact to a colleague (or their id); its branch becomes theirs. Nothing else goes along."""
    contact = lock(Contact, contact_id, by=by, permission="contacts.assign_contact", version=version)
    changes = give(contact, owner, by=by)
    store(record=contact, changes=changes, by=by, said=SAID)
    return contact


@service
def archive_contact(*, contact_id: int, by: Actor, version: int | None = None, archived: bool = True) -> Contact:
    """Hide the contact from default lists, or show it there again."""
    return update_contact(contact_id=contact_id, by=by, version=version, values={"is_archived": archived})


@service
def delete_contact(*, contact_id: int, by: Actor, version: int | None = None) -> Contact:
    """Move the contact to the trash. Its opportunities and activities stay and name it as in the trash."""
    contact = lock(Contact, contact_id, by=by, permission="contacts.delete_contact", version=version)
    return trash(contact, by=by, event=occurred.ContactTrashed())


@service
def restore_contact(*, contact_id: int, by: Actor) -> Contact:
    """Take the contact out of the trash. Raises RuleBroken when another contact got its login meanwhile."""
    contact = lock(Contact, contact_id, by=by, permission="contacts.delete_contact", trash=True)
    if contact.user_id:
        check_login_free(Contact.objects.with_login(contact.user_id).values_list("reference", flat=True).first() or "")
    return restore(contact, by=by, event=occurred.ContactRestored())


@service
def purge_contact(*, contact_id: int, by: Actor) -> None:
    """Delete for good, at once or from the trash, with the activities that hang on nothing else.

    Opportunities are left without the contact. History keeps the name.
    """
    contact = lock_for_good(Contact, contact_id, by=by, permission="contacts.purge_contact")
    purge_activities_of(kind="contact", record_id=contact.pk, by=by)
    purge(contact, by=by, event=occurred.ContactPurged())
