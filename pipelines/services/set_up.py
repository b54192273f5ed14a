"""What a new business gets from this app, and what switching a module on brings."""

from __future__ import annotations

from core.permissions import Actor
from core.records import service
from pipelines.models import LookupValue
from pipelines.services.pipelines import add_pipeline_from_template
from pipelines.services.templates import LOOKUPS


@service
def set_up_pipelines(*, by: Actor) -> None:
    """Give the business being served the `sales` pipeline and the lookup lists; what is there stays as it is."""
    have = set(LookupValue.objects.values_list("list", "key"))
    LookupValue.objects.bulk_create(
        [
            LookupValue(list=list_name, key=key, name=name, name_de=name_de, color=color, order=order)
            for list_name, values in LOOKUPS.items()
            for order, (key, name, name_de, color) in enumerate(values)
            if (list_name, key) not in have
        ]
    )
    add_pipeline_from_template(key="sales", by=by)
