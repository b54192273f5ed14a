"""What we stand on: every dependency has its reason, and what is installed is what was locked."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, write

PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def without_reason(root: Path) -> list[str]:
    """Return every dependency that has no comment on the line above it."""
    found = []
    for path in sorted((root / "requirements").glob("*.in")):
        lines = path.read_text().splitlines()
        asked = [number for number, line in enumerate(lines) if line and not line.startswith(("#", "-r "))]
        found += [f"{path.name}: {lines[number]}" for number in asked if number == 0 or not lines[number - 1].startswith("# ")]
    return found


def unlocked(root: Path) -> list[str]:
    """Return every line of the locks that names an address, or a package without a hash, or two versions of one package."""
    found = []
    core, dev = ((root / "requirements" / name).read_text() for name in ("core.txt", "dev.txt"))
    for text in (core, dev):
        found += [line for line in text.splitlines() if "://" in line or line.startswith("-")]
        found += [entry.split()[0] for entry in re.split(r"\n(?=\S)", text) if PINNED.match(entry) and "--hash=sha256:" not in entry]
    found += [f"{name}=={version}" for name, version in set(PINNED.findall(core)) - set(PINNED.findall(dev))]
    return found


def test_every_dependency_has_its_reason_above_it() -> None:
    assert without_reason(ROOT) == []


def test_every_package_is_locked_by_hash_and_from_no_address() -> None:
    assert unlocked(ROOT) == []


@pytest.mark.parametrize(("text", "found"), [("# Why.\none\ntwo\n", ["core.in: two"]), ("one\n", ["core.in: one"]), ("# Why.\none\n", [])])
def test_a_planted_dependency_without_reason_is_found(tmp_path: Path, text: str, found: list[str]) -> None:
    assert without_reason(write(tmp_path, {"requirements/core.in": text})) == found


@pytest.mark.parametrize(
    ("core", "dev", "found"),
    [
        ("one==1 \\\n    --hash=sha256:aa\n", "one==1 \\\n    --hash=sha256:aa\n", []),
        ("one==1\n", "one==1 \\\n    --hash=sha256:aa\n", ["one==1"]),
        ("one==1 \\\n    --hash=sha256:aa\n", "one==2 \\\n    --hash=sha256:aa\n", ["one==1"]),
        ("--index-url https://packages.example\n", "", ["--index-url https://packages.example"]),
    ],
)
def test_a_planted_loose_lock_is_found(tmp_path: Path, core: str, dev: str, found: list[str]) -> None:
    assert unlocked(write(tmp_path, {"requirements/core.txt": core, "requirements/dev.txt": dev})) == found
