"""Registers the system checks of the engine. What apps declare is loaded by core's autodiscovery."""

from django.apps import AppConfig
from django.core.checks import register


class DataviewsConfig(AppConfig):
    name = "dataviews"

    def ready(self) -> None:
        from dataviews import checks  # noqa: PLC0415 (models are not ready when this module is imported)

        register(checks.check_declarations, "dataviews")
