"""Templates: nothing inline (the content security policy would block it), none unused."""

import re
from pathlib import Path

import pytest

from tests.architecture import allowed
from tests.architecture.tree import ROOT, code, files, where, write

INLINE = {
    "a script without src": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\s(hx-)?on[a-z:-]+\s*=", re.IGNORECASE),
    "a javascript address": re.compile(r"[\"']javascript:", re.IGNORECASE),
    "an htmx expression": re.compile(r"hx-(vals|headers)\s*=\s*[\"']js:|hx-trigger\s*=\s*\"[^\"]*\[", re.IGNORECASE),
}
COMMENTS = re.compile(r"{#.*?#}|{% comment.*?%}.*?{% endcomment %}|<!--.*?-->", re.DOTALL)


def inline_code(root: Path) -> list[str]:
    """Return every inline script, style or handler; mails carry their styles with them, as their readers need."""
    found = []
    for path in files(root / "templates", "*.html"):
        if "emails" in path.parts:
            continue
        text = COMMENTS.sub("", path.read_text(encoding="utf-8"))
        found += [f"{where(root, path)}: {what}" for what, pattern in INLINE.items() if pattern.search(text)]
    return found


def unused_templates(root: Path) -> list[str]:
    """Return every template whose path stands in no string of code or of another template."""
    templates = [path.relative_to(root / "templates").as_posix() for path in files(root / "templates", "*.html")]
    readers = [*code(root), *files(root / "templates", "*.html"), *files(root / "templates", "*.txt")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in readers)
    own = [name for name in templates if not name.startswith(tuple(allowed.LOADED_BY_PACKAGES))]
    return [name for name in own if not re.search(rf"[\"']{re.escape(name)}[\"'#]", text)]


def foreign_addresses(root: Path) -> list[str]:
    """Return every template that would load something from another host."""
    pattern = re.compile(r"<(script|link|img|iframe|source)\b[^>]*\s(src|href)\s*=\s*[\"'](https?:)?//", re.IGNORECASE)
    return [where(root, path) for path in files(root / "templates", "*.html") if pattern.search(path.read_text(encoding="utf-8"))]


RULES = {"nothing inline": inline_code, "no unused template": unused_templates, "nothing from another host": foreign_addresses}

USED = {"leads/views.py": "render(request, 'leads/list.html')"}
FAULTS = [
    ("nothing inline", {"templates/leads/list.html": "<script>alert(1)</script>"}),
    ("nothing inline", {"templates/leads/list.html": "<style>p {}</style>"}),
    ("nothing inline", {"templates/leads/list.html": '<p class="x" style="color: red">'}),
    ("nothing inline", {"templates/leads/list.html": '<button type="button" onclick="go()">'}),
    ("nothing inline", {"templates/leads/list.html": '<button hx-on:click="go()">'}),
    ("nothing inline", {"templates/leads/list.html": '<a href="javascript:go()">'}),
    ("no unused template", {"templates/leads/old.html": "<p>"}),
    ("nothing from another host", {"templates/base.html": '<script src="https://cdn.example/x.js"></script>'}),
]


@pytest.mark.parametrize("rule", RULES)
def test_the_templates_keep_the_rule(rule: str) -> None:
    assert RULES[rule](ROOT) == []


@pytest.mark.parametrize(("rule", "sources"), FAULTS)
def test_a_planted_fault_breaks_the_rule(rule: str, sources: dict[str, str], tmp_path: Path) -> None:
    assert len(RULES[rule](write(tmp_path, {**USED, **sources}))) == 1


def test_a_template_is_used_by_code_by_a_partial_and_by_another_template(tmp_path: Path) -> None:
    sources = {
        "leads/views.py": "render(request, 'leads/list.html#rows')",
        "templates/leads/list.html": '{% extends "base.html" %}{# style="no" #}<script src="{% static "js/app.js" %}"></script>',
        "templates/base.html": "<main data-on=1>",
    }
    assert [fault for rule in RULES.values() for fault in rule(write(tmp_path, sources))] == []
