"""Small tags for templates: icons, initials, the current navigation link."""

from __future__ import annotations

import re
import zlib
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# Every tone but gray (means "nothing") and red (means "wrong"): what a face or a mark may be coloured with.
FACE_TONES = ("blue", "violet", "teal", "green", "amber", "pink")


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw symbol ``i-<name>`` of ``components/sprite.html``; ``size`` is "", "sm" or "lg".

    Always hidden from assistive technology: the words stand beside it or in the control's label.
    """
    css = f"icon icon--{size}" if size else "icon"
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', css, name)


@register.filter
def initials(name: Any) -> str:
    """Return one or two letters for an avatar: "Mara Lindqvist" -> "ML", "Fjordkraft" -> "F"."""
    words = re.findall(r"\w+", str(name or ""))
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def tone(key: Any) -> str:
    """Return a tone that stays the same for the same id or name, so that a face is known by its colour."""
    return FACE_TONES[zlib.crc32(str(key).encode()) % len(FACE_TONES)]


@register.simple_tag(takes_context=True)
def current(context: template.Context, prefix: str, layout: str | None = None) -> SafeString | str:
    """Return ``aria-current="page"`` when the request is at or below ``prefix``.

    ``layout`` tells the two entries of one list apart: "board" is current only there, "" only elsewhere.
    """
    request = context.get("request")
    if request is None:
        return ""
    here = request.path == prefix if prefix == "/" else request.path.startswith(prefix)
    on_board = request.GET.get("layout") == "board"
    if not here or (layout is not None and on_board != (layout == "board")):
        return ""
    return format_html('aria-current="{}"', "page")


# Widget kind (as Django names it) -> the class that styles it; a checkbox or radio is drawn by the browser.
CONTROL_CLASSES = {
    "select": "select",
    "selectmultiple": "select",
    "textarea": "textarea",
    "checkbox": "",
    "radioselect": "",
    "checkboxselectmultiple": "",
}


@register.filter
def control(field: BoundField) -> SafeString:
    """Render a bound field's widget in our look; Django adds ``aria-invalid`` and ``aria-describedby`` itself."""
    widget = field.field.widget
    kind = field.widget_type
    own = str(widget.attrs.get("class", ""))
    css = f"{CONTROL_CLASSES.get(kind, 'input')} {own}".strip()
    return field.as_widget(attrs={"class": css} if css else None)


@register.filter
def wrong_fields(form: BaseForm) -> list[BoundField]:
    """Return the visible fields with errors, in the form's order."""
    return [field for field in form.visible_fields() if field.errors]
