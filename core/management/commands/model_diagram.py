"""docs/model.md from the models: run it after a model changed. A test fails when the page is stale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import models

PAGE = Path(settings.BASE_DIR) / "docs" / "model.md"
HOUSE = ("core", "accounts", "pipelines", "activities", "contacts", "opportunities", "leads")
# In every record or in the house's own plumbing: naming them in each box would hide what differs.
QUIET = {"business", "created_by", "deleted_by", "owner", "branch"}
HEAD = """# The model

Made from the models by `manage.py model_diagram`; do not edit. Every record also has `business`, `owner`, `branch`,
`reference`, `created_at`, `updated_at`, `created_by`, `deleted_at`, `deleted_by` and `version`; the diagram leaves these and
the share tables (one per record type for people, one for branches) out.
"""


def page() -> str:
    """The whole page as Markdown with one Mermaid diagram and a table of fields per model."""
    shown = [m for label in HOUSE for m in apps.get_app_config(label).get_models() if not m.__name__.endswith("Share")]
    lines = [HEAD, "```mermaid", "erDiagram"]
    for model in shown:
        lines += _relations(model)
    lines += ["```", ""]
    for model in shown:
        lines += _table(model)
    return "\n".join(lines).rstrip() + "\n"


def _relations(model: Any) -> list[str]:
    lines = []
    for field in model._meta.local_concrete_fields:
        if field.is_relation and field.name not in QUIET and field.related_model._meta.app_label in HOUSE:
            left = "|o" if field.null else "||"
            right = "|o" if field.one_to_one else "o{"
            lines.append(f"    {field.related_model.__name__} {left}--{right} {model.__name__} : {field.name}")
    return lines


def _table(model: Any) -> list[str]:
    about = (model.__doc__ or "").strip().splitlines()
    first = "" if not about or about[0].startswith(f"{model.__name__}(") else f"{about[0]}\n"
    lines = [f"## {model._meta.label}", "", *([first] if first else []), "| field | type | |", "| --- | --- | --- |"]
    for field in model._meta.local_concrete_fields:
        kind = type(field).__name__
        if field.is_relation:
            kind = f"→ {field.related_model.__name__}"
        elif isinstance(field, models.CharField) and field.max_length:
            kind = f"text({field.max_length})"
        elif isinstance(field, models.DecimalField):
            kind = f"decimal({field.max_digits},{field.decimal_places})"
        lines.append(f"| {field.name} | {kind} | {'may be empty' if field.null else ''} |")
    return [*lines, ""]


class Command(BaseCommand):
    help = "Write docs/model.md from the models."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if check:
            current = PAGE.exists() and PAGE.read_text() == page()
            self.stdout.write("up to date" if current else "stale: run manage.py model_diagram")
            return
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page())
        self.stdout.write(f"{PAGE.relative_to(settings.BASE_DIR)} written")
