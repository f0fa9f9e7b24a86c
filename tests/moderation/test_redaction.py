"""What is taken out of the log is gone from the statement of reasons too, wherever somebody reads it."""

from typing import Any

import pytest
from sqlalchemy import select

from app.models import Appeal, Decision, LogEntry, Proposal
from app.moderation.chain import Walk
from app.moderation.redaction import TAKEN_OUT, take_out_words
from app.moderation.unlike_decisions import find_unlike_decisions
from app.moderation.verification import verify_log
from app.privacy.erasure import erase_person
from tests.moderation.conftest import BrowserOf, Scene, decision

NAME = "Zacharias"  # Of somebody who is not public; it must not stay anywhere.
WHY, LAW = f"It tells where {NAME} lives and works.", f"The act that {NAME} has a right to"
WANTED = f"Please leave {NAME} out of this, and the address too."
PLACES = ("/account/decisions", "/account/export.json")


async def _decide(scene: Scene, browser_of: BrowserOf, url: str, **fields: Any) -> int:
    browser = await browser_of(scene.cast["debate_moderator"])
    answer = await browser.post(url, data=decision(explanation=WHY, **fields))
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].partition("?")[0].rpartition("/")[2])


async def _numbers(scene: Scene) -> list[int]:
    return [
        number
        for number in await scene.db.scalars(select(LogEntry.number).order_by(LogEntry.number))
        if number is not None
    ]


async def test_whom_it_concerns_reads_the_whole_statement_until_words_are_taken_out_of_it(
    scene: Scene, browser_of: BrowserOf
) -> None:
    removed = await _decide(
        scene, browser_of, f"{scene.annotation_url}/hide", action="remove", house_rule="law", law=LAW
    )
    asked = await _decide(scene, browser_of, f"{scene.reply_url}/ask-edit", wanted=WANTED)
    author = await browser_of(scene.cast["author"])
    for place in PLACES:
        text = (await author.get(place)).text
        assert [words in text for words in (WHY, LAW, WANTED)] == [True] * 3, place
    assert await find_unlike_decisions(scene.db) == []
    await take_out_words(scene.db, await _numbers(scene), ["explanation"], "The host", "They named a person.")
    await scene.db.commit()
    for place in (*PLACES, f"/decisions/{removed}", f"/decisions/{asked}"):
        text = (await author.get(place)).text
        assert NAME not in text, place
        assert TAKEN_OUT in text, place
    assert NAME not in (await author.get("/log")).text
    assert await find_unlike_decisions(scene.db) == []


async def test_the_name_of_somebody_else_who_is_erased_goes_from_it(scene: Scene, browser_of: BrowserOf) -> None:
    words = "Please leave @newcomer out of this, whatever they did."
    await _decide(scene, browser_of, f"{scene.reply_url}/ask-edit", wanted=words)
    await erase_person(scene.db, scene.cast["newcomer"].id, keeps_texts=True, name_key=b"names")
    await scene.db.commit()
    author = await browser_of(scene.cast["author"])
    for place in PLACES:
        text = (await author.get(place)).text
        assert "@newcomer" not in text, place
        assert "Please leave [name taken out] out of this" in text, place


async def test_a_proposal_that_was_decided_loses_the_words_too(scene: Scene) -> None:
    made = Decision(action="suspend", explanation=WHY)
    scene.db.add(made)
    await scene.db.flush()
    entry = LogEntry(action="suspend", decision_id=made.id, explanation=WHY, item={"kind": "person", "id": 1})
    form = {"explanation": WHY, "hours": "2160"}
    proposal = Proposal(
        action="suspend", proposer_id=scene.cast["host"].id, form=form, decision_id=made.id, expires_at=made.made_at
    )
    scene.db.add_all([entry, proposal])
    await scene.db.commit()
    await take_out_words(scene.db, await _numbers(scene), ["explanation"], "The host", "It named a person.")
    await scene.db.commit()
    assert (await scene.fresh(proposal)).form == {"explanation": TAKEN_OUT, "hours": "2160"}


@pytest.mark.parametrize("is_named_too", [False, True])
async def test_law_goes_from_the_answer_to_an_appeal_too(
    scene: Scene, browser_of: BrowserOf, is_named_too: bool
) -> None:
    """Which repeats it. The reason of the answer stays, unless its own entry is named."""
    made = await _decide(scene, browser_of, f"{scene.reply_url}/hide", house_rule="law", law=LAW)
    author, host = await browser_of(scene.cast["author"]), await browser_of(scene.cast["host"])
    await author.post(f"/decisions/{made}/appeal", data={"words": "The law does not speak of such words at all."})
    appeal = (await scene.db.scalars(select(Appeal))).one()
    reason = "The law speaks of them in its second sentence."
    answer = decision(outcome="upheld", version="0", explanation=reason)
    answered = (await host.post(f"/moderation/appeals/{appeal.id}/answer", data=answer)).headers["location"]
    assert LAW in (await author.get(answered)).text
    numbers = await _numbers(scene)
    count = await take_out_words(
        scene.db, numbers if is_named_too else numbers[:1], ["explanation"], "The host", "It named a person."
    )
    await scene.db.commit()
    assert count == 2
    for place in ("/log", "/log.csv", "/transparency", answered, f"/decisions/{made}"):
        assert LAW not in (await author.get(place)).text, place
    assert (reason in (await author.get(answered)).text) != is_named_too
    assert await find_unlike_decisions(scene.db) == []
    assert [found async for found in verify_log(scene.db, Walk())] == []


async def test_law_goes_from_the_proposal_too(scene: Scene, browser_of: BrowserOf) -> None:
    proposer, second = await browser_of(scene.cast["site_moderator"]), await browser_of(scene.cast["administrator"])
    form = decision(kind="suspend", hours="2160", house_rule="law", law=LAW)
    proposed = (await proposer.post("/people/author/restrict", data=form)).headers["location"].partition("?")[0]
    assert (await second.post(f"{proposed}/confirm")).status_code == 303
    await take_out_words(scene.db, await _numbers(scene), ["explanation"], "The host", "It named a person.")
    await scene.db.commit()
    kept = (await scene.db.scalars(select(Proposal.form))).one()
    assert (kept["explanation"], kept["law"]) == (TAKEN_OUT, "")
