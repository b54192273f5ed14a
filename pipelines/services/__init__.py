"""Every write of the set-up, and the machinery by which records enter stages."""

from pipelines.services.entering import MACHINE, check_has_required, enter_stage, leave_pipeline, log_first_stage
from pipelines.services.lists import (
    VALUE_FIELDS,
    create_lookup_value,
    delete_lookup_value,
    get_or_create_lookup_value,
    reorder_lookup_values,
    update_lookup_value,
)
from pipelines.services.pipelines import (
    PIPELINE_FIELDS,
    add_pipeline_from_template,
    create_pipeline,
    delete_pipeline,
    reorder_pipelines,
    update_pipeline,
)
from pipelines.services.set_up import set_up_pipelines
from pipelines.services.stages import STAGE_FIELDS, create_stage, delete_stage, reorder_stages, update_stage
from pipelines.services.tags import TAG_FIELDS, create_tag, delete_tag, get_or_create_tag, hang_tags, update_tag
from pipelines.services.templates import TEMPLATES

__all__ = [
    "MACHINE",
    "PIPELINE_FIELDS",
    "STAGE_FIELDS",
    "TAG_FIELDS",
    "TEMPLATES",
    "VALUE_FIELDS",
    "add_pipeline_from_template",
    "check_has_required",
    "create_lookup_value",
    "create_pipeline",
    "create_stage",
    "create_tag",
    "delete_lookup_value",
    "delete_pipeline",
    "delete_stage",
    "delete_tag",
    "enter_stage",
    "get_or_create_lookup_value",
    "get_or_create_tag",
    "hang_tags",
    "leave_pipeline",
    "log_first_stage",
    "reorder_lookup_values",
    "reorder_pipelines",
    "reorder_stages",
    "set_up_pipelines",
    "update_lookup_value",
    "update_pipeline",
    "update_stage",
    "update_tag",
]
