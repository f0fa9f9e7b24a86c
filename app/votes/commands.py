"""Vote on a claim or on the link of a reply, put a claim off, take a stance on the motion."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import touch_debate
from app.models import Debate, Position, Skip, Stance, VoteValue
from app.targets import LARGEST_ID
from app.votes.statements import JUDGEMENTS, VOTES


class Tally(NamedTuple):
    """The counts of a claim and of its link after a vote, and what the voter holds of both."""

    agree_count: int
    disagree_count: int
    pass_count: int
    bears_count: int
    bears_not_count: int
    own_value: str | None
    own_bears: str | None
    is_counted: bool | None  # Nothing where the vote was taken back.
    version: int  # The argument's newest.
    own_version: int | None  # The earliest on which the voter's vote or judgement was cast.


class Ballot(NamedTuple):
    """Whose vote it is, on which argument, whether it counts at once, and which version they have seen."""

    user_id: int
    debate_id: int
    argument_id: int
    counts: bool = True
    seen: int = LARGEST_ID  # The newest, whichever that is.


class Mark(NamedTuple):
    """What a ballot says: agree, disagree or pass on the claim, yes or no on the link; no word takes it back."""

    ballot: Ballot
    word: str
    is_on_link: bool = False


async def cast_vote(db: AsyncSession, ballot: Ballot, value: VoteValue | None) -> Tally:
    """Set, change or (no value) take back a person's vote on the claim. The argument's row must be locked."""
    mark = Mark(ballot, value.value if value else "")
    row = (await db.execute(VOTES, columns_of([mark]))).one()
    touch_debate(db, ballot.debate_id, is_noted=True)
    return Tally._make(row[2:])


async def judge_link(db: AsyncSession, ballot: Ballot, bears: bool | None) -> None:
    """Say whether a reply bears on its parent, or (nothing) take that back. The argument's row must be locked."""
    mark = Mark(ballot, "" if bears is None else "yes" if bears else "no", is_on_link=True)
    await db.execute(JUDGEMENTS, columns_of([mark]))
    touch_debate(db, ballot.debate_id, is_noted=True)


def columns_of(marks: Sequence[Mark]) -> dict[str, list[Any]]:
    """The parameters of VOTES and JUDGEMENTS, and for all marks together those of LOCK."""
    users, debates, arguments, counts, seen = zip(*(mark.ballot for mark in marks), strict=True)
    columns = {"users": users, "debates": debates, "arguments": arguments, "counts": counts, "seen": seen}
    return {"words": [mark.word for mark in marks], **{name: list(column) for name, column in columns.items()}}


async def answer_card(db: AsyncSession, ballot: Ballot, act: str) -> None:
    """One act of voting one after another: a vote, "skip" to put the claim off, "undo" to take either back."""
    place = {"debate_id": ballot.debate_id, "user_id": ballot.user_id, "argument_id": ballot.argument_id}
    if act == "skip":
        skip = insert(Skip).values(**place)
        anew = skip.on_conflict_do_update(index_elements=list(place), set_={"created_at": func.now()})
        await db.execute(anew)
        return
    await db.execute(delete(Skip).filter_by(**place))
    await cast_vote(db, ballot, None if act == "undo" else VoteValue(act))


async def take_stance(db: AsyncSession, user_id: int, debate_id: int, position_id: int | None) -> None:
    """Set a person's latest stance; the first one is kept as it was, also after the stance was taken back. No position
    means undecided."""
    key = {"debate_id": debate_id, "user_id": user_id}
    first = insert(Stance).values(**key, first_position_id=position_id, latest_position_id=position_id)
    is_first = (await db.execute(first.on_conflict_do_nothing().returning(Stance.user_id))).one_or_none() is not None
    if not is_first:
        stance = await _lock_stance(db, user_id, debate_id)
        assert stance is not None
        is_new = stance.withdrawn_at is not None
        if stance.latest_position_id == position_id and not is_new:
            return
        if not is_new:
            await _count_stance(db, debate_id, stance.latest_position_id, -1)
        latest = {"latest_position_id": position_id, "latest_at": text("now()"), "withdrawn_at": None}
        await db.execute(update(Stance).filter_by(**key).values(latest))
    await _count_stance(db, debate_id, position_id, +1)
    touch_debate(db, debate_id)


async def withdraw_stance(db: AsyncSession, user_id: int, debate_id: int) -> None:
    """Let a person's stance count nowhere. Nothing happens where there is none."""
    stance = await _lock_stance(db, user_id, debate_id)
    if stance is None or stance.withdrawn_at is not None:
        return
    stance.withdrawn_at = datetime.now(UTC)
    await db.flush()
    await _count_stance(db, debate_id, stance.latest_position_id, -1)
    touch_debate(db, debate_id)


async def _lock_stance(db: AsyncSession, user_id: int, debate_id: int) -> Stance | None:
    statement = select(Stance).filter_by(debate_id=debate_id, user_id=user_id).with_for_update()
    return (await db.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()


async def _count_stance(db: AsyncSession, debate_id: int, position_id: int | None, step: int) -> None:
    if position_id is None:
        await db.execute(
            update(Debate).where(Debate.id == debate_id).values(undecided_count=Debate.undecided_count + step)
        )
    else:
        await db.execute(
            update(Position)
            .where(Position.debate_id == debate_id, Position.id == position_id)
            .values(stance_count=Position.stance_count + step)
        )
