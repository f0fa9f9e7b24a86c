"""The votes and stances of a debate as they are now, read in chunks into arrays."""

from array import array
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Integer, Select, and_, case, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models import CURRENT_VERSION, Argument, Debate, Position, Stance, Vote, VoteValue
from app.models.argument import LISTED
from app.standing.run_input import NO_STANCE, UNDECIDED, RunInput
from app.votes.totals import VoteTotals, load_vote_totals

CHUNK = 10_000  # Rows in memory at a time.


@dataclass(frozen=True, slots=True)
class Collected:
    """`run` has the people in order of their ids, and nothing of the run before."""

    run: RunInput
    voters: int
    version: int
    last_vote_at: datetime
    votes_sha256: bytes
    totals: VoteTotals
    withdrawn_stances: int

    @property
    def votes(self) -> int:
        return len(self.run.sign)


async def collect(db: AsyncSession, debate_id: int) -> Collected:
    """Votes that count, on listed arguments, by everybody with such a vote or a stance."""
    await db.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    await db.execute(text("SET LOCAL statement_timeout = 0"))
    version = (await db.execute(select(CURRENT_VERSION).where(Debate.id == debate_id))).scalar_one()
    last = select(func.coalesce(func.max(Vote.changed_at), func.now())).where(Vote.debate_id == debate_id)
    last_vote_at = (await db.execute(last)).scalar_one()
    stances: dict[int, tuple[int, int]] = {row[0]: (row[1], row[2]) for row in await db.execute(_stances(debate_id))}
    numbers = select(Position.number).where(Position.debate_id == debate_id).order_by(Position.number)
    positions = tuple(await db.scalars(numbers))
    statements = array("q", await db.scalars(_statements(debate_id)))
    people, starts, statement, sign = await _votes(db, debate_id, statements)
    voters = len(people)
    for user_id in sorted(stances.keys() - set(people)):
        people.append(user_id)
        starts.append(len(sign))
    first, latest = (
        array("b", [stances.get(user_id, (NO_STANCE, NO_STANCE))[place] for user_id in people]) for place in (0, 1)
    )
    totals = await load_vote_totals(db, debate_id)
    withdrawn = select(func.count()).where(Stance.debate_id == debate_id, Stance.withdrawn_at.is_not(None))
    withdrawn_stances = (await db.execute(withdrawn)).scalar_one()
    run = RunInput(
        statements, positions, first, latest, array("b", bytes(len(people))), None, starts, statement, sign, 0
    )
    return Collected(run, voters, version, last_vote_at, _digest(people, run), totals, withdrawn_stances)


async def _votes(
    db: AsyncSession, debate_id: int, statements: "array[int]"
) -> tuple["array[int]", "array[int]", "array[int]", "array[int]"]:
    """People by id, where the votes of each begin, and the votes: indexes of statements and signs."""
    place_of = {id: place for place, id in enumerate(statements)}
    people, starts, statement, sign = array("q"), array("q", [0]), array("i"), array("b")
    rows = await db.stream(_counted_votes(debate_id).execution_options(yield_per=CHUNK))
    async for chunk in rows.partitions():
        for user_id, argument_id, value in map(tuple, chunk):
            if not people or people[-1] != user_id:
                people.append(user_id)
                starts.append(len(sign))
            statement.append(place_of[argument_id])
            sign.append(value)
            starts[-1] += 1
    return people, starts, statement, sign


def _counted_votes(debate_id: int) -> Select[*tuple[Any, ...]]:
    is_same = and_(Argument.debate_id == Vote.debate_id, Argument.id == Vote.argument_id)
    value = case((Vote.value == VoteValue.AGREE, 1), (Vote.value == VoteValue.DISAGREE, -1), else_=0).cast(Integer)
    return (
        select(Vote.user_id, Vote.argument_id, value)
        .join(Argument, is_same)
        .where(Vote.debate_id == debate_id, Vote.is_counted, LISTED)
        .order_by(Vote.user_id, Vote.argument_id)
    )


def _statements(debate_id: int) -> Select[*tuple[Any, ...]]:
    return select(Argument.id).where(Argument.debate_id == debate_id, LISTED).order_by(Argument.id)


def _stances(debate_id: int) -> Select[*tuple[Any, ...]]:
    first, latest = aliased(Position), aliased(Position)
    return (
        select(
            Stance.user_id,
            func.coalesce(first.number, UNDECIDED).cast(Integer),
            func.coalesce(latest.number, UNDECIDED).cast(Integer),
        )
        .outerjoin(first, and_(first.debate_id == Stance.debate_id, first.id == Stance.first_position_id))
        .outerjoin(latest, and_(latest.debate_id == Stance.debate_id, latest.id == Stance.latest_position_id))
        .where(Stance.debate_id == debate_id, Stance.withdrawn_at.is_(None))
    )


def _digest(people: "array[int]", run: RunInput) -> bytes:
    hashed = sha256(repr(run.positions).encode())
    for values in (run.statements, people, run.first, run.latest, run.starts, run.statement, run.sign):
        hashed.update(len(values).to_bytes(8, "little"))
        hashed.update(values.tobytes())
    return hashed.digest()
