"""Who may import whom: the contracts in pyproject.toml hold, and each of them is seen to break."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, known_packages, packages, write


def configuration(root: Path) -> str:
    """Return pyproject.toml without the packages that a partial tree does not have."""
    before, marker, contracts = (ROOT / "pyproject.toml").read_text().partition("[tool.importlinter]")
    assert marker, "pyproject.toml holds no import contracts"
    for package in set(known_packages()) - set(packages(root)):
        contracts = re.sub(rf'"{package}",?', "", contracts)
        contracts = re.sub(rf'"{package} \| |(?<=\w) \| {package}(?=")', lambda found: '"' if found[0].startswith('"') else "", contracts)
    return before + without_empty_contracts(marker + contracts)


def without_empty_contracts(text: str) -> str:
    """Drop contracts that are left without the modules they speak about."""
    head, *contracts = text.split("[[tool.importlinter.contracts]]")
    empty = re.compile(r"^(containers|source_modules) = \[\s*\]", re.MULTILINE)
    return "[[tool.importlinter.contracts]]".join([head, *(contract for contract in contracts if not empty.search(contract))])


def broken_contracts(root: Path, folder: Path) -> tuple[list[str], str]:
    """Run import-linter on a tree; returns the names of the broken contracts and the whole report."""
    file = folder / "contracts.toml"
    file.write_text(configuration(root))
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--config", str(file), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    report = done.stdout + done.stderr
    assert "Contracts: " in report, report
    return re.findall(r"^(.+?) BROKEN", report, re.MULTILINE), report


def test_imports_go_downwards_only(tmp_path: Path) -> None:
    broken, report = broken_contracts(ROOT, tmp_path)
    assert broken == [], report


@pytest.mark.parametrize(
    ("contract", "sources"),
    [
        ("Apps import downwards only", {"opportunities/services.py": "import leads.models", "leads/models.py": ""}),
        ("Inside an app files import downwards only", {"leads/models.py": "import leads.services", "leads/services.py": ""}),
        ("Inside an app files import downwards only", {"leads/formatting.py": ""}),
        ("Inside accounts the same", {"accounts/rules.py": "import accounts.models", "accounts/models.py": ""}),
        ("Business code knows no pages", {"leads/services.py": "import rest_framework.serializers"}),
        ("Business code knows no pages", {"leads/services.py": "import contacts.forms", "contacts/forms.py": ""}),
        ("Rules are plain Python", {"leads/rules.py": "import django.db.models"}),
        ("Only core imports guardian", {"leads/models.py": "import guardian.shortcuts"}),
    ],
)
def test_a_planted_import_is_refused(tmp_path: Path, contract: str, sources: dict[str, str]) -> None:
    root = write(tmp_path / "tree", {"core/context.py": "", **sources})
    broken, report = broken_contracts(root, tmp_path)
    assert [name for name in broken if name.startswith(contract)], report
