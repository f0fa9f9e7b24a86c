"""What of a person's doings their trust level follows from, read when it is asked for: it is never out of date."""

from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Executable, ScalarSelect, Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.models import Action, Annotation, Argument, Decision
from app.trust_levels import (
    MOST_COUNTED,
    SETBACKS_COUNT_FOR,
    TrustLevel,
    TrustRecord,
    find_trust_level,
    say_what_is_missing,
)

SETBACKS = (Action.HIDE, Action.REMOVE, Action.SILENCE, Action.SUSPEND)


class Trust(NamedTuple):
    """A person's level, and in words what the next one needs."""

    level: TrustLevel
    missing: tuple[str, ...]


async def find_trust(db: Reader, actor: Actor) -> Trust:
    """In one statement, which looks at no more rows than make a difference."""
    record = TrustRecord(*(await db.execute(_select_record(), {"person": actor.id})).one())
    now = datetime.now(UTC)
    age = now - (actor.created_at or now)
    return Trust(find_trust_level(age, *record), say_what_is_missing(age, record))


@cache
def _select_record() -> Executable:
    return select(*select_trust_record())


@cache  # Every post asks for it, and putting it together takes longer than running it.
def select_trust_record() -> tuple[ScalarSelect[int], ScalarSelect[int], ScalarSelect[int]]:
    """The figures of a TrustRecord, to be selected by themselves or with others, of the parameter `person`."""
    person: Any = bindparam("person", type_=BigInteger)
    return _count_standing(person), _count_answers(person), _count_setbacks(person)


def _count_standing(person: Any) -> ScalarSelect[int]:
    own = [
        select(literal(1)).where(kind.author_id == person, kind.hidden_by_id.is_(None), kind.withdrawn_at.is_(None))
        for kind in (Argument, Annotation)
    ]
    return select(func.count()).select_from(union_all(*own).limit(MOST_COUNTED).subquery()).scalar_subquery()


def _count_answers(person: Any) -> ScalarSelect[int]:
    answers = union_all(_select_answers(Argument, person), _select_answers(Annotation, person))
    return select(func.count()).select_from(answers.limit(MOST_COUNTED).subquery()).scalar_subquery()


def _select_answers(kind: type[Argument] | type[Annotation], person: Any) -> Select[int]:
    """Replies by others that stand."""
    answer: Any = aliased(kind)
    is_answer = (answer.debate_id == kind.debate_id) & (answer.parent_id == kind.id)
    stands = (answer.hidden_by_id.is_(None), answer.withdrawn_at.is_(None), answer.author_id != person)
    return select(literal(1)).select_from(kind).join(answer, is_answer).where(kind.author_id == person, *stands)


def _count_setbacks(person: Any) -> ScalarSelect[int]:
    undoing = aliased(Decision)
    is_undone = select(literal(1)).where(undoing.reverses_id == Decision.id).exists()
    recent = Decision.made_at > func.now() - SETBACKS_COUNT_FOR
    against = (Decision.concerned_id == person, Decision.action.in_(SETBACKS), recent, ~is_undone)
    return select(func.count()).where(*against).scalar_subquery()
