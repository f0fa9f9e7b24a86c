"""Cases that a decision took from who worked on them are handed to them again when it is undone.

A suspension, or the loss of a role, gives back to all what was handed to the person. The decision keeps which cases
that were. Claims do not come back: they last minutes, and others may have read on since.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.db import Reader
from app.models import Action, Case, Decision
from app.moderation.case_items import CONCERNED_ID, join_items
from app.moderation.decision_queries import DecisionView
from app.permissions_to_judge import NOW, AsIf, is_free_judge

RELEASED = "released"  # In the `change` of a decision.


async def keep_released(db: AsyncSession, decision: Decision, case_ids: Sequence[int]) -> None:
    """For whoever undoes it."""
    if case_ids:
        decision.change = {**(decision.change or {}), RELEASED: list(case_ids)}
        await db.flush()


async def hand_back(db: AsyncSession, undone: DecisionView) -> None:
    """Call it last, when the person may moderate again."""
    if not _gives_back(undone):
        return
    locked = _select_theirs(undone).order_by(Case.id).with_for_update(of=Case, key_share=True)
    handed = update(Case).where(Case.id.in_(list(await db.scalars(locked)))).values(assigned_to_id=undone.concerned_id)
    await db.execute(handed.execution_options(synchronize_session=False))


async def count_handed_back(db: Reader, decision: DecisionView) -> int:
    """How many cases would be theirs again if it were undone now."""
    if not _gives_back(decision):
        return 0
    role_in = decision.debate_id if decision.action == Action.CHANGE_ROLE else None
    theirs = _select_theirs(decision, AsIf(decision.id, role_in)).subquery()
    return int(await db.scalar(select(func.count()).select_from(theirs)) or 0)


def _gives_back(decision: DecisionView) -> bool:
    """The right to moderate, to somebody who has an account."""
    if decision.concerned_id is None or decision.undone_by_id is not None:
        return False
    gives_role = decision.action == Action.CHANGE_ROLE and bool((decision.change or {}).get("from"))
    return gives_role or decision.action == Action.SUSPEND


def _select_theirs(decision: DecisionView, then: AsIf = NOW) -> Select[Any]:
    """Open ones that are handed to nobody, and that the person may decide."""
    person_id = literal(decision.concerned_id, BigInteger)
    theirs: Select[Any] = join_items(select(Case.id)).where(
        Case.id.in_(_select_released(decision)), Case.closed_at.is_(None), Case.assigned_to_id.is_(None),
        is_free_judge(person_id, Case.debate_id, CONCERNED_ID, Case.id, then),
    )  # fmt: skip
    return theirs


def _select_released(decision: DecisionView) -> Select[Any]:
    """By it, and by others that were undone while it still kept the person from moderating."""
    taken = func.jsonb_array_elements_text(Decision.change[RELEASED])
    which = (Decision.concerned_id == decision.concerned_id, or_(Decision.id == decision.id, _undone_since(decision)))
    return select(cast(taken, BigInteger)).where(*which)


def _undone_since(decision: DecisionView) -> ColumnElement[bool]:
    undoing = aliased(Decision)
    return select(undoing.id).where(undoing.reverses_id == Decision.id, undoing.id > decision.id).exists()
