"""Pipelines with their stages, lookup lists and tags."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin import ParentAdmin, ServiceForm, ServiceInline, TenantAdmin
from pipelines import services
from pipelines.models import LookupValue, Pipeline, Stage, Tag
from pipelines.services import PIPELINE_FIELDS, STAGE_FIELDS, TAG_FIELDS, VALUE_FIELDS


class StageInline(ServiceInline):
    """Stages in their order. One that holds records is retired, or deleted from its own page with a successor."""

    model = Stage
    fields = ("key", *STAGE_FIELDS)
    ordering = ("order", "id")
    id_argument = "stage_id"
    create = staticmethod(services.create_stage)
    update = staticmethod(services.update_stage)

    def write(self, request: Any, form: ServiceForm, parent: Pipeline) -> Any:
        values = {name: given for name, given in form.changed_values().items() if name in (*STAGE_FIELDS, "key")}
        if form.instance.pk is None:
            return services.create_stage(pipeline_id=parent.pk, by=request.user, values=values)
        values.pop("key", None)
        return services.update_stage(stage_id=form.instance.pk, by=request.user, values=values)


@admin.register(Pipeline)
class PipelineAdmin(ParentAdmin):
    list_display = ("label", "kind", "key", "is_default", "is_active", "order")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "name_de", "key")
    fields = ("kind", "key", *PIPELINE_FIELDS)
    inlines = (StageInline,)
    create = staticmethod(services.create_pipeline)
    update = staticmethod(services.update_pipeline)
    id_argument = "pipeline_id"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("kind", "key") if obj else ()


@admin.register(Stage)
class StageAdmin(TenantAdmin):
    list_display = ("label", "pipeline", "kind", "probability", "order", "is_active")
    list_filter = (("pipeline", admin.RelatedOnlyFieldListFilter), "kind", "is_active")
    list_select_related = ("pipeline",)
    search_fields = ("name", "name_de", "key")
    ordering = ("pipeline", "order", "id")
    fields = ("pipeline", "key", *STAGE_FIELDS)
    readonly_fields = ("pipeline", "key")
    update = staticmethod(services.update_stage)
    delete = staticmethod(services.delete_stage)
    id_argument = "stage_id"


@admin.register(LookupValue)
class LookupValueAdmin(TenantAdmin):
    """The values of all lists. One in use is retired, not deleted."""

    list_display = ("label", "list", "key", "color", "order", "is_active")
    list_filter = ("list", "is_active")
    search_fields = ("name", "name_de", "key")
    ordering = ("list", "order", "id")
    fields = ("list", "key", *VALUE_FIELDS)
    actions = ("retire",)
    create = staticmethod(services.create_lookup_value)
    update = staticmethod(services.update_lookup_value)
    id_argument = "value_id"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("list", "key") if obj else ()

    @admin.action(description=_("Retire"), permissions=["change"])
    def retire(self, request: Any, queryset: QuerySet) -> None:
        done = ngettext("%(count)d value retired.", "%(count)d values retired.", queryset.count())
        self.run(
            request,
            queryset,
            lambda value: services.update_lookup_value(value_id=value.pk, by=request.user, values={"is_active": False}),
            done,
        )


@admin.register(Tag)
class TagAdmin(TenantAdmin):
    list_display = ("name", "color")
    search_fields = ("name",)
    fields = TAG_FIELDS
    create = staticmethod(services.create_tag)
    update = staticmethod(services.update_tag)
    delete = staticmethod(services.delete_tag)
    id_argument = "tag_id"
