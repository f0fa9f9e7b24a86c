"""Undoing the decision that closed a case opens it again: the flags that led to it wait for another decision.

It waits where it waited before, handed to whom it was, and claimed by whoever decided it while that claim lasts. An
item has one open case: what was flagged since, in another one, joins the older. So every flag stays with the decisions
that it led to, and nobody who flagged is left without an answer.
"""

from sqlalchemy import Double, Numeric, Text, cast, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Reader
from app.errors import Conflict
from app.models import Case, CaseNote, Flag
from app.moderation.flag_weights import SCORE_DIGITS
from app.moderation.items import ItemRow
from app.permission_parts import gone

_NAMES = ("debate_id", "argument_id", "annotation_id", "credit_id", "source_id", "person_id")


async def open_again(db: AsyncSession, case_id: int | None, row: ItemRow | None = None) -> bool:
    """Whether it is open now. Call it last, with the item's row or the person's locked and as the undoing leaves it."""
    if case_id is None:
        return False
    case = await db.get_one(Case, case_id, populate_existing=True, with_for_update=True)
    if not _waited(case, row):
        return False
    if case.closed_at is None:  # An automatic hiding leaves its case open.
        return True
    await _take_in_what_was_flagged_since(db, case)
    await db.execute(update(Case).where(Case.id == case.id).values(closed_at=None, version=Case.version + 1))
    return True


async def is_open(db: Reader, case_id: int) -> bool:
    return (await db.scalar(select(Case.id).where(Case.id == case_id, Case.closed_at.is_(None)))) is not None


async def refuse_while_hidden(db: AsyncSession, case_id: int | None, row: ItemRow) -> None:
    """What hides it now has a case of its own. Flags that would wait again would have nothing to wait for."""
    if row.hidden_by_id in (None, row.edit_asked_id) or case_id is None:
        return
    if (await db.get_one(Case, case_id, populate_existing=True)).flag_count:
        raise Conflict(f"Moderators have {gone(row)} it since. Undo decision {row.hidden_by_id} first.")


def _waited(case: Case, row: ItemRow | None) -> bool:
    """A case without flags was opened by the decision itself, or by an edit that its author had been asked for."""
    is_older = case.opened_at != case.closed_at
    return case.flag_count > 0 or (row is not None and row.edit_asked_id is not None and is_older)


async def _take_in_what_was_flagged_since(db: AsyncSession, case: Case) -> None:
    same = {name: value for name in _NAMES if (value := getattr(case, name)) is not None}
    newer = (await db.scalars(select(Case).filter_by(**same, closed_at=None).with_for_update())).one_or_none()
    if newer is None:
        return
    for kind in (Flag, CaseNote):
        await db.execute(update(kind).where(kind.case_id == newer.id).values(case_id=case.id))
    holding = max((case, newer), key=lambda each: each.claimed_until.timestamp() if each.claimed_until else 0)
    handed = {
        "assigned_to_id": newer.assigned_to_id or case.assigned_to_id,
        "escalated_at": case.escalated_at or newer.escalated_at,
        "claimed_by_id": holding.claimed_by_id,
        "claimed_until": holding.claimed_until,
    }
    emptied = {"closed_at": func.now(), "flag_count": 0, "score": 0, "reasons": []}
    await db.execute(update(Case).where(Case.id == newer.id).values(**emptied, version=Case.version + 1))
    await db.execute(update(Case).where(Case.id == case.id).values(**handed, **_counted(case.id)))


def _counted(case_id: int) -> dict[str, object]:
    standing = (Flag.case_id == case_id, Flag.withdrawn_at.is_(None))
    weight = cast(func.round(cast(func.sum(Flag.weight), Numeric), SCORE_DIGITS), Double)
    reason = cast(Flag.reason, Text)
    return {
        "flag_count": select(func.count()).select_from(Flag).where(*standing).scalar_subquery(),
        "score": select(func.coalesce(weight, 0)).where(*standing).scalar_subquery(),
        "reasons": func.array(
            select(reason.distinct()).where(*standing).order_by(reason).scalar_subquery(), type_=ARRAY(Text)
        ),
    }
