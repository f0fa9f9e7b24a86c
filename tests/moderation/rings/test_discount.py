"""Discounting votes: what the dry run says is what happens, and undoing it puts back exactly what it stopped."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from fastapi import FastAPI
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.doctor.counters import mend
from app.models import (
    Appeal,
    Argument,
    ArgumentRevision,
    Bearing,
    Decision,
    LogEntry,
    User,
    Vote,
    VoteDiscount,
    VoteValue,
)
from app.privacy.erasure import erase_person
from app.settings import Settings
from app.standing.settling import settle_due
from app.votes.counting import count_due_votes
from tests.moderation.conftest import BrowserOf, place_of
from tests.moderation.rings.conftest import DISCOUNT, WHY, RingScene
from tests.moderation.shape.conftest import PARTS
from tests.statements import counted_statements

LONG_AGO = datetime.now(UTC) - timedelta(days=3)


async def test_dry_run_shows_every_count_before_and_after_and_changes_nothing(ring: RingScene) -> None:
    before = await ring.counts()
    page = (await ring.moderator.get(DISCOUNT, params=ring.names)).text
    assert "18 votes and 1 judgement of whether a reply bears on its point, by 3 people on 6 arguments" in page
    assert page.count("4 → <strong>1</strong>") == 6
    assert "1 → <strong>0</strong>" in page
    assert await ring.counts() == before
    assert (await ring.db.scalars(select(Decision).where(Decision.debate_id == ring.debate.id))).all() == []


async def test_strengths_and_places_after_are_those_of_the_dry_run(ring: RingScene, engine: AsyncEngine) -> None:
    await settle_due(engine)
    page = (await ring.moderator.get(DISCOUNT, params=ring.names)).text
    await ring.discount()
    await settle_due(engine)
    first = await ring.db.scalar(
        select(Argument.strength).where(Argument.id == ring.theirs[0].id).execution_options(populate_existing=True)
    )
    row = page.partition("The author&#39;s first claim stands here.")[2].partition("</tr>")[0]
    assert f"<strong>{round(100 * first)}</strong>" in row
    await ring.counts()


async def test_votes_stop_counting_and_stay_where_they_are(ring: RingScene, browser_of: BrowserOf) -> None:
    before = await ring.counts()
    answer = await ring.discount()
    assert answer.status_code == 303
    after = await ring.counts()
    for argument in ring.theirs:
        assert before[argument.id][0] - after[argument.id][0] == 3
    assert all(before[argument.id] == after[argument.id] for argument in ring.others)
    voter = await browser_of(ring.voters[0])
    shown = (await voter.get(f"/debates/mill/arguments/{ring.theirs[0].id}")).text
    assert 'value="none" aria-pressed="true">Agree <b>1</b>' in shown


async def test_undoing_restores_every_count(ring: RingScene, engine: AsyncEngine) -> None:
    before, counted = await ring.counts(), await ring.counted()
    made = await ring.discount()
    url = made.headers["location"].partition("?")[0]
    await settle_due(engine)
    await ring.counts()
    assert (await ring.recount(url)).status_code == 303
    await settle_due(engine)
    assert await ring.counts() == before
    assert await ring.counted() == counted
    assert (await ring.recount(url)).status_code == 409


async def test_what_waited_goes_on_waiting_when_the_discount_is_lifted(
    ring: RingScene, engine: AsyncEngine, settings: Settings
) -> None:
    """And what was voted meanwhile counts with what is due."""
    await ring.db.execute(
        update(Vote).where(Vote.user_id == ring.voters[0].id, Vote.argument_id == ring.theirs[0].id).values(
            is_counted=False
        )
    )  # fmt: skip
    await ring.db.execute(
        update(Argument).where(Argument.id == ring.theirs[0].id).values(agree_count=Argument.agree_count - 1)
    )
    await ring.db.commit()
    before = await ring.counts()
    url = (await ring.discount()).headers["location"].partition("?")[0]
    assert await count_due_votes(engine, settings) == 0
    await ring.recount(url)
    assert await ring.counts() == before
    assert await count_due_votes(engine, settings) == 1
    assert (await ring.counts())[ring.theirs[0].id][0] == before[ring.theirs[0].id][0] + 1


async def test_votes_during_a_discount_do_not_count_and_a_changed_mind_counts_afterwards(
    ring: RingScene, browser_of: BrowserOf
) -> None:
    url = (await ring.discount()).headers["location"].partition("?")[0]
    discounted = await ring.counts()
    voter = await browser_of(ring.voters[1])
    target = ring.theirs[2]
    assert (
        await voter.post(f"/debates/mill/arguments/{target.id}/vote", data={"value": "disagree"})
    ).status_code == 303
    assert await ring.counts() == discounted
    await ring.recount(url)
    assert (await ring.counts())[target.id][:2] == (3, 1)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    votes=st.dictionaries(
        st.tuples(st.integers(0, 2), st.integers(0, 5)), st.tuples(st.sampled_from(VoteValue), st.booleans()),
        max_size=18,
    ),
    judged=st.dictionaries(
        st.tuples(st.integers(0, 2), st.integers(1, 5)), st.tuples(st.booleans(), st.booleans()), max_size=8
    ),
)  # fmt: skip
async def test_discount_then_recount_is_the_identity(
    ring: RingScene,
    votes: dict[tuple[int, int], tuple[VoteValue, bool]],
    judged: dict[tuple[int, int], tuple[bool, bool]],
) -> None:
    """Whatever was voted, waiting or not: all counters and all rows."""
    await _arrange(ring, votes, judged)
    before, rows = await ring.counts(), await _rows(ring)
    answer = await ring.discount()
    if not votes and not judged:
        assert answer.status_code == 422, "The page offers no decision where there is nothing to discount."
        return
    await ring.counts()
    assert (await ring.recount(answer.headers["location"].partition("?")[0])).status_code == 303
    assert (await ring.counts(), await _rows(ring)) == (before, rows)


async def test_a_reason_and_a_rule_are_needed(ring: RingScene) -> None:
    before = await ring.counted()
    for missing in ({"explanation": ""}, {"explanation": "Too short."}, {"house_rule": ""}, {"version": ""}):
        answer = await ring.discount(**missing)
        assert answer.status_code == 422
        assert "Not saved yet" in answer.text
    assert await ring.counted() == before


async def test_votes_that_changed_meanwhile_are_looked_at_again(ring: RingScene) -> None:
    form = await ring.form()
    await ring.db.execute(delete(Vote).where(Vote.user_id == ring.voters[2].id))
    await ring.db.execute(text("UPDATE arguments SET agree_count = agree_count - 1 WHERE author_id = :id").bindparams(
        id=ring.author.id
    ))  # fmt: skip
    await ring.db.execute(text("UPDATE debates SET vote_count = vote_count - 6 WHERE slug = 'mill'"))
    await ring.db.commit()
    answer = await ring.moderator.post(DISCOUNT, data=form)
    assert answer.status_code == 409
    assert WHY in answer.text
    assert "12 votes and 1 judgement" in answer.text
    form["version"] = await ring.version()
    assert (await ring.moderator.post(DISCOUNT, data=form)).status_code == 303


async def test_others_votes_do_not_make_a_decision_stale(ring: RingScene) -> None:
    form = await ring.form()
    await ring.vote(ring.cast["member"], ring.theirs[0])
    await ring.db.commit()
    assert (await ring.moderator.post(DISCOUNT, data=form)).status_code == 303


async def test_two_moderators_at_once_make_one_decision(ring: RingScene, browser_of: BrowserOf) -> None:
    other = await browser_of(ring.cast["site_moderator"])
    form = await ring.form()
    answers = await asyncio.gather(
        ring.moderator.post(DISCOUNT, data=form),
        ring.moderator.post(DISCOUNT, data=form),
        other.post(DISCOUNT, data={**form, "idempotency_key": str(uuid4())}),
    )
    assert sorted({answer.status_code for answer in answers}) in ([303], [303, 409])
    assert len((await ring.db.scalars(select(Decision).where(Decision.debate_id == ring.debate.id))).all()) == 1
    assert len((await ring.db.scalars(select(VoteDiscount))).all()) == 3
    await ring.counts()


async def test_votes_that_come_while_it_is_decided_and_undone_are_all_counted_or_none(
    ring: RingScene, browser_of: BrowserOf
) -> None:
    browsers = [await browser_of(voter) for voter in ring.voters]

    async def vote(value: str) -> None:
        for argument in ring.theirs:
            await asyncio.gather(
                *(each.post(f"/debates/mill/arguments/{argument.id}/vote", data={"value": value}) for each in browsers)
            )

    form = await ring.form()
    decided, *_ = await asyncio.gather(ring.moderator.post(DISCOUNT, data=form), vote("disagree"), vote("pass"))
    if decided.status_code == 409:  # The votes were quicker.
        decided = await ring.discount()
    await ring.counts()
    url = decided.headers["location"].partition("?")[0]
    undone, *_ = await asyncio.gather(ring.recount(url), vote("agree"), vote("none"))
    assert undone.status_code == 303
    await ring.counts()


async def test_nobody_decides_about_their_own_votes(ring: RingScene, browser_of: BrowserOf) -> None:
    form = await ring.form(voter=[ring.cast["host"].username])
    await ring.vote(ring.cast["host"], ring.theirs[0])
    await ring.db.commit()
    host = await browser_of(ring.cast["host"])
    page = await host.get(DISCOUNT, params={"author": "author", "voter": "host"})
    assert "another moderator has to decide" in page.text
    for browser in (host, ring.moderator):
        assert (await browser.post(DISCOUNT, data=form)).status_code == 403


async def test_those_who_voted_and_the_author_learn_of_it_and_the_log_names_no_voter(
    ring: RingScene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    url = (await ring.discount()).headers["location"].partition("?")[0]
    voter, author = await browser_of(ring.voters[0]), await browser_of(ring.author)
    assert "Moderators discounted votes of yours on one person’s arguments" in (await voter.get("/notifications")).text
    assert "Moderators discounted votes on your arguments" in (await author.get("/notifications")).text
    assert "you among them" in (await voter.get(url)).text
    assert "voter-0" in (await ring.moderator.get(url)).text
    for browser, path in ((client, url), (client, "/debates/mill/log"), (author, url), (client, "/log.json")):
        answer = (await browser.get(path)).text
        assert WHY in answer
        assert "voter-" not in answer.lower()
    entry = (await ring.db.scalars(select(LogEntry))).one()
    assert place_of(entry.item) == {"kind": "person", "id": ring.author.id}
    await ring.recount(url)
    assert "Votes of yours that moderators had discounted count again" in (await voter.get("/notifications")).text


async def test_those_whose_votes_they_are_appeal_and_others_do_not(ring: RingScene, browser_of: BrowserOf) -> None:
    url = (await ring.discount()).headers["location"].partition("?")[0]
    words = {"words": "I read each of these arguments before I voted on it."}
    voter = await browser_of(ring.voters[0])
    own = (await voter.get("/account/decisions")).text
    assert "votes of yours" in own
    assert f"{url}/appeal" in own
    assert "You can appeal until" in (await voter.get(url)).text
    reader = await browser_of(ring.reader)
    assert "Whose votes they are, and for whom they were, can appeal" in (await reader.get(url)).text
    assert (await reader.post(f"{url}/appeal", data=words)).status_code == 403
    assert (await voter.post(f"{url}/appeal", data=words)).status_code == 303
    appeal = (await ring.db.scalars(select(Appeal))).one()
    answer = {"outcome": "overturned", "version": "0", "explanation": WHY, "idempotency_key": str(uuid4())}
    other = await browser_of(ring.cast["administrator"])
    assert (await other.post(f"/moderation/appeals/{appeal.id}/answer", data=answer)).status_code == 303
    await ring.counts()
    assert "the decision is undone" in (await voter.get("/notifications")).text


async def test_undoing_and_an_appeal_say_ahead_how_many_votes_count_again(
    ring: RingScene, browser_of: BrowserOf
) -> None:
    """Of all whom the decision is about, whoever of them appealed; but nothing that waits for another reason."""
    waits = (Vote.user_id == ring.voters[0].id, Vote.argument_id == ring.theirs[0].id)
    await ring.db.execute(update(Vote).where(*waits).values(is_counted=False))
    await ring.db.execute(
        update(Argument).where(Argument.id == ring.theirs[0].id).values(agree_count=Argument.agree_count - 1)
    )
    await ring.db.commit()
    url = (await ring.discount()).headers["location"].partition("?")[0]
    many = "17 votes and 1 judgement of whether a reply bears on its point, by 3 people"
    assert f"Everything that it stopped counts again: {many}." in (await ring.moderator.get(f"{url}/undo")).text
    voter, other = await browser_of(ring.voters[0]), await browser_of(ring.cast["administrator"])
    await voter.post(f"{url}/appeal", data={"words": "I read each of these arguments before I voted on it."})
    appeal_url = f"/moderation/appeals/{(await ring.db.scalars(select(Appeal.id))).one()}"
    page = (await other.get(appeal_url)).text
    assert f"Everything that it stopped counts again, whoever appealed: {many}." in page
    before = await ring.counted()
    await ring.recount(url)
    assert await ring.counted() == before + 17 + 1
    assert "Everything that it stopped" not in (await ring.moderator.get(f"{url}/undo")).text


async def test_unknown_names_and_too_many_are_said(ring: RingScene) -> None:
    for names, said in (
        ({"author": "nobody-here", "voter": "voter-0"}, "arguments</a>: There is no member called nobody-here."),
        ({"author": "author", "voter": "voter-0, @ghost"}, "There is no member called ghost."),
        ({"author": "author", "voter": "author"}, "cannot vote on their own"),
        ({"author": "author"}, "People whose votes are meant</a>: This is needed."),
        ({"author": "author", "voter": " ".join(f"n{number}" for number in range(51))}, "At most 50"),
    ):
        answer = await ring.moderator.get(DISCOUNT, params=names)
        assert answer.status_code == 422
        assert said in answer.text


async def test_statements_of_the_dry_run_do_not_grow(ring: RingScene, app: FastAPI) -> None:
    counts = []
    for voters in (ring.voters[:1], ring.voters):
        names = {**ring.names, "voter": [voter.username for voter in voters]}
        with counted_statements(app) as statements:
            assert (await ring.moderator.get(DISCOUNT, params=names)).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] > 0


async def _rows(ring: RingScene) -> list[tuple[object, ...]]:
    votes = select(Vote.user_id, Vote.argument_id, Vote.value, Vote.is_counted, Vote.changed_at)
    bearings = select(Bearing.user_id, Bearing.argument_id, Bearing.bears, Bearing.is_counted, Bearing.changed_at)
    found = [tuple(row) for each in (votes, bearings) for row in await ring.db.execute(each)]
    await ring.db.commit()
    return sorted(found, key=repr)


async def _arrange(
    ring: RingScene,
    votes: dict[tuple[int, int], tuple[VoteValue, bool]],
    judged: dict[tuple[int, int], tuple[bool, bool]],
) -> None:
    ids = [voter.id for voter in ring.voters]
    await ring.db.execute(delete(Vote).where(Vote.user_id.in_(ids)))
    await ring.db.execute(delete(Bearing).where(Bearing.user_id.in_(ids)))
    await ring.db.execute(update(User).where(User.id.in_(ids)).values(created_at=LONG_AGO))
    for (voter, argument), (value, is_counted) in votes.items():
        place = {"debate_id": ring.debate.id, "user_id": ids[voter], "argument_id": ring.theirs[argument].id}
        ring.db.add(Vote(**place, value=value, is_counted=is_counted))
    for (voter, argument), (bears, is_counted) in judged.items():
        place = {"debate_id": ring.debate.id, "user_id": ids[voter], "argument_id": ring.theirs[argument].id}
        ring.db.add(Bearing(**place, bears=bears, is_counted=is_counted))
    await ring.db.flush()
    await mend(ring.db)
    await ring.db.commit()
    ring.db.expunge_all()


async def test_votes_from_before_an_edit_stop_and_count_again_as_such(ring: RingScene) -> None:
    first = ring.theirs[0]
    for model, id_ in ((Argument, Argument.id), (ArgumentRevision, ArgumentRevision.argument_id)):
        await ring.db.execute(update(model).where(id_ == first.id).values(version=2))
    await mend(ring.db)
    await ring.db.commit()
    assert await _earlier(ring, first) == 4
    decision = (await ring.discount()).headers["location"].partition("?")[0]
    assert await _earlier(ring, first) == 1
    await ring.recount(decision)
    assert await _earlier(ring, first) == 4


async def _earlier(ring: RingScene, argument: Argument) -> int:
    """And nothing that the doctor finds."""
    await ring.counts()
    statement = select(Argument.earlier_vote_count).where(Argument.id == argument.id)
    count = await ring.db.scalar(statement)
    await ring.db.commit()
    return count or 0


async def test_discount_outlives_the_erasing_of_the_author(
    ring: RingScene, engine: AsyncEngine, settings: Settings, browser_of: BrowserOf
) -> None:
    """It is about those who voted: nothing they gave on what the author left comes to count, and nothing new does."""
    before = await ring.counts()
    made = (await ring.discount()).headers["location"].partition("?")[0]
    discounted = await ring.counts()
    assert await erase_person(ring.db, ring.author.id, keeps_texts=True, name_key=b"names")
    await ring.db.commit()
    assert await count_due_votes(engine, settings) == 0
    assert await ring.counts() == discounted
    voter, page = await browser_of(ring.voters[0]), f"/debates/mill/arguments/{ring.theirs[0].id}"
    for value in ("disagree", "agree"):
        await voter.post(f"{page}/vote", data={"value": value})
    assert await ring.counts() == discounted
    assert made in (await voter.get("/account/votes")).text
    assert '3 are <a href="/debates/mill/log?action=discount">discounted' in (await voter.get(f"{page}/strength")).text
    assert "left_arguments" not in (await voter.get("/account/export.json")).text
    assert (await ring.recount(made)).status_code == 303
    assert await ring.counts() == before


async def test_discount_goes_on_where_what_an_erased_author_left_is_split(
    ring: RingScene, engine: AsyncEngine, settings: Settings
) -> None:
    await ring.discount()
    await erase_person(ring.db, ring.author.id, keeps_texts=True, name_key=b"names")
    await ring.db.commit()
    url = f"/debates/mill/arguments/{ring.theirs[5].id}"
    seen = (await ring.moderator.get(f"{url}/split")).text.partition('name="seen" value="')[2].partition('"')[0]
    form = {**PARTS, "seen": seen, "explanation": WHY, "idempotency_key": str(uuid4())}
    answer = await ring.moderator.post(f"{url}/split", data=form)
    assert answer.status_code == 303, answer.text
    part = (await ring.db.scalars(select(Argument).where(Argument.split_from_id == ring.theirs[5].id))).one()
    left = (await ring.db.scalars(select(VoteDiscount.left_arguments))).all()
    assert [part.id in ids for ids in left] == [True] * 3


async def test_erasing_a_voter_ends_the_discount_with_the_votes(ring: RingScene) -> None:
    await ring.discount()
    discounted = await ring.counts()
    await erase_person(ring.db, ring.voters[0].id, keeps_texts=True, name_key=b"names")
    await ring.db.commit()
    assert await ring.counts() == discounted
    assert len((await ring.db.scalars(select(VoteDiscount.id))).all()) == 2
