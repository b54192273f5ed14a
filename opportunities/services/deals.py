"""Making and changing opportunities."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Business
from core import context, events
from core.errors import Conflict, RuleBroken
from core.owners import give, own_new
from core.permissions import Actor, require
from core.records import Values, apply, differences, insert, lock, save, service
from opportunities import events as occurred
from opportunities.models import Opportunity
from opportunities.rules import OPEN, check_outcome, check_probability_free
from opportunities.services.stages import Changes, correct_loss, loss_given, stage_event, stand_in, standing, wanted_stage
from pipelines.choices import PipelineKind
from pipelines.models import Stage
from pipelines.selectors import entry_stage, last_open_stage, outcome_stage
from pipelines.services import MACHINE, hang_tags, log_first_stage

FIELDS = ("name", "company", "primary_contact", "lead", "amount", "currency", "probability", "expected_close_date", "notes")
UNTOLD = MACHINE | {"probability_before"}
CHANGE = "opportunities.change_opportunity"


@service
def create_opportunity(*, by: Actor, values: Values, now: datetime | None = None, closed_at: datetime | None = None) -> Opportunity:
    """Make a deal: place it in its stage, check, number, store, log the stage, hang its tags, tell OpportunityCreated.

    values: FIELDS, `pipeline` and `stage` (instance, id or key; default: the entry stage of the default pipeline),
    `owner` (default: the maker; somebody else needs assign_opportunity), `tags`, `loss_reason` and `loss_note` with a
    lost stage. currency: default the business's. Made in a won or lost stage, it is closed by the rules of closing.
    now, closed_at: when it began and ended, for history that an import brings along.
    """
    require(by, "opportunities.add_opportunity")
    deal, given, at = Opportunity(), dict(values), now or timezone.now()
    own_new(deal, given.pop("owner", None), by=by)
    tags, loss = given.pop("tags", None), loss_given(given=given, by=by)
    stage = wanted_stage(deal=deal, given=given, by=by) or entry_stage(PipelineKind.OPPORTUNITY)
    if stage is None:
        raise RuleBroken({"pipeline": _("There is no default pipeline: choose one.")}, code="required", needs=("pipeline",))
    if given.get("currency") in (None, ""):
        given["currency"] = Business.objects.get(pk=context.business_id()).default_currency
    apply(deal, given, by=by, fields=FIELDS)
    if stage.kind == OPEN and closed_at is not None:
        raise ValueError("only a closed opportunity has a closing time")
    stand_in(deal=deal, stage=stage, loss=loss, by=by, now=at, closed_at=closed_at)
    insert(deal, by=by, now=now)
    log_first_stage(record=deal, by=by, now=closed_at or at)
    changes = differences(deal, [*FIELDS, "owner", "pipeline", "stage", "loss_reason", "loss_note"])
    if tags:
        changes |= hang_tags(record=deal, tags=tags, by=by)
    created = occurred.OpportunityCreated(pipeline=stage.pipeline.key, stage=stage.key)
    events.publish(created, record=deal, by=by, changes=changes)
    if deal.closed_at is not None:
        events.publish(stage_event(deal=deal, before=OPEN, old=None, by=by), record=deal, by=by)
    return deal


@service
def update_opportunity(
    *, opportunity_id: int, by: Actor, version: int | None = None, values: Values, now: datetime | None = None
) -> Opportunity:
    """Change a deal; what is left out stays. values as in create_opportunity.

    A stage is moved to, closed or reopened as move_, close_ and reopen_opportunity do it, with the same refusals;
    another pipeline needs its stage named; probability None follows the stage. Tells OpportunityAssigned for a new
    owner, the stage's event for a new stage, else OpportunityChanged. Nothing happens when nothing differs.
    now: when it happened, for history that is brought along. Raises DoesNotExist, PermissionDenied, Conflict, RuleBroken.
    """
    deal = lock(Opportunity, opportunity_id, by=by, permission=CHANGE, version=version)
    return _change(deal, dict(values), by, at=now)


def _change(deal: Opportunity, given: dict[str, Any], by: Actor, stage: Stage | None = None, at: datetime | None = None) -> Opportunity:
    tags, loss = given.pop("tags", None), loss_given(given=given, by=by)
    changes: Changes = give(deal, given.pop("owner"), by=by) if "owner" in given else {}
    stage = stage or wanted_stage(deal=deal, given=given, by=by)
    before, old = standing(deal=deal, by=by), None
    changes |= apply(deal, given, by=by, fields=FIELDS)
    if stage is not None and stage.pk != deal.stage_id:
        if before != OPEN and stage.kind == before and "probability" in changes:
            check_probability_free(before)
        old, now, chance = deal.stage, at or timezone.now(), deal.probability
        then = stand_in(deal=deal, stage=stage, loss=loss, by=by, now=now)
        if stage.kind == OPEN and "probability" in changes:  # set by hand in the act of reopening
            deal.probability = chance
            then.pop("probability", None)
        changes = _joined(changes, then)
    else:
        changes |= correct_loss(deal=deal, loss=loss, by=by)
        if "probability" in changes:
            check_probability_free(before)
    if tags is not None:
        changes |= hang_tags(record=deal, tags=tags, by=by)
    if changes:
        save(deal, {name: pair for name, pair in changes.items() if name != "tags"})
        _tell(deal, changes, before, old, by)
    return deal


def _joined(first: Changes, then: Changes) -> Changes:
    """Two changes of one field are one: from the first before to the last after."""
    return {**first, **{name: (first[name][0] if name in first else pair[0], pair[1]) for name, pair in then.items()}}


def _tell(deal: Opportunity, changes: Changes, before: str, old: Stage | None, by: Actor) -> None:
    rest = {name: pair for name, pair in changes.items() if name != "owner" and name not in UNTOLD}
    if old is not None:
        events.publish(stage_event(deal=deal, before=before, old=old, by=by), record=deal, by=by, changes=rest)
    elif rest:
        events.publish(occurred.OpportunityChanged(fields=tuple(rest)), record=deal, by=by, changes=rest)
    if "owner" in changes:
        last, owner = changes["owner"]
        event = occurred.OpportunityAssigned(owner_before=last.pk if last else None, owner=owner.pk)
        events.publish(event, record=deal, by=by, changes={"owner": (last, owner)})


@service
def move_opportunity(
    *,
    opportunity_id: int,
    stage: Stage | int | str,
    by: Actor,
    version: int | None = None,
    values: Values | None = None,
    now: datetime | None = None,
) -> Opportunity:
    """Put a card into another column, by mouse, key, page or API. Into a won or lost stage it closes, out of one it
    reopens. stage: instance, id, or key in the deal's pipeline. values: what the stage asked for, in the same act."""
    deal = lock(Opportunity, opportunity_id, by=by, permission=CHANGE, version=version)
    return _change(deal, {**(values or {}), "stage": stage}, by, at=now)


