"""The product's own settings, with what tests need otherwise: a data folder of their own and a fast password hash."""

import atexit
import os
import shutil
import tempfile

# Set before the settings are read. Parallel workers inherit it, so one run has one folder, removed by its first process.
if "CRM_TEST_DATA_DIR" not in os.environ:
    os.environ["CRM_TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="crm-tests-")
    atexit.register(shutil.rmtree, os.environ["CRM_TEST_DATA_DIR"], ignore_errors=True)
os.environ["CRM_DATA_DIR"] = os.environ["CRM_TEST_DATA_DIR"]
os.environ["CRM_ENV"] = "local"

from crm_project.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Query counts must not depend on what ran before; tests/dataviews/test_lists.py tries the keeping itself.
LISTS_KEPT = 0
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# A file and not memory: tests with real threads need real locks.
if DATABASES["default"]["ENGINE"] == "core.backends.sqlite":
    DATABASES["default"]["TEST"] = {"NAME": str(CRM_DATA_DIR / "test.sqlite3")}
