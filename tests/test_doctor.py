"""The doctor finds every planted difference, names it, and mends the counters."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db import make_engine, transaction
from app.doctor.checks import CHECKS
from app.doctor.counters import COUNTERS, Counter, mend
from app.doctor.examination import STEPS, Finding, examine
from app.doctor.strengths import NAME, mend_strengths
from app.interchange.commands import load_seed
from app.interchange.seed_files import read_seed
from app.models import (
    Argument,
    ArgumentRevision,
    Bearing,
    Case,
    Debate,
    Flag,
    FlagReason,
    Notification,
    NotificationKind,
    Passage,
    Position,
    Relation,
    Stance,
    Vote,
    VoteValue,
)
from app.settings import Settings
from app.standing.settling import settle_debate
from app.votes.commands import Ballot, cast_vote
from tests.factories import make_annotation, make_argument, make_credit, make_user

THREE_POSITIONS = Path(__file__).parent / "fixtures" / "three-positions"


@pytest.fixture(scope="module")
async def engine(shared_database_url: str) -> AsyncIterator[AsyncEngine]:
    """On a database with a debate in which everything that is counted occurs."""
    engine = make_engine(shared_database_url, 2)
    async with transaction(engine) as db:
        await arrange(db)
    yield engine
    await engine.dispose()


@pytest.fixture
async def db(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """A session whose work is undone after the test."""
    async with AsyncSession(engine, expire_on_commit=False) as db:
        yield db
        await db.rollback()


async def arrange(db: AsyncSession) -> None:
    await load_seed(db, read_seed(THREE_POSITIONS))
    debate = (await db.execute(select(Debate))).scalar_one()
    argument = (await db.execute(select(Argument).where(Argument.seed_key == "memory"))).scalar_one()
    park, passage = [(await db.execute(select(model).limit(1))).scalar_one() for model in (Position, Passage)]
    people = [await make_user(db) for _ in range(4)]
    for relation in Relation:
        await make_argument(db, debate, people[0], parent=argument, relation=relation)
    reply = await make_argument(db, debate, people[0], parent=argument)
    reply.withdrawn_at = datetime.now(UTC)
    wording = (await db.execute(select(ArgumentRevision).filter_by(argument_id=argument.id))).scalar_one()
    argument.version = wording.version = 2
    of_debate = {"debate_id": debate.id}
    for person, value, position in zip(people[:3], VoteValue, [park.id, park.id, None], strict=True):
        db.add(Vote(**of_debate, argument_id=argument.id, user_id=person.id, value=value))
        db.add(Stance(**of_debate, user_id=person.id, first_position_id=None, latest_position_id=position))
        note = await make_annotation(db, debate, person, exact=passage.exact)
        await make_annotation(db, debate, people[3], exact=passage.exact, parent=note)
    reply_of_debate = {**of_debate, "argument_id": reply.id}
    for person, bears in zip(people[:2], (True, False), strict=True):
        db.add(Bearing(**reply_of_debate, user_id=person.id, bears=bears))
        await make_credit(db, reply, person)
    db.add(Bearing(**reply_of_debate, user_id=people[2].id, bears=True, is_counted=False))
    db.add(Vote(**reply_of_debate, user_id=people[1].id, value=VoteValue.AGREE, is_counted=False))
    case = Case(**of_debate, argument_id=argument.id)
    db.add(case)
    await db.flush()
    flag = {"argument_id": argument.id, "case_id": case.id, "reason": FlagReason.OTHER, "words": ""}
    db.add(Flag(**of_debate, **flag, reporter_id=people[1].id))
    db.add(Flag(**of_debate, **flag, reporter_id=people[2].id, withdrawn_at=datetime.now(UTC)))
    db.add(Notification(user_id=people[0].id, kind=NotificationKind.REPLY))
    await db.flush()
    await mend(db)


async def findings(db: AsyncSession) -> list[Finding]:
    return [finding async for finding in examine(db)]


async def wrong(db: AsyncSession) -> dict[str, int]:
    return {finding.name: finding.count for finding in await findings(db) if finding.count}


async def test_a_sound_database_has_no_findings(db: AsyncSession) -> None:
    found = await findings(db)
    assert len(found) == STEPS
    assert not any(finding.count for finding in found)


async def test_the_arranged_debate_gives_every_counter_something_to_count(db: AsyncSession) -> None:
    for counter in COUNTERS:
        assert (await db.execute(select(counter.column).where(counter.column > 0).limit(1))).first(), counter.name


async def test_listed_rows_count_and_others_do_not(db: AsyncSession) -> None:
    memory = (await db.execute(select(Argument).where(Argument.seed_key == "memory"))).scalar_one()
    await db.refresh(memory)
    assert (memory.support_count, memory.rebut_count, memory.undercut_count) == (1, 2, 1)
    assert (memory.agree_count, memory.disagree_count, memory.pass_count) == (1, 1, 1)
    assert await db.scalar(select(Debate.argument_count)) == 8 + 3


@pytest.mark.parametrize("counter", COUNTERS, ids=lambda counter: counter.name)
async def test_a_wrong_counter_is_found_and_mended(db: AsyncSession, counter: Counter) -> None:
    one = select(counter.model.__table__.c[counter.keys[-1]]).order_by(counter.column.desc()).limit(1).scalar_subquery()
    row = counter.model.__table__.c[counter.keys[-1]] == one
    await db.execute(update(counter.model).where(row).values({counter.column: counter.column + 3}))
    assert await wrong(db) == {counter.name: 1}
    (finding,) = [finding for finding in await findings(db) if finding.count]
    assert finding.is_counter
    assert "kept" in finding.examples[0]
    db.info.clear()
    await mend(db)
    assert await wrong(db) == {}
    assert ("touched_debates" in db.info) == (counter.debate_key is not None)


PLANTED = {
    "mails are not given up": """INSERT INTO mails (recipient, subject, body, attempts, last_error)
        VALUES ('ada@example.org', '', '', 14, 'refused')""",
    "appeals are answered by their decisions": """WITH made AS (
            INSERT INTO decisions (action, explanation) VALUES ('hide', 'Planted.') RETURNING id
        )
        INSERT INTO appeals (decision_id, words, outcome, answer_id, answered_at)
        SELECT id, 'Planted.', 'upheld', id, now() FROM made""",
    "passages hold the essay's words": "UPDATE passages SET exact = 'a' WHERE id = (SELECT min(id) FROM passages)",
    "placements hold the passages' words": """UPDATE placements SET start = start + 1
        WHERE passage_id = (SELECT min(id) FROM passages)""",
    "passages are placed on every revision": "DELETE FROM placements WHERE passage_id = (SELECT min(id) FROM passages)",
    "essay revisions are unchanged": "UPDATE essay_revisions SET text = text || ' more'",
    "replies stand below their parents": "UPDATE arguments SET depth = 7 WHERE seed_key = 'used-roof'",
    "no replies stand below merged arguments": """WITH made AS (
            INSERT INTO decisions (action, explanation) VALUES ('merge', 'Planted.') RETURNING id
        ), merged AS (
            UPDATE arguments SET hidden_by_id = made.id, merged_into_id = parent_id FROM made
            WHERE withdrawn_at IS NOT NULL RETURNING arguments.*
        ), lost AS (
            INSERT INTO arguments (debate_id, parent_id, root_id, depth, relation, position_id, origin, claim,
                                   grounds_markdown, grounds_html, withdrawn_at, is_strength_due)
            SELECT debate_id, id, root_id, depth + 1, relation, position_id, origin, claim, grounds_markdown,
                   grounds_html, withdrawn_at, true
            FROM merged RETURNING *
        )
        INSERT INTO argument_revisions (debate_id, argument_id, number, version, claim, grounds_markdown)
        SELECT debate_id, id, 1, 1, claim, grounds_markdown FROM lost""",
    "discounted votes do not count": """WITH made AS (
            INSERT INTO decisions (action, explanation) VALUES ('discount', 'Planted.') RETURNING id
        ), voted AS (
            SELECT v.debate_id, v.user_id, a.author_id FROM votes v
            JOIN arguments a ON a.debate_id = v.debate_id AND a.id = v.argument_id AND a.author_id IS NOT NULL LIMIT 1
        )
        INSERT INTO vote_discounts (debate_id, voter_id, author_id, decision_id)
        SELECT debate_id, user_id, author_id, made.id FROM voted, made""",
    "arguments are conceded as their history says": """UPDATE arguments SET conceded_at = now()
        WHERE seed_key = 'meadow'""",
    "arguments have their newest wording": "UPDATE arguments SET claim = 'Other' WHERE seed_key = 'meadow'",
    "replies stand on their notes' words": """UPDATE annotations SET passage_id = (SELECT max(id) FROM passages)
        WHERE id = (SELECT min(id) FROM annotations WHERE kind = 'reply')""",
    "credits have their newest wording": """UPDATE credits SET reason = reason || ' More.'
        WHERE id = (SELECT min(id) FROM credits)""",
    "annotations have their newest wording": "UPDATE annotations SET tags = '{other}' WHERE kind = 'reply' AND id < 3",
}


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
async def test_what_does_not_hold_is_found(db: AsyncSession, name: str) -> None:
    await db.execute(text(PLANTED[name]))
    assert await wrong(db) == {name: 1}


async def test_a_wrong_strength_is_found_and_mended(db: AsyncSession) -> None:
    while await settle_debate(db, (await db.scalars(select(Debate.id))).one()):
        pass
    await db.execute(text("UPDATE arguments SET strength = 0.9, holds = false WHERE seed_key = 'memory'"))
    assert await wrong(db) == {NAME: 1}
    await mend_strengths(db)
    assert await wrong(db) == {}


async def test_a_strength_that_a_worker_is_about_to_settle_is_not_wrong(db: AsyncSession) -> None:
    await db.execute(text("UPDATE arguments SET strength = 0.9, is_strength_due = true"))
    assert await wrong(db) == {}


async def test_a_reply_in_a_foreign_thread_is_found(db: AsyncSession) -> None:
    await db.execute(
        text("UPDATE arguments SET root_id = (SELECT min(id) FROM arguments) WHERE seed_key = 'used-roof'")
    )
    assert await wrong(db) == {"replies stand below their parents": 1}


async def test_examining_and_mending_while_people_vote_loses_no_vote(settings: Settings) -> None:
    engine = make_engine(settings.sqlalchemy_url, 6)
    async with transaction(engine) as db:
        await arrange(db)
        voters = [(await make_user(db)).id for _ in range(20)]
        one = (await db.execute(select(Argument).limit(1))).scalar_one()
        await db.execute(update(Debate).values(undecided_count=9, vote_count=Debate.vote_count - 2))
        await db.execute(update(Argument).values(agree_count=Argument.agree_count + 5))

    async def vote(user_id: int) -> None:
        async with transaction(engine) as db:
            await db.execute(select(Argument.id).where(Argument.id == one.id).with_for_update(key_share=True))
            await cast_vote(db, Ballot(user_id, one.debate_id, one.id), VoteValue.AGREE)

    async def mend_all() -> None:
        async with transaction(engine) as db:
            await mend(db)

    async def examine_all() -> dict[str, int]:
        async with transaction(engine) as db:
            return await wrong(db)

    await asyncio.gather(*map(vote, voters[:8]), mend_all())
    *_, during, after = await asyncio.gather(*map(vote, voters[8:]), mend_all(), examine_all(), examine_all())
    assert during == after == await examine_all() == {}
    await engine.dispose()
