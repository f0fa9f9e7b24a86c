"""Locks in the data folder: who serves it, and who may start or stop what it holds.

The kernel drops these locks when a program ends, however it ends.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

WRITING_SECONDS = 2  # The other program writes its line at once after it got the lock.


class CannotServe(Exception):
    """The program cannot run on this data folder; the message says why and what to do."""


class AlreadyServing(CannotServe):
    def __init__(self, pid: int, url: str) -> None:
        super().__init__(f"Rejoinder is already running on this data folder: process {pid}, {url}")
        self.pid = pid
        self.url = url


@contextmanager
def claim_serving(data: Path, url: str) -> Iterator[None]:
    """Be the one program that serves this folder, for as long as the block runs; else AlreadyServing."""
    make_folder(data)
    path = data / "serving.lock"
    try:
        file = lock(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyServing(*_read_claim(path)) from None
    with file:
        file.truncate(0)
        file.write(f"{os.getpid()} {url}\n".encode())
        file.flush()
        yield
        file.truncate(0)


def serving_url(data: Path) -> str | None:
    """Where the program that serves this folder is reached; nothing where none does."""
    path = data / "serving.lock"
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _read_claim(path)[1] or None
    return None


def make_folder(data: Path) -> None:
    """Secrets, mail and the database lie in here: nobody else has business in it."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotServe(f"The data folder {data} cannot be made: {error.strerror}.") from error


def lock(path: Path, kind: int) -> IO[bytes]:
    """The file at that path, made if need be, locked until it is closed; kind as for `fcntl.flock`."""
    file = open_for_adding(path)
    try:
        fcntl.flock(file, kind)
    except BaseException:
        file.close()
        raise
    return file


def open_for_adding(path: Path) -> IO[bytes]:
    """Open a file in the data folder; what root makes in a person's folder is that person's."""
    try:
        file = path.open("ab")
    except OSError as error:
        raise CannotServe(f"{path} cannot be written: {error.strerror}. Whose is the data folder?") from error
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.fchown(file.fileno(), folder.st_uid, folder.st_gid)
    return file


def _read_claim(path: Path) -> tuple[int, str]:
    deadline = time.monotonic() + WRITING_SECONDS
    while not (line := path.read_text()).endswith("\n") and time.monotonic() < deadline:
        time.sleep(0.02)
    pid, _, url = line.strip().partition(" ")
    return int(pid or 0), url
