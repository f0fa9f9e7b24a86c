"""Open cases of what is worded anew: whoever is about to decide one has read other words."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Case


async def note_rewording(db: AsyncSession, **about: int | None) -> None:
    """Make stale what moderators see of the open case of this item or person, if there is one.

    Call it in the transaction that changes the words, once their row is locked or written. Whoever decides locks that
    row too before the case, and compares the version then: so a decision falls before the new words, or not on them.
    """
    raised = Case.version + 1
    statement = update(Case).filter_by(**about, closed_at=None).values(version=raised, reworded_version=raised)
    await db.execute(statement.execution_options(synchronize_session=False))
