"""What was decided about somebody before."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from app.db import Reader
from app.models import Action, Decision
from app.moderation.items import COLUMNS
from app.moderation.queries import DecisionLine, load_decisions


@dataclass(frozen=True, slots=True)
class PersonRecord:
    decisions: list[DecisionLine]  # About the person, not about their texts.
    taken_count: int  # Of their texts, by decisions.


async def load_record(db: Reader, person_id: int) -> PersonRecord:
    decisions = await load_decisions(db, Decision.concerned_id == person_id, *about_no_item())
    return PersonRecord(decisions, await count_taken(db, person_id))


def about_no_item() -> list[ColumnElement[bool]]:
    return [getattr(Decision, name).is_(None) for name in COLUMNS.values()]


async def count_taken(db: Reader, person_id: int) -> int:
    takes = Decision.action.in_((Action.HIDE, Action.REMOVE))
    return (await db.execute(select(func.count()).where(Decision.concerned_id == person_id, takes))).scalar_one()
