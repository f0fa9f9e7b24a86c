"""Passwords: argon2id in a thread, few at once, and the same work for accounts that do not exist.

Parameters are OWASP's first choice for argon2id (46 MiB, one pass, one lane).
"""

import asyncio
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Busy

HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
AT_ONCE = 2  # Each takes 46 MiB and a core: more at once would make every other request wait.
MOST_WAITING = 40  # About a second and a half of waiting; beyond that somebody is flooding us.
BUSY = "Too many people are signing in just now. Please try again in a moment."

# The hash of a password that nobody has: what is verified where there is no account, so that it takes as long.
NOBODYS_HASH = HASHER.hash("")

T = TypeVar("T")


class _Turns:
    """Lets AT_ONCE calls through and refuses when the line is too long."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def take(self, act: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise Busy(BUSY)
        self._waiting += 1
        try:
            async with self._free:
                return await asyncio.to_thread(act)
        finally:
            self._waiting -= 1


_turns = _Turns()


async def hash_password(password: str) -> str:
    return await _turns.take(lambda: HASHER.hash(_normal(password)))


async def is_password_right(password: str, password_hash: str | None) -> bool:
    """Whether the password fits the hash; without one (no such account, or no password set) never, and as slowly."""
    fits = await _turns.take(lambda: _verify(password_hash or NOBODYS_HASH, _normal(password)))
    return fits and bool(password_hash)


def needs_new_hash(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same password from every keyboard: ü may arrive as one character or as two."""
    return unicodedata.normalize("NFKC", password)
