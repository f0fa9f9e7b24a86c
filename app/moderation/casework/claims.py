"""Who works on a case: a claim keeps others off until it ends, and the next case comes claimed."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict
from app.models import Case, Debate, User
from app.moderation.case_items import CONCERNED_ID, join_items
from app.moderation.casework.filters import QueueFilter, Selected, is_claimed, narrow, put_in_order, start_after
from app.moderation.casework.queue import place_of
from app.moderation.casework.queued import find_removed_debates, queued_cases
from app.permissions import decidable, visible_cases
from app.permissions_to_judge import is_free_judge

CLAIM_LASTS = timedelta(minutes=10)  # Long enough to read a thread; whoever writes on renews it without noticing.


class Claim(NamedTuple):
    """Who works on a case now, if anybody."""

    case_id: int
    is_open: bool
    holder_id: int | None
    holder_name: str | None
    until: datetime | None
    assigned_id: int | None  # To whom it was handed, whether or not they work on it now.
    assigned_name: str | None
    reworded_version: int  # From which version of the case on its words are those of now.


async def find_claims(db: Reader, actor: Actor, case_ids: list[int]) -> list[Claim]:
    """Of the cases among these that the actor may see, in one statement."""
    assigned = aliased(User)
    statement = (
        select(
            Case.id, Case.closed_at.is_(None), User.id, User.display_name, Case.claimed_until, assigned.id,
            assigned.display_name, Case.reworded_version,
        )
        .outerjoin(User, and_(User.id == Case.claimed_by_id, is_claimed()))
        .outerjoin(assigned, assigned.id == Case.assigned_to_id)
        .where(Case.id.in_(case_ids), visible_cases(actor))
    )  # fmt: skip
    return [Claim._make(row) for row in await db.execute(statement)]


async def claim_case(db: AsyncSession, actor: Actor, case_id: int, *, takes_over: bool = False) -> None:
    """Claim it, or renew one's claim. The version stays: what others decide by has not changed."""
    may_claim = true() if takes_over else may_work_on(actor)
    statement = (
        update(Case)
        .where(Case.id == case_id, Case.closed_at.is_(None), may_claim)
        .values(claimed_by_id=actor.id, claimed_until=func.now() + CLAIM_LASTS)
        .returning(Case.id)
        .execution_options(synchronize_session=False)
    )
    if (await db.execute(statement)).one_or_none() is None:
        raise Conflict("Somebody else has claimed or decided this case meanwhile.")


async def release_case(db: AsyncSession, actor: Actor, case_id: int) -> None:
    """Let others have it; nothing happens to a claim of somebody else."""
    statement = update(Case).where(Case.id == case_id, Case.claimed_by_id == actor.id)
    await db.execute(
        statement.values(claimed_by_id=None, claimed_until=None).execution_options(synchronize_session=False)
    )


async def claim_next(db: AsyncSession, actor: Actor, chosen: QueueFilter, after: int | None) -> int | None:
    """The next case of the view that the actor can decide and nobody works on, claimed; after the last, from the top.

    Cases that another is claiming at this moment are passed over, so that two moderators never get the same.
    """
    waiting = _select_decidable(actor, await find_removed_debates(db))
    first = put_in_order(narrow(waiting, actor, chosen), chosen.order)
    row = await _lock_first(db, start_after(first, chosen.order, *place_of(chosen.order, after))) if after else None
    row = row or await _lock_first(db, first if after is None else first.where(Case.id != after))
    if row is None:
        return None
    await claim_case(db, actor, row.id)
    return int(row.id)


async def _lock_first(db: AsyncSession, statement: Selected) -> Row[*tuple[int]] | None:
    locked = statement.limit(1).with_for_update(of=Case, skip_locked=True, key_share=True)
    return (await db.execute(locked)).one_or_none()


def may_work_on(actor: Actor) -> ColumnElement[bool]:
    """Nobody else has claimed it."""
    return or_(Case.claimed_by_id.is_(None), Case.claimed_by_id == actor.id, Case.claimed_until <= func.now())


def _select_decidable(actor: Actor, removed: list[int]) -> Selected:
    """What can_decide will allow; it is asked again before anything is done. What was handed to somebody who cannot
    decide it, as they have argued there since, waits for anybody."""
    assigned = Case.assigned_to_id
    statement: Selected = join_items(select(Case.id).outerjoin(Debate, Debate.id == Case.debate_id)).where(
        decidable(actor, Case.debate_id, CONCERNED_ID, Case.opened_at, Case.id),
        queued_cases(actor, removed),
        may_work_on(actor),
        or_(assigned.is_(None), assigned == actor.id, ~is_free_judge(assigned, Case.debate_id, CONCERNED_ID, Case.id)),
    )
    return statement
