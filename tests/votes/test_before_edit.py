"""Votes from before an edit: they stay, say so, and are renewed by one tap."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.doctor.examination import examine
from app.models import Argument, Bearing, Vote, VoteValue
from app.settings import Settings
from app.votes.commands import Ballot, cast_vote
from app.votes.counting import count_due_votes
from tests.arguments.conftest import BrowserOf, set_stage
from tests.arguments.stage import GROUNDS, SCRIPT, Stage
from tests.factories import make_user

WORDINGS = ["The mill feeds far fewer people than it did.", "The mill feeds nobody any more at all."]


@pytest.fixture
async def stage(db: AsyncSession, browser_of: BrowserOf) -> Stage:
    return await set_stage(db, browser_of)


@pytest.fixture
async def reply(stage: Stage) -> Argument:
    return await stage.posted_earlier()


def _url(stage: Stage, reply: Argument) -> str:
    return f"{stage.url}/arguments/{reply.id}"


async def _vote(stage: Stage, reply: Argument, version: int = 1, page: AsyncClient | None = None, **data: str) -> str:
    url = f"{_url(stage, reply)}/vote?version={version}"
    answer = await (page or stage.author_page).post(url, data=data, headers=SCRIPT)
    assert answer.status_code == 200, answer.text
    return answer.text


async def _edit(stage: Stage, reply: Argument, revision: int = 1) -> None:
    data = {"claim": WORDINGS[revision - 1], "grounds": GROUNDS, "revision": str(revision)}
    answer = await stage.page.post(f"{_url(stage, reply)}/edit", data=data)
    assert answer.headers["location"].endswith("?done=edited"), answer.text


async def _earlier(stage: Stage, reply: Argument) -> tuple[int, int]:
    argument = await stage.argument(reply.id)
    return argument.earlier_vote_count, argument.agree_count + argument.disagree_count + argument.pass_count


async def _is_sound(stage: Stage) -> bool:
    return await stage.wrong_counts() == []


async def test_edit_leaves_the_vote_and_marks_it(stage: Stage, reply: Argument, client: AsyncClient) -> None:
    await _vote(stage, reply, value="agree")
    await _edit(stage, reply)
    assert await _earlier(stage, reply) == (1, 1)
    page = (await stage.author_page.get(_url(stage, reply))).text
    assert "Your vote is from before the edit." in page
    assert '<button name="renew" value="agree">' in page
    public = (await client.get(_url(stage, reply))).text
    assert "1 of 1 vote is from before the" in public
    assert "Your vote" not in public
    assert "1 of 1 vote is from before the last edit" in (await client.get(f"{_url(stage, reply)}/history")).text
    assert await _is_sound(stage)


async def test_one_tap_renews_vote_and_judgement(stage: Stage, reply: Argument) -> None:
    await _vote(stage, reply, value="disagree")
    await _vote(stage, reply, bears="no")
    await _edit(stage, reply)
    renewed = await _vote(stage, reply, 2, renew="disagree no")
    assert "from before the edit" not in renewed
    assert renewed.count('aria-pressed="true"') == 2
    assert await _earlier(stage, reply) == (0, 1)
    assert (await stage.db.scalars(select(Bearing.version))).all() == [2]
    assert await _is_sound(stage)


async def test_renewing_works_without_script(stage: Stage, reply: Argument) -> None:
    await _vote(stage, reply, value="agree")
    await _edit(stage, reply)
    answer = await stage.author_page.post(f"{_url(stage, reply)}/vote?version=2", data={"renew": "agree"})
    assert answer.status_code == 303
    assert await _earlier(stage, reply) == (0, 1)


async def test_another_vote_is_new_and_one_that_is_taken_back_counts_nowhere(stage: Stage, reply: Argument) -> None:
    for other in (False, True):
        await _vote(stage, reply, value="agree")
        await _edit(stage, reply, 2 if other else 1)
        version = 3 if other else 2
        await _vote(stage, reply, version, value="pass" if other else "none")
        assert await _earlier(stage, reply) == ((0, 1) if other else (0, 0))
    assert await _is_sound(stage)


async def test_vote_on_a_page_from_before_the_edit_is_from_before_it(stage: Stage, reply: Argument) -> None:
    await _edit(stage, reply)
    answer = await _vote(stage, reply, 1, value="agree")
    assert "Your vote is from before the edit." in answer
    assert await _earlier(stage, reply) == (1, 1)
    assert "from before" not in await _vote(stage, reply, 2, renew="agree")
    assert await _is_sound(stage)


async def test_nobody_votes_on_a_version_that_is_not_there_yet(stage: Stage, reply: Argument) -> None:
    await _vote(stage, reply, 99, value="agree")
    await _edit(stage, reply)
    assert await _earlier(stage, reply) == (1, 1)


async def test_list_of_own_votes_says_so_and_renews(stage: Stage, reply: Argument) -> None:
    await _vote(stage, reply, value="agree")
    await _edit(stage, reply)
    page = (await stage.author_page.get("/account/votes")).text
    assert "Before an edit" in page
    assert '<button name="renew" value="agree">' in page
    records = (await stage.author_page.get("/account/votes.json")).json()
    assert [record["is_before_edit"] for record in records] == [True]


async def test_own_argument_shows_totals_and_why_there_is_no_vote(stage: Stage, reply: Argument) -> None:
    page = (await stage.page.get(_url(stage, reply))).text
    assert "Your own argument: others vote on it." in page
    assert page.count("disabled aria-pressed") == 5
    assert "Your own argument" not in (await stage.author_page.get(_url(stage, reply))).text


@pytest.mark.parametrize("renew", ["maybe", "yes no", "agree agree", "none"])
async def test_what_cannot_be_renewed_is_refused(stage: Stage, reply: Argument, renew: str) -> None:
    answer = await stage.author_page.post(f"{_url(stage, reply)}/vote", data={"renew": renew})
    assert answer.status_code == 422


async def test_vote_that_waits_is_counted_among_the_earlier_ones_when_its_time_comes(
    stage: Stage, reply: Argument, engine: AsyncEngine, settings: Settings
) -> None:
    newcomer = await make_user(stage.db)
    argument = await stage.db.get_one(Argument, (stage.debate.id, reply.id), with_for_update=True)
    await cast_vote(stage.db, Ballot(newcomer.id, stage.debate.id, argument.id, counts=False), VoteValue.AGREE)
    await stage.db.commit()
    await _edit(stage, reply)
    assert await _earlier(stage, reply) == (0, 0)
    await count_due_votes(engine, settings)
    assert await _earlier(stage, reply) == (1, 1)
    assert await _is_sound(stage)


async def test_doctor_finds_a_wrong_number_of_earlier_votes(stage: Stage, reply: Argument) -> None:
    await _vote(stage, reply, value="agree")
    await _edit(stage, reply)
    argument = await stage.db.get_one(Argument, (stage.debate.id, reply.id), populate_existing=True)
    argument.earlier_vote_count = 0
    await stage.db.commit()
    found = [finding.name async for finding in examine(stage.db) if finding.count]
    assert found == ["arguments.earlier_vote_count"]
    assert (await stage.db.scalars(select(Vote.version))).all() == [1]
