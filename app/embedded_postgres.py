"""The built-in PostgreSQL: made, started and stopped in the data folder.

Several of our programs may use one server at a time. Each holds a shared lock while it does, and the last one to leave
stops the server; the kernel drops the lock of a program that was killed, and the next one adopts the server it left.
"""

import fcntl
import os
import shlex
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psutil
import psycopg
from sqlalchemy import URL

from app.data_folder import lock, make_folder
from app.embedded_programs import EmbeddedPostgresError, Programs, server_account, socket_folder

PORT = 5432  # Only names the socket: the server listens on no network address.
SUPERUSER = "postgres"
ROLE = DATABASE = "rejoinder"  # No superuser; it owns its database and may create others.
SERVING_ROLE = "rejoinder_site"  # Under which the site serves; it owns nothing (app/serving_role.py).

ADOPTION_SECONDS = 60  # A left-over server may still be recovering, or be on its way out.
START_SECONDS = 120  # Recovery after a crash replays at most max_wal_size.
STOP_SECONDS = 30  # Then open work is cut off; nothing acknowledged is lost by that.
LOG_BYTES = 5_000_000  # Weeks of warnings; one older file of the same size is kept.

# What no configuration file may change: acknowledged writes are on disk, and nobody reaches the server over a network.
FIXED = [
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "listen_addresses=",
    "unix_socket_permissions=0700",
]

# Written into postgresql.conf once, where a host may change them. Sized for a machine with 1 GB of memory.
TUNABLE = {
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "jit": "off",  # Compiling costs more than the short queries here.
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_min_error_statement": "panic",  # Statements can hold what people wrote.
}


