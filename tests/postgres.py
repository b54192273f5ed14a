"""A PostgreSQL of the tests' own, made in a temporary folder and gone at the end.

`python -m tests.postgres pytest -n 2` runs a command beside it, with DATABASE_URL set to the role that makes and migrates
databases (`crm_owner`). The tests themselves run as `crm_app`, who owns nothing; neither is a superuser or has BYPASSRLS.
The server listens on a socket in that folder only, so no port can clash. Works as root (the server then runs as
`postgres`) and as anybody else.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

PR_SET_PDEATHSIG = 1

# A database of a test run is thrown away: nothing needs to survive a power cut, and plans need no compiler.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",
}
ROLES = (
    "create role crm_owner login createdb",
    "create role crm_app login",
    # So that a connection of the owner can step down to the other role.
    "grant crm_app to crm_owner",
    "create database crm owner crm_owner",
)


def binaries() -> Path | None:
    """Return the folder of `initdb` and `postgres`: the one on PATH, else Debian's newest, else None."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True)
    return next((folder for folder in candidates if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def database_url(home: Path, role: str = "crm_owner", name: str = "crm") -> str:
    """Return the URL of a database of the server whose socket lies in `home`."""
    return f"postgres://{role}@{quote(str(home), safe='')}/{name}"


def wait_until_ready(home: Path, server: subprocess.Popen[bytes], seconds: float = 20) -> psycopg.Connection[Any]:
    """Return a superuser's connection as soon as the server takes one."""
    end = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(host=str(home), user="postgres", dbname="postgres", autocommit=True)
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > end:
                log = (home / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start:\n{log}") from error
            time.sleep(0.05)


def end_with_parent() -> None:
    """Ask Linux to stop the server when this process dies, even of kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


@contextlib.contextmanager
def postgres(settings: Mapping[str, str] = SERVER_OPTIONS) -> Iterator[Path]:
    """Run a throwaway server with these settings; yields the folder of its socket. Raises RuntimeError where PostgreSQL is not installed."""
    folder = binaries()
    if folder is None:
        raise RuntimeError("No PostgreSQL on this machine: install it (Debian: apt-get install postgresql) or set DATABASE_URL.")
    # Short: a socket's path has room for about 100 letters.
    home = Path(tempfile.mkdtemp(prefix="crm-pg-", dir="/tmp"))
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    options: dict[str, Any] = {"env": environment, "cwd": home}
    if os.geteuid() == 0:
        # The server refuses to run as root.
        account = pwd.getpwnam("postgres")
        os.chown(home, account.pw_uid, account.pw_gid)
        options.update(user="postgres", group="postgres", extra_groups=[])
    data = home / "data"
    server = None
    try:
        initdb = [folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **options)
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (home / "log").open("wb") as log:
            command = [folder / "postgres", "-D", data, "-k", home, *arguments]
            # A session of its own: Ctrl-C reaches the tests, and the server goes when they are done.
            options.update(start_new_session=True, preexec_fn=end_with_parent)
            server = subprocess.Popen(command, stdout=log, stderr=log, **options)
        with wait_until_ready(home, server) as connection:
            for statement in ROLES:
                connection.execute(statement)
        yield home
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(home, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run `command` beside a throwaway server and return its exit code."""
    with postgres() as home:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": database_url(home)})
        # The terminal sends Ctrl-C to the child as well; we stay until it has ended, so that the server outlives it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda number, frame: child.send_signal(number))
        return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
