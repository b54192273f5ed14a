"""The job worker on the test database: `python -m tests.core.worker DATABASE-NAME`, started and killed by test_jobs.py."""

import sys

import django
from django.conf import settings
from django.core.management import call_command

if __name__ == "__main__":
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    __import__("tests.core.jobkinds")
    call_command("work", workers=1)
