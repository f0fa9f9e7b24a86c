"""What stands here already is shown to those who are about to say it again; posting it all the same stays possible."""

import re
from functools import partial
from html import unescape

import pytest
from httpx import AsyncClient

from app.arguments.alike import ALMOST_THE_SAME, find_alike, is_news
from app.models import Argument
from app.rate_limits import Limit
from tests.arguments.stage import SCRIPT, Stage, new_claim

CLAIM = "The mill has fed the town for two hundred years."
NEARLY = "The mill has fed this town for two hundred years."
TOPIC = "The mill has fed nobody but its owners for a hundred years."


async def _stands(stage: Stage, claim: str) -> Argument:
    return await stage.posted(stage.author_page, claim=claim)


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([\d,]+)"', page)
    assert found is not None
    return found[1]


async def test_almost_the_same_is_held_once_and_then_posted(stage: Stage) -> None:
    first = await _stands(stage, CLAIM)
    held = await stage.reply(claim=NEARLY)
    assert held.status_code == 409
    assert "Nothing is posted yet: almost the same stands here" in held.text
    assert f'/arguments/{first.id}"' in held.text
    assert NEARLY in held.text
    assert await stage.count(depth=1) == 1
    assert (await stage.reply(claim=NEARLY, seen=_seen(held.text))).status_code == 303


async def test_same_topic_is_shown_while_typing_and_in_the_preview_but_holds_nothing_up(stage: Stage) -> None:
    await _stands(stage, CLAIM)
    typed = await stage.page.get(f"{stage.url}/alike-claims", params={"claim": TOPIC}, headers=SCRIPT)
    preview = await stage.reply(act="preview", claim=TOPIC)
    for page in (typed, preview):
        assert page.status_code == 200
        assert CLAIM in page.text
    assert (await stage.reply(claim=TOPIC)).status_code == 303


async def test_the_same_words_in_another_order_are_shown_with_other_endings_too(stage: Stage) -> None:
    first = await _stands(stage, CLAIM)
    said = "For two hundred years, towns were feeding from a mill."
    assert (await find_alike(stage.db, first.debate_id, said))[0].id == first.id
    assert not is_news(await find_alike(stage.db, first.debate_id, said + " Bakers know."), "")


async def test_one_votes_for_what_stands_already_from_the_form_instead_of_posting(stage: Stage) -> None:
    first = await _stands(stage, CLAIM)
    held = await stage.reply(claim=NEARLY)
    button = re.search(r'form="vote-instead" formaction="([^"]+)" name="value" value="agree"', held.text)
    assert button is not None
    assert '<form id="vote-instead" method="post">' in held.text
    voted = await stage.page.post(unescape(button[1]), data={"value": "agree"})
    assert voted.headers["location"] == f"{stage.url}/arguments/{first.id}?done=voted_instead"
    assert "posted none of your own" in (await stage.page.get(voted.headers["location"])).text
    await stage.db.refresh(first)
    assert first.agree_count == 1


async def test_nobody_is_asked_to_vote_for_what_is_their_own(stage: Stage) -> None:
    await _stands(stage, CLAIM)
    held = await stage.reply(stage.author_page, claim=NEARLY)
    assert "Your own." in held.text
    assert "formaction" not in held.text


async def test_other_claims_and_hidden_or_withdrawn_ones_are_not_shown(stage: Stage) -> None:
    first = await _stands(stage, CLAIM)
    assert await find_alike(stage.db, first.debate_id, new_claim()) == []
    await stage.author_page.post(f"{stage.url}/arguments/{first.id}/withdraw")
    assert await find_alike(stage.db, first.debate_id, NEARLY) == []
    assert (await stage.reply(claim=NEARLY)).status_code == 303


@pytest.mark.parametrize("claim", ["", "short", "%_%\\'\"", "x" * 5000, "\u200b" * 30, "שלום שלום שלום שלום"])
async def test_nothing_typed_breaks_it(stage: Stage, claim: str) -> None:
    answer = await stage.page.get(f"{stage.url}/alike-claims", params={"claim": claim}, headers=SCRIPT)
    assert (answer.status_code, answer.text.strip()) == (200, "")


async def test_who_is_signed_out_while_writing_is_led_nowhere_by_it(stage: Stage, client: AsyncClient) -> None:
    await _stands(stage, CLAIM)
    answer = await client.get(f"{stage.url}/alike-claims", params={"claim": CLAIM}, headers=SCRIPT)
    assert (answer.status_code, answer.text) == (204, "")
    assert "HX-Redirect" not in answer.headers


async def test_who_asks_too_often_while_writing_is_told_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await _stands(stage, CLAIM)
    few = Limit("look_alike", 1, 60, "looks for similar claims")
    monkeypatch.setattr("app.arguments.alike_routes.LOOK_ALIKE", few)
    ask = partial(stage.page.get, f"{stage.url}/alike-claims", params={"claim": CLAIM}, headers=SCRIPT)
    assert CLAIM in (await ask()).text
    answer = await ask()
    assert (answer.status_code, answer.text) == (204, "")


async def test_only_what_is_almost_the_same_and_was_not_seen_is_news(stage: Stage) -> None:
    first = await _stands(stage, CLAIM)
    alike = await find_alike(stage.db, first.debate_id, NEARLY)
    assert [each.id for each in alike] == [first.id]
    assert alike[0].likeness >= ALMOST_THE_SAME
    assert is_news(alike, "")
    assert is_news(alike, "7")
    assert not is_news(alike, f"7,{first.id}")
    assert not is_news(await find_alike(stage.db, first.debate_id, TOPIC), "")
