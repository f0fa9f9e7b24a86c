"""With the real server: one template cluster is made, most tests work on a copy of it."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from sqlalchemy import make_url

from app import embedded_postgres, embedded_programs
from app.embedded_postgres import EmbeddedPostgres
from app.embedded_programs import EmbeddedPostgresError

ROOT = Path(__file__).parent.parent
IS_ROOT = os.geteuid() == 0  # Only root may start the server as somebody else.
ME = psutil.Process().username()

SERVE = """
import sys, pathlib
from app.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(pathlib.Path(sys.argv[1]))
try:
    print(server.start(), flush=True)
    sys.stdin.read()
except KeyboardInterrupt:
    pass
server.stop()
"""

SERVE_AS_NOBODY = """
import os, pwd
from app import embedded_postgres, embedded_programs
copy = embedded_programs._copy_for_everyone(embedded_programs._installed())
embedded_programs._installed = lambda: copy
nobody = pwd.getpwnam("nobody")
os.setgroups([])
os.setgid(nobody.pw_gid)
os.setuid(nobody.pw_uid)
"""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("template")
    server = EmbeddedPostgres(data)
    execute(server.start(), "CREATE TABLE kept (word text)")
    server.stop()
    return data


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Iterator[Path]:
    copy = copy_of(template, tmp_path)
    yield copy
    clear_away(copy)


def copy_of(template: Path, folder: Path) -> Path:
    copy = folder / "data folder"
    subprocess.run(["cp", "-a", str(template), str(copy)], check=True)
    return copy


def kill_server(data: Path) -> None:
    for pid in embedded_postgres._server_processes(data / "postgres"):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def clear_away(data: Path) -> None:
    kill_server(data)
    cluster = data / "postgres"
    shutil.rmtree(embedded_programs.socket_folder(cluster, embedded_programs.server_account(cluster)))


def execute(url: str, statement: str) -> list[Any]:
    address = make_url(url)
    with psycopg.connect(
        host=str(address.query["host"]), port=5432, user=address.username, dbname=address.database, autocommit=True
    ) as connection:
        cursor = connection.execute(statement)  # type: ignore[arg-type]
        return [row[0] for row in cursor] if cursor.description else []


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def serve_in_child(data: Path, before: str = "") -> tuple[subprocess.Popen[str], str]:
    """A program of its own that starts the server, and stops it when its input ends or Ctrl-C comes."""
    child = subprocess.Popen(
        [sys.executable, "-c", before + SERVE, str(data)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert child.stdout
    return child, child.stdout.readline().strip()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_new_folder_with_a_long_name_and_spaces_gets_a_server(tmp_path: Path) -> None:
    data = tmp_path / "a folder's name" / ("long" * 50) / 'quoted "$HOME"'
    server = EmbeddedPostgres(data)
    try:
        assert execute(server.start(), "SELECT current_database()") == ["rejoinder"]
    finally:
        server.stop()
    assert embedded_postgres._server_processes(data / "postgres") == set()


@pytest.fixture(scope="module")
def url(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedPostgres(copy_of(template, tmp_path_factory.mktemp("running")))
    yield server.start()
    server.stop()


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit", "data_checksums"])
def test_writes_are_durable(url: str, setting: str) -> None:
    assert execute(url, f"SHOW {setting}") == ["on"]


def test_only_the_owner_reaches_the_server(url: str) -> None:
    assert execute(url, "SHOW listen_addresses") == [""]
    assert Path(str(make_url(url).query["host"])).stat().st_mode & 0o777 == 0o700


def test_the_database_knows_all_letters(url: str) -> None:
    assert execute(url, "SELECT lower('ÀÉŁ')") == ["àéł"]
    assert execute(url, "SHOW server_encoding") == ["UTF8"]


@pytest.mark.parametrize("extension", ["pg_trgm", "unaccent", "citext"])
def test_the_application_may_add_the_extensions(url: str, extension: str) -> None:
    execute(url, f"CREATE EXTENSION {extension}")


def test_the_application_is_no_superuser(url: str) -> None:
    assert execute(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [False]


def test_the_hosts_own_settings_for_other_servers_do_not_matter(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGHOST", "elsewhere.invalid")
    monkeypatch.setenv("PGDATA", "/nowhere")
    server = EmbeddedPostgres(data)
    server.start()
    server.stop()


def test_the_last_program_to_leave_stops_the_server(data: Path) -> None:
    first, second = EmbeddedPostgres(data), EmbeddedPostgres(data)
    url = first.start()
    assert second.start() == url
    first.stop()
    assert execute(url, "SELECT 1") == [1]
    second.stop()
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_programs_that_start_at_once_share_one_new_server(tmp_path: Path) -> None:
    servers = [EmbeddedPostgres(tmp_path) for _ in range(3)]
    with ThreadPoolExecutor() as threads:
        urls = list(threads.map(EmbeddedPostgres.start, servers))
        assert len(set(urls)) == 1
        list(threads.map(EmbeddedPostgres.stop, servers))
    assert embedded_postgres._server_processes(tmp_path / "postgres") == set()


def test_a_server_whose_program_was_killed_is_adopted(data: Path) -> None:
    child, url = serve_in_child(data)
    execute(url, "INSERT INTO kept VALUES ('acknowledged')")
    pid = postmaster(data)
    child.kill()
    child.communicate()
    server = EmbeddedPostgres(data)
    assert server.start() == url
    assert postmaster(data) == pid
    assert execute(url, "SELECT word FROM kept") == ["acknowledged"]
    server.stop()
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_killed_server_is_started_again_under_the_same_address(data: Path) -> None:
    server = EmbeddedPostgres(data)
    url = server.start()
    execute(url, "INSERT INTO kept VALUES ('acknowledged')")
    os.kill(postmaster(data), signal.SIGKILL)
    wait_until(lambda: not embedded_postgres._is_running(server.cluster))
    server.tend()
    assert execute(url, "SELECT word FROM kept") == ["acknowledged"]
    server.stop()


def test_all_of_it_killed_at_once_recovers(data: Path) -> None:
    child, url = serve_in_child(data)
    execute(url, "INSERT INTO kept VALUES ('acknowledged')")
    child.kill()
    kill_server(data)
    child.communicate()
    server = EmbeddedPostgres(data)
    assert execute(server.start(), "SELECT word FROM kept") == ["acknowledged"]
    server.stop()


def test_a_left_over_pid_file_that_names_a_strange_process_is_no_hindrance(data: Path) -> None:
    (data / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n/x\n1\n5432\n/tmp\n\n 1 1\nready   \n")
    server = EmbeddedPostgres(data)
    server.start()
    server.stop()


def test_a_server_whose_socket_was_removed_is_started_anew(data: Path) -> None:
    child, url = serve_in_child(data)
    child.kill()
    child.communicate()
    shutil.rmtree(str(make_url(url).query["host"]))
    server = EmbeddedPostgres(data)
    assert execute(server.start(), "SELECT 1") == [1]
    server.stop()


def test_a_server_in_use_is_not_stopped_for_a_missing_socket(data: Path) -> None:
    user, newcomer = EmbeddedPostgres(data), EmbeddedPostgres(data)
    sockets = Path(str(make_url(user.start()).query["host"]))
    (sockets / ".s.PGSQL.5432").rename(sockets / "hidden")
    with pytest.raises(EmbeddedPostgresError, match="Another program uses this data"):
        newcomer.start()
    assert embedded_postgres._is_running(user.cluster)
    (sockets / "hidden").unlink()
    user.stop()


def test_ctrl_c_reaches_the_program_which_stops_the_server_in_order(data: Path) -> None:
    child, _ = serve_in_child(data)
    os.killpg(child.pid, signal.SIGINT)
    child.communicate(timeout=20)
    assert child.returncode == 0
    assert "database system is shut down" in (data / "postgres.log").read_text()
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_a_cluster_whose_making_was_cut_short_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    server = EmbeddedPostgres(tmp_path)
    assert execute(server.start(), "SELECT 1") == [1]
    server.stop()
    assert not (tmp_path / "postgres.new").exists()


def test_data_of_another_version_is_refused_and_left_alone(data: Path) -> None:
    version = data / "postgres" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(EmbeddedPostgresError, match="made by PostgreSQL 17; this version of Rejoinder carries 18"):
        EmbeddedPostgres(data).start()
    assert version.read_text() == "17\n"


def test_what_the_server_said_is_part_of_the_error(data: Path) -> None:
    with (data / "postgres" / "postgresql.conf").open("a") as settings:
        settings.write("work_mem = 'much'\n")
    with pytest.raises(EmbeddedPostgresError, match='invalid value for parameter "work_mem"'):
        EmbeddedPostgres(data).start()


def test_the_log_is_kept_small(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EmbeddedPostgres(data)
    url = server.start()
    monkeypatch.setattr(embedded_postgres, "LOG_BYTES", 10)
    server.tend()
    assert "ready to accept connections" in (data / "postgres.log.1").read_text()
    assert (data / "postgres.log").stat().st_size == 0
    with pytest.raises(psycopg.errors.DivisionByZero):
        execute(url, "SELECT 1 / 0")
    words = (data / "postgres.log").read_text()
    assert "division by zero" in words
    assert "SELECT" not in words
    server.stop()


def test_a_socket_folder_of_a_stranger_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = embedded_programs.server_account(data / "postgres")
    folder = embedded_programs.socket_folder(data / "postgres", account)
    folder.rmdir()
    folder.symlink_to(data)
    with pytest.raises(EmbeddedPostgresError, match="Remove it"):
        EmbeddedPostgres(data).start()
    folder.unlink()


@pytest.fixture
def ordinary() -> Iterator[Path]:
    """A data folder of an ordinary user: of nobody where root tests, else one's own."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    if IS_ROOT:
        shutil.chown(folder, "nobody")
    yield folder
    clear_away(folder)
    shutil.rmtree(folder)


