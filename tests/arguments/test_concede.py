"""Conceding: its author grants what was brought up against an argument, which stays where it is."""

import asyncio

from httpx import AsyncClient

from tests.arguments.stage import CLAIM, Stage


async def test_page_asks_and_offers_the_replies_that_may_have_convinced(stage: Stage) -> None:
    await stage.posted()
    assert f'href="{stage.parent_url}/concede"' in (await stage.author_page.get(stage.parent_url)).text
    page = (await stage.author_page.get(f"{stage.parent_url}/concede")).text
    assert stage.parent.claim in page
    assert CLAIM in page
    assert (await stage.argument(stage.parent.id)).conceded_at is None


async def test_conceded_argument_stands_marked_and_keeps_everything(stage: Stage, client: AsyncClient) -> None:
    await stage.posted()
    answer = await stage.author_page.post(f"{stage.parent_url}/concede")
    assert answer.headers["location"] == f"{stage.parent_url}?done=conceded"
    page = (await client.get(stage.parent_url)).text
    assert 'data-standing="conceded">Conceded</span> <span>by its author' in page
    assert stage.parent.claim in page
    assert ">Concede</a>" not in (await stage.author_page.get(stage.parent_url)).text
    assert await stage.wrong_counts() == []


async def test_a_reply_that_convinced_leads_on_to_its_credit(stage: Stage) -> None:
    reply = await stage.posted()
    answer = await stage.author_page.post(f"{stage.parent_url}/concede", data={"reply": str(reply.id)})
    assert answer.headers["location"] == f"{stage.url}/arguments/{reply.id}/credit?done=conceded"
    assert (await stage.author_page.get(answer.headers["location"])).status_code == 200
    for unknown in (stage.parent.id, 10**9):
        refused = await stage.author_page.post(f"{stage.parent_url}/concede", data={"reply": str(unknown)})
        assert refused.status_code == 422


async def test_conceding_again_changes_nothing(stage: Stage) -> None:
    await stage.posted()
    url = f"{stage.parent_url}/concede"
    answers = await asyncio.gather(*(stage.author_page.post(url) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    at = (await stage.argument(stage.parent.id)).conceded_at
    await stage.author_page.post(url)
    assert (await stage.argument(stage.parent.id)).conceded_at == at
    assert "Take your concession back?" in (await stage.author_page.get(url)).text


async def test_only_the_author_concedes_and_only_what_is_answered(stage: Stage, client: AsyncClient) -> None:
    url = f"{stage.parent_url}/concede"
    assert (await stage.author_page.post(url)).status_code == 403
    assert "/concede" not in (await stage.author_page.get(stage.parent_url)).text
    await stage.posted()
    assert (await stage.page.get(url)).status_code == 403
    assert (await stage.page.post(url)).status_code == 403
    assert (await client.post(url)).status_code == 303
    assert (await stage.argument(stage.parent.id)).conceded_at is None


async def test_a_concession_is_taken_back_and_its_history_stays(stage: Stage, client: AsyncClient) -> None:
    await stage.posted()
    url = f"{stage.parent_url}/concede"
    for _ in range(2):
        await stage.author_page.post(url)
        assert "Take the concession back" in (await stage.author_page.get(stage.parent_url)).text
        answer = await stage.author_page.post(f"{url}/withdraw")
        assert answer.headers["location"] == f"{stage.parent_url}?done=unconceded"
        argument = await stage.argument(stage.parent.id)
        assert (argument.conceded_at, argument.is_strength_due) == (None, True)
    page = (await client.get(stage.parent_url)).text
    assert 'data-standing="answered"' in page
    assert f'conceded for a time, <a href="{stage.parent_url}/history#concessions">when</a>' in page
    history = (await client.get(f"{stage.parent_url}/history")).text
    assert history.count(", taken back ") == 2
    assert await stage.wrong_counts() == []


async def test_only_the_author_takes_it_back_and_only_what_is_conceded(stage: Stage, client: AsyncClient) -> None:
    await stage.posted()
    url = f"{stage.parent_url}/concede/withdraw"
    assert (await stage.author_page.post(url)).status_code == 403
    await stage.author_page.post(f"{stage.parent_url}/concede")
    assert (await stage.page.post(url)).status_code == 403
    assert (await client.post(url)).headers["location"].startswith("/sign-in")
    assert (await stage.argument(stage.parent.id)).conceded_at is not None


async def test_those_whose_answers_it_grants_are_told_once(stage: Stage) -> None:
    await stage.posted()
    await stage.posted(relation="support", claim="The mill is the last one of its kind here.")
    for _ in range(2):
        await stage.author_page.post(f"{stage.parent_url}/concede")
    page = (await stage.page.get("/notifications")).text
    assert page.count("An argument that you answered was conceded by its author") == 1
    assert stage.parent.claim in page
    assert await stage.wrong_counts() == []


async def test_page_of_an_answer_leads_its_receiver_to_conceding_to_it(stage: Stage) -> None:
    reply = await stage.posted()
    way = f"{stage.parent_url}/concede?reply={reply.id}"
    assert way in (await stage.author_page.get(f"{stage.url}/arguments/{reply.id}")).text
    assert way not in (await stage.page.get(f"{stage.url}/arguments/{reply.id}")).text
    assert f'value="{reply.id}" checked' in (await stage.author_page.get(way)).text
    await stage.author_page.post(f"{stage.parent_url}/concede")
    assert way not in (await stage.author_page.get(f"{stage.url}/arguments/{reply.id}")).text
