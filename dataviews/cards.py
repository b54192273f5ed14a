"""The frame of a board card. A record type's card says what stands in it; moving, focus and testing are the same for all."""

from __future__ import annotations

from html import escape as e

from django.utils.translation import gettext as _

from dataviews.cells import Cell, Ctx, Row, avatar, due_mark, icon
from dataviews.formats import NBSP


class Card(Cell):
    """`fields` beside those of the frame. `title` names the record; `body` is markup of what stands under it.

    The link covers the card and is what takes focus; the Move control is a plain link to a small form, which board.js
    makes a menu. Cards that the reader may not change have none, and do not lift.
    """

    path = ""
    FRAME = ("id", "version", "reference", "can_change")

    def title(self, row: Row, ctx: Ctx) -> str:
        return str(row["name"] or row["reference"])

    def idle(self, row: Row, ctx: Ctx) -> bool:
        """Is the card older in its lane than the lane allows?"""
        return False

    def body(self, row: Row, ctx: Ctx) -> str:
        raise NotImplementedError

    def html(self, row: Row, ctx: Ctx) -> str:
        pk, name = row["id"], e(self.title(row, ctx))
        lane = e(ctx.lane.key) if ctx.lane else ""
        keys = ' aria-keyshortcuts="Shift+ArrowLeft Shift+ArrowRight M" aria-describedby="board-help"' if row["can_change"] else ""
        link = f'<a id="cl-{pk}" class="deal__link" href="/{self.path}/{pk}/" draggable="false"{keys}>{name}</a>'
        idle = ' data-rot data-tone="red"' if self.idle(row, ctx) else ""
        return (
            f'<li class="deal" id="card-{pk}" data-testid="kanban-card-{pk}" data-pk="{pk}" data-version="{row["version"]}" '
            f'data-lane="{lane}"{idle}><div class="deal__head">{link}{self._move(row, name, lane)}</div>'
            f'<div class="deal__body">{self.body(row, ctx)}</div></li>'
        )

    def _move(self, row: Row, name: str, lane: str) -> str:
        if not row["can_change"]:
            return ""
        pk, said = row["id"], e(_("Move %(name)s")) % {"name": name}
        return (
            f'<a id="mv-{pk}" class="deal__move" href="/{self.path}/{pk}/move/?from={lane}" draggable="false" role="button" '
            f'aria-label="{said}">{icon("move", "")}</a>'
        )


def money_line(left: str, right: str) -> str:
    """The amount and, at the end of the line, a date; both are markup already."""
    return f'<div class="deal__money"><b>{left}</b><small>{right}</small></div>'


def foot(row: Row, ctx: Ctx, age: str = "") -> str:
    """Owner, next step, age."""
    owner = ctx.lists.label("user", row["owner_id"])
    who = f'{avatar(owner, row["owner_id"])}<span class="vh">{e(owner)}.</span>' if owner else ""
    return f'<div class="deal__foot">{who}{due_mark(row["next_step_at"], row["next_step"], ctx, ": ")}{age}</div>'


def age_mark(days: int, limit: int | None) -> str:
    """'12 d', and in red with a clock when that is over the lane's limit of idle days."""
    age = e(_("%(days)s d") % {"days": days}).replace(" ", NBSP)
    if limit is not None and days > limit:
        said = e(_("in stage, over the limit of %d") % limit)
        return f'<span class="age" data-tone="red">{icon("clock")}{age}<span class="vh"> {said}</span></span>'
    said = e(_("in stage"))
    return f'<span class="age">{age}<span class="vh"> {said}</span></span>'
