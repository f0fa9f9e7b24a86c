"""A case for a text that stands with a watched word in it: opened with it, or joined by it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Annotation, Argument, Case, Credit, Flag, FlagReason, ReviewMark
from app.prevention.screening import Screened

FOUND = "Found by the watched words, not by a reader"
WEIGHT = 1.0  # As a flag of somebody unknown: a word says little about a text.


KEYS: dict[type[Any], str] = {
    Argument: "argument_id", Annotation: "annotation_id", Credit: "credit_id", ReviewMark: "mark_id",
}  # fmt: skip


async def report_watched(
    db: AsyncSession, row: Argument | Annotation | Credit | ReviewMark, screened: Screened
) -> None:
    """Flag it in nobody's name. The row is new or locked, so that nobody else opens its case meanwhile."""
    await report_found(db, {"debate_id": row.debate_id, KEYS[type(row)]: row.id}, screened)


async def report_found(db: AsyncSession, item: dict[str, Any], screened: Screened) -> None:
    """The same of what columns name."""
    if not screened.matches:
        return
    words = f"{FOUND}: {screened.watched}."
    if (case := await _lock_open_case(db, item)) is None:
        case = Case(**item, flag_count=0, score=0.0, reasons=[], version=0)
        db.add(case)
        await db.flush()
    elif await _is_reported(db, case.id):
        return
    case.flag_count += 1
    case.score += WEIGHT
    case.version += 1
    case.reasons = sorted({*case.reasons, FlagReason.OTHER.value})
    flag = {"reason": FlagReason.OTHER, "words": words, "weight": WEIGHT}
    db.add(Flag(**item, case_id=case.id, reporter_id=None, **flag))
    await db.flush()


async def _lock_open_case(db: AsyncSession, item: dict[str, Any]) -> Case | None:
    statement = select(Case).filter_by(**item, closed_at=None).with_for_update()
    return (await db.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()


async def _is_reported(db: AsyncSession, case_id: int) -> bool:
    """Edits of one text are one report."""
    own = select(Flag.id).where(Flag.case_id == case_id, Flag.reporter_id.is_(None), Flag.words.startswith(FOUND))
    return (await db.execute(own.limit(1))).one_or_none() is not None
