"""Making and changing leads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import Business
from core import context, events
from core.permissions import Actor, require
from core.phones import is_mask
from core.records import Values, apply, differences, insert, save, service
from leads import events as occurred
from leads.models import Lead
from leads.rules import NEW, check_not_converted
from leads.services.handover import give_lead, hand_over, lock_lead, own_new_lead
from leads.services.placing import STAY, Changes, place, wanted_place
from pipelines.choices import PipelineKind
from pipelines.models import Stage
from pipelines.rules import check_listed
from pipelines.selectors import entry_stage, listed
from pipelines.services import MACHINE, hang_tags, log_first_stage

FIELDS = ("name", "company_name", "email", "phone", "source", "value", "currency", "notes", "contact", "company", "score")
UNTOLD = MACHINE | {"owner", "qualified_at"}
CHANGE = "leads.change_lead"


@service
def create_lead(*, by: Actor, values: Values, now: datetime | None = None, may_be_unassigned: bool = False) -> Lead:
    """Make a lead: place it, check, number, store, log its stage, hang its tags, tell LeadCreated (and LeadQualified).

    values: FIELDS, `status` (default: new), `loss_reason` with status lost, `pipeline` and `stage` (default: the entry
    stage where the business uses a lead pipeline), `owner` (default: the maker; somebody else needs assign_lead),
    `tags`. Values of lists are instances, ids or keys. now: when it began, for imports; may_be_unassigned: for imports,
    signals and web forms, whose leads wait for assignment.
    """
    require(by, "leads.add_lead")
    lead, given, at = Lead(), _cleaned(Lead(), values, by), now or timezone.now()
    own_new_lead(lead=lead, given=given, by=by, may_be_unassigned=may_be_unassigned)
    tags = given.pop("tags", None)
    if given.get("currency") in (None, ""):
        given["currency"] = Business.objects.get(pk=context.business_id()).default_currency
    is_placed = "stage" in given or "pipeline" in given
    status, reason = _taken(given, "status"), _taken(given, "loss_reason")
    wanted = wanted_place(lead=lead, given=given, by=by)
    if not is_placed:
        wanted = entry_stage(PipelineKind.LEAD) or STAY
    _fill(lead, given, by)
    stage_sets = isinstance(wanted, Stage) and wanted.sets_status_id
    if status[1] in (None, "") and not stage_sets:
        status = (True, NEW)
    place(lead=lead, wanted=wanted, status=status if status[1] not in (None, "") else (False, None), reason=reason, by=by, now=at)
    insert(lead, by=by, now=now)
    log_first_stage(record=lead, by=by, now=at)
    changes = differences(lead, [*FIELDS, "owner", "status", "loss_reason", "pipeline", "stage"])
    if tags:
        changes |= hang_tags(record=lead, tags=tags, by=by)
    events.publish(occurred.LeadCreated(), record=lead, by=by, changes=changes)
    tell_qualified(lead=lead, is_new=lead.qualified_at is not None, by=by)
    return lead


@service
def update_lead(*, lead_id: int, by: Actor, version: int | None = None, values: Values) -> Lead:
    """Change a lead; what is left out stays. values as in create_lead. A converted lead is read-only.

    A new owner needs assign_lead and takes along what assign_lead does; a new stage may set the status; a lost lead
    needs a reason. Tells LeadAssigned, LeadMoved for a new stage, else LeadChanged; LeadQualified once per lead.
    Nothing happens when nothing differs. Raises DoesNotExist, PermissionDenied, Conflict, RuleBroken.
    """
    return _change(lead_id, by, version, values)


@service
def move_lead(*, lead_id: int, stage: Any, by: Actor, version: int | None = None, values: Values | None = None) -> Lead:
    """Put a lead into a stage of a lead pipeline (instance, id or key; None: out of any), which may set its status.
    values: what the stage asked for, in the same act."""
    return _change(lead_id, by, version, {**(values or {}), "stage": stage})


@service
def set_lead_tags(*, lead_id: int, tags: Any, by: Actor, version: int | None = None) -> Lead:
    """Make these (Tag, id or name) the tags of the lead."""
    return update_lead(lead_id=lead_id, by=by, version=version, values={"tags": tags})


def _change(lead_id: int, by: Actor, version: int | None, values: Values) -> Lead:
    lead = lock_lead(lead_id=lead_id, by=by, permission=CHANGE, version=version, with_activities="owner" in values)
    check_not_converted(lead.converted_at)
    given = _cleaned(lead, values, by)
    changes: Changes = give_lead(lead=lead, owner=given.pop("owner"), by=by) if "owner" in given else {}
    tags = given.pop("tags", None)
    status, reason = _taken(given, "status"), _taken(given, "loss_reason")
    wanted = wanted_place(lead=lead, given=given, by=by)
    changes |= _fill(lead, given, by)
    old = lead.stage
    changes |= place(lead=lead, wanted=wanted, status=status, reason=reason, by=by, now=timezone.now())
    if tags is not None:
        changes |= hang_tags(record=lead, tags=tags, by=by)
    if changes:
        save(lead, {name: pair for name, pair in changes.items() if name != "tags"})
        _tell(lead, changes, old, by)
    return lead


def _cleaned(lead: Lead, values: Values, by: Actor) -> dict[str, Any]:
    """As it will be stored; and who sees e-mail and phone masked and sends the mask back changes nothing."""
    clear = by.has_perm("contacts.view_pii")
    given = {name: value for name, value in values.items() if clear or not is_mask(name, value, getattr(lead, name, ""))}
    if isinstance(given.get("email"), str):
        given["email"] = given["email"].strip().lower()
    return given


def _taken(given: dict[str, Any], name: str) -> tuple[bool, Any]:
    """(was given, value), taken out of the values."""
    return (name in given, given.pop(name, None))


def _fill(lead: Lead, given: dict[str, Any], by: Actor) -> Changes:
    if "source" in given:
        given["source"] = listed("lead_source", given["source"], field="source")
    before = lead.source_id
    changes = apply(lead, given, by=by, fields=FIELDS)
    check_listed(lead.source, "lead_source", "source", unchanged=lead.source_id == before)
    return changes


def tell_qualified(*, lead: Lead, is_new: bool, by: Actor) -> None:
    """erp.lead.qualified, once per lead: when this change was the first to qualify it."""
    if is_new and lead.qualified_at is not None:
        event = occurred.LeadQualified(
            reference=lead.reference,
            name=lead.name,
            company_name=lead.company_name,
            value=lead.value,
            currency=lead.currency,
            qualified_at=lead.qualified_at,
        )
        events.publish(event, record=lead, by=by)


def _tell(lead: Lead, changes: Changes, old: Stage | None, by: Actor) -> None:
    rest = {name: pair for name, pair in changes.items() if name not in UNTOLD}
    if "stage" in changes:
        stage: Any = lead.stage
        pipeline: Any = lead.pipeline or (old.pipeline if old else None)
        moved = occurred.LeadMoved(pipeline=pipeline.key, from_stage=old.key if old else "", to_stage=stage.key if stage else "")
        events.publish(moved, record=lead, by=by, changes=rest)
    elif rest:
        changed = occurred.LeadChanged(fields=tuple(rest), status=lead.status.key if "status" in rest else "")
        events.publish(changed, record=lead, by=by, changes=rest)
    tell_qualified(lead=lead, is_new="qualified_at" in changes, by=by)
    if "owner" in changes:
        hand_over(lead=lead, change=changes["owner"], by=by)
