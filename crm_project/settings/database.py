"""The database and the cache that every process shares."""

from urllib.parse import unquote

from crm_project.settings.environment import CRM_DATA_DIR, env

_url = env.str("DATABASE_URL", default="") or f"sqlite:///{CRM_DATA_DIR / 'crm.sqlite3'}"
_database = env.db_url_config(_url)
_database.update(
    ATOMIC_REQUESTS=True,
    # Opening a connection costs more than most requests; a health check makes a restarted database harmless.
    CONN_MAX_AGE=None,
    CONN_HEALTH_CHECKS=True,
)
_options = _database.setdefault("OPTIONS", {})
if "sqlite" in _database["ENGINE"]:
    _database["ENGINE"] = "core.backends.sqlite"
    # IMMEDIATE: a writer waits at its start for the one before it instead of failing in the middle. The backend begins
    # reading requests without it.
    _options.update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
    )
elif "postgresql" in _database["ENGINE"]:
    _database["ENGINE"] = "core.backends.postgresql"
    # A folder of Unix sockets stands in a URL as %2Fvar%2Frun%2Fpostgresql.
    _database["HOST"] = unquote(_database["HOST"])
    # Compiling a plan pays for reports of seconds, not for pages of milliseconds.
    _options.setdefault("options", "-c jit=off")

DATABASES = {"default": _database}

# Rate limits count over all processes, hence a cache that they share. `manage.py createcachetable` makes the table; it
# is one of the few without a business column.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}
