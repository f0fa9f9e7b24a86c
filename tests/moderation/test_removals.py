"""What moderators remove is gone for everybody but them: for its author too, and from every place where it stood."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.models import Action, Decision, LogEntry, Notification, SourceCitation
from tests.factories import make_argument, make_credit
from tests.moderation.conftest import SECRET, BrowserOf, Scene, decision, flag, make_source

RULE = "Leave private lives out"


async def _remove(browser: AsyncClient, url: str) -> str:
    answer = await browser.post(f"{url}/hide", data=decision(action="remove", house_rule="privacy"))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


async def test_a_removed_argument_is_nowhere_readable_not_even_for_its_author(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    author = await browser_of(scene.cast["author"])
    await _remove(await browser_of(scene.cast["debate_moderator"]), scene.reply_url)
    places = [
        scene.reply_url, f"/debates/mill/arguments/{scene.root.id}", "/debates/mill", "/debates/mill/outline",
        "/debates/mill/map", f"/search?q={SECRET}", "/debates/mill/feed.atom", "/people/author", "/account/decisions",
        f"{scene.reply_url}/history", f"{scene.reply_url}/edit", "/notifications",
    ]  # fmt: skip
    for browser in (client, author):
        for place in places:
            text = (await browser.get(place)).text.replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "")
            assert f"play the {SECRET}" not in text, place


async def test_a_notice_that_names_the_rule_stands_in_its_place(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    await _remove(await browser_of(scene.cast["debate_moderator"]), scene.reply_url)
    card = (await client.get(f"/debates/mill/arguments/{scene.root.id}")).text
    assert "Removed by moderators: this argument, under rule" in card
    assert RULE in card
    page = (await client.get(scene.reply_url)).text
    assert "Moderators have removed this argument" in page
    assert RULE in page


async def test_what_was_hidden_and_then_removed_is_called_removed_everywhere(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    """Also where a page, or a card of it, was kept while the text was only hidden."""
    member, moderator = await browser_of(scene.cast["member"]), await browser_of(scene.cast["debate_moderator"])
    below = await make_argument(scene.db, scene.debate, scene.cast["member"], parent=scene.reply)
    await scene.db.commit()
    await member.post(f"{scene.reply_url}/vote", data={"value": "agree"})
    root_url, below_url = f"/debates/mill/arguments/{scene.root.id}", f"/debates/mill/arguments/{below.id}"
    places = [
        (client, root_url, "This argument is hidden", "Removed by moderators: this argument"),
        *((client, url, "that is hidden", "that moderators have removed") for url in (
            "/debates/mill/outline", "/debates/mill/map", "/debates/mill/map.svg", below_url, f"{below_url}/path",
            f"{scene.reply_url}/path", f"{scene.reply_url}/strength", f"{root_url}/strength",
            f"{scene.reply_url}/replies.atom",
        )),
        (member, "/account/votes", "that is hidden", "that moderators have removed"),
        (client, scene.reply_url, "This argument is hidden", "Moderators have removed this"),
        (client, f"{root_url}/strength", "hidden: counts nothing", "removed: counts nothing"),
    ]  # fmt: skip
    await moderator.post(f"{scene.reply_url}/hide", data=decision(action="hide"))
    for browser, url, hidden, removed in places:
        text = (await browser.get(url)).text
        assert hidden in text, url
        assert removed not in text, url
    await _remove(moderator, scene.reply_url)
    for browser, url, hidden, removed in places:
        text = (await browser.get(url)).text
        assert removed in text, url
        assert hidden not in text, url


async def test_a_removed_thread_and_source_are_called_removed_too(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    follower, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["site_moderator"])
    thread = f"/debates/mill/arguments/{scene.root.id}"
    await follower.post(f"{thread}/follow", data={"interest": "everything", "rhythm": "daily", "act": "save"})
    source = make_source(scene)
    scene.db.add(source)
    await scene.db.flush()
    cited = {"debate_id": scene.debate.id, "argument_id": scene.reply.id, "source_id": source.id}
    scene.db.add(SourceCitation(**cited, words=""))
    await scene.db.commit()
    source_url = f"/debates/mill/sources/{source.id}"
    for url in (thread, source_url):
        await _remove(moderator, url)
    assert "An argument that moderators have removed" in (await follower.get("/notifications/settings")).text
    for url in (source_url, scene.reply_url):
        assert "Source removed by moderators" in (await client.get(url)).text
    assert "A source that moderators have removed: cited" in (await client.get(f"{scene.reply_url}/history")).text


async def test_its_moderators_still_read_it(scene: Scene, browser_of: BrowserOf) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    await _remove(moderator, scene.reply_url)
    page = (await moderator.get(scene.reply_url)).text
    assert SECRET in page
    assert "Only moderators see these words." in page
    assert SECRET in (await moderator.get(f"{scene.reply_url}/moderate")).text
    other = await browser_of(scene.cast["other_moderator"])
    assert SECRET not in (await other.get(scene.reply_url)).text


async def test_notes_and_credits_are_removed_too(scene: Scene, browser_of: BrowserOf, client: AsyncClient) -> None:
    words = f"It was the {SECRET} that changed my mind, as I had never thought of it that way."
    credit = await make_credit(scene.db, scene.root, scene.cast["author"], words)
    await scene.db.commit()
    moderator, author = await browser_of(scene.cast["site_moderator"]), await browser_of(scene.cast["author"])
    credit_url = f"/debates/mill/credits/{credit.id}"
    for url, noun in ((scene.annotation_url, "note"), (credit_url, "credit")):
        await _remove(moderator, url)
        for browser in (client, author):
            page = await browser.get(url)
            assert SECRET not in page.text
            assert f"Moderators have removed this {noun}" in page.text
    assert SECRET not in (await author.get("/account/votes")).text


async def test_its_author_can_neither_edit_it_nor_is_told_its_words(scene: Scene, browser_of: BrowserOf) -> None:
    author = await browser_of(scene.cast["author"])
    made = await _remove(await browser_of(scene.cast["debate_moderator"]), scene.reply_url)
    answer = await author.get(f"{scene.reply_url}/edit")
    assert answer.status_code == 403
    assert "Moderators have removed this argument: it cannot be edited." in answer.text
    told = (await scene.db.scalars(select(Notification).filter_by(user_id=scene.cast["author"].id))).all()
    assert [each.decision_id for each in told] == [int(made.rpartition("/")[2])]
    news = (await author.get("/notifications")).text
    assert "Moderators removed your argument" in news
    assert SECRET not in news


async def test_the_statement_and_the_log_say_what_was_done_without_the_words(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    made = await _remove(await browser_of(scene.cast["debate_moderator"]), scene.reply_url)
    statement = (await client.get(made)).text
    assert "not to its author either" in statement
    assert SECRET not in statement
    log = (await client.get("/log")).text
    assert "removed for good" in log
    assert SECRET not in log
    entry = (await scene.db.scalars(select(LogEntry).filter_by(action=Action.REMOVE))).one()
    assert SECRET not in str(entry.item)


async def test_what_is_hidden_can_be_removed_and_undoing_that_hides_it_again(
    scene: Scene, browser_of: BrowserOf
) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    hiding = (await moderator.post(f"{scene.reply_url}/hide", data=decision())).headers["location"].partition("?")[0]
    assert "Remove it" in (await moderator.get(f"{scene.reply_url}/moderate")).text
    removal = await _remove(moderator, scene.reply_url)
    refused = await moderator.post(f"{hiding}/undo", data=await _undoing(moderator, hiding))
    assert refused.status_code == 409
    assert (await moderator.post(f"{removal}/undo", data=await _undoing(moderator, removal))).status_code == 303
    reply = await scene.fresh(scene.reply)
    assert (reply.hidden_by_id, reply.removed_under) == (int(hiding.rpartition("/")[2]), None)


async def test_a_case_is_decided_by_removing_and_whoever_flagged_is_told(scene: Scene, browser_of: BrowserOf) -> None:
    reader = await browser_of(scene.cast["newcomer"])
    await flag(reader, scene.reply_url)
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["debate_moderator"])
    fields = {"action": "remove", "version": str(case.version), "house_rule": "privacy"}
    answer = await moderator.post(f"/moderation/cases/{case.id}/decide", data=decision(**fields))
    assert answer.status_code == 303
    assert (await scene.fresh(scene.reply)).removed_under == "privacy"
    assert "Moderators removed the argument that you flagged" in (await reader.get("/notifications")).text


@pytest.mark.parametrize("missing", ["house_rule", "explanation"])
async def test_removing_needs_a_rule_and_a_reason(scene: Scene, browser_of: BrowserOf, missing: str) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    answer = await moderator.post(f"{scene.reply_url}/hide", data=decision(**{"action": "remove", missing: ""}))
    assert answer.status_code == 422
    assert (await scene.fresh(scene.reply)).hidden_by_id is None


async def test_several_are_removed_together(scene: Scene, browser_of: BrowserOf) -> None:
    reader, moderator = await browser_of(scene.cast["newcomer"]), await browser_of(scene.cast["site_moderator"])
    await flag(reader, scene.reply_url)
    await flag(reader, scene.annotation_url)
    page = (await moderator.get("/moderation")).text
    chosen = [part.partition('"')[0] for part in page.split('name="case" value="')[1:]]
    shown = await moderator.get("/moderation/bulk", params={"action": "remove", "case": chosen})
    assert "Remove several together" in shown.text
    fields: dict[str, Any] = {"cases": " ".join(chosen), "action": "remove", "house_rule": "privacy"}
    answer = await moderator.post("/moderation/bulk", data=decision(**fields))
    assert "2 decisions made" in answer.text
    for row in (scene.reply, scene.annotation):
        assert (await scene.fresh(row)).removed_under == "privacy"


async def test_the_author_can_appeal_and_an_undoing_answers_it(scene: Scene, browser_of: BrowserOf) -> None:
    made = await _remove(await browser_of(scene.cast["debate_moderator"]), scene.reply_url)
    author, judge = await browser_of(scene.cast["author"]), await browser_of(scene.cast["site_moderator"])
    words = {"words": "Nothing private stands in it at all.", **decision()}
    assert (await author.post(f"{made}/appeal", data=words)).status_code == 303
    assert (await judge.post(f"{made}/undo", data=await _undoing(judge, made))).status_code == 303
    assert (await scene.fresh(scene.reply)).hidden_by_id is None
    undoing = (await scene.db.scalars(select(Decision).order_by(Decision.id.desc()).limit(1))).one()
    assert undoing.action == Action.UNREMOVE


async def _undoing(browser: AsyncClient, made: str) -> dict[str, Any]:
    """The form as its page has it."""
    page = (await browser.get(f"{made}/undo")).text
    return decision(version=page.partition('name="version" value="')[2].partition('"')[0])
