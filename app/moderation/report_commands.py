"""Report a mistake in the log, and answer such a report."""

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import LogReport
from app.moderation.forms import LogAnswerForm, LogReportForm
from app.moderation.report_queries import Report


async def report_entry(db: AsyncSession, actor: Actor, number: int, form: LogReportForm) -> None:
    """The same form sent twice is one report."""
    values = {
        "entry_number": number, "reporter_id": actor.id, "words": form.words, "idempotency_key": form.idempotency_key
    }  # fmt: skip
    await db.execute(insert(LogReport).values(values).on_conflict_do_nothing())


async def answer_report(db: AsyncSession, actor: Actor, report: Report, form: LogAnswerForm) -> None:
    if report.version != form.version:
        raise Conflict("There is another report on this entry since you opened the page. Read it, then answer.")
    answered = (
        update(LogReport)
        .where(LogReport.id == report.id, LogReport.answered_at.is_(None))
        .values(answer=form.answer, answered_at=func.now(), answered_by_id=actor.id)
        .returning(LogReport.id)
    )
    if (await db.execute(answered)).one_or_none() is None:
        raise Conflict("Somebody has answered this report meanwhile.")
