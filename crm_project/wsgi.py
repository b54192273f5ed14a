"""The way in for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from crm_project.production import refuse_unsafe_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm_project.settings")
application = get_wsgi_application()
refuse_unsafe_database()
