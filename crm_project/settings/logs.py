"""Logging to standard error: lines for people, or JSON for machines with CRM_LOG_FORMAT=json."""

from crm_project.settings.environment import env

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "crm_project.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": env.str("CRM_LOG_FORMAT", default="text")},
    },
    "root": {"handlers": ["stderr"], "level": env.str("CRM_LOG_LEVEL", default="INFO")},
    "loggers": {
        # Django's own handlers would print in DEBUG and mail administrators; one place is enough.
        "django": {"handlers": [], "propagate": True, "level": "INFO"},
        # Its start and stop, in many lines; the worker says what it does with jobs itself.
        "huey": {"level": "WARNING"},
        # Acting on every business is logged, but the worker does it every second.
        "core.context": {"level": "WARNING"},
        "django.server": {"handlers": [], "propagate": True},
    },
}
