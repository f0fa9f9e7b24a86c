"""A debate in which two camps have voted against each other, with stances before and after."""

from collections.abc import Sequence
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.doctor.counters import mend
from app.models import Argument, Debate, Position, Stance, User, Vote, VoteValue
from tests.factories import make_argument, make_debate, make_user

STATEMENTS = 12
COMMON = 3  # Statements with which everybody agrees.


async def make_camps(db: AsyncSession, people: int = 40, slug: str = "mill", voters: Sequence[User] = ()) -> Debate:
    """Half of the people agree with every second statement and disagree with the others; the other half the reverse.

    `voters` are among them.
    """
    debate = await make_debate(db, slug)
    positions = list(
        await db.scalars(select(Position).where(Position.debate_id == debate.id).order_by(Position.number))
    )
    author = await make_user(db)
    arguments = [
        await make_argument(
            db, debate, author, position=positions[number % 2], claim=f"Statement {number} of the camps."
        )
        for number in range(STATEMENTS)
    ]
    names = [{"username": f"{slug}-{n}", "display_name": f"Voter {n}", "password_hash": ""} for n in range(people)]
    ids = [voter.id for voter in voters]
    ids += await db.scalars(insert(User).returning(User.id), names) if people else []
    await _vote(db, debate, arguments, ids)
    await _take_stances(db, debate, positions, ids)
    await db.flush()
    await mend(db)
    return debate


async def _vote(db: AsyncSession, debate: Debate, arguments: list[Argument], voters: list[int]) -> None:
    random = Random(11)
    votes = []
    for place, user_id in enumerate(sorted(voters)):
        for number, argument in enumerate(arguments):
            agrees = number < COMMON or (number + place) % 2 == 0
            if random.random() < 0.08:
                agrees = not agrees
            value = VoteValue.PASS if random.random() < 0.08 else VoteValue.AGREE if agrees else VoteValue.DISAGREE
            votes.append({"debate_id": debate.id, "user_id": user_id, "argument_id": argument.id, "value": value})
    if votes:
        await db.execute(insert(Vote), votes)


async def _take_stances(db: AsyncSession, debate: Debate, positions: list[Position], voters: list[int]) -> None:
    """Everybody takes the side of their camp; every fifth had been undecided."""
    for place, user_id in enumerate(sorted(voters)):
        latest = positions[place % 2].id
        first = None if place % 5 == 0 else latest
        db.add(Stance(debate_id=debate.id, user_id=user_id, first_position_id=first, latest_position_id=latest))
