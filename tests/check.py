"""The checks of `make check` that are not tests: each is run, all failures are shown, one failure fails the whole."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = Path(sys.executable).parent


def templates() -> list[str]:
    """Return the paths of all templates that git knows or would know."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", "*.html"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in listed if Path(path).exists()]


def production(folder: str) -> dict[str, str]:
    """Return the environment of a production as the deployment guide describes it, on an empty database."""
    return {
        "CRM_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "crm.example",
        "CRM_DATA_DIR": folder,
        "DATABASE_URL": "",
        "DEBUG": "",
    }


def checks(folder: str) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Return name → (command, additional environment)."""
    manage = [sys.executable, "manage.py"]
    local = {"CRM_DATA_DIR": folder, "DATABASE_URL": ""}
    found = templates()
    return {
        "format": ([str(TOOLS / "ruff"), "format", "--check", "."], {}),
        "lint": ([str(TOOLS / "ruff"), "check", "."], {}),
        "types": ([str(TOOLS / "mypy"), "."], local),
        "imports": ([str(TOOLS / "lint-imports"), "--no-cache"], {}),
        "templates": ([str(TOOLS / "djade"), "--check", "--target-version", "5.2", *found], {}) if found else (["true"], {}),
        "migrations": ([*manage, "makemigrations", "--check", "--dry-run"], local),
        "production": ([*manage, "check", "--deploy", "--fail-level", "WARNING"], production(folder)),
    }


def main() -> int:
    """Run every check and return 1 if one failed."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="crm-check-") as folder:
        for name, (command, extra) in checks(folder).items():
            done = subprocess.run(command, env={**os.environ, **extra}, capture_output=True, text=True)
            print(f"{name:<11}{'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout + done.stderr, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
