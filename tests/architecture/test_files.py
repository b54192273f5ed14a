"""Where things lie and how long they may be."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, apps, code, files, named, packages, parse, where, write

FILE_LINES, TEMPLATE_LINES, VIEW_LINES = 400, 150, 30

# Names that say nothing about what is inside, so that everything ends up there.
SAY_NOTHING = {"utils", "helpers", "common", "mixins", "managers", "signals"}

# What an app may hold, as a file or, once it grew, as a package.
LAYERS = {
    *("urls", "views", "api", "admin", "receivers", "tasks", "importers", "dataviews", "forms", "filters"),
    *("services", "selectors", "permissions", "models", "querysets", "rules", "events", "choices"),
}
OUTSIDE_THE_ORDER = {"__init__", "apps", "migrations", "management", "templatetags"}
SPECIAL = {"accounts": {"backends"}}


def too_long(root: Path) -> list[str]:
    """Return every file of more than 400 lines; migrations are written by Django."""
    found = []
    for path in files(root, "*.py"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES and "migrations" not in path.parts:
            found.append(f"{where(root, path)}: {lines} lines")
    return found


def long_templates(root: Path) -> list[str]:
    """Return every template of more than 150 lines."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files(root / "templates", "*.html")}
    return [f"{where(root, path)}: {lines} lines" for path, lines in lengths.items() if lines > TEMPLATE_LINES]


def long_views(root: Path) -> list[str]:
    """Return every function in views of more than 30 lines, its docstring and decorators not counted."""
    found = []
    for path in named(root, "views"):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (node.end_lineno or 0) - (body[0].lineno if body else node.lineno) + 1 + (node.body[0].lineno - node.lineno)
                if lines > VIEW_LINES:
                    found.append(f"{where(root, path, node)} {node.name}: {lines} lines")
    return found


def names_that_say_nothing(root: Path) -> list[str]:
    """Return every module, package or template folder with a forbidden name."""
    paths = {path for package in packages(root) for path in files(root / package, "*")} | set(files(root / "templates", "*"))
    return sorted(where(root, path) for path in paths if path.stem.lstrip("_") in SAY_NOTHING)


def unknown_files(root: Path) -> list[str]:
    """Return every file of an app that is none of the layers."""
    found = []
    for app in apps(root):
        allowed = LAYERS | OUTSIDE_THE_ORDER | SPECIAL.get(app, set())
        for path in sorted((root / app).iterdir()):
            is_code = path.suffix == ".py" or (path.is_dir() and any(path.glob("*.py")))
            if is_code and path.stem not in allowed:
                found.append(where(root, path))
    return found


def undocumented_modules(root: Path) -> list[str]:
    """Return every module that does not say in its first line what it is for."""
    written = [path for path in code(root) if path.name != "apps.py" and path.read_text(encoding="utf-8").strip()]
    return [where(root, path) for path in written if not ast.get_docstring(parse(path))]


RULES = {
    "files stay under 400 lines": too_long,
    "templates stay under 150 lines": long_templates,
    "views stay under 30 lines": long_views,
    "no name that says nothing": names_that_say_nothing,
    "apps hold only the known files": unknown_files,
    "every module says what it is for": undocumented_modules,
}

FAULTS = {
    "files stay under 400 lines": {"leads/services.py": "x = 1\n" * 401},
    "templates stay under 150 lines": {"templates/leads/list.html": "<p>\n" * 151},
    "views stay under 30 lines": {"leads/views.py": "def lead_list(request):\n" + "    x = 1\n" * 30},
    "no name that says nothing": {"core/utils.py": ""},
    "apps hold only the known files": {"leads/formatting.py": ""},
    "every module says what it is for": {"leads/rules.py": "x = 1\n"},
}


@pytest.mark.parametrize("rule", RULES)
def test_the_tree_keeps_the_rule(rule: str) -> None:
    assert RULES[rule](ROOT) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_planted_fault_breaks_the_rule(rule: str, tmp_path: Path) -> None:
    assert len(RULES[rule](write(tmp_path, FAULTS[rule]))) == 1
