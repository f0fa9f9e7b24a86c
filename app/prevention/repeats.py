"""The same text again within minutes: by one person anywhere in a debate, or by anybody where it is long."""

from datetime import timedelta
from functools import cache
from typing import Any, NoReturn

from sqlalchemy import BigInteger, Boolean, ColumnElement, Select, and_, bindparam, func, or_, select

from app.errors import Refusal
from app.models import Annotation, Argument
from app.prevention.sent import Place, Sent

REPEAT_WINDOW = timedelta(minutes=5)  # As long as a flood takes to be seen; whoever means it can say it again later.
LEAST_REPEATED = 20  # Characters. “Thank you.” can be said twice.
LEAST_BY_ANYBODY = 200  # Two people do not write three sentences alike by chance.
LOOKED_AT = 500  # Of the debate's newest texts of each kind: more are not posted in five minutes.


class Repeated(Refusal):
    status = 422
    title = "This has just been posted"


def can_repeat(sent: Sent) -> bool:
    """Whether it is asked at all."""
    return not sent.may_repeat and len(sent.texts[-1]) >= LEAST_REPEATED


def asked_of_repeat(place: Place, sent: Sent) -> dict[str, Any]:
    """The parameters of `select_repeat`, besides `person` and `debate`."""
    words = sent.texts[-1]
    asked: dict[str, Any] = {"title": sent.title, "words": words, "is_long": len(words) >= LEAST_BY_ANYBODY}
    return {**asked, "key": sent.key, "passage": place.passage_id, "annotation": place.annotation_id}


@cache
def select_repeat() -> ColumnElement[Any]:
    """Whether a text that stands here since a few minutes is the author's own; null if there is none that says the
    same, or it is the very post that is sent again."""
    return func.coalesce(*(statement.scalar_subquery() for statement in (_find_argument(), _find_note())))


def refuse_repeat(is_own: bool) -> NoReturn:
    who = "You have" if is_own else "Somebody has"
    minutes = int(REPEAT_WINDOW.total_seconds() // 60)
    raise Repeated(
        f"{who} posted the very same text in this debate within the last {minutes} minutes. It stands once, so "
        "link to it, or say here what is particular to this place."
    )


_PERSON: Any = bindparam("person", type_=BigInteger)
_DEBATE: Any = bindparam("debate", type_=BigInteger)
_IS_LONG = bindparam("is_long", type_=Boolean)


def _find_argument() -> Select[bool]:
    """One with this claim and these grounds by the same person, or with these long grounds by anybody."""
    own_words = (Argument.author_id == _PERSON) & (Argument.claim == bindparam("title"))
    is_same = (Argument.grounds_markdown == bindparam("words")) & or_(own_words, _IS_LONG)
    is_other = Argument.idempotency_key.is_distinct_from(bindparam("key"))
    return select(Argument.author_id == _PERSON).where(_is_new(Argument), is_same, is_other).limit(1)


def _find_note() -> Select[bool]:
    """One by the same person elsewhere, as at the same place it is the same note, or a long one by somebody else."""
    is_own = Annotation.author_id == _PERSON
    is_here = Annotation.passage_id.is_not_distinct_from(bindparam("passage"))
    is_here &= Annotation.parent_id.is_not_distinct_from(bindparam("annotation"))
    is_same = (Annotation.body_markdown == bindparam("words")) & or_(is_own & ~is_here, ~is_own & _IS_LONG)
    is_other = Annotation.idempotency_key.is_distinct_from(bindparam("key"))
    return select(is_own).where(_is_new(Annotation), is_same, is_other).limit(1)


def _is_new(kind: type[Argument] | type[Annotation]) -> ColumnElement[bool]:
    newest = select(kind.id).where(kind.debate_id == _DEBATE).order_by(kind.id.desc()).limit(LOOKED_AT)
    is_among_them = (kind.debate_id == _DEBATE) & kind.id.in_(newest)
    return and_(is_among_them, kind.created_at > func.now() - REPEAT_WINDOW)
