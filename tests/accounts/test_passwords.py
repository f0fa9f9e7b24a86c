"""Hashing: few at once, and the same work whether there is an account or not."""

import asyncio
import time

import pytest

from app.accounts import passwords
from app.accounts.passwords import hash_password, is_password_right
from app.errors import Busy


async def test_right_and_wrong() -> None:
    hashed = await hash_password("tapeworm lantern glue sky")
    assert await is_password_right("tapeworm lantern glue sky", hashed)
    assert not await is_password_right("tapeworm lantern glue sea", hashed)


@pytest.mark.parametrize("password_hash", [None, "", "not a hash"])
async def test_no_hash_fits_nothing(password_hash: str | None) -> None:
    assert not await is_password_right("", password_hash)


async def test_two_are_hashed_at_once_and_the_rest_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    running = most = 0

    def verify(password_hash: str, password: str) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.01)
        running -= 1
        return True

    monkeypatch.setattr(passwords, "_verify", verify)
    await asyncio.gather(*(is_password_right("x", "y") for _ in range(10)))
    assert most == 2


async def test_flood_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_verify", lambda *_: bool(time.sleep(0.005)))
    results = await asyncio.gather(*(is_password_right("x", "y") for _ in range(60)), return_exceptions=True)
    assert sum(isinstance(result, Busy) for result in results) == 60 - passwords.MOST_WAITING
