"""Names shown that moderators took from people, who then choose another one: any, but not that one."""

from sqlalchemy import func, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Reader, touch_debate
from app.errors import Conflict
from app.models import Annotation, Argument, User, WithheldName
from app.open_cases import note_rewording

TAKEN = "Moderators have taken this name from you. Please choose another one."


async def refuse_if_withheld(db: AsyncSession, user_id: int) -> None:
    """With the person's row locked, before anything is written."""
    if await db.scalar(select(User.display_name).where(User.id == user_id)) == _stand_in(user_id):
        raise Conflict("The name of this person has been taken already: they have not chosen another one yet.")


def _stand_in(user_id: int) -> str:
    return f"Member {user_id}"


async def withhold_name(db: AsyncSession, user_id: int, decision_id: int) -> None:
    """From somebody whose row is locked: a number stands instead, until they choose another name."""
    person = await db.get_one(User, user_id, populate_existing=True)
    stand_in = _stand_in(user_id)
    db.add(WithheldName(decision_id=decision_id, user_id=user_id, name=person.display_name, stand_in=stand_in))
    person.display_name = stand_in
    await db.flush()
    await note_rewording(db, person_id=user_id)
    await touch_written_in(db, user_id)


async def give_name_back(db: AsyncSession, user_id: int, decision_id: int) -> bool:
    """It stands again, unless they have chosen another one since: then they may choose it. False: it was back."""
    lifted = update(WithheldName).where(WithheldName.decision_id == decision_id, WithheldName.lifted_at.is_(None))
    names = lifted.values(lifted_at=func.now()).returning(WithheldName.name, WithheldName.stand_in)
    row = (await db.execute(names)).one_or_none()
    if row is None:
        return False
    person = await db.get_one(User, user_id, populate_existing=True)
    if person.display_name == row.stand_in:
        person.display_name = row.name
        await db.flush()
        await note_rewording(db, person_id=user_id)
        await touch_written_in(db, user_id)
    return True


async def is_withheld(db: Reader, user_id: int | None, name: str) -> bool:
    """In whatever case the letters are."""
    same = func.lower(WithheldName.name) == func.lower(name)
    statement = select(WithheldName.decision_id).where(WithheldName.user_id == user_id, same)
    return (await db.execute(statement.where(WithheldName.lifted_at.is_(None)).limit(1))).first() is not None


async def find_withholding(db: Reader, user_id: int | None) -> int | None:
    """The decision for which they still have to choose a name."""
    statement = (
        select(WithheldName.decision_id)
        .join(User, User.id == WithheldName.user_id)
        .where(User.id == user_id, User.display_name == WithheldName.stand_in, WithheldName.lifted_at.is_(None))
        .order_by(WithheldName.decision_id.desc())
        .limit(1)
    )
    return (await db.execute(statement)).scalar_one_or_none()


async def touch_written_in(db: AsyncSession, user_id: int | None) -> None:
    """The name stands on the pages of all debates in which they wrote."""
    written_in = union(
        select(Argument.debate_id).where(Argument.author_id == user_id),
        select(Annotation.debate_id).where(Annotation.author_id == user_id),
    )
    for debate_id in await db.scalars(written_in):
        touch_debate(db, debate_id)
