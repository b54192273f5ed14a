"""Build every search entry again from the records: after a restore, or a change of what an entry holds."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from core import context, search
from core.models import SearchEntry
from core.record import Record


class Command(BaseCommand):
    help = "Rebuild all search entries."

    def handle(self, *args: Any, **options: Any) -> None:
        kinds = [m for m in apps.get_models() if issubclass(m, Record) and m.search_number]
        for business in apps.get_model("accounts.Business").objects.order_by("pk"):
            with context.in_business(business):
                SearchEntry.objects.filter(business_id=business.pk).delete()
                for model in kinds:
                    rows = model.objects.filter(deleted_at=None).select_related(*model.search_related)
                    batch: list[Record] = []
                    for row in rows.iterator(chunk_size=1000):
                        batch.append(row)
                        if len(batch) == 1000:
                            search.remember(batch)
                            batch = []
                    search.remember(batch)
            self.stdout.write(f"{business.slug}: done")
