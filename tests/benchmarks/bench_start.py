"""How long a second start of `rejoinder serve` takes until it answers, against what it cannot do without."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from app.embedded_postgres import EmbeddedPostgres
from tests.cli_server import ROOT, serving

ROUNDS = 5
AIM_SECONDS = 5


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with serving(tmp_path, "--migrate", "--seed", str(ROOT / "tests/fixtures/three-positions")) as first:
        first.end(signal.SIGINT)
    return tmp_path


def test_second_start(data: Path) -> None:
    def serve() -> None:
        with serving(data, "--migrate", "--seed", str(ROOT / "tests/fixtures/three-positions")) as served:
            times["start"].append(time.perf_counter() - began)
            served.end(signal.SIGINT)

    def start_postgres() -> None:
        server = EmbeddedPostgres(data)
        server.start()
        times["PostgreSQL"].append(time.perf_counter() - began)
        server.stop()

    def import_program() -> None:
        subprocess.run([sys.executable, "-c", "import app.cli, app.main"], cwd=ROOT, check=True)
        times["import"].append(time.perf_counter() - began)

    times: dict[str, list[float]] = {"start": [], "PostgreSQL": [], "import": []}
    steps: list[Callable[[], None]] = [serve, start_postgres, import_program]
    for _ in range(ROUNDS):
        for step in steps:
            began = time.perf_counter()
            step()
    ours, limit = median(times["start"]), median(times["PostgreSQL"]) + median(times["import"])
    print(
        f"\nsecond start {ours:.2f} s (aim < {AIM_SECONDS} s) | import {median(times['import']):.2f} s"
        f" + PostgreSQL {median(times['PostgreSQL']):.2f} s = {limit:.2f} s | ratio {ours / limit:.2f}"
    )
