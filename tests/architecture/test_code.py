"""How code is written: services, saving, the trash, data migrations, reads in views."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import allowed
from tests.architecture.tree import ENGINES, ROOT, code, files, named, packages, parse, where, write


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield a module's functions without an underscore."""
    yield from (node for node in parse(path).body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))


def called(node: ast.Call) -> str:
    """Return the last part of what is called: `filter` of `Lead.objects.filter(…)`."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def calls(path: Path) -> Iterator[ast.Call]:
    """Yield every call in a file."""
    yield from (node for node in ast.walk(parse(path)) if isinstance(node, ast.Call))


def offered(path: Path) -> set[str]:
    """Return what the package around a module offers to others; a module by itself offers all that is public."""
    package = path.parent / "__init__.py"
    if path.parent.name != "services" or path == package:
        return {function.name for function in public_functions(path)}
    imports = [node for node in parse(package).body if isinstance(node, ast.ImportFrom)]
    return {name.name for node in imports for name in node.names} or {function.name for function in public_functions(path)}


def services_without_by(root: Path) -> list[str]:
    """Return every service that takes positional arguments, or does not insist on `by`."""
    found = []
    for path in named(root, "services"):
        services = offered(path)
        for function in (function for function in public_functions(path) if function.name in services):
            given = function.args
            insists = {argument.arg for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default is None}
            if given.args or given.posonlyargs or given.vararg or "by" not in insists:
                found.append(f"{where(root, path, function)} {function.name}")
    return found


def overridden_saves(root: Path) -> list[str]:
    """Return every class with a `save()` of its own: services write, and bulk writes would go round it."""
    found = []
    for path in code(root):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ClassDef):
                found += [f"{where(root, path, item)} {node.name}" for item in node.body if getattr(item, "name", "") == "save"]
    return found


def services_behind_the_package(root: Path) -> list[str]:
    """Return every import of a module inside another file's `services/`: what is not offered there is no service."""
    found = []
    for path in code(root):
        for node in ast.walk(parse(path)):
            parts = (node.module or "").split(".") if isinstance(node, ast.ImportFrom) else []
            inside = path.relative_to(root).parts[:2] == tuple(parts[:2])
            if len(parts) > 2 and parts[1] == "services" and not inside:
                found.append(where(root, path, node))
    return found


# Reads in which `deleted_at` would open a third door beside `visible_to` and `in_trash`. Writing it is a service's work.
DOORS = {"visible_to", "in_trash"}
READS = {"filter", "exclude", "get", "first", "aggregate", "annotate", "get_object_or_404", "Q"}


def third_doors_to_the_trash(root: Path) -> list[str]:
    """Return every read by `deleted_at` outside core and the two doors; conditions of constraints in models are none."""
    found = []
    for path in code(root):
        layer = path.relative_to(root).with_suffix("").parts
        doors = [node for node in ast.walk(parse(path)) if isinstance(node, ast.FunctionDef) and node.name in DOORS]
        behind = {(call.lineno, call.col_offset) for door in doors for call in ast.walk(door) if isinstance(call, ast.Call)}
        for call in calls(path):
            if (call.lineno, call.col_offset) in behind:
                continue
            by_trash = any((keyword.arg or "").split("__")[0] == "deleted_at" for keyword in call.keywords)
            constraint = called(call) == "Q" and "models" in layer
            if by_trash and called(call) in READS and not constraint and layer[0] != "core":
                found.append(where(root, path, call))
    return found


def data_migrations_without_everywhere(root: Path) -> list[str]:
    """Return every data migration that would see no rows under row-level security, and say nothing."""
    found = []
    for package in packages(root):
        for path in files(root / package / "migrations", "*.py"):
            names = {called(call) for call in calls(path)}
            if "RunPython" in names and "everywhere" not in names:
                found.append(where(root, path))
    return found


def callers_of_everywhere(root: Path) -> set[str]:
    """Return the files that act on every business at once."""
    return {
        where(root, path)
        for path in code(root)
        if any(called(call) == "everywhere" for call in calls(path))
        or any(isinstance(node, ast.FunctionDef) and node.name == "everywhere" for node in ast.walk(parse(path)))
    }


def unexplained_everywhere(root: Path) -> list[str]:
    """Return those of them that the list of exceptions does not explain."""
    return sorted(callers_of_everywhere(root) - set(allowed.EVERYWHERE))


