"""Vote on a claim, take a stance on the motion."""

from typing import NamedTuple

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import touch_debate
from app.models import Debate, Position, Stance, VoteValue


class VoteCounts(NamedTuple):
    agree: int
    disagree: int
    pass_: int


# One statement for the vote and all that counts it. The caller holds the argument's row lock, so `old` is the vote
# that this one replaces even when somebody sends two at once.
_VOTE = """
WITH old AS (
    SELECT value FROM votes WHERE debate_id = :debate AND user_id = :user AND argument_id = :argument
), new AS ({change}), counted AS (
    UPDATE arguments SET
        agree_count = agree_count + (:value = 'agree')::int - (SELECT count(*) FROM old WHERE value = 'agree'),
        disagree_count = disagree_count + (:value = 'disagree')::int
            - (SELECT count(*) FROM old WHERE value = 'disagree'),
        pass_count = pass_count + (:value = 'pass')::int - (SELECT count(*) FROM old WHERE value = 'pass')
    WHERE debate_id = :debate AND id = :argument
    RETURNING agree_count, disagree_count, pass_count
), told AS (
    INSERT INTO debate_changes (debate_id, vote_step)
    SELECT :debate, (:value <> '')::int - (SELECT count(*) FROM old)
)
SELECT agree_count, disagree_count, pass_count FROM counted
"""
_CAST = text(
    _VOTE.format(
        change="INSERT INTO votes (debate_id, user_id, argument_id, value) VALUES (:debate, :user, :argument, :value) "
        "ON CONFLICT (debate_id, user_id, argument_id) DO UPDATE SET value = excluded.value, changed_at = now()"
    )
)
_TAKE_BACK = text(
    _VOTE.format(change="DELETE FROM votes WHERE debate_id = :debate AND user_id = :user AND argument_id = :argument")
)


async def cast_vote(
    db: AsyncSession, user_id: int, debate_id: int, argument_id: int, value: VoteValue | None
) -> VoteCounts:
    """Set, change or (no value) take back a person's vote; returns the claim's counts. The row must be locked."""
    values = {"user": user_id, "debate": debate_id, "argument": argument_id, "value": value.value if value else ""}
    row = (await db.execute(_CAST if value else _TAKE_BACK, values)).one()
    touch_debate(db, debate_id, is_noted=True)
    return VoteCounts._make(row)


async def take_stance(db: AsyncSession, user_id: int, debate_id: int, position_id: int | None) -> None:
    """Set a person's latest stance; the first one is kept as it was. No position means undecided."""
    key = {"debate_id": debate_id, "user_id": user_id}
    first = insert(Stance).values(**key, first_position_id=position_id, latest_position_id=position_id)
    is_first = (await db.execute(first.on_conflict_do_nothing().returning(Stance.user_id))).one_or_none() is not None
    if not is_first:
        stance = (await db.execute(select(Stance).filter_by(**key).with_for_update())).scalar_one()
        if stance.latest_position_id == position_id:
            return
        await _count_stance(db, debate_id, stance.latest_position_id, -1)
        await db.execute(
            update(Stance).filter_by(**key).values(latest_position_id=position_id, latest_at=text("now()"))
        )
    await _count_stance(db, debate_id, position_id, +1)
    touch_debate(db, debate_id)


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