class EmbeddedPostgres:
    def __init__(self, data: Path) -> None:
        self.data = data.resolve()
        self.cluster = self.data / "postgres"
        self.log = self.data / "postgres.log"
        self._sockets: Path | None = None
        self._use: IO[bytes] | None = None

    def start(self) -> str:
        """Start the server, or adopt a running one, and return the address of its database."""
        with self._transition():
            self._programs = Programs(server_account(self.cluster), self.log)
            self._use = self._use or lock(self.data / "postgres.users", fcntl.LOCK_SH)
            try:
                self._sockets = self._adopt() or self._launch()
                self._ensure_database()
            except BaseException:
                self._leave()
                raise
        query = {"host": str(self._sockets), "port": str(PORT)}
        return str(URL.create("postgresql+psycopg", username=ROLE, database=DATABASE, query=query))

    def stop(self) -> None:
        """Stop the server, unless another program still uses it."""
        with self._transition():
            self._leave()

    def tend(self) -> None:
        """Start the server again if it died, and keep its log small. Cheap: meant to be called every second or so."""
        _rotate(self.log)
        if self._use and not _is_running(self.cluster):
            with self._transition():
                self._sockets = self._adopt() or self._launch()

    @contextmanager
    def _transition(self) -> Iterator[None]:
        """One program at a time starts or stops the server."""
        make_folder(self.data)
        with lock(self.data / "postgres.lock", fcntl.LOCK_EX):
            yield

    def _adopt(self) -> Path | None:
        """Wait for a server that is there until it is ready, giving its socket folder, or gone."""
        deadline = time.monotonic() + ADOPTION_SECONDS
        while processes := _server_processes(self.cluster):
            pid, sockets = _read_pid_file(self.cluster)
            if pid in processes and sockets:
                if (sockets / f".s.PGSQL.{PORT}").exists():
                    return sockets
                self._stop_unreachable(sockets)
            elif time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"PostgreSQL processes from an earlier run do not come to an end: {sorted(processes)}. "
                    "End them and try again."
                )
            time.sleep(0.05)
        return None

    def _launch(self) -> Path:
        if not (self.cluster / "PG_VERSION").exists():
            self._create_cluster()
        self._check_version()
        _rotate(self.log)
        sockets = socket_folder(self.cluster, self._programs.account)
        # No process works in the cluster; but the number in a left-over file may belong to another program by now.
        for left_over in (self.cluster / "postmaster.pid", *sockets.iterdir()):
            left_over.unlink(missing_ok=True)
        settings = [*FIXED, f"port={PORT}", f'unix_socket_directories="{sockets}"']
        options = shlex.join(word for setting in settings for word in ("-c", setting))
        self._programs.run(self.cluster, "pg_ctl", "start", "-w", "-t", str(START_SECONDS), "-o", options)
        return sockets

    def _create_cluster(self) -> None:
        """Make the cluster under another name first: a kill half-way leaves nothing that looks finished."""
        unfinished = self.data / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        with suppress(FileNotFoundError):
            self.cluster.rmdir()
        settings = [f"--set={name}={value}" for name, value in TUNABLE.items()]
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        access = [f"--username={SUPERUSER}", "--auth-local=trust", "--auth-host=reject"]
        for ctype in ("C.UTF-8", "C"):  # Not every system has the first; the second knows letters of ASCII only.
            unfinished.mkdir(mode=0o700, exist_ok=True)
            self._programs.hand_over(unfinished)
            try:
                self._programs.run(unfinished, "initdb", *locale, f"--lc-ctype={ctype}", *access, *settings)
            except EmbeddedPostgresError:
                if ctype == "C":
                    raise
            else:
                break
        unfinished.rename(self.cluster)

    def _check_version(self) -> None:
        found = (self.cluster / "PG_VERSION").read_text().strip()
        carried = self._programs.version.split(".")[0]
        if found != carried:
            raise EmbeddedPostgresError(
                f"{self.cluster} was made by PostgreSQL {found}; this version of Rejoinder carries {carried}. "
                "Export the data with the version that made it, or point REJOINDER_DATA elsewhere. Nothing was changed."
            )

    def _ensure_database(self) -> None:
        with psycopg.connect(
            host=str(self._sockets), port=PORT, user=SUPERUSER, dbname="postgres", autocommit=True
        ) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).rowcount:
                connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [SERVING_ROLE]).rowcount:
                connection.execute(f"CREATE ROLE {SERVING_ROLE} LOGIN")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")

    def _leave(self) -> None:
        if self._use is None:
            return
        with self._use:
            if self._is_alone(self._use) and _server_processes(self.cluster):
                self._stop_server()
        self._use = None

    def _is_alone(self, use: IO[bytes]) -> bool:
        """Whether no other program uses the server; asked within a transition, so that none can come in between."""
        try:
            fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            fcntl.flock(use, fcntl.LOCK_SH)
        return True

    def _stop_unreachable(self, sockets: Path) -> None:
        """Something removed the server's socket: without users it can be started anew."""
        if self._use is None or not self._is_alone(self._use):
            raise EmbeddedPostgresError(f"Another program uses this data through {sockets}, which is missing.")
        self._stop_server()

    def _stop_server(self) -> None:
        wait = ["-w", "-t", str(STOP_SECONDS)]
        try:
            self._programs.run(self.cluster, "pg_ctl", "stop", "-m", "fast", *wait)
        except EmbeddedPostgresError:
            self._programs.run(self.cluster, "pg_ctl", "stop", "-m", "immediate", *wait)
        if self._sockets:
            with suppress(OSError):
                self._sockets.rmdir()


def _server_processes(cluster: Path) -> set[int]:
    """Every process of PostgreSQL that works in the cluster; after a kill of the first, others linger for a moment."""
    processes = psutil.process_iter(["name", "cwd"])
    return {found.pid for found in processes if found.info["name"] == "postgres" and found.info["cwd"] == str(cluster)}


def _is_running(cluster: Path) -> bool:
    pid, _ = _read_pid_file(cluster)
    try:
        return pid is not None and psutil.Process(pid).cwd() == str(cluster)
    except psutil.Error:
        return False


def _read_pid_file(cluster: Path) -> tuple[int | None, Path | None]:
    """The first process of the server, and its socket folder once it answers there."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None, None
    is_ready = len(lines) > 7 and lines[7].strip() == "ready"
    return int(lines[0]), Path(lines[4]) if is_ready else None


def _rotate(log: Path) -> None:
    """The server goes on writing at the end of the same file, so its words are copied and the file is emptied."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)
