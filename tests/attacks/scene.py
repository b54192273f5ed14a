"""Records with marks: what an answer to a reader must never hold can be searched for in its text.

ZZ_H_ stands in what a salesperson of branch north may not see, ZZ_B_ in the other business. Names of hidden records that
one of theirs names are marked ZZ_N_: the name alone is told, never the id. Ids are marked too: 7777…, 8888….
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db.models.signals import pre_save

from accounts.models import Branch, Business, User
from accounts.services import share_record
from core.context import in_business
from core.models import Event
from core.record import Record
from opportunities.services import add_opportunity_contact
from pipelines.models import LookupValue, Pipeline, Stage, Tag
from pipelines.services import create_tag
from tests.factories.people import World, make_user
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_opportunity, make_task

KINDS = ("lead", "company", "contact", "opportunity", "activity", "task", "call")
MISSING = 66660001
OWN, HIDDEN, FOREIGN = 55550001, 77770001, 88880001  # where their ids begin
FORBIDDEN = re.compile(r"ZZ_[HB]_\w*|zz[hbn][.@]\w*|7777\d{4}|8888\d{4}")
Records = dict[str, Any]


@dataclass
class Scene:
    """`own`: of world.owner, naming hidden records where a relation can. `trashed`: theirs, in the trash. `plain`: theirs,
    naming nothing hidden. `hidden`: of a colleague in another branch. `named`: hidden as well, and named by `own`."""

    world: World
    integration: User
    own: Records = field(default_factory=dict)
    plain: Records = field(default_factory=dict)
    trashed: Records = field(default_factory=dict)
    hidden: Records = field(default_factory=dict)
    named: Records = field(default_factory=dict)
    foreign: Records = field(default_factory=dict)

    def ids(self, which: str) -> dict[str, int]:
        if which == "missing":
            return dict.fromkeys(KINDS, MISSING)
        return {kind: row.pk for kind, row in getattr(self, which).items()}


@contextmanager
def numbered(first: int) -> Iterator[None]:
    """New records get these ids, so that an id can be told from any other number in an answer."""
    ids = count(first)

    def give(sender: Any, instance: Any, **rest: Any) -> None:
        if isinstance(instance, Record) and instance.pk is None:
            instance.pk = next(ids)

    pre_save.connect(give)
    try:
        yield
    finally:
        pre_save.disconnect(give)


def everything(by: User, mark: str, **about: Any) -> Records:
    """One record of each kind with the mark in every text that it takes; `about`: further values by kind."""
    mail = mark.lower().replace("_", "").strip()
    texts: dict[str, dict[str, Any]] = {
        "company": {
            "name": f"{mark}company",
            "legal_name": f"{mark}legal",
            "email": f"{mail}@{mail}.example",
            "phone": "+49 30 7654321",
            "billing_city": f"{mark}city",
            "website": f"https://{mail}.example",
        },
        "contact": {
            "first_name": f"{mark}first",
            "last_name": f"{mark}last",
            "email": f"{mail}.person@{mail}.example",
            "phone": "+49 151 7654321",
            "mobile": "+49 152 7654321",
            "job_title": f"{mark}job",
            "street": f"{mark}street",
        },
        "lead": {
            "name": f"{mark}lead",
            "company_name": f"{mark}firm",
            "email": f"{mail}.lead@{mail}.example",
            "phone": "+49 171 7654321",
            "value": "1234567.89",
        },
        "opportunity": {"name": f"{mark}deal", "amount": "7654321.98"},
    }
    given = {kind: {"notes": f"{mark}notes", **values, **about.get(kind, {})} for kind, values in texts.items()}
    company = make_company(by=by, **given["company"])
    contact = make_contact(by=by, **{"company": company, **given["contact"]})
    lead = make_lead(by=by, **given["lead"])
    deal = make_opportunity(by=by, **{"company": company, "primary_contact": contact, **given["opportunity"]})
    return {
        "company": company,
        "contact": contact,
        "lead": lead,
        "opportunity": deal,
        "activity": make_activity(by=by, on=deal, subject=f"{mark}subject", body=f"{mark}body"),
        "task": make_task(by=by, on=lead, subject=f"{mark}todo", body=f"{mark}how"),
        "call": make_activity(by=by, on=contact, kind="call", subject=f"{mark}call", body=f"{mark}said"),
    }


def make_scene(world: World) -> Scene:
    """All of it, by the services."""
    with in_business(world.other), numbered(FOREIGN):
        _mark_set_up(world.other)
        by = world.outsider
        User.objects.filter(pk=by.pk).update(first_name="ZZ_B_first", last_name="ZZ_B_last", job_title="ZZ_B_job")
        foreign = everything(by, "ZZ_B_")
    with in_business(world.business):
        scene = Scene(world, make_user("machine", role="integration"), foreign=foreign)
        with numbered(HIDDEN):
            scene.hidden = everything(world.colleague, "ZZ_H_")
            scene.named = everything(world.colleague, "ZZ_N_", **_told("ZZ_H_"))
        with numbered(OWN):
            scene.plain = everything(world.owner, "mine ")
            scene.own = _naming(scene)
            scene.trashed = everything(world.owner, "gone ")
        for row in scene.trashed.values():
            row.deleted_at = row.created_at
            row.save(update_fields=["deleted_at"])
    return scene


def _told(mark: str) -> dict[str, Any]:
    """Of a named record the name is told; everything else stays marked as hidden."""
    return {kind: {"notes": f"{mark}notes"} for kind in ("company", "contact", "lead", "opportunity")} | {
        "contact": {"notes": f"{mark}notes", "job_title": f"{mark}job", "street": f"{mark}street"}
    }


def _naming(scene: Scene) -> Records:
    """Records of the owner that name hidden ones in every relation, as a manager may arrange it."""
    world, named = scene.world, scene.named
    by, owner = world.manager, world.owner
    own = everything(
        by,
        "known ",
        company={"owner": owner, "parent": named["company"]},
        contact={"owner": owner, "company": named["company"]},
        lead={"owner": owner, "company": named["company"], "contact": named["contact"]},
        opportunity={"owner": owner, "company": named["company"], "primary_contact": named["contact"], "lead": named["lead"]},
    )
    add_opportunity_contact(opportunity_id=own["opportunity"].pk, contact=named["contact"], role="champion", by=by)
    links = [(kind, own[kind].pk) for kind in ("lead", "opportunity", "company", "contact")]
    links += [(kind, scene.hidden[kind].pk) for kind in ("lead", "opportunity", "company", "contact")]
    own["activity"] = _linked(by, owner, links, kind="note", body="known note")
    own["call"] = _linked(by, owner, links, kind="call", body="known call")
    # Done, for an open one would show its assignee the hidden records.
    own["task"] = _linked(by, owner, links, kind="task", subject="known task", status="done")
    return own


def _linked(by: User, owner: User, links: list[tuple[str, int]], **values: Any) -> Any:
    activity = make_activity(by=by, owner=owner, **values)
    rows = activity.links.model
    rows.objects.bulk_create([rows(activity=activity, **{f"{kind}_id": pk}) for kind, pk in links])
    return activity


def _mark_set_up(business: Business) -> None:
    for model in (Pipeline, Stage, LookupValue):
        model.objects.update(name="ZZ_B_name", name_de="ZZ_B_name_de")
    for number, branch in enumerate(Branch.objects.filter(business_id=business.pk)):
        Branch.objects.filter(pk=branch.pk).update(name=f"ZZ_B_branch{number}")
    Business.objects.filter(pk=business.pk).update(name="ZZ_B_business")
    create_tag(by=_administrator(business), values={"name": "ZZ_B_tag"})
    assert Tag.objects.filter(name="ZZ_B_tag").exists()


def _administrator(business: Business) -> User:
    return User.objects.select_related("role", "business", "branch").get(business_id=business.pk, role__key="administrator")


def share(record: Any, action: str, world: World, **receiver: Any) -> None:
    """Let somebody view or change one record."""
    with in_business(world.business):
        share_record(record=record, action=action, by=world.manager, **receiver)


def state(scene: Scene) -> dict[str, Any]:
    """What a refusal must leave as it was: how many events, and every record's version and place."""
    found: dict[str, Any] = {}
    for business in (scene.world.business, scene.world.other):
        with in_business(business):
            found[f"events {business.pk}"] = Event.objects.count()
            for which in ("own", "plain", "trashed", "hidden", "named", "foreign"):
                for kind, row in getattr(scene, which).items():
                    if row.business_id == business.pk:
                        kept = type(row).objects.filter(pk=row.pk).values_list("version", "owner_id", "deleted_at").first()
                        found[f"{which} {kind}"] = kept
    return found
