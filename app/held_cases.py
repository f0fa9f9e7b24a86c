"""Who works on a case moderates there: else nobody else would be led to it, and nobody would decide it."""

from sqlalchemy import ColumnElement, and_, case, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.models import Case, User
from app.permissions_to_judge import is_judge


async def lock_judge(db: AsyncSession, *person_ids: int | None) -> None:
    """Keep whoever suspends one of these, or takes the role from them, waiting until the commit: whether they moderate
    is looked at after that. Before open cases, as those lock who release them."""
    people = select(User.id).where(User.id.in_(person_ids)).order_by(User.id)
    await db.execute(people.with_for_update(key_share=True))


async def release_cases_of(db: AsyncSession, person_id: int | None) -> list[int]:
    """What they have claimed, or was handed to them, where they do not moderate now: which of these were handed to
    them. In the transaction that takes it from them, after that."""
    await db.flush()
    is_theirs = (Case.assigned_to_id == person_id, Case.closed_at.is_(None), _left(Case.assigned_to_id))
    locked = select(Case.id).where(*is_theirs).order_by(Case.id).with_for_update(key_share=True)
    handed = list(await db.scalars(locked))
    await release_cases(db, or_(Case.claimed_by_id == person_id, Case.assigned_to_id == person_id))
    return handed


async def release_cases(db: AsyncSession, which: ColumnElement[bool]) -> None:
    """Of these cases those on which somebody works who does not moderate there."""
    holder_left, assigned_left = _left(Case.claimed_by_id), _left(Case.assigned_to_id)
    released = (
        update(Case)
        .where(Case.closed_at.is_(None), which, or_(holder_left, assigned_left))
        .values(
            claimed_by_id=case((holder_left, null()), else_=Case.claimed_by_id),
            claimed_until=case((holder_left, null()), else_=Case.claimed_until),
            assigned_to_id=case((assigned_left, null()), else_=Case.assigned_to_id),
        )
    )
    await db.execute(released.execution_options(synchronize_session=False))


def _left(column: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    return and_(column.is_not(None), ~is_judge(column, Case.debate_id))
