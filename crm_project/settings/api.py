"""Django REST framework and the OpenAPI schema."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["core.api.wire.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.wire.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.authentication.Allowed"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.problems.problem",
    # One address per thing: no `.json` endings, no `?format=`.
    "URL_FORMAT_OVERRIDE": None,
    # OPTIONS would tell what a form shows; the schema tells it better.
    "DEFAULT_METADATA_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "TEST_REQUEST_RENDERER_CLASSES": ["core.api.wire.JSONRenderer", "rest_framework.renderers.MultiPartRenderer"],
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Sales CRM",
    "DESCRIPTION": "Leads, companies, contacts, opportunities and what happens around them.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "PREPROCESSING_HOOKS": ["core.api.schema.without_slash"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "PipelineKindEnum": "pipelines.choices.PipelineKind",
        "StageKindEnum": "pipelines.choices.StageKind",
        "ActivityKindEnum": "activities.choices.ActivityKind",
        "CallOutcomeEnum": "activities.choices.CallOutcome",
    },
    # Swagger UI comes from a package, never from a CDN.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
