"""Hits are counted exactly, together, and are not forgotten when a request fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app import rate_limits
from app.db import make_engine, transaction
from app.rate_limits import LEVEL_LIMITS, POST_ARGUMENT, VOTE, Limit, RateLimits, address_block, limit_for
from app.trust_levels import TrustLevel

THREE_A_MINUTE = Limit("three_a_minute", 3, 60, "tests")
TEN_A_DAY = Limit("ten_a_day", 10, 86_400, "tests")


@pytest.fixture
async def counters(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(database_url, 4, is_autocommit=True)
    yield engine
    await engine.dispose()


@pytest.fixture
def limits(counters):
    return RateLimits(counters, b"secret")


async def use_up(limits, limit, key="zoe"):
    return [bool(await limits.allow(limit, key)) for _ in range(limit.hits)]


async def let_pass(counters, seconds):
    """Time goes by: move the windows that were counted back instead of the clock forward."""
    async with transaction(counters) as db:
        statement = "UPDATE rate_limit_hits SET window_start = window_start - make_interval(secs => :seconds)"
        await db.execute(text(statement), {"seconds": seconds})


async def test_hits_up_to_the_limit_are_allowed_and_the_next_is_not(limits):
    assert await use_up(limits, TEN_A_DAY) == [True] * 10
    refused = await limits.allow(TEN_A_DAY, "zoe")
    assert not refused
    assert refused.reason.startswith("There were 10 tests within one day. Please try again in ")


async def test_keys_and_limits_are_counted_apart(limits):
    await use_up(limits, TEN_A_DAY)
    assert await limits.allow(TEN_A_DAY, "ann")
    assert await limits.allow(THREE_A_MINUTE, "zoe")


async def test_processes_that_count_at_once_never_overrun_the_limit(limits):
    allowances = await asyncio.gather(*(limits.allow(TEN_A_DAY, "zoe") for _ in range(40)))
    assert sum(map(bool, allowances)) == 10


async def test_hits_of_the_window_before_still_count_in_part(limits, counters):
    await use_up(limits, TEN_A_DAY)
    await let_pass(counters, TEN_A_DAY.seconds)
    allowed = [bool(await limits.allow(TEN_A_DAY, "zoe")) for _ in range(10)]
    assert sum(allowed) == int(10 * elapsed_part(TEN_A_DAY))


async def test_two_windows_later_all_is_forgotten(limits, counters):
    await use_up(limits, TEN_A_DAY)
    await let_pass(counters, 2 * TEN_A_DAY.seconds)
    assert await use_up(limits, TEN_A_DAY) == [True] * 10


async def test_refused_hits_do_not_lengthen_the_wait(limits, counters):
    await use_up(limits, TEN_A_DAY)
    for _ in range(5):
        await limits.allow(TEN_A_DAY, "zoe")
    async with transaction(counters) as db:
        assert await db.scalar(text("SELECT sum(hits) FROM rate_limit_hits")) == 10


@pytest.mark.parametrize("hits", [(3, 0, 10.0), (3, 3, 0.0), (3, 1, 59.0), (0, 3, 1.0), (2, 3, 30.0), (1, 3, 59.9)])
def test_the_wait_that_is_announced_is_enough_and_not_much_more(hits):
    current, before, elapsed = hits
    wait = rate_limits._wait(THREE_A_MINUTE, {"current": current, "before": before, "elapsed": elapsed})
    assert fits_after(wait, current, before, elapsed)
    assert wait <= 2 or not fits_after(wait - 2, current, before, elapsed)


def fits_after(wait, current, before, elapsed):
    """Whether one more hit fits then: the rule of the SQL, in plain arithmetic."""
    then = elapsed + wait
    if then >= 60:
        current, before, then = 0, current, then - 60
    if then >= 60:
        before, then = 0, 0
    return before * (1 - then / 60) + current + 1 <= 3


def elapsed_part(limit):
    return datetime.now(UTC).timestamp() % limit.seconds / limit.seconds


async def test_a_transaction_that_rolls_back_does_not_take_the_hit_with_it(limits, counters):
    with suppress(RuntimeError):
        async with transaction(counters):
            await limits.allow(TEN_A_DAY, "zoe")
            raise RuntimeError
    async with transaction(counters) as db:
        assert await db.scalar(text("SELECT hits FROM rate_limit_hits")) == 1


async def test_no_key_is_stored_in_clear(limits, counters):
    await limits.allow(TEN_A_DAY, "192.0.2.7")
    await RateLimits(counters, b"another secret").allow(TEN_A_DAY, "192.0.2.7")
    async with transaction(counters) as db:
        hashes = (await db.scalars(text("SELECT key_hash FROM rate_limit_hits"))).all()
    assert len(set(hashes)) == 2
    assert not any(b"192.0.2.7" in key_hash for key_hash in hashes)


async def test_any_text_can_be_a_key(limits):
    assert await limits.allow(TEN_A_DAY, "a\0\ud800😀" * 1000)


async def test_only_hits_that_no_window_sees_are_deleted(limits, counters):
    await limits.allow(TEN_A_DAY, "zoe")
    await let_pass(counters, 2 * 86_400 + 1)
    await limits.allow(TEN_A_DAY, "zoe")
    async with transaction(counters) as db:
        await rate_limits.forget_old_hits(db)
        assert await db.scalar(text("SELECT count(*) FROM rate_limit_hits")) == 1


ALL_LIMITS = [
    *(value for value in vars(rate_limits).values() if isinstance(value, Limit)),
    *(limit for limits in LEVEL_LIMITS.values() for limit in limits.values()),
]


def test_limits_have_names_of_their_own_and_windows_that_are_kept_long_enough():
    assert len({limit.name for limit in ALL_LIMITS}) == len(ALL_LIMITS)
    assert max(limit.seconds for limit in ALL_LIMITS) <= rate_limits.LONGEST_WINDOW.total_seconds()


def test_limits_shrink_with_each_level():
    for limit in rate_limits.LEVELLED:
        a_day = [own.hits * rate_limits.DAY // own.seconds for own in (limit_for(limit, level) for level in TrustLevel)]
        assert a_day == sorted(a_day)
        assert a_day[TrustLevel.NEW] < a_day[TrustLevel.BASIC] < a_day[TrustLevel.MEMBER]
    assert limit_for(POST_ARGUMENT, TrustLevel.REGULAR) is POST_ARGUMENT
    assert limit_for(VOTE, TrustLevel.NEW) is VOTE


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("somewhere", "unknown"),
    ],
)
def test_an_address_block_is_what_one_household_has(address, block):
    assert address_block(address) == block


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "one second"),
        (59, "59 seconds"),
        (60, "one minute"),
        (61, "2 minutes"),
        (86_400, "one day"),
        (3601, "2 hours"),
    ],
)
def test_waits_are_named_in_words_and_never_too_short(seconds, words):
    assert rate_limits._span(seconds) == words


async def test_first_hits_of_what_many_do_often_cost_no_statement(limits, counters):
    often = Limit("often", 3, 60, "tests", free=2)
    assert all([await limits.allow(often, "zoe") for _ in range(5)])
    assert not await limits.allow(often, "zoe")
    async with counters.connect() as connection:
        assert await connection.scalar(text("SELECT sum(hits) FROM rate_limit_hits")) == 3
