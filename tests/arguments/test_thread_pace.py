"""Two minutes between one's own posts in one thread."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from app.arguments.thread_pace import LONGEST_PAUSE, PAUSE_PER_FLAG, THREAD_PAUSE
from app.models import Argument, Case, Role
from tests.arguments.conftest import BrowserOf
from tests.arguments.stage import CLAIM, GROUNDS, SCRIPT, Stage, new_claim
from tests.factories import make_argument, make_user


@pytest.fixture(autouse=True)
def paced(app: FastAPI) -> Iterator[None]:
    app.state.settings.pace_threads = True
    yield
    app.state.settings.pace_threads = False


async def test_second_post_in_a_thread_waits_with_its_text(stage: Stage) -> None:
    await stage.posted()
    claim = new_claim()
    for headers in (None, SCRIPT):
        answer = await stage.reply(claim=claim, headers=headers)
        assert answer.status_code == 429
        assert THREAD_PAUSE - 5 <= int(answer.headers["retry-after"]) <= THREAD_PAUSE
        assert claim in answer.text
        assert GROUNDS in answer.text
        assert "nothing is posted yet" in answer.text
        assert "Two minutes between one’s own posts" in answer.text
    assert await stage.count(claim=claim) == 0


async def test_form_says_beforehand_how_long(stage: Stage) -> None:
    assert "data-countdown" not in (await stage.page.get(f"{stage.parent_url}/reply")).text
    await stage.posted()
    form = (await stage.page.get(f"{stage.parent_url}/reply")).text
    assert "You have just posted in this thread" in form
    assert "in 2:00 minutes" in form or "in 1:5" in form


async def test_whoever_began_the_thread_has_posted_in_it(stage: Stage) -> None:
    assert "data-countdown" in (await stage.author_page.get(f"{stage.parent_url}/reply")).text


async def test_it_is_over_after_its_time(stage: Stage) -> None:
    first = await stage.posted()
    first.created_at -= timedelta(seconds=THREAD_PAUSE)
    await stage.db.commit()
    assert (await stage.reply(claim=new_claim())).status_code == 303


async def test_other_threads_and_new_ones_are_open_at_once(stage: Stage) -> None:
    await stage.posted()
    other = await make_argument(stage.db, stage.debate, stage.author, position=stage.sides[1], claim="The river rests.")
    await stage.db.commit()
    fields = stage.fields(claim=new_claim())
    assert (await stage.page.post(f"{stage.url}/arguments/{other.id}/replies", data=fields)).status_code == 303
    fields = stage.fields(claim=new_claim(), relation=None, position="side-1")
    assert (await stage.page.post(f"{stage.url}/arguments", data=fields)).status_code == 303


async def test_thread_is_the_same_at_any_depth(stage: Stage) -> None:
    first = await stage.posted()
    deeper = await make_argument(stage.db, stage.debate, stage.author, parent=first)
    await stage.db.commit()
    answer = await stage.page.post(f"{stage.url}/arguments/{deeper.id}/replies", data=stage.fields(claim=new_claim()))
    assert answer.status_code == 429


async def test_flags_above_make_it_longer_but_not_endless(stage: Stage) -> None:
    await stage.posted()
    case = Case(debate_id=stage.debate.id, argument_id=stage.parent.id, flag_count=3)
    stage.db.add(case)
    await stage.db.commit()
    answer = await stage.reply(claim=new_claim())
    assert int(answer.headers["retry-after"]) > THREAD_PAUSE + 3 * PAUSE_PER_FLAG - 5
    assert "readers have flagged what stands above" in answer.text
    case.flag_count = 1000
    await stage.db.commit()
    assert int((await stage.reply(claim=new_claim())).headers["retry-after"]) <= LONGEST_PAUSE


async def test_what_was_posted_already_leads_to_it_even_while_one_waits(stage: Stage) -> None:
    fields = stage.fields()
    first = await stage.page.post(f"{stage.parent_url}/replies", data=fields)
    again = await stage.page.post(f"{stage.parent_url}/replies", data=fields)
    assert again.headers["location"] == first.headers["location"]


async def test_of_many_posts_at_once_one_stands(stage: Stage) -> None:
    fields = [stage.fields(claim=new_claim(), idempotency_key=str(uuid4())) for _ in range(8)]
    answers = await asyncio.gather(*(stage.page.post(f"{stage.parent_url}/replies", data=each) for each in fields))
    assert sorted(answer.status_code for answer in answers) == [303, *[429] * 7]
    assert await stage.count(author_id=stage.member.id) == 1


async def test_moderators_need_not_wait(stage: Stage, browser_of: BrowserOf) -> None:
    moderator = await make_user(stage.db, role=Role.MODERATOR)
    await stage.db.commit()
    page: AsyncClient = await browser_of(moderator)
    for _ in range(2):
        assert (await stage.reply(page, claim=new_claim())).status_code == 303


async def test_preview_needs_no_wait(stage: Stage) -> None:
    reply: Argument = await stage.posted()
    assert reply.claim == CLAIM
    assert (await stage.reply(claim=new_claim(), act="preview")).status_code == 200
