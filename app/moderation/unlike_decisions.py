"""Decisions that say otherwise than their entries in the log, which cannot be changed."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, and_, case, cast, exists, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Decision, LogEntry, Sanction, User
from app.moderation.chain import Break

SHOWN = 100
UTC_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'  # As in app/moderation/chain.py.
A_NUMBER = "^[0-9]{1,18}$"  # Whatever else somebody wrote there is nobody's.


async def find_unlike_decisions(db: AsyncSession) -> list[Break]:
    """A word that was taken out of the log is gone from both, and who erased their account from the decision alone.
    Entries from before say neither who decided nor until when, and are compared in the rest."""
    compared = _compared()
    told = select(LogEntry.number, LogEntry.id, Decision.id, *compared.values())
    statement = told.join(Decision, Decision.id == LogEntry.decision_id).where(or_(*compared.values()))
    rows = await db.execute(statement.order_by(LogEntry.number).limit(SHOWN))
    return [_break(row, [name for name, is_unlike in zip(compared, row[3:], strict=True) if is_unlike]) for row in rows]


def _break(row: Any, changed: list[str]) -> Break:
    return Break(row[0], row[1], "decision", f"decision {row[2]} says otherwise now: {', '.join(changed)}")


def _compared() -> dict[str, ColumnElement[bool]]:
    """What was changed, each by when that is so."""
    is_sealed = LogEntry.item.has_key("by")
    is_of_mark = LogEntry.item["kind"].astext == "mark"  # Whose it is, the log does not say.
    return {
        "its act": cast(LogEntry.action, Text) != cast(Decision.action, Text),
        "its rule": LogEntry.house_rule.is_distinct_from(cast(Decision.house_rule, Text)),
        "its explanation": func.coalesce(LogEntry.explanation != _as_logged(), False),
        "who decided": and_(is_sealed, _is_another(Decision.moderator_id, LogEntry.item["by"].astext)),
        "who proposed it": and_(is_sealed, _is_another(Decision.proposer_id, LogEntry.item["proposed_by"].astext)),
        "whom it concerns": or_(
            and_(is_sealed, ~is_of_mark, _is_another(Decision.concerned_id, LogEntry.item["concerned"].astext)),
            and_(_is_of_person(), _is_another(Decision.concerned_id, LogEntry.item["id"].astext)),
        ),
        "when it was made": and_(is_sealed, LogEntry.at != Decision.made_at),
        "until when it holds": and_(is_sealed, or_(_is_other_time(Decision.until), _has_other_sanction())),
    }


def _as_logged() -> ColumnElement[str]:
    """The entry says the law before the explanation (app/moderation/records.py)."""
    with_law = func.concat("Law: ", Decision.law, "\n", Decision.explanation)
    return case((Decision.law.is_not(None), with_law), else_=Decision.explanation)


def _is_of_person() -> ColumnElement[bool]:
    return and_(LogEntry.item["kind"].astext == "person", LogEntry.item["id"].astext.is_not(None))


def _is_another(now: Any, logged: ColumnElement[str]) -> ColumnElement[bool]:
    """Nobody at all may stand there now, where that account is no more."""
    person_id = case((logged.op("~")(A_NUMBER), cast(logged, BigInteger)), else_=null())
    is_still_there = exists().where(User.id == person_id)
    return case((now.is_(None), is_still_there), else_=cast(now, Text).is_distinct_from(logged))


def _has_other_sanction() -> ColumnElement[bool]:
    """What the restriction itself says, by which people are kept out."""
    return exists().where(Sanction.decision_id == Decision.id, _is_other_time(Sanction.until))


def _is_other_time(until: Any) -> ColumnElement[bool]:
    as_logged = func.to_char(func.timezone("UTC", until), UTC_FORMAT)
    return as_logged.is_distinct_from(LogEntry.item["until"].astext)
