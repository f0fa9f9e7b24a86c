"""`rejoinder serve` from its start to its end, as a program with its built-in PostgreSQL."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from app.actor import hash_token
from tests.cli_server import ROOT, SECONDS, Served, clear_away, connect, free_port, is_listening, rejoinder, serving

STOPPED_IN = 6.0  # Seconds, PostgreSQL included; requests in flight alone would have five.
SEED = ROOT / "tests" / "fixtures" / "three-positions"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the debate of the fixture, made by the first start of a server."""
    data = tmp_path_factory.mktemp("template")
    with serving(data, "--seed", str(SEED)) as first:
        assert "is loaded: 3 positions, 8 arguments." in first.said
        assert first.end(signal.SIGINT) == 0
    yield data
    shutil.rmtree(data)


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Iterator[Path]:
    copy = tmp_path / "data folder"
    subprocess.run(["cp", "-a", str(template), str(copy)], check=True)
    yield copy
    clear_away(copy)


def test_a_served_site_answers_and_leaves_nothing_behind(data: Path) -> None:
    with serving(data, "--seed", str(SEED)) as served:
        assert "is loaded and unchanged" in served.said
        for path in ("/health", "/", "/debates/old-railway-yard"):
            assert httpx.get(served.url + path).status_code == 200, path
        assert "server" not in httpx.get(served.url).headers
        assert served.end(signal.SIGINT) == 0
        assert served.has_left_nothing()
        assert re.search(rf"\n{served.url}/become-administrator/\S{{20,}}\n", served.said)


def test_a_second_server_on_the_folder_is_told_who_serves(data: Path) -> None:
    with serving(data) as served:
        answer = rejoinder("serve", "--port", str(free_port()), REJOINDER_DATA=str(data))
        assert answer.returncode == 1
        assert re.fullmatch(rf"rejoinder: .*process {served.process.pid}, {served.url}\n", answer.stderr)
        assert rejoinder("doctor", REJOINDER_DATA=str(data)).returncode == 0  # Other commands share the database.
        invited = rejoinder("users", "invite-administrator", REJOINDER_DATA=str(data)).stdout
        assert f"{served.url}/become-administrator/" in invited  # Not on the port that would be the default.
        assert httpx.get(f"{served.url}/health").status_code == 200
        assert served.end(signal.SIGHUP) == 0
        assert served.has_left_nothing()


def test_several_processes_answer_under_a_name_of_the_host(data: Path) -> None:
    with serving(data, "--workers", "2", REJOINDER_ORIGIN="http://debate.example.org") as served:
        assert served.origin == "http://debate.example.org"
        assert httpx.get(served.url).status_code == 421
        assert httpx.get(served.url, headers={"Host": "debate.example.org"}).status_code == 200
        assert served.end(signal.SIGTERM) == 0
        assert served.has_left_nothing()


def test_an_occupied_port_is_said_in_a_line(tmp_path: Path) -> None:
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        port = occupant.getsockname()[1]
        answer = rejoinder("serve", REJOINDER_DATA=str(tmp_path), PORT=str(port))
    assert answer.returncode == 1
    assert answer.stderr == (
        f"rejoinder: Port {port} is in use by another program. Choose another one with --port or PORT.\n"
    )


def test_processes_end_with_a_parent_that_is_killed(data: Path) -> None:
    with serving(data, "--workers", "2") as served:
        assert httpx.get(f"{served.url}/health").status_code == 200
        os.kill(served.process.pid, signal.SIGKILL)
        wait_until(lambda: not is_listening(served.port))


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_nothing_acknowledged_is_lost_when_it_is_killed(data: Path) -> None:
    with serving(data) as served:
        with connect(data) as database:
            arguments = sign_in(database)
        acknowledged = vote_until_killed(served, arguments)
    assert 0 < len(acknowledged) <= len(arguments)
    with serving(data) as served, connect(data) as database:
        kept = dict(database.execute("SELECT argument_id, value FROM votes").fetchall())
        assert {id_: kept[id_] for id_ in acknowledged} == acknowledged
        doctor = rejoinder("doctor", REJOINDER_DATA=str(data))
        assert doctor.returncode == 0, doctor.stdout


TOKEN = "a token of the tests"
ROUNDS = 1_000  # More than there is time for.


def sign_in(database: psycopg.Connection[Any]) -> list[int]:
    """Give somebody a session, and all arguments to vote on."""
    user = "INSERT INTO users (username, display_name, password_hash) VALUES ('voter', 'Voter', '') RETURNING id"
    (user_id,) = database.execute(user).fetchone()  # type: ignore[misc]
    session = "INSERT INTO sessions (user_id, token_hash, user_agent, expires_at) VALUES (%s, %s, '', now() + '1 h')"
    database.execute(session, [user_id, hash_token(TOKEN)])
    return [id_ for (id_,) in database.execute("SELECT id FROM arguments ORDER BY id")]


def vote_until_killed(served: Served, arguments: list[int]) -> dict[int, str]:
    """The last acknowledged vote on each argument, but not on the one that was under way."""
    acknowledged: dict[int, str] = {}
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"session={TOKEN}"}
    with httpx.Client(base_url=served.url, headers=headers) as client:
        for number in range(ROUNDS):
            if number == 1:
                subprocess.Popen(["sh", "-c", f"sleep 0.2; kill -9 {served.process.pid}"])
            for argument in arguments:
                value = ("agree", "disagree", "pass")[number % 3]
                acknowledged.pop(argument, None)
                path = f"/debates/old-railway-yard/arguments/{argument}/vote"
                try:
                    answer = client.post(path, data={"value": value})
                except httpx.TransportError:
                    return acknowledged
                assert answer.status_code == 303, answer.text
                acknowledged[argument] = value
    raise AssertionError("It was not killed.")


@pytest.mark.parametrize("workers", [[], ["--workers", "2"]])
def test_open_streams_end_at_once_when_the_server_is_told_to_stop(data: Path, workers: list[str]) -> None:
    with serving(data, *workers) as served, ExitStack() as streams:
        opened = [
            streams.enter_context(httpx.stream("GET", f"{served.url}/debates/old-railway-yard/live", timeout=SECONDS))
            for _ in range(50)
        ]
        for each in opened:
            assert each.status_code == 200
            assert next(each.iter_raw()).startswith(b"retry: ")
        begun = time.monotonic()
        assert served.end(signal.SIGINT) == 0
        assert time.monotonic() - begun < STOPPED_IN
        assert served.has_left_nothing()
