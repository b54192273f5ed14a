"""What the list's templates are given, and the out-of-band parts that a change on a board touches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.permissions import require
from dataviews import board, state, table
from dataviews.declare import REGISTRY, DataView
from dataviews.state import State


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a menu, a tab bar or a chip. `id` keeps the focus over a swap."""

    label: str | SafeString
    url: str
    is_current: bool = False
    id: str = ""
    name: str = ""


def view_of(request: HttpRequest, path: str) -> DataView:
    """The declared list of this path, which the reader's role lets see. Raises Http404, PermissionDenied."""
    view = REGISTRY.get(path)
    if view is None:
        raise Http404
    require(request.user, view.permission("view"))
    return view


def frame(current: State) -> dict[str, Any]:
    """What stands around the rows: tabs, chips, menus, the fields that the search form carries along."""
    view = current.view
    search = current.filters.values.get("search", "")
    return {
        "view": view,
        "state": current,
        "search": search,
        "carried": [(name, value) for name, value in current.params().items() if name != "search"],
        "chips": chips(current),
        "filter_url": current.address("filter/"),
        "clear_url": current.url(drop=current.filters.canonical()),
        "tabs": tabs(current),
        "sorts": sorts(current),
        "sort_label": sort_label(current),
        "groups": groups(current),
        "switches": switches(current),
        "page_sizes": sizes(current),
        "table_url": current.url(drop=("layout", "group", "sort")),
        "board_url": current.url(drop=("sort",), layout="board") if view.has_board else "",
        "totals_url": current.address("totals/"),
        "new_url": f"/{view.path}/new/",
        "can_add": current.user.has_perm(view.permission("add")),
    }


def chips(current: State) -> list[Link]:
    """The filters in words, each with the address without it. The search stands in its own box."""
    found = [chip for chip in current.filters.chips() if chip.field != "search"]
    return [Link(chip.text, current.url(drop=chip.names), id=chip.names[0], name=chip.label) for chip in found]


def tabs(current: State) -> list[Link]:
    """The views that everybody has. One is current when the filters are exactly its own."""
    now = current.filters.canonical()
    layout = "layout=board" if current.layout == "board" else ""
    found = []
    for default in current.view.defaults:
        own = QueryDict(default.query).dict()
        query = "&".join(part for part in (default.query, layout) if part)
        address = f"/{current.view.path}/" + (f"?{query}" if query else "")
        found.append(Link(str(default.label), address, own == now, f"tab-{default.key}"))
    return found


def sorts(current: State) -> list[Link]:
    """Every sort both ways, for boards and for phones, which show no column heads."""
    found = []
    for name, path in current.view.sorts.items():
        if path in current.hidden:
            continue
        for sign, word in (("", _("ascending")), ("-", _("descending"))):
            sort = sign + name
            label = _("%(column)s, %(direction)s") % {"column": current.view.column(name).label, "direction": word}
            found.append(Link(label, current.url(sort=sort), sort == current.sort, f"sort-{sort}"))
    return found


def sort_label(current: State) -> str:
    """The name of the first sort key."""
    name = current.sort.split(",")[0].removeprefix("-")
    return str(current.view.column(name).label) if name != "id" else _("Number")


def sizes(current: State) -> list[Link]:
    """How many rows a page may have."""
    return [
        Link(str(size), current.url(size=str(size) if size != state.SIZE else ""), size == current.size, f"size-{size}")
        for size in state.SIZES
    ]


def groups(current: State) -> list[Link]:
    """What the board may be grouped by."""
    return [
        Link(str(group.label), current.url(layout="board", group=group.name), group == current.group, f"group-{group.name}")
        for group in current.view.groups
    ]


def switches(current: State) -> list[Link]:
    """Other boards of the same grouping: the pipelines."""
    group = current.group
    if current.layout != "board" or group is None or group.switch is None:
        return []
    return [Link(switch.label, current.url(**switch.query), switch.is_current) for switch in group.switch(current)]


def emptiness(current: State, page: table.Page) -> dict[str, Any]:
    """Why there are no rows: nothing was ever made, or nothing matches, and then which filter to take out last."""
    if page.rows:
        return {}
    if not current.filters.values:
        return {"empty": "first"}
    found = current.filters.chips()
    words = strip_tags(" · ".join(chip.text for chip in found))
    return {"empty": "match", "without_last": current.url(drop=found[-1].names), "last_label": found[-1].label, "filters_text": words}


def fragments(request: HttpRequest, current: State, ids: Collection[int]) -> str:
    """The cards of these records as they are now, all lane heads and the grand total, out of band; cards that no longer
    stand on the board are taken out. In one place, so that nobody forgets the lane heads."""
    if current.layout != "board" or current.group is None:
        return ""
    now = board.heads(current)
    cards = board.cards(current, now, ids)
    out = [card.replace("<li ", '<li hx-swap-oob="true" ', 1) for card in cards.values()]
    out += [f'<li id="card-{pk}" hx-swap-oob="delete"></li>' for pk in ids if pk not in cards]
    context = {"view": current.view, "board": now, "state": current, "oob": True}
    out += [render_to_string("dataviews/board.html#lane-head", {**context, "lane": lane}, request) for lane in now.lanes]
    out.append(render_to_string("dataviews/board.html#grand", context, request))
    return "".join(out)


def toast(request: HttpRequest, text: str, *, tone: str = "", undo_url: str = "") -> str:
    """A toast out of band."""
    return render_to_string("components/toast_oob.html", {"text": text, "tone": tone, "undo_url": undo_url}, request)


def origin(request: HttpRequest, view: DataView) -> State:
    """The list that the request came from: htmx says its address, a plain form carries its query. Parsed like any URL."""
    htmx = getattr(request, "htmx", None)
    current = _said(htmx) if htmx else f"/{view.path}/?{request.POST.get('from') or request.GET.get('from', '')}"
    path, _mark, query = current.partition("?")
    return state.parse(view, request.user, QueryDict(query if path == f"/{view.path}/" else ""))


def _said(htmx: Any) -> str:
    """The address that htmx says it stands on; "" where that is none of ours, or none at all."""
    try:
        return htmx.current_url_abs_path or ""
    except ValueError:
        return ""
