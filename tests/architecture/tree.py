"""Reading the source tree. Every rule takes the root of a tree, so that a planted fault can prove it on a small one."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ("core", "dataviews", "exchange")
GENERATED = {".venv", "var", ".git", "node_modules", "__pycache__"}


def known_packages() -> list[str]:
    """Return the packages that pyproject.toml names for import-linter: all of ours, lowest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages: list[str] = settings["tool"]["importlinter"]["root_packages"]
    return packages


def packages(root: Path) -> list[str]:
    """Return those of our packages that `root` has."""
    return [name for name in known_packages() if (root / name / "__init__.py").exists()]


def apps(root: Path) -> list[str]:
    """Return the packages with business knowledge: neither an engine nor the project."""
    return [name for name in packages(root) if name not in (*ENGINES, "crm_project")]


def files(root: Path, pattern: str) -> Iterator[Path]:
    """Yield the files of a tree that people wrote."""
    for path in sorted(root.rglob(pattern)):
        if not GENERATED & set(path.relative_to(root).parts):
            yield path


def code(root: Path) -> Iterator[Path]:
    """Yield the Python files of our packages, migrations left out."""
    for package in packages(root):
        yield from (path for path in files(root / package, "*.py") if "migrations" not in path.parts)


def named(root: Path, *layers: str) -> Iterator[Path]:
    """Yield the files of these layers in every package: `services.py` as well as everything in `services/`."""
    for path in code(root):
        if path.relative_to(root).with_suffix("").parts[1] in layers:
            yield path


def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def where(root: Path, path: Path, node: ast.AST | None = None) -> str:
    """Return `app/file.py` or `app/file.py:12`, as editors take it."""
    line = getattr(node, "lineno", None)
    return f"{path.relative_to(root)}:{line}" if line else str(path.relative_to(root))


def write(root: Path, sources: dict[str, str]) -> Path:
    """Make a small tree for a planted fault; every folder with Python in it becomes a package."""
    for name, text in sources.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for folder in path.relative_to(root).parents if name.endswith(".py") else ():
            if folder != Path():
                (root / folder / "__init__.py").touch()
    return root
