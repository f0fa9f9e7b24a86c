"""Withdrawing: out of the count, in its place."""

import asyncio

from httpx import AsyncClient

from app.models import Action
from tests.arguments.stage import CLAIM, SCRIPT, Stage


async def test_page_says_what_happens_and_asks(stage: Stage) -> None:
    page = (await stage.author_page.get(f"{stage.parent_url}/withdraw")).text
    assert stage.parent.claim in page
    assert "keeps its place" in page
    assert (await stage.argument(stage.parent.id)).withdrawn_at is None


async def test_withdrawn_argument_stands_marked_and_does_not_count(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted()
    url = f"{stage.url}/arguments/{reply.id}"
    answer = await stage.page.post(f"{url}/withdraw")
    assert answer.headers["location"] == f"{url}?done=withdrawn"
    assert (await stage.argument(reply.id)).withdrawn_at is not None
    assert (await stage.argument(stage.parent.id)).rebut_count == 0
    assert await stage.wrong_counts() == []
    page, parent = (await client.get(url)).text, (await client.get(stage.parent_url)).text
    assert CLAIM in page
    assert "Withdrawn" in page
    assert CLAIM in parent


async def test_replies_of_a_withdrawn_argument_stay_and_count(stage: Stage) -> None:
    await stage.posted()
    await stage.author_page.post(f"{stage.parent_url}/withdraw")
    assert (await stage.argument(stage.parent.id)).rebut_count == 1
    assert await stage.wrong_counts() == []


async def test_withdrawing_again_changes_nothing(stage: Stage) -> None:
    reply = await stage.posted()
    url = f"{stage.url}/arguments/{reply.id}/withdraw"
    answers = await asyncio.gather(*(stage.page.post(url) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    at = (await stage.argument(reply.id)).withdrawn_at
    await stage.page.post(url, headers=SCRIPT)
    assert (await stage.argument(reply.id)).withdrawn_at == at
    assert (await stage.page.get(url)).status_code == 303
    assert await stage.wrong_counts() == []


async def test_only_the_author_withdraws(stage: Stage, client: AsyncClient) -> None:
    url = f"{stage.parent_url}/withdraw"
    assert (await stage.page.get(url)).status_code == 403
    assert (await stage.page.post(url)).status_code == 403
    assert (await client.post(url)).status_code == 303
    assert (await stage.argument(stage.parent.id)).withdrawn_at is None


async def test_hidden_argument_is_not_counted_out_twice(stage: Stage) -> None:
    reply = await stage.posted()
    await stage.decide(reply, Action.HIDE)
    await stage.page.post(f"{stage.url}/arguments/{reply.id}/withdraw")
    assert (await stage.argument(reply.id)).withdrawn_at is not None
    assert await stage.wrong_counts() == []
