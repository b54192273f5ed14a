"""Importing a text as a file."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command


def import_text(kind: str, text: str, by: Any, plan: str = "", *, business: str = "", **options: Any) -> str:
    """Import the text as a CSV file, by the map `plan` (TOML). Gives the report."""
    with TemporaryDirectory() as folder:
        file, out = Path(folder) / "file.csv", StringIO()
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        if plan:
            options["map"] = Path(folder) / "plan.toml"
            options["map"].write_text(plan, encoding="utf-8")
        slug = business or by.business.slug
        call_command("import_csv", kind, str(file), business=slug, by=by.email, stdout=out, stderr=StringIO(), **options)
        return out.getvalue()


def lines(report: str) -> list[str]:
    """The report's lines with single blanks."""
    return [" ".join(line.split()) for line in report.splitlines()]
