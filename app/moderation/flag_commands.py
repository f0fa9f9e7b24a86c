"""Flag an item or a person, and take a flag back."""

from typing import Any

from sqlalchemy import Double, Numeric, Text, Update, case, cast, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import Case, Flag
from app.moderation.casework.automation import hide_at_score, show_again
from app.moderation.flag_weights import SCORE_DIGITS, weigh_flag
from app.moderation.forms import FlagForm
from app.moderation.items import COLUMNS, Item, lock_item
from app.moderation.measures.switches import AUTOMATIC_HIDING, is_switched_on
from app.moderation.own_flags import WAITS, Flaggable, NothingNew, find_own_flag
from app.moderation.people.reported import Reported
from app.moderation.reporters import find_reporter
from app.moderation.sanction_commands import lock_person
from app.taken import what_was_done


async def flag_item(db: AsyncSession, actor: Actor, item: Item, form: FlagForm) -> None:
    """The person's flag of this item, which opens its case or joins the open one; sent twice, it is one."""
    hides = await is_switched_on(db, item.debate_id, AUTOMATIC_HIDING)
    row = await lock_item(db, item, shared=not hides)
    if row.hidden_by_id is not None:
        raise Conflict(f"It was {what_was_done(row.removed_under)} meanwhile.")
    case_id = await _add_flag(db, actor, item, COLUMNS[item.kind], form)
    if case_id is not None and hides:
        await hide_at_score(db, item, row, case_id)


async def flag_person(db: AsyncSession, actor: Actor, person: Reported, form: FlagForm) -> None:
    await lock_person(db, person.id)
    await _add_flag(db, actor, person, "person_id", form)


async def _add_flag(db: AsyncSession, actor: Actor, target: Flaggable, column: str, form: FlagForm) -> int | None:
    """The case that it opened or joined; nothing where the same form has done so already."""
    if (own := await find_own_flag(db, actor, target)) is not None:
        if own.says(form):
            return None
        own.refuse_the_same(form)
    reporter = await find_reporter(db, actor, target)
    weight = weigh_flag(reporter)
    case_id = await _open_or_find_case(db, target, column)
    named = {**target.columns, "case_id": case_id, "reporter_id": actor.id}
    values = {**named, "reason": form.reason, "words": form.words}
    weighed = {"weight": weight, "is_by_staff": reporter.is_staff, "trust_level": reporter.trust_level}
    record = {"agreed_count": reporter.agreed_count, "handled_count": reporter.handled_count}
    statement = insert(Flag).values({**values, **weighed, **record}).on_conflict_do_nothing().returning(Flag.id)
    if (await db.execute(statement)).one_or_none() is None:
        own = await find_own_flag(db, actor, target)
        if own is not None and own.says(form):
            return None
        raise NothingNew(WAITS)
    await db.execute(_count_flag(case_id, 1, weight))
    return case_id


async def withdraw_flag(db: AsyncSession, actor: Actor, item: Item) -> None:
    """Take back one's flag while nobody has decided; a case without flags closes by itself."""
    row = await lock_item(db, item)
    case_id = await _take_back(db, actor, item)
    if case_id is not None and row.hidden_by_id is not None and not await _is_open(db, case_id):
        await show_again(db, item, row, case_id)


async def withdraw_flag_of_person(db: AsyncSession, actor: Actor, person: Reported) -> None:
    await lock_person(db, person.id)
    await _take_back(db, actor, person)


async def _take_back(db: AsyncSession, actor: Actor, target: Flaggable) -> int | None:
    """The case of the flag; nothing where there was none to take back."""
    flag = await find_own_flag(db, actor, target)
    if flag is None:
        return None
    open_case = select(Case).where(Case.id == flag.case_id).with_for_update().execution_options(populate_existing=True)
    if (await db.execute(open_case)).scalar_one().closed_at is not None:
        raise Conflict("Moderators have decided already, so the flag stays in the records of the case.")
    statement = update(Flag).where(Flag.id == flag.id, Flag.withdrawn_at.is_(None)).values(withdrawn_at=func.now())
    if (await db.execute(statement.returning(Flag.id))).one_or_none() is None:
        return None
    closing = {"closed_at": case((Case.flag_count == 1, func.now()), else_=None)}
    await db.execute(_count_flag(flag.case_id, -1, -flag.weight, **closing))
    return flag.case_id


async def _is_open(db: AsyncSession, case_id: int) -> bool:
    return (await db.execute(select(Case.closed_at).where(Case.id == case_id))).scalar_one() is None


async def _open_or_find_case(db: AsyncSession, target: Flaggable, column: str) -> int:
    """The open case's id. Its row stays locked, so that flags of one item follow one another."""
    keys = ["debate_id", column] if target.debate_id is not None else [column]
    statement = (
        insert(Case)
        .values(target.columns)
        .on_conflict_do_update(
            index_elements=keys,
            index_where=text(f"closed_at IS NULL AND {column} IS NOT NULL"),
            set_={"flag_count": Case.flag_count},
        )
        .returning(Case.id)
    )
    return (await db.execute(statement)).scalar_one()


def _count_flag(case_id: int, step: int, weight: float, **values: Any) -> Update:
    """What a case keeps of its flags, by arithmetic on the row: how many, what they weigh, which reasons they give.

    A score is rounded as it is shown; else a flag that comes and goes would leave a trace of it behind.
    """
    score = func.greatest(0, cast(func.round(cast(Case.score + weight, Numeric), SCORE_DIGITS), Double))
    reason = cast(Flag.reason, Text)
    standing = select(reason.distinct()).where(Flag.case_id == case_id, Flag.withdrawn_at.is_(None)).order_by(reason)
    return (
        update(Case)
        .where(Case.id == case_id)
        .values(
            flag_count=Case.flag_count + step,
            score=score,
            reasons=func.array(standing.scalar_subquery(), type_=ARRAY(Text)),
            version=Case.version + 1,
            **values,
        )
        .execution_options(synchronize_session=False)
    )
