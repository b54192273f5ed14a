"""The project as an app, for its system check."""

from django.apps import AppConfig
from django.core import checks

from crm_project.production import check_database


class ProjectConfig(AppConfig):
    """Registers what production refuses with Django's system checks."""

    name = "crm_project"

    def ready(self) -> None:
        """Add the check of the database."""
        checks.register(check_database)
