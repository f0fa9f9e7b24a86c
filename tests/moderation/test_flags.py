"""Flagging: opens or joins the one case of an item, can be taken back, and is refused where it makes no sense."""

import asyncio

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.models import Case, Flag
from tests.moderation.conftest import BrowserOf, Scene, decision, flag


async def test_form_shows_the_text_and_the_reasons_in_plain_words(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["member"])
    for url in (scene.reply_url, scene.annotation_url):
        page = await browser.get(f"{url}/flag")
        assert page.status_code == 200
        assert "Xylophone" in page.text
        assert "It attacks a person or a group instead of a claim." in page.text


async def test_first_flag_opens_a_case_and_the_next_one_joins_it(scene: Scene, browser_of: BrowserOf) -> None:
    for name in ("member", "newcomer"):
        answer = await flag(await browser_of(scene.cast[name]), scene.reply_url)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"{scene.reply_url}?done=flagged"
    case = await scene.open_case()
    assert (case.argument_id, case.flag_count, case.version) == (scene.reply.id, 2, 2)


async def test_second_flag_by_the_same_person_changes_nothing(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["member"])
    answers = await asyncio.gather(*(flag(browser, scene.annotation_url) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [303] * 4
    case = await scene.open_case()
    assert (case.annotation_id, case.flag_count) == (scene.annotation.id, 1)


async def test_flags_of_many_at_once_are_all_counted_in_one_case(scene: Scene, browser_of: BrowserOf) -> None:
    names = ("member", "newcomer", "host", "debate_moderator", "other_moderator", "silenced")
    browsers = [await browser_of(scene.cast[name]) for name in names]
    answers = await asyncio.gather(*(flag(browser, scene.reply_url) for browser in browsers))
    assert [answer.status_code for answer in answers] == [303] * len(names)
    assert (await scene.open_case()).flag_count == len(names)


async def test_other_needs_words(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["member"])
    answer = await flag(browser, scene.reply_url, "other", "  ")
    assert answer.status_code == 422
    assert "Please say in your own words what is wrong." in answer.text
    answer = await flag(browser, scene.reply_url, "other", "It quotes a letter that was private.")
    assert answer.status_code == 303


@pytest.mark.parametrize("reason", ["", "boring"])
async def test_reason_has_to_be_one_of_those_offered(scene: Scene, browser_of: BrowserOf, reason: str) -> None:
    answer = await flag(await browser_of(scene.cast["member"]), scene.reply_url, reason, "Kept words")
    assert answer.status_code == 422
    assert "Kept words" in answer.text
    assert (await scene.db.execute(select(func.count()).select_from(Case))).scalar_one() == 0


async def test_flag_can_be_taken_back_and_its_case_closes_with_the_last_one(
    scene: Scene, browser_of: BrowserOf
) -> None:
    member, newcomer = await browser_of(scene.cast["member"]), await browser_of(scene.cast["newcomer"])
    for browser in (member, newcomer):
        await flag(browser, scene.reply_url)
    assert "Take the flag back" in (await member.get(f"{scene.reply_url}/flag")).text
    for _ in range(2):  # The second time nothing is left to take back.
        assert (await member.post(f"{scene.reply_url}/unflag")).status_code == 303
    case = await scene.open_case()
    assert (case.flag_count, case.version) == (1, 3)
    await newcomer.post(f"{scene.reply_url}/unflag")
    case = await scene.fresh(case)
    assert case.flag_count == 0
    assert case.closed_at is not None


async def test_flag_after_one_was_taken_back_counts_anew(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["member"])
    await flag(browser, scene.reply_url)
    await browser.post(f"{scene.reply_url}/unflag")
    await flag(browser, scene.reply_url)
    assert (await scene.open_case()).flag_count == 1
    assert len((await scene.db.execute(select(Flag.id))).all()) == 2


async def test_flag_cannot_be_taken_back_after_the_decision(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["member"])
    await flag(browser, scene.reply_url)
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["site_moderator"])
    sent = decision(action="dismiss", version=case.version)
    assert (await moderator.post(f"/moderation/cases/{case.id}/decide", data=sent)).status_code == 303
    answer = await browser.post(f"{scene.reply_url}/unflag")
    assert answer.status_code == 409
    assert (await scene.fresh(case)).flag_count == 1


async def test_visitor_is_led_to_sign_in(scene: Scene, client: AsyncClient) -> None:
    answer = await client.get(f"{scene.reply_url}/flag")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")


@pytest.mark.parametrize(("name", "status"), [("author", 403), ("suspended", 403), ("silenced", 200), ("member", 200)])
async def test_who_may_flag(scene: Scene, browser_of: BrowserOf, name: str, status: int) -> None:
    browser = await browser_of(scene.cast[name])
    assert (await browser.get(f"{scene.reply_url}/flag")).status_code == status


@pytest.mark.parametrize("path", ["arguments/999", "annotations/999", "passages/1", "arguments/0"])
async def test_what_is_not_there_cannot_be_flagged(scene: Scene, browser_of: BrowserOf, path: str) -> None:
    browser = await browser_of(scene.cast["member"])
    assert (await browser.get(f"/debates/mill/{path}/flag")).status_code == 404