# What may follow `.objects` where a request is answered: each narrows to what its user may see.
NARROWING = {"visible_to", "changeable_by", "in_trash", "of", "none"}


def unscoped_reads(root: Path) -> list[str]:
    """Return every `Model.objects` in views and API that is not narrowed at once."""
    found = []
    for path in named(root, "views", "api"):
        tree = parse(path)
        narrowed = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in NARROWING and isinstance(node.value, ast.Attribute)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ("objects", "_base_manager") and id(node) not in narrowed:
                found.append(where(root, path, node))
    return found


def functional_inline_imports(root: Path) -> list[str]:
    """Return every import inside a function: it hides a circle. Only an engine's apps.py has to wait for the models."""
    found = []
    for path in code(root):
        if path in [root / engine / "apps.py" for engine in ENGINES]:
            continue
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.FunctionDef):
                found += [where(root, path, item) for item in ast.walk(node) if isinstance(item, ast.Import | ast.ImportFrom)]
    return found


RULES = {
    "services are keyword-only and insist on by": services_without_by,
    "services are reached through their package": services_behind_the_package,
    "nobody overrides save": overridden_saves,
    "the trash has two doors": third_doors_to_the_trash,
    "data migrations say everywhere": data_migrations_without_everywhere,
    "everywhere is explained": unexplained_everywhere,
    "views and API read what is visible": unscoped_reads,
    "no import inside a function": functional_inline_imports,
}

FAULTS = {
    "services are keyword-only and insist on by": [
        {"leads/services.py": "def create_lead(name, *, by): ..."},
        {"leads/services.py": "def create_lead(*, name): ..."},
        {"leads/services/conversion.py": "def convert_lead(*, lead, by=None): ..."},
    ],
    "services are reached through their package": [
        {"leads/views.py": "from leads.services.conversion import _lock", "leads/services/conversion.py": ""}
    ],
    "nobody overrides save": [{"leads/models.py": "class Lead:\n    def save(self): ..."}],
    "the trash has two doors": [
        {"leads/selectors.py": "Lead.objects.filter(deleted_at=None)"},
        {"leads/querysets.py": "self.exclude(deleted_at__isnull=False)"},
        {"leads/views.py": "Q(deleted_at__isnull=True)"},
    ],
    "data migrations say everywhere": [{"leads/migrations/0002_fill.py": "migrations.RunPython(fill)", "leads/apps.py": ""}],
    "everywhere is explained": [{"leads/tasks.py": "with everywhere('all leads'): ..."}],
    "views and API read what is visible": [
        {"leads/views.py": "Lead.objects.get(pk=pk)"},
        {"leads/api.py": "class LeadViewSet:\n    queryset = Lead.objects.all()"},
    ],
    "no import inside a function": [{"leads/services.py": "def create_lead(*, by):\n    from leads import tasks"}],
}


@pytest.mark.parametrize("rule", RULES)
def test_the_tree_keeps_the_rule(rule: str) -> None:
    assert RULES[rule](ROOT) == []


@pytest.mark.parametrize(("rule", "sources"), [(rule, sources) for rule, planted in FAULTS.items() for sources in planted])
def test_a_planted_fault_breaks_the_rule(rule: str, sources: dict[str, str], tmp_path: Path) -> None:
    assert len(RULES[rule](write(tmp_path, sources))) == 1


def test_what_is_narrowed_or_written_is_no_fault(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "leads/views.py": "Lead.objects.visible_to(user).get(pk=pk)",
            "leads/models.py": "UniqueConstraint(condition=Q(deleted_at__isnull=True))",
            "contacts/services/__init__.py": "from contacts.services.people import create_contact",
            "contacts/services/people.py": "def create_contact(*, by): ...\ndef rows(names): ...",
            "leads/services.py": "def _lock(lead): ...\ndef trash_lead(*, lead, by, now=None): save(deleted_at=now)",
            "activities/querysets.py": "class Q:\n    def in_trash(self, user):\n        return self.exclude(deleted_at=None)",
            "core/access.py": "rows.filter(deleted_at__isnull=True)",
        },
    )
    assert [fault for rule in RULES.values() for fault in rule(root)] == []


def test_no_exception_for_everywhere_is_stale() -> None:
    assert set(allowed.EVERYWHERE) - callers_of_everywhere(ROOT) == set()
