"""Loads what the apps declare, and keeps the walls in step after every migrate."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import walls  # noqa: PLC0415 (models are not ready when this module is imported)

        pre_migrate.connect(walls.before_migrate, sender=self)
        post_migrate.connect(walls.after_migrate, sender=self)
        autodiscover_modules("permissions", "receivers", "tasks", "importers", "dataviews")
