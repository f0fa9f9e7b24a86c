"""Take words out of the log. A function of the database does it and logs it; nothing else may change an entry."""

from collections.abc import Sequence

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Decision, LogEntry

TAKEN_OUT = "The explanation was taken out, as it named or showed what must not stay here."

_REDACT = text("""
    SELECT redact_log_entries(CAST(:numbers AS bigint[]), CAST(:fields AS text[]), :by_name, :why)
""")


async def redact_entries(db: AsyncSession, numbers: Sequence[int], fields: Sequence[str], by: str, why: str) -> int:
    """How many entries lost words; those without them already do not count, and get no new entry."""
    parameters = {"numbers": list(numbers), "fields": list(fields), "by_name": by, "why": why}
    return int((await db.execute(_REDACT, parameters)).scalar_one())


async def take_out_words(db: AsyncSession, numbers: Sequence[int], fields: Sequence[str], by: str, why: str) -> int:
    """The same, and out of the statements of reasons of these decisions, which say it once more."""
    count = await redact_entries(db, numbers, fields, by, why)
    if "explanation" in fields:
        made = select(LogEntry.decision_id).where(LogEntry.number.in_(numbers))
        without = update(Decision).where(Decision.id.in_(made), Decision.explanation != "")
        await db.execute(without.values(explanation=TAKEN_OUT).execution_options(synchronize_session=False))
    return count
