"""Flag an item, and take a flag back."""

from sqlalchemy import case, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import Case, Flag
from app.moderation.forms import FlagForm
from app.moderation.items import COLUMNS, Item, lock_item


async def flag_item(db: AsyncSession, actor: Actor, item: Item, form: FlagForm) -> None:
    """The person's flag of this item, which opens its case or joins the open one; a second one changes nothing."""
    row = await lock_item(db, item, shared=True)
    if row.hidden_by_id is not None:
        raise Conflict("Moderators have hidden this meanwhile.")
    if await find_own_flag(db, actor, item) is not None:
        return
    case_id = await _open_or_find_case(db, item)
    values = {**item.columns, "case_id": case_id, "reporter_id": actor.id, "reason": form.reason, "words": form.words}
    statement = insert(Flag).values(values).on_conflict_do_nothing().returning(Flag.id)
    if (await db.execute(statement)).one_or_none() is not None:
        await db.execute(
            update(Case).where(Case.id == case_id).values(flag_count=Case.flag_count + 1, version=Case.version + 1)
        )


async def withdraw_flag(db: AsyncSession, actor: Actor, item: Item) -> None:
    """Take back one's flag while nobody has decided; a case without flags closes by itself."""
    await lock_item(db, item, shared=True)
    flag = await find_own_flag(db, actor, item)
    if flag is None:
        return
    open_case = select(Case).where(Case.id == flag.case_id).with_for_update().execution_options(populate_existing=True)
    if (await db.execute(open_case)).scalar_one().closed_at is not None:
        raise Conflict("Moderators have decided already, so the flag stays in the records of the case.")
    statement = update(Flag).where(Flag.id == flag.id, Flag.withdrawn_at.is_(None)).values(withdrawn_at=func.now())
    if (await db.execute(statement.returning(Flag.id))).one_or_none() is None:
        return
    await db.execute(
        update(Case)
        .where(Case.id == flag.case_id)
        .values(
            flag_count=Case.flag_count - 1,
            version=Case.version + 1,
            closed_at=case((Case.flag_count == 1, func.now()), else_=None),
        )
    )


async def find_own_flag(db: AsyncSession, actor: Actor, item: Item) -> Flag | None:
    """The flag that stands; withdrawn ones do not."""
    statement = select(Flag).filter_by(**item.columns, reporter_id=actor.id, withdrawn_at=None)
    return (await db.execute(statement)).scalar_one_or_none()


async def _open_or_find_case(db: AsyncSession, item: Item) -> int:
    """The open case's id. Its row stays locked, so that flags of one item follow one another."""
    column = COLUMNS[item.kind]
    statement = (
        insert(Case)
        .values(item.columns)
        .on_conflict_do_update(
            index_elements=["debate_id", column],
            index_where=text(f"closed_at IS NULL AND {column} IS NOT NULL"),
            set_={"flag_count": Case.flag_count},
        )
        .returning(Case.id)
    )
    return (await db.execute(statement)).scalar_one()
