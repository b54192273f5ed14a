"""The benchmark runs: on few rows, through every operation that the bars name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.postgresql
@pytest.mark.timeout(300)
def test_every_bar_is_measured_on_few_rows() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bench", "--rows", "2000", "--rounds", "2"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "crm_project.settings"},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    lines = run.stdout.splitlines()
    table = lines[next(number for number, line in enumerate(lines) if line.startswith("bar ")) + 1 :]
    assert [line.split()[0] for line in table if line[:1].isdigit() and "  " in line] == (
        ["1", "2", "2", "3", "3", "3", "3", "4", "4", "4", "4", "5", "6", "6", "6", "6", "7", "9", "9", "10", "13", "13", "15", "17"]
    )
    # Counts of queries do not depend on how many rows there are: these bars bind here too.
    for line in table:
        if line.startswith("4 "):
            assert line.rstrip().endswith("pass"), line
