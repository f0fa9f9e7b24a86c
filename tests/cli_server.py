"""`rejoinder serve` in a process of its own, on a data folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from app import embedded_postgres, embedded_programs

ROOT = Path(__file__).parent.parent
READY = re.compile(r"Rejoinder serves (http://\S+)\n")
SECONDS = 60


def environment(**values: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REJOINDER_") and name != "PORT"}
    return {**kept, **values}


def rejoinder(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Any command, as a program."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments], check=False, cwd=ROOT, env=environment(**values),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Served:
    def __init__(self, data: Path, *arguments: str, **values: str) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port), *arguments], cwd=ROOT,
            env=environment(REJOINDER_DATA=str(data), **values), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=(data / "log").open("ab"), text=True, start_new_session=True,
        )  # fmt: skip
        self.said = ""
        while not (ready := READY.search(self.said)):
            line = self._read(line=True)
            assert line, (data / "log").read_text()
        self.origin = ready[1]

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        self._read()
        return self.process.wait(SECONDS)

    def _read(self, *, line: bool = False) -> str:
        assert self.process.stdout
        words = self.process.stdout.readline() if line else self.process.stdout.read()
        self.said += words
        return words

    def has_left_nothing(self) -> bool:
        return not is_listening(self.port) and not embedded_postgres._server_processes(self.data / "postgres")


@contextmanager
def serving(data: Path, *arguments: str, **values: str) -> Iterator[Served]:
    served = Served(data, *arguments, **values)
    try:
        yield served
    finally:
        with suppress(ProcessLookupError):
            os.killpg(served.process.pid, signal.SIGKILL)
        served.process.wait(SECONDS)


def connect(data: Path) -> psycopg.Connection[Any]:
    """To the built-in server of the folder, while it runs."""
    return psycopg.connect(host=str(_sockets(data)), port=5432, user="rejoinder", dbname="rejoinder", autocommit=True)


def clear_away(data: Path) -> None:
    for pid in embedded_postgres._server_processes(data / "postgres"):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    sockets = _sockets(data)
    for path in sockets.iterdir():
        path.unlink()
    sockets.rmdir()


def _sockets(data: Path) -> Path:
    cluster = data / "postgres"
    return embedded_programs.socket_folder(cluster, embedded_programs.server_account(cluster))
