"""Moderators watch words, try a text on them, and each change is noted for good."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.doctor.examination import examine
from app.models import (
    Argument,
    Case,
    Debate,
    Decision,
    Flag,
    HeldPost,
    LogEntry,
    Position,
    User,
    WatchedWord,
    WatchedWordChange,
)
from tests.cast import make_cast
from tests.factories import make_argument, make_debate
from tests.moderation.conftest import place_of

GROUNDS = "Whoever played at the CASÍNO of the town knows what that does to families."
PAGE = "/debates/mill/prevention"


WHY = "Advertisements for gambling came in dozens last week."


def word(pattern: str, action: str, explanation: str = WHY) -> dict[str, str]:
    return {"pattern": pattern, "action": action, "explanation": explanation, "idempotency_key": str(uuid4())}


def why(explanation: str = WHY) -> dict[str, str]:
    return {"explanation": explanation, "idempotency_key": str(uuid4())}


@dataclass
class Scene:
    db: AsyncSession
    debate: Debate
    cast: dict[str, User]
    host: AsyncClient
    member: AsyncClient

    async def watch(self, pattern: str, action: str) -> None:
        answer = await self.host.post(f"{PAGE}/words", data=word(pattern, action))
        assert answer.status_code == 303, answer.text

    async def latest(self) -> tuple[Decision, LogEntry]:
        decision = (await self.db.scalars(select(Decision).order_by(Decision.id.desc()).limit(1))).one()
        entry = (await self.db.scalars(select(LogEntry).filter_by(decision_id=decision.id))).one()
        await self.db.commit()
        return decision, entry

    async def actions(self) -> dict[str, str]:
        rows = (await self.db.execute(select(WatchedWord.pattern, WatchedWord.action))).all()
        await self.db.commit()
        return {row.pattern: row.action for row in rows}

    async def undo(self, decision: Decision):
        data = {"explanation": WHY, "idempotency_key": str(uuid4())}
        return await self.host.post(f"/decisions/{decision.id}/undo", data=data)

    async def post(self, **changed: str):
        fields = {"position": "side-1", "claim": "The mill should not be sold to gamblers.", "grounds": GROUNDS}
        data = {**fields, "idempotency_key": str(uuid4()), **changed}
        return await self.member.post("/debates/mill/arguments", data=data)

    async def count(self, kind, **values) -> int:
        found = (await self.db.execute(select(func.count()).select_from(kind).filter_by(**values))).scalar_one()
        await self.db.commit()
        return found


@pytest.fixture
async def scene(db: AsyncSession, browser_of: Callable[[User], Awaitable[AsyncClient]]) -> Scene:
    debate = await make_debate(db)
    cast = await make_cast(db, debate, await make_debate(db, "dam"))
    side = (await db.execute(select(Position).filter_by(debate_id=debate.id, number=1))).scalar_one()
    await make_argument(db, debate, cast["member"], position=side)
    await db.commit()
    return Scene(db, debate, cast, await browser_of(cast["host"]), await browser_of(cast["member"]))


async def test_a_word_is_added_changed_and_removed_and_each_change_is_noted(scene):
    await scene.watch("Casino", "flag")
    await scene.watch("cas1no", "block")
    kept = (await scene.db.execute(select(WatchedWord))).scalar_one()
    assert (kept.pattern, kept.action) == ("casino", "block")
    assert "Watch it no more" in (await scene.host.get(f"{PAGE}/words/{kept.id}/remove")).text
    assert (await scene.host.post(f"{PAGE}/words/{kept.id}/remove", data=why())).status_code == 303
    changes = (await scene.db.execute(select(WatchedWordChange).order_by(WatchedWordChange.id))).scalars().all()
    assert [(change.before, change.after) for change in changes] == [(None, "flag"), ("flag", "block"), ("block", None)]
    assert "removed <code>casino</code>" in (await scene.host.get(PAGE)).text


async def test_changes_that_were_noted_cannot_be_changed(scene):
    await scene.watch("casino", "flag")
    with pytest.raises(DBAPIError, match="append-only"):
        await scene.db.execute(text("DELETE FROM watched_word_changes"))


async def test_a_pattern_that_says_too_little_is_refused_with_what_was_typed(scene):
    answer = await scene.host.post(f"{PAGE}/words", data=word("a*", "flag"))
    assert answer.status_code == 422
    assert "at least 2 letters" in answer.text
    assert 'value="a*"' in answer.text


@pytest.mark.parametrize(
    ("action", "says"), [("block", "would be blocked"), ("hold", "would wait"), ("flag", "and be flagged")]
)
async def test_the_test_box_says_what_would_happen(scene, action, says):
    await scene.watch("casino*", action)
    answer = await scene.host.post(f"{PAGE}/test", data={"text": "Two сasіnos are planned"})
    assert says in answer.text
    assert "casino*" in answer.text
    assert "Two сasіnos are planned" in answer.text
    assert "This text would stand." in (await scene.host.post(f"{PAGE}/test", data={"text": "Two mills"})).text


async def test_a_blocked_writer_reads_which_word_it_is_and_keeps_the_text(scene):
    await scene.watch("casino", "block")
    answer = await scene.post()
    assert answer.status_code == 422
    assert "moderators of this site or debate watch for some words" in answer.text
    assert "“CASINO”" in answer.text
    assert GROUNDS in answer.text
    assert await scene.count(Argument) == 1


@pytest.mark.parametrize("words", ["a roul&#101;tte", "a roul**et**te", "a r.o.u.l.e.t.t.e"])
async def test_a_word_is_blocked_as_the_text_is_shown_and_the_test_box_says_so(scene, words):
    await scene.watch("roulette", "block")
    assert (await scene.post(grounds=f"They would put {words} where the wheel is now.")).status_code == 422
    assert "would be blocked" in (await scene.host.post(f"{PAGE}/test", data={"text": words})).text


async def test_a_held_text_waits_even_of_those_who_have_posted_before(scene):
    await scene.watch("casino", "hold")
    assert (await scene.post()).headers["location"].endswith("done=waits")
    assert await scene.count(Argument) == 1
    post = (await scene.db.execute(select(HeldPost))).scalar_one()
    assert (post.reason, "casino" in post.watched) == ("watched", True)


async def test_a_flagged_text_stands_and_has_a_case(scene):
    await scene.watch("casino", "flag")
    assert (await scene.post()).headers["location"].endswith("done=posted")
    case = (await scene.db.execute(select(Case))).scalar_one()
    assert (case.flag_count, case.score, case.closed_at) == (1, 1.0, None)
    page = await scene.host.get(f"/moderation/cases/{case.id}")
    assert "Found by the watched words" in page.text
    await scene.db.commit()
    assert [finding.name async for finding in examine(scene.db) if finding.count] == []


async def test_an_edit_is_looked_at_too_and_reported_once(scene):
    answer = await scene.post(grounds="Whoever gambled in this town knows what that does.")
    url = answer.headers["location"].partition("?")[0]
    await scene.watch("casino", "flag")
    for number, grounds in (("1", GROUNDS), ("2", f"{GROUNDS} Ask them.")):
        fields = {"claim": "The mill should not be sold.", "grounds": grounds, "revision": number}
        assert (await scene.member.post(f"{url}/edit", data=fields)).status_code == 303
    assert await scene.count(Flag) == 1
    await scene.watch("casino", "block")
    fields = {"claim": "The mill should not be sold.", "grounds": f"{GROUNDS} Or me.", "revision": "3"}
    assert (await scene.member.post(f"{url}/edit", data=fields)).status_code == 422


async def test_words_of_another_debate_do_not_matter_and_those_of_the_site_do(scene, browser_of):
    other = await browser_of(scene.cast["other_moderator"])
    assert (await other.post("/debates/dam/prevention/words", data=word("casino", "block"))).status_code == 303
    assert (await scene.post()).status_code == 303
    keeper = await browser_of(scene.cast["site_moderator"])
    await keeper.post("/moderation/prevention/words", data=word("casino", "block"))
    assert (await scene.post(claim="The mill should go to its millers.")).status_code == 422
    assert "Watched in every debate, and here too" in (await scene.host.get(PAGE)).text


async def test_the_same_text_is_refused_for_five_minutes(scene, browser_of):
    assert (await scene.post()).status_code == 303
    parent = (await scene.db.execute(select(Argument).order_by(Argument.id).limit(1))).scalar_one()
    claim = "The mill should not be sold to gamblers."
    fields = {"relation": "support", "claim": claim, "grounds": GROUNDS, "idempotency_key": str(uuid4()), "seen": ""}
    url = f"/debates/mill/arguments/{parent.id}/replies"
    fields["seen"] = ",".join(str(id) for id in await scene.db.scalars(select(Argument.id)))
    answer = await scene.member.post(url, data=fields)
    assert answer.status_code == 422, answer.status_code
    assert "the very same text" in answer.text
    await scene.db.execute(text("UPDATE arguments SET created_at = created_at - interval '6 minutes'"))
    await scene.db.commit()
    assert (await scene.member.post(url, data=fields)).status_code == 303


async def test_a_long_text_is_refused_of_others_too(scene, browser_of):
    long = f"{GROUNDS} " * 3
    assert (await scene.post(grounds=long)).status_code == 303
    author = await browser_of(scene.cast["author"])
    fields = {"position": "side-2", "claim": "Gambling has never helped a town.", "grounds": long}
    answer = await author.post("/debates/mill/arguments", data={**fields, "idempotency_key": str(uuid4())})
    assert answer.status_code == 422
    assert "Somebody has posted" in answer.text


async def test_each_change_is_in_the_public_log_with_its_reason_but_without_the_word(scene, client):
    await scene.watch("casino", "flag")
    await scene.watch("casino", "block")
    kept = (await scene.db.scalars(select(WatchedWord))).one()
    await scene.host.post(f"{PAGE}/words/{kept.id}/remove", data=why())
    decision, entry = await scene.latest()
    assert (decision.action, decision.change["from"], decision.change["to"]) == ("unwatch", "block", None)
    assert place_of(entry.item) == {"kind": "word", "from": "block", "to": None}
    page = (await client.get("/log")).text
    for says in (
        "now watches a word",
        "no longer watches a word",
        "(flag)",
        "(block instead of flag)",
        "(block, no more)",
        WHY,
    ):
        assert says in page
    statement = (await client.get(f"/decisions/{decision.id}")).text
    files = [(await client.get(f"/log.{kind}")).text for kind in ("csv", "json")]
    assert [text for text in (page, statement, *files) if "casino" in text.lower()] == []
    assert WHY in statement


async def test_a_reason_that_gives_the_word_away_is_refused(scene):
    for says, told in ((f"{WHY} Casinó!", "without the word"), ("Too short.", "at least 20 characters")):
        answer = await scene.host.post(f"{PAGE}/words", data=word("casino", "block", says))
        assert (answer.status_code, told in answer.text) == (422, True)
    await scene.watch("casino", "block")
    kept = (await scene.db.scalars(select(WatchedWord))).one()
    answer = await scene.host.post(f"{PAGE}/words/{kept.id}/remove", data=why("The casino has been closed since."))
    assert (answer.status_code, "without the word" in answer.text) == (422, True)


async def test_undoing_a_change_treats_the_word_as_before(scene):
    await scene.watch("casino", "flag")
    added, _ = await scene.latest()
    await scene.watch("casino", "block")
    changed, _ = await scene.latest()
    assert (await scene.undo(added)).status_code == 409
    assert (await scene.undo(changed)).status_code == 303
    assert await scene.actions() == {"casino": "flag"}
    assert (await scene.undo(added)).status_code == 303
    assert await scene.actions() == {}
    assert (await scene.undo(added)).status_code == 409


async def test_undoing_a_removal_watches_the_word_again_as_it_was(scene, browser_of):
    await scene.watch("casino", "hold")
    columns = (WatchedWord.pattern, WatchedWord.action, WatchedWord.added_by_id, WatchedWord.created_at)
    before = (await scene.db.execute(select(*columns, WatchedWord.id))).one()
    moderator = await browser_of(scene.cast["debate_moderator"])
    await moderator.post(f"{PAGE}/words/{before.id}/remove", data=why())
    removed, entry = await scene.latest()
    assert place_of(entry.item) == {"kind": "word", "from": "hold", "to": None}
    assert (await moderator.post(f"/decisions/{removed.id}/undo", data=why())).status_code == 303
    assert (await scene.db.execute(select(*columns))).one() == before[:4]
    assert (await scene.db.scalars(select(WatchedWordChange.after).order_by(WatchedWordChange.id))).all() == [
        "hold", None, "hold"
    ]  # fmt: skip


async def test_words_of_the_site_are_undone_by_moderators_of_the_site_alone(scene, browser_of):
    keeper = await browser_of(scene.cast["site_moderator"])
    await keeper.post("/moderation/prevention/words", data=word("casino", "block"))
    decision, entry = await scene.latest()
    assert (decision.debate_id, entry.debate_slug) == (None, None)
    assert (await scene.undo(decision)).status_code == 403
    assert (await keeper.post(f"/decisions/{decision.id}/undo", data=why())).status_code == 303
    assert await scene.actions() == {}


async def test_the_same_form_sent_twice_is_one_decision(scene):
    form = word("casino", "block")
    for _ in range(2):
        assert (await scene.host.post(f"{PAGE}/words", data=form)).status_code == 303
    assert await scene.count(Decision, action="watch") == 1
