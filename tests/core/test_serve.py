"""`manage.py serve` as it is typed: real processes, real signals."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm_project.settings.environment import BASE_DIR

PATIENCE = 30


def wait(condition: Callable[[], object], what: str) -> None:
    """Wait until the condition holds; fails with a word when it never does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited {PATIENCE} s for {what}"
        time.sleep(0.05)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    """Return an environment whose data lies in `folder`, in SQLite."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "crm_project.settings", "DATABASE_URL": "", "CRM_DATA_DIR": str(folder)}


class Serving:
    """One running `serve`, its port and the processes that it started."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.environment = environment(folder) | {"PORT": str(self.port)}
        self.log = folder / "serve.log"
        with self.log.open("w") as log:
            command = [sys.executable, "manage.py", "serve"]
            self.process = subprocess.Popen(command, cwd=BASE_DIR, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        wait(lambda: self.process.poll() is not None or "The CRM is at" in self.said(), "the address")
        assert self.process.poll() is None, self.said()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same data."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=BASE_DIR, env=self.environment, capture_output=True, text=True)

    def said(self) -> str:
        """Return what stands in the terminal."""
        return self.log.read_text()

    def children(self) -> list[int]:
        """Return the processes that `serve` started itself."""
        return [int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]

    def status(self) -> int:
        """Return the status of the login page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/login/", timeout=10) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended, or waits only for its parent to take note."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with empty tables, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("migrated")
    for command in (["migrate", "-v", "0"], ["createcachetable"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=BASE_DIR, env=environment(folder), check=True)
    return folder


@pytest.fixture
def serving(migrated: Path, tmp_path: Path) -> Iterator[Serving]:
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    started = Serving(tmp_path)
    yield started
    if started.process.poll() is None:
        os.killpg(started.process.pid, signal.SIGKILL)
        started.process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
class TestServe:
    def test_web_and_worker_start_and_one_ctrl_c_ends_both(self, serving: Serving) -> None:
        children = serving.children()
        assert len(children) == 2
        assert serving.status() == 200
        serving.process.send_signal(signal.SIGINT)
        assert serving.process.wait(PATIENCE) == 0
        assert [pid for pid in children if not is_gone(pid)] == []
        assert serving.said().splitlines()[-1] == "Stopped."

    def test_when_the_web_server_dies_all_ends_with_a_word(self, serving: Serving) -> None:
        children = serving.children()
        os.kill(children[0], signal.SIGKILL)
        assert serving.process.wait(PATIENCE) == 1
        wait(lambda: all(is_gone(pid) for pid in children), "the worker's end")
        assert "The web server ended by itself" in serving.said()

    def test_nothing_stays_behind_when_serve_itself_is_killed(self, serving: Serving) -> None:
        children = serving.children()
        serving.process.kill()
        serving.process.wait()
        wait(lambda: all(is_gone(pid) for pid in children), "the children's end")

    def test_a_taken_port_is_one_sentence(self, serving: Serving) -> None:
        second = serving.run("serve")
        assert second.returncode == 1
        assert second.stderr.strip().splitlines() == [
            f"CommandError: Port {serving.port} cannot be used (Address already in use). Choose another: PORT={serving.port + 1} make run"
        ]