def test_an_ordinary_user_starts_it_as_that_user(ordinary: Path) -> None:
    folder, user = ordinary, ordinary.owner()
    assert user != "root"
    child, url = serve_in_child(folder, before=SERVE_AS_NOBODY if IS_ROOT else "")
    assert execute(url, "SELECT 1") == [1]
    assert psutil.Process(postmaster(folder)).username() == user
    child.communicate(timeout=20)
    assert child.returncode == 0
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_it_runs_as_the_owner_of_the_folder(ordinary: Path) -> None:
    """Also where root starts it."""
    server, owner = EmbeddedPostgres(ordinary), "nobody" if IS_ROOT else ME
    server.start()
    assert psutil.Process(postmaster(ordinary)).username() == owner
    assert {path.owner() for path in ordinary.iterdir()} == {owner}
    server.stop()


def test_in_a_folder_of_root_it_runs_as_a_system_user_of_its_own(data: Path) -> None:
    """And in the folder of whoever else starts it as themselves."""
    server = EmbeddedPostgres(data)
    server.start()
    assert psutil.Process(postmaster(data)).username() == (embedded_programs.SYSTEM_USER if IS_ROOT else ME)
    server.stop()


def test_programs_below_a_closed_folder_are_copied_to_an_open_one(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the server runs as somebody else, who cannot enter the folder; whose it is needs no copy."""
    closed, opened = tmp_path / "closed", Path(tempfile.mkdtemp(dir="/tmp"))
    opened.chmod(0o755)
    shutil.copytree(embedded_programs._installed() / "embedded_postgres", closed / "embedded_postgres")
    shutil.copytree(embedded_programs._installed() / "embedded_postgres.libs", closed / "embedded_postgres.libs")
    closed.chmod(0o700)
    monkeypatch.setattr(embedded_programs, "_installed", lambda: closed)
    monkeypatch.setattr(embedded_programs, "SHARED_PROGRAMS", opened)
    server = EmbeddedPostgres(data)
    assert execute(server.start(), "SELECT 1") == [1]
    assert Path(psutil.Process(postmaster(data)).exe()).is_relative_to(opened if IS_ROOT else closed)
    server.stop()
    shutil.rmtree(opened)


def test_a_strangers_cluster_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "postgres").symlink_to("/usr")
    monkeypatch.setattr(os, "geteuid", lambda: pwd.getpwnam("nobody").pw_uid)
    with pytest.raises(EmbeddedPostgresError, match="belongs to the user root"):
        EmbeddedPostgres(tmp_path).start()
