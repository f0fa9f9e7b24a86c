"""Take words out of the log. A function of the database does it and logs it; nothing else may change an entry."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Appeal, Decision, LogEntry, Proposal

TAKEN_OUT = "The explanation was taken out, as it named or showed what must not stay here."

_REDACT = text("""
    SELECT redact_log_entries(CAST(:numbers AS bigint[]), CAST(:fields AS text[]), :by_name, :why)
""")


async def redact_entries(db: AsyncSession, numbers: Sequence[int], fields: Sequence[str], by: str, why: str) -> int:
    """How many entries lost words; those without them already do not count, and get no new entry."""
    parameters = {"numbers": list(numbers), "fields": list(fields), "by_name": by, "why": why}
    return int((await db.execute(_REDACT, parameters)).scalar_one())


async def take_out_words(db: AsyncSession, numbers: Sequence[int], fields: Sequence[str], by: str, why: str) -> int:
    """The same, and out of the statements of reasons of these decisions, which say it once more: with all words of
    the moderator in them, the law in its words and what an author was asked to change, and as it was proposed.

    Answers to appeals against them repeat the law, in their entries beside their reason. The entry loses both; the
    reason, which was not asked for, stays in the answer's own statement.
    """
    if "explanation" not in fields:
        return await redact_entries(db, numbers, fields, by, why)
    made = [id for id in await db.scalars(select(LogEntry.decision_id).where(LogEntry.number.in_(numbers))) if id]
    answers = list(await db.scalars(_select_answers_with_law(made)))
    with_law = select(LogEntry.number).where(LogEntry.decision_id.in_(answers), LogEntry.number.not_in(numbers))
    of_answers = [number for number in await db.scalars(with_law) if number]
    count = await redact_entries(db, numbers, fields, by, why)
    count += await redact_entries(db, of_answers, ["explanation"], by, why) if of_answers else 0
    for statement in (
        update(Decision).where(Decision.id.in_(made), Decision.explanation != "").values(explanation=TAKEN_OUT),
        update(Decision).where(Decision.id.in_([*made, *answers]), Decision.law.is_not(None)).values(law=None),
        update(Decision).where(Decision.id.in_(made), HAS_WANTED).values(change=put_wanted(TAKEN_OUT)),
        update(Proposal).where(Proposal.decision_id.in_(made)).values(form=put_proposed(TAKEN_OUT)),
        update(Proposal).where(Proposal.decision_id.in_(made), PROPOSED_LAW != "").values(form=put_proposed_law("")),
    ):
        await db.execute(statement.execution_options(synchronize_session=False))
    return count


def _select_answers_with_law(made: Sequence[int]) -> Select[int | None]:
    answers = select(Appeal.answer_id).join(Decision, Decision.id == Appeal.answer_id)
    return answers.where(Appeal.decision_id.in_(made), Decision.law.is_not(None))


# What an author was asked to change, and the reason in a proposal, stand within a column: these put others there.
WANTED, HAS_WANTED = Decision.change["wanted"].astext, Decision.change.has_key("wanted")
PROPOSED, PROPOSED_LAW = Proposal.form["explanation"].astext, Proposal.form["law"].astext


def put_wanted(words: str | ColumnElement[str]) -> ColumnElement[Any]:
    return func.jsonb_set(Decision.change, literal_column("'{wanted}'"), _as_json(words))


def put_proposed(words: str | ColumnElement[str]) -> ColumnElement[Any]:
    return func.jsonb_set(Proposal.form, literal_column("'{explanation}'"), _as_json(words))


def put_proposed_law(words: str) -> ColumnElement[Any]:
    return func.jsonb_set(Proposal.form, literal_column("'{law}'"), _as_json(words))


def _as_json(words: str | ColumnElement[str]) -> ColumnElement[Any]:
    return func.to_jsonb(cast(words, Text))
