"""Importing a text as a file."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

Import = Callable[..., str]


@pytest.fixture
def import_text(tmp_path: Path) -> Import:
    """import_text(kind, text, by, plan="" (TOML), **options) -> the report."""

    def run(kind: str, text: str, by: object, plan: str = "", **options: object) -> str:
        file, out = tmp_path / "file.csv", StringIO()
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        if plan:
            (tmp_path / "plan.toml").write_text(plan)
            options["map"] = tmp_path / "plan.toml"
        business = options.pop("business", None) or by.business.slug  # type: ignore[attr-defined]
        call_command("import_csv", kind, str(file), business=business, by=by.email, stdout=out, stderr=StringIO(), **options)  # type: ignore[attr-defined]
        return out.getvalue()

    return run
