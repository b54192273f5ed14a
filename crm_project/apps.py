"""The project as an app, for its system check, and the admin with our own site."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core import checks

from crm_project.production import check_database


class ProjectConfig(AppConfig):
    """Registers what production refuses with Django's system checks."""

    name = "crm_project"
    default = True

    def ready(self) -> None:
        """Add the check of the database."""
        checks.register(check_database)


class CrmAdminConfig(admin_apps.AdminConfig):
    """Stands in INSTALLED_APPS in place of django.contrib.admin."""

    default = False
    default_site = "core.admin.CrmAdminSite"
