"""The report of votes that look arranged: whom it lists, and whom not."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI

from app.models import User
from app.moderation.rings.signs import Pair, RingReport, load_ring_report
from tests.factories import make_argument, make_user
from tests.moderation.rings.conftest import URL, RingScene
from tests.statements import counted_statements


async def _pairs(ring: RingScene) -> dict[str, Pair]:
    report: RingReport = await load_ring_report(ring.db, ring.debate.id)
    await ring.db.commit()
    return {pair.voter_username: pair for each in report.suspected for pair in each.pairs}


async def _agree(ring: RingScene, voter: User, count: int, minutes_between: int) -> None:
    now = datetime.now(UTC)
    for number, argument in enumerate(ring.theirs[:count]):
        await ring.vote(voter, argument, at=now - timedelta(minutes=minutes_between * number))
    await ring.db.commit()


async def test_a_ring_is_listed_with_its_signs_and_an_honest_reader_is_not(ring: RingScene) -> None:
    pairs = await _pairs(ring)
    assert set(pairs) == {voter.username for voter in ring.voters}
    pair = pairs["voter-0"]
    assert (pair.agrees, pair.all_agrees, pair.quick, pair.returned) == (6, 6, 6, 0)
    assert (pair.is_one_sided, pair.is_quick, pair.is_mutual) == (True, True, False)


async def test_one_sign_alone_lists_nobody(ring: RingScene) -> None:
    slow = await make_user(ring.db, "slow")
    await _agree(ring, slow, 6, minutes_between=30)
    assert "slow" not in await _pairs(ring)


async def test_few_agreements_say_nothing(ring: RingScene) -> None:
    rare = await make_user(ring.db, "rare")
    await _agree(ring, rare, 4, minutes_between=0)
    assert "rare" not in await _pairs(ring)


async def test_agreement_that_is_returned_is_a_sign(ring: RingScene) -> None:
    friend = await make_user(ring.db, "friend")
    await _agree(ring, friend, 6, minutes_between=30)
    for _ in range(3):
        argument = await make_argument(ring.db, ring.debate, friend, parent=ring.theirs[0])
        await ring.vote(ring.author, argument)
    await ring.db.commit()
    pair = (await _pairs(ring))["friend"]
    assert (pair.is_one_sided, pair.is_mutual, pair.is_quick) == (True, True, False)


async def test_who_votes_on_everything_in_turn_is_not_quick(ring: RingScene) -> None:
    diligent = await make_user(ring.db, "diligent")
    for argument in (*ring.theirs, *ring.others):
        await ring.vote(diligent, argument)
    await ring.db.commit()
    assert "diligent" not in await _pairs(ring)


async def test_an_author_who_wrote_most_is_agreed_with_most(ring: RingScene) -> None:
    """The share is a sign only where it is well above the author's share of all arguments."""
    for _ in range(20):
        await make_argument(ring.db, ring.debate, ring.author, parent=ring.theirs[0])
    await ring.db.commit()
    assert await _pairs(ring) == {}


@pytest.mark.parametrize(
    ("name", "status"),
    [("member", 403), ("author", 403), ("other_moderator", 403), ("debate_moderator", 200), ("site_moderator", 200)],
)
async def test_moderators_of_the_debate_alone_see_it(
    ring: RingScene, browser_of: object, name: str, status: int
) -> None:
    browser = await browser_of(ring.cast[name])  # type: ignore[operator]
    assert (await browser.get(URL)).status_code == status


async def test_page_names_the_people_and_says_what_it_cannot_know(ring: RingScene) -> None:
    page = (await ring.moderator.get(URL)).text
    for voter in ring.voters:
        assert f'name="voter" value="{voter.username}" checked' in page
    assert "24 agreements by 4 people on 6 arguments; 18 of them by those below." in page
    assert "What they cannot tell" in page
    for path in ("/moderation", "/debates/mill/log", f"/debates/mill/arguments/{ring.theirs[0].id}/moderate"):
        assert f'href="{URL}"' in (await ring.moderator.get(path)).text


async def test_a_reader_finds_no_way_there_from_the_log(ring: RingScene, browser_of: object) -> None:
    reader = await browser_of(ring.reader)  # type: ignore[operator]
    assert URL not in (await reader.get("/debates/mill/log")).text


async def test_statements_do_not_grow(ring: RingScene, app: FastAPI) -> None:
    counts = []
    for more in (0, 20):
        for _ in range(more):
            await _agree(ring, await make_user(ring.db), 6, minutes_between=0)
        with counted_statements(app) as statements:
            assert (await ring.moderator.get(URL)).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] > 0
