"""The way in for an ASGI server; gunicorn with threads (wsgi.py) is what is measured and recommended."""

import os

from django.core.asgi import get_asgi_application

from crm_project.production import refuse_unsafe_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm_project.settings")
application = get_asgi_application()
refuse_unsafe_database()