@service
def close_opportunity(
    *,
    opportunity_id: int,
    outcome: str,
    by: Actor,
    version: int | None = None,
    loss_reason: Any = None,
    loss_note: str = "",
    closed_at: datetime | None = None,
) -> Opportunity:
    """Win or lose a deal: stage, closing time, probability 100 or 0 (the old one is kept), the reason of a loss, event.

    A second closing with the same outcome gives the first result, whatever version it names; another one is refused.
    """
    check_outcome(outcome)
    deal = lock(Opportunity, opportunity_id, by=by, permission="opportunities.close_opportunity")
    if standing(deal=deal, by=by) == outcome:
        return deal
    _check_version(deal, version)
    stage = outcome_stage(deal.pipeline_id, outcome)
    if stage is None:
        raise RuleBroken({"outcome": _("This pipeline has no stage for that.")}, code="invalid_choice")
    return _change(deal, {"loss_reason": loss_reason, "loss_note": loss_note}, by, stage, closed_at)


@service
def reopen_opportunity(*, opportunity_id: int, by: Actor, version: int | None = None) -> Opportunity:
    """Back to the last open stage, else the entry stage, with the probability from before the closing.

    An open deal stays as it is. Raises RuleBroken when it lacks what that stage requires.
    """
    deal = lock(Opportunity, opportunity_id, by=by, permission="opportunities.close_opportunity")
    if deal.closed_at is None:
        return deal
    _check_version(deal, version)
    stage = last_open_stage(deal)
    if stage is None:
        raise RuleBroken(_("This pipeline has no open stage."), code="invalid")
    return _change(deal, {}, by, stage)


def _check_version(deal: Opportunity, version: int | None) -> None:
    """After what needs no version: a repeated act gives the first result even to who read an older row."""
    if version is not None and deal.version != version:
        raise Conflict(deal, events.last_event(deal))


@service
def assign_opportunity(*, opportunity_id: int, owner: Any, by: Actor, version: int | None = None) -> Opportunity:
    """Give the deal to a colleague (or their id); its branch becomes theirs. Nothing else goes along."""
    deal = lock(Opportunity, opportunity_id, by=by, permission="opportunities.assign_opportunity", version=version)
    changes = give(deal, owner, by=by)
    if changes:
        save(deal, changes)
        _tell(deal, changes, OPEN, None, by)
    return deal


@service
def set_opportunity_tags(*, opportunity_id: int, tags: Any, by: Actor, version: int | None = None) -> Opportunity:
    """Make these (Tag, id or name) the tags of the deal."""
    return update_opportunity(opportunity_id=opportunity_id, by=by, version=version, values={"tags": tags})
