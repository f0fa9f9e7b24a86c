"""From which network somebody came is kept as a keyed hash, for thirty days, as a hint for moderators."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select

from app.accounts.networks import network_of
from app.jobs import Work, delete_expired
from app.models import NetworkTrace, Role
from app.moderation.network_hints import MOST_TELLING, load_network_hint
from tests.conftest import ORIGIN
from tests.factories import make_user


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("127.0.0.1", None),
        ("::1", None),
        ("fe80::1%eth0", None),
        (None, None),
        ("somewhere", None),
    ],
)
def test_a_network_is_a_block_of_addresses(address, block):
    assert network_of(address) == block


async def trace(db, name, block=b"one", **ago):
    user = await make_user(db, name)
    db.add(NetworkTrace(user_id=user.id, block_hash=block, last_at=datetime.now(UTC) - timedelta(**ago)))
    await db.commit()
    return user


async def test_those_who_shared_a_network_are_named_with_its_uncertainty(db, browser_of):
    zoe = await trace(db, "zoe")
    await trace(db, "ann", days=3)
    await trace(db, "ben", b"two")
    await trace(db, "old", days=31)
    hint = await load_network_hint(db, zoe.id)
    assert [other.username for other in hint.neighbours] == ["ann"]
    keeper = await make_user(db, "keeper", Role.MODERATOR)
    await db.commit()
    page = await (await browser_of(keeper)).get("/people/zoe/restrict")
    assert "This is a hint, not proof." in page.text
    assert "/people/ann" in page.text


async def test_a_network_of_many_says_nothing(db):
    zoe = await trace(db, "zoe")
    for number in range(MOST_TELLING + 1):
        await trace(db, f"pupil-{number}")
    hint = await load_network_hint(db, zoe.id)
    assert (hint.neighbours, hint.is_crowded) == ([], True)


async def test_signing_up_and_in_leaves_a_keyed_hash_and_no_address(app, db):
    transport = ASGITransport(app, client=("192.0.2.7", 1234))
    sent = {"username": "zoe", "password": "a long enough passphrase 9", "rules": "on", "shown_at": "0"}
    async with AsyncClient(transport=transport, base_url=ORIGIN, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        assert (await client.post("/sign-up", data=sent)).status_code == 303
        client.cookies.clear()
        signed_in = await client.post("/sign-in", data={"name": "zoe", "password": sent["password"]})
        assert signed_in.status_code == 303, signed_in.text
    traces = (await db.scalars(select(NetworkTrace.block_hash))).all()
    assert [len(trace) for trace in traces] == [16]
    assert sha256(b"192.0.2.0/24").digest()[:16] not in traces


async def test_it_is_forgotten_after_thirty_days(db, engine, settings):
    zoe, ann = await trace(db, "zoe", days=29), await trace(db, "ann", days=31)
    await delete_expired(Work(engine, settings))
    assert (await db.scalars(select(NetworkTrace.user_id))).all() == [zoe.id] != [ann.id]
