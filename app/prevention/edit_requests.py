"""What moderators ask an author to change: shown on the form that does it, answered by saving that, given up else."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.db import Reader
from app.held_cases import lock_judge, release_cases
from app.models import Annotation, Argument, Case, Credit, Decision, HouseRule, Notification, NotificationKind
from app.notifications.commands import notify
from app.open_cases import note_rewording


class EditRequest(NamedTuple):
    decision_id: int
    house_rule: HouseRule | None
    explanation: str
    wanted: str
    until: datetime | None
    hides: bool  # Until it was changed, and a moderator has accepted that.


async def load_edit_request(db: Reader, decision_id: int | None) -> EditRequest | None:
    if decision_id is None:
        return None
    columns = (Decision.id, Decision.house_rule, Decision.explanation, Decision.change, Decision.until)
    id, rule, explanation, change, until = (await db.execute(select(*columns).filter_by(id=decision_id))).one()
    return EditRequest(id, rule, explanation, change["wanted"], until, change["hides"])


async def tell_moderators_of_edit(db: AsyncSession, item: Argument | Annotation | Credit) -> None:
    """When the author of a locked item has worded it anew: what moderators see of its open case is stale.

    Where it was asked for, a case that is closed waits again before, for whoever asked, who is told.
    """
    if item.edit_asked_id is not None:
        await _answer(db, await db.get_one(Decision, item.edit_asked_id))
    key = f"{type(item).__name__.lower()}_id"
    await note_rewording(db, debate_id=item.debate_id, **{key: item.id})


async def _answer(db: AsyncSession, asked: Decision) -> None:
    """Also where the case had come back before, as the author could not change it then; each request once."""
    is_news = await open_case_of(db, asked) or not await _is_told(db, asked)
    if is_news and asked.moderator_id is not None:
        await notify(
            db,
            user_id=asked.moderator_id,
            kind=NotificationKind.EDITED_AS_ASKED,
            actor_id=asked.concerned_id,
            debate_id=asked.debate_id,
            argument_id=asked.argument_id,
            decision_id=asked.id,
        )


async def _is_told(db: AsyncSession, asked: Decision) -> bool:
    told = select(Notification.id).filter_by(
        user_id=asked.moderator_id, decision_id=asked.id, kind=NotificationKind.EDITED_AS_ASKED
    )
    return bool(await db.scalar(select(told.exists())))


async def give_up_if_asked(db: AsyncSession, item: Argument | Annotation | Credit) -> None:
    """When the author of a locked item withdraws it: nobody changes it any more."""
    if item.edit_asked_id is not None:
        await give_up(db, await db.get_one(Decision, item.edit_asked_id))


async def give_up(db: AsyncSession, asked: Decision) -> None:
    """A case that is closed waits again for whoever asked, who is told, as where the time was over."""
    if await open_case_of(db, asked) and asked.moderator_id is not None:
        await notify(
            db, user_id=asked.moderator_id, kind=NotificationKind.CASE, actor_id=None, debate_id=asked.debate_id
        )


async def open_case_of(db: AsyncSession, asked: Decision) -> bool:
    """Open the case of a request again, for whoever asked; not where one of the same item is open."""
    other = aliased(Case)
    same = [getattr(other, name).is_not_distinct_from(value) for name, value in _item_of(asked).items()]
    is_open = select(other.id).where(*same, other.closed_at.is_(None)).exists()
    waiting = {"closed_at": None, "version": Case.version + 1, "assigned_to_id": asked.moderator_id}
    opened = update(Case).where(Case.id == asked.case_id, ~is_open).values(waiting).returning(Case.id)
    found = await db.execute(opened.execution_options(synchronize_session=False))
    if found.one_or_none() is None:
        return False
    await lock_judge(db, asked.moderator_id)
    await release_cases(db, Case.id == asked.case_id)  # Whoever asked may not moderate there any more.
    return True


def _item_of(asked: Decision) -> dict[str, int | None]:
    columns = ("debate_id", "argument_id", "annotation_id", "credit_id")
    return {name: getattr(asked, name) for name in columns}
