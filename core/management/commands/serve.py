"""`manage.py serve`: the web server and the job worker under one Ctrl-C."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command, get_commands
from django.core.management.base import BaseCommand

STOP_SECONDS = 10
PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> Callable[[], None]:
    """Return what a child does first: on Linux ask for SIGTERM when `parent` dies, however it dies (kill -9 included)."""

    def ask() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                # It died before we could ask.
                os.kill(os.getpid(), signal.SIGTERM)

    return ask


def stop(children: dict[subprocess.Popen[bytes], signal.Signals]) -> None:
    """Send each child its signal, wait, and kill the whole group of one that does not end in time."""
    for child, gently in children.items():
        if child.poll() is None:
            child.send_signal(gently)
    end = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


class Command(BaseCommand):
    help = "Start the web server and the job worker; one Ctrl-C ends both, and when one ends so does the other."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000), help="default: PORT, else 8000")
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1", help="default: HOST, else 127.0.0.1")
        parser.add_argument("--prepare", action="store_true", help="first migrate, and load the demo into an empty local database")

    def handle(self, *args: Any, port: int, host: str, prepare: bool, **options: Any) -> None:
        """Prepare, start both processes, say where they are, and wait for a signal or for one of them to end."""
        self.refuse_taken_port(host, port)
        if prepare:
            self.prepare()
        stopping: list[int] = []
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, lambda number, frame: stopping.append(number))
        # gunicorn takes TERM as "finish the open requests", the worker INT as "finish the running step".
        web, worker = self.start_web(host, port), self.start_worker()
        announced = False
        while not stopping and web.poll() is None and worker.poll() is None:
            if not announced and self.answers(host, port):
                announced = True
                self.announce(host, port)
            time.sleep(0.1)
        # One that ended by itself has said why on standard error; the exit code tells make.
        ended = None if stopping else ("web server" if web.poll() is not None else "worker")
        stop({web: signal.SIGTERM, worker: signal.SIGINT})
        if ended:
            raise CommandError(f"The {ended} ended by itself, so everything was stopped. What it said last stands above.")
        self.stdout.write("Stopped.")

    def refuse_taken_port(self, host: str, port: int) -> None:
        """Say in one sentence that the port is taken, before anything else starts."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(f"Port {port} cannot be used ({error.strerror}). Choose another: PORT={port + 1} make run") from error

    def prepare(self) -> None:
        """Bring the database to the code's shape; locally an empty one gets the demo business."""
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        if settings.PRODUCTION:
            call_command("collectstatic", verbosity=0, interactive=False)
        elif "demo" in get_commands():
            call_command("demo", if_empty=True)

    def start_web(self, host: str, port: int) -> subprocess.Popen[bytes]:
        """Start gunicorn. One loading of the code serves all its processes, which halves the start."""
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        command = [sys.executable, "-m", "gunicorn", settings.WSGI_APPLICATION.replace(".application", ":application")]
        command += [
            "--bind",
            address,
            "--workers",
            os.environ.get("WEB_CONCURRENCY") or "2",
            "--threads",
            os.environ.get("WEB_THREADS") or "8",
        ]
        command += ["--preload", "--no-control-socket", "--log-level", "warning", "--graceful-timeout", str(STOP_SECONDS - 2)]
        return self.start(command)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start the job worker."""
        return self.start([sys.executable, "manage.py", "work"])

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a child in a session of its own, so that Ctrl-C reaches only us and the order of ending is ours."""
        return subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True, preexec_fn=die_with(os.getpid()))

    def answers(self, host: str, port: int) -> bool:
        """Tell whether the web server takes connections."""
        try:
            with socket.create_connection((host if host != "0.0.0.0" else "127.0.0.1", port), timeout=0.2):
                return True
        except OSError:
            return False

    def announce(self, host: str, port: int) -> None:
        """Print the address, and locally who can sign in."""
        shown = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0") else host
        self.stdout.write(f"\nThe CRM is at http://{shown}:{port}/ (Ctrl-C stops it)\n")
        if not settings.PRODUCTION and "demo" in get_commands():
            call_command("demo", list_users=True)
        self.stdout.flush()
