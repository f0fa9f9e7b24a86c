"""A load of HTTP/1.1 requests on loopback from one process: keep-alive connections, bounded in number and time."""

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

HOST = "127.0.0.1"
ROOT = Path(__file__).parent.parent.parent
LONGEST_RUN = 30.0  # Seconds; nobody asks for more.


@dataclass(frozen=True)
class Result:
    """What one run showed. `cpu` is the server's processor time a request, in milliseconds."""

    rate: float
    p50: float
    p95: float
    cpu: float
    size: int
    failures: int


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as an answer is complete; knows only answers with a Content-Length."""

    def __init__(self, requests: Iterator[bytes], run: "_Run") -> None:
        self._requests = requests
        self._run = run
        self._buffer = b""
        self._missing = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        if time.perf_counter() > self._run.until:
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._buffer += data
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            self._read_head(head)
            data, self._buffer = rest, b""
        self._missing -= len(data)
        if self._missing <= 0:
            self._missing = -1
            self._run.latencies.append(time.perf_counter() - self._sent)
            self._send()

    def _read_head(self, head: bytes) -> None:
        lines = head.split(b"\r\n")
        if lines[0].split()[1][:1] not in b"23":
            self._run.failures += 1
        self._missing = 0
        for line in lines[1:]:
            if line.lower().startswith(b"content-length:"):
                self._missing = self._run.size = int(line.split(b":")[1])

    def connection_lost(self, error: Exception | None) -> None:
        self._run.open -= 1
        if not self._run.open:
            self._run.finished.set()


class _Run:
    def __init__(self, clients: int, seconds: float) -> None:
        self.until = time.perf_counter() + min(seconds, LONGEST_RUN)
        self.open = clients
        self.latencies: list[float] = []
        self.failures = 0
        self.size = 0
        self.finished = asyncio.Event()


def measure(port: int, pid: int, requests: list[bytes], clients: int, seconds: float = 2.0) -> Result:
    """Send the requests in turn over and over from so many clients at once."""
    return asyncio.run(_measure(port, pid, requests, clients, seconds))


async def _measure(port: int, pid: int, requests: list[bytes], clients: int, seconds: float) -> Result:
    run, cpu, begun = _Run(clients, seconds), cpu_seconds(pid), time.perf_counter()
    turn = _in_turn(requests)
    loop = asyncio.get_running_loop()
    for _ in range(clients):
        await loop.create_connection(lambda: _Connection(turn, run), HOST, port)
    await run.finished.wait()
    took, count = time.perf_counter() - begun, len(run.latencies)
    milliseconds = sorted(1000 * latency for latency in run.latencies)
    return Result(
        rate=count / took,
        p50=median(milliseconds),
        p95=quantiles(milliseconds, n=20)[-1],
        cpu=1000 * (cpu_seconds(pid) - cpu) / count,
        size=run.size,
        failures=run.failures,
    )


def _in_turn(requests: list[bytes]) -> Iterator[bytes]:
    while True:
        yield from requests


def get(path: str, port: int, **headers: str) -> bytes:
    return _request("GET", path, port, headers, b"")


def post(path: str, port: int, body: str, **headers: str) -> bytes:
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    return _request("POST", path, port, {**kind, **headers}, body.encode())


def _request(method: str, path: str, port: int, headers: Mapping[str, str], body: bytes) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in {"Host": f"{HOST}:{port}", **named}.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without this process's own collections of garbage, which take longer than the answers that it times."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(factory: str, environment: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """A server process of one worker for this factory; gives its port and process id, and ends it."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", factory, "--factory", "--host", HOST, "--port", str(port)]
    command += ["--log-level", "error", "--no-access-log"]
    origin = {"REJOINDER_ORIGIN": f"http://{HOST}:{port}"}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **origin, **environment},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")
