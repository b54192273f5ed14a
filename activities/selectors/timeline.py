"""The timeline of a record: activities, stage changes and field changes in one order, in at most four queries.

Stage and field changes come from the event log, the one history of a record; activities from their own table, since
they change after they happened. Whoever calls has found the record visible to the user.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import BooleanField, Case, Count, DateTimeField, F, Q, QuerySet, When, Window
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.choices import ActivityKind
from activities.models import Activity, ActivityLink
from activities.querysets import KINDS, is_ahead, visible_links
from activities.selectors.history import Change, changes_of
from core.errors import RuleBroken
from core.models import Event
from core.record import Record
from dataviews.lists import Lists

STAGE, CHANGE = "stage", "change"
ALL_KINDS = frozenset({*ActivityKind.values, STAGE, CHANGE})
MOST_UPCOMING = 50
MOST = 500
_EVENT, _ACTIVITY = 0, 1  # at the same moment activities stand above what they changed


MOMENT = Coalesce("completed_at", "at", "created_at")  # when it happened or was done
TOTAL = Window(Count("pk"))


@dataclass(frozen=True)
class On:
    """Another record that an activity is on."""

    kind: str
    id: int
    name: str


@dataclass(frozen=True)
class Entry:
    """kind: one of the activity kinds, 'stage' or 'change'. what: the last word of the event's type ('created', 'moved',
    'assigned', …), 'upcoming' or 'happened' for activities. who: a name, '' for the machine. id: of the activity or event.

    activity carries `can_change`; on: its other records that the reader may see; changes: masked for readers without
    contacts.view_pii, the stage first.
    """

    kind: str
    what: str
    at: datetime
    who: str
    id: int
    activity: Activity | None = None
    on: tuple[On, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def cursor(self) -> str:
        """Where to read on after this entry: `before` of the next call."""
        return f"{self.at.astimezone(UTC).isoformat()}~{_EVENT if self.activity is None else _ACTIVITY}~{self.id}"


@dataclass(frozen=True)
class Timeline:
    """upcoming: open tasks and what is arranged, the soonest first (first page only). entries: newest first. older: how
    many more there are. before: the cursor that gives them, '' when there are none."""

    upcoming: tuple[Entry, ...] = ()
    entries: tuple[Entry, ...] = ()
    older: int = 0
    before: str = ""


@dataclass
class _Page:
    """What was asked for."""

    record: Record
    user: Any
    kinds: frozenset[str]
    now: datetime
    limit: int
    before: tuple[datetime, int, int] | None
    kind: str = field(init=False)

    def __post_init__(self) -> None:
        self.kind = str(self.record._meta.model_name)


def timeline(
    record: Record,
    user: Any,
    *,
    before: str | None = None,
    limit: int = 25,
    kinds: Collection[str] | None = None,
    now: datetime | None = None,
    lists: Lists | None = None,
) -> Timeline:
    """One page of a record's timeline. kinds: which to show, all by default. Raises RuleBroken for an unknown kind or a
    cursor that is none. lists: the small lists, where the caller reads them anyway."""
    asked = frozenset(kinds or ALL_KINDS)
    if asked - ALL_KINDS:
        raise RuleBroken({"kinds": _("Unknown: %s") % ", ".join(sorted(asked - ALL_KINDS))[:200]}, code="invalid")
    page = _Page(record, user, asked, now or timezone.now(), max(1, min(limit, MOST)), _read(before) if before else None)
    activities, events = _activities(page), _events(page)
    upcoming, happened = _both(page, activities)
    logged = list(events.select_related("actor").annotate(total=TOTAL).order_by("-at", "-pk")[: page.limit])
    on = _links(page, [row.pk for row in (*upcoming, *happened)])
    told = changes_of(record, logged, user=user, lists=lists)
    entries = [_of_activity(row, on) for row in happened] + [_of_event(row, told[row.pk]) for row in logged]
    entries.sort(key=_place, reverse=True)
    shown = tuple(entries[: page.limit])
    rest = sum(rows[0].total for rows in (happened, logged) if rows) - len(shown)
    return Timeline(
        upcoming=tuple(_of_activity(row, on, upcoming=True) for row in upcoming),
        entries=shown,
        older=rest,
        before=shown[-1].cursor if rest else "",
    )


def _read(cursor: str) -> tuple[datetime, int, int]:
    try:
        at, rank, pk = cursor.split("~")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or rank not in ("0", "1") or not 0 <= int(pk) < 2**63:
            raise ValueError(cursor)
        return moment, int(rank), int(pk)
    except ValueError:
        raise RuleBroken({"before": _("This place in the timeline does not exist.")}, code="cursor") from None


def _older(name: str, rank: int, before: tuple[datetime, int, int] | None) -> Q:
    """What comes after the cursor: (at, rank, id) descending."""
    if before is None:
        return Q()
    at, cursor_rank, pk = before
    same = Q(**{name: at})
    tie = Q(**{f"{name}__lt": at})
    if rank == cursor_rank:
        return tie | same & Q(pk__lt=pk)
    return tie | same if rank < cursor_rank else tie


def _activities(page: _Page) -> QuerySet:
    """What happened, was done or called off."""
    wanted = page.kinds & set(ActivityKind.values)
    rows = Activity.objects.visible_to(page.user).on(page.kind, page.record.pk).past(page.now).filter(kind__in=wanted)
    return rows.annotate(moment=MOMENT).filter(_older("moment", _ACTIVITY, page.before))


def _both(page: _Page, activities: QuerySet) -> tuple[list[Any], list[Any]]:
    """What is next, soonest first, and what happened, newest first. One read for the first page of a record with fewer
    plans than fit, which is every record that people keep; a second one for the others."""
    if page.before is not None:
        return [], list(_newest(_shown(activities, page.user).annotate(total=TOTAL), page.limit))
    wanted = page.kinds & set(ActivityKind.values)
    rows = Activity.objects.visible_to(page.user).on(page.kind, page.record.pk).filter(kind__in=wanted)
    ahead = Case(When(is_ahead(page.now), then=True), default=False, output_field=BooleanField())
    rows = rows.annotate(moment=MOMENT, due=Coalesce("due_at", "at"), ahead=ahead)
    # Counted over what happened alone: plans are not "older".
    rows = rows.annotate(total=Window(Count("pk"), partition_by=F("ahead")))
    soonest = Case(When(ahead=True, then=F("due")), output_field=DateTimeField())
    found = list(_shown(rows, page.user).order_by("-ahead", soonest.asc(nulls_last=True), "-moment", "-pk")[: page.limit + MOST_UPCOMING])
    upcoming = sorted((row for row in found if row.ahead), key=lambda row: (row.due is None, row.due or page.now, row.pk))
    happened = [row for row in found if not row.ahead][: page.limit]
    if len(upcoming) > MOST_UPCOMING:
        happened = list(_newest(_shown(activities, page.user).annotate(total=TOTAL), page.limit))
    return upcoming[:MOST_UPCOMING], happened


def _newest(rows: QuerySet, limit: int) -> QuerySet:
    return rows.order_by("-moment", "-pk")[:limit]


def _shown(rows: QuerySet, user: Any) -> QuerySet:
    return rows.select_related("owner", "assignee").with_may_change(user)  # type: ignore[attr-defined]


def _events(page: _Page) -> QuerySet:
    rows = Event.objects.filter(record_type=page.kind, record=page.record.pk).filter(_older("at", _EVENT, page.before))
    if not page.kinds & {STAGE, CHANGE}:
        return rows.none()
    moves = Q(changes__has_key="stage") & ~Q(type=f"{page.kind}.created")
    if STAGE not in page.kinds:
        return rows.exclude(moves)
    return rows if CHANGE in page.kinds else rows.filter(moves)


def _links(page: _Page, ids: list[int]) -> dict[int, list[On]]:
    """The other records of these activities, as far as the reader sees them."""
    found: dict[int, list[On]] = {}
    if not ids:
        return found
    rows = visible_links(ActivityLink, page.user).filter(activity_id__in=ids).exclude(**{page.kind: page.record.pk})
    for row in rows.select_related(*KINDS).order_by("pk"):
        record = getattr(row, row.kind)
        found.setdefault(row.activity_id, []).append(On(row.kind, record.pk, record.title))
    return found


def _of_activity(row: Any, on: dict[int, list[On]], *, upcoming: bool = False) -> Entry:
    at = (row.due_at or row.at or row.created_at) if upcoming else row.moment
    what = "upcoming" if upcoming else "happened"
    return Entry(kind=row.kind, what=what, at=at, who=row.owner.name, id=row.pk, activity=row, on=tuple(on.get(row.pk, ())))


def _of_event(row: Event, changes: tuple[Change, ...]) -> Entry:
    what = row.type.rpartition(".")[2]
    moved = any(change.field == "stage" for change in changes)
    who = row.actor.name if row.actor else ""
    return Entry(kind=STAGE if moved else CHANGE, what=what, at=row.at, who=who, id=row.pk, changes=changes)


def _place(entry: Entry) -> tuple[datetime, int, int]:
    return entry.at, _EVENT if entry.activity is None else _ACTIVITY, entry.id
