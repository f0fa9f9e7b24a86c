"""Take words out of the log. A function of the database does it and logs it; nothing else may change an entry."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_REDACT = text("""
    SELECT redact_log_entries(CAST(:numbers AS bigint[]), CAST(:fields AS text[]), :by_name, :why)
""")


async def redact_entries(db: AsyncSession, numbers: Sequence[int], fields: Sequence[str], by: str, why: str) -> int:
    """How many entries lost words; those without them already do not count, and get no new entry."""
    parameters = {"numbers": list(numbers), "fields": list(fields), "by_name": by, "why": why}
    return int((await db.execute(_REDACT, parameters)).scalar_one())
