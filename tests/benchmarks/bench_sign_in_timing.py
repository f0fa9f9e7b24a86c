"""Whether the time of an answer tells that an account exists: names of both kinds in mixed order, medians compared."""

import time
from collections.abc import Awaitable, Callable
from random import Random
from statistics import median

import pytest
from httpx import AsyncClient, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import link_routes, routes
from app.rate_limits import Limit
from tests.accounts.people import make_member, sign_in, sign_up

PAIRS = 100
Ask = Callable[[str], Awaitable[Response]]


@pytest.fixture(autouse=True)
def _without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (routes, link_routes):
        for name, value in vars(module).copy().items():
            if isinstance(value, Limit):
                monkeypatch.setattr(module, name, Limit(value.name, 1_000_000, value.seconds, value.acts))


async def _measure(ask: Ask, known: str, unknown: str) -> None:
    """Wall time is what a stranger sees; processor time says the same where other programs disturb the wall clock."""
    wall: dict[str, list[float]] = {known: [], unknown: []}
    processor: dict[str, list[float]] = {known: [], unknown: []}
    names = [known, unknown] * PAIRS
    Random(1).shuffle(names)  # A fixed turn could fall in step with something else that the machine does.
    for name in names:
        began, cpu = time.perf_counter(), time.process_time()
        await ask(name)
        wall[name].append(1000 * (time.perf_counter() - began))
        processor[name].append(1000 * (time.process_time() - cpu))
    print()
    for clock, times in (("wall", wall), ("processor", processor)):
        ours, others = median(times[known]), median(times[unknown])
        print(f"{clock:<9} median known {ours:.2f} ms, unknown {others:.2f} ms, gap {abs(ours - others):.2f} ms")


@pytest.mark.parametrize(("known", "unknown"), [("ada", "eve"), ("ada@example.org", "eve@example.org")])
async def test_sign_in(client: AsyncClient, db: AsyncSession, known: str, unknown: str) -> None:
    await make_member(db, email="ada@example.org")
    await _measure(lambda name: sign_in(client, name, "not the right passphrase"), known, unknown)


@pytest.mark.parametrize(("known", "unknown"), [("ada", "eve"), ("ada@example.org", "eve@example.org")])
async def test_reset(client: AsyncClient, db: AsyncSession, known: str, unknown: str) -> None:
    await make_member(db, email="ada@example.org")
    await _measure(lambda name: client.post("/forgot-password", data={"name": name}), known, unknown)


async def test_sign_up_with_an_address(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db, "owner", email="ada@example.org")
    count = 0

    async def ask(address: str) -> Response:
        nonlocal count
        count += 1
        client.cookies.clear()
        return await sign_up(client, username=f"person-{count}", email=address)

    await _measure(ask, "ada@example.org", "eve@example.org")
