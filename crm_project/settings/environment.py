"""What the environment says, read once: which world, where data lives, and the secret."""

import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent

CRM_ENV = env.str("CRM_ENV", default="local")
if CRM_ENV not in ("local", "production"):
    raise ImproperlyConfigured(f"CRM_ENV is {CRM_ENV!r}: set it to 'local' or 'production'.")
PRODUCTION = CRM_ENV == "production"

# Everything that the product writes beside the database: the SQLite files, the local secret, uploads, the job queue.
CRM_DATA_DIR = Path(env.str("CRM_DATA_DIR", default=str(BASE_DIR / "var"))).expanduser().resolve()

# What is refused in production is judged in security.py, where a sentence says what to set instead.
DEBUG = env.bool("DEBUG", default=False)


def local_secret(folder: Path) -> str:
    """Return the secret kept in `folder`, making it (readable by its owner only) the first time."""
    path = folder / "secret_key"
    folder.mkdir(parents=True, exist_ok=True)
    # Written beside its name and linked into place: of two first starts one wins, and nobody reads half a secret.
    if not path.exists():
        fresh = folder / f"secret_key.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


SECRET_KEY = env.str("SECRET_KEY", default="") or ("" if PRODUCTION else local_secret(CRM_DATA_DIR))
