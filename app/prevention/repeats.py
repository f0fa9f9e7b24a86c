"""The same text again within minutes: by one person anywhere in a debate, or by anybody where it is long."""

from datetime import timedelta
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, Select, func, literal, null, or_, select

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


def select_repeat(author_id: int, place: Place, sent: Sent) -> ColumnElement[Any]:
    """Whether a text that stands here since a few minutes is the author's own; null if there is none that says the
    same, or it is the very post that is sent again."""
    if sent.may_repeat or len(sent.texts[-1]) < LEAST_REPEATED:
        return null()
    statements = (_find_argument(author_id, place, sent), _find_note(author_id, place, sent))
    return func.coalesce(*(statement.scalar_subquery() for statement in statements))


def refuse_repeat(is_own: bool) -> NoReturn:
    who = "You have" if is_own else "Somebody has"
    minutes = int(REPEAT_WINDOW.total_seconds() // 60)
    raise Repeated(
        f"{who} posted the very same text in this debate within the last {minutes} minutes. It stands once, so "
        "link to it, or say here what is particular to this place."
    )


def _find_argument(author_id: int, place: Place, sent: Sent) -> Select[bool]:
    """One with this claim and these grounds by the same person, or with these long grounds by anybody."""
    own_words = (Argument.author_id == author_id) & (Argument.claim == sent.title)
    is_same = (Argument.grounds_markdown == sent.texts[-1]) & or_(own_words, _is_long(sent))
    is_other = Argument.idempotency_key.is_distinct_from(sent.key)
    return select(Argument.author_id == author_id).where(_is_new(Argument, place), is_same, is_other).limit(1)


def _find_note(author_id: int, place: Place, sent: Sent) -> Select[bool]:
    """One by the same person elsewhere, as at the same place it is the same note, or a long one by somebody else."""
    is_own, is_here = Annotation.author_id == author_id, Annotation.passage_id == place.passage_id
    is_here &= Annotation.parent_id.is_not_distinct_from(place.annotation_id)
    is_same = (Annotation.body_markdown == sent.texts[-1]) & or_(is_own & ~is_here, ~is_own & _is_long(sent))
    is_other = Annotation.idempotency_key.is_distinct_from(sent.key)
    return select(is_own).where(_is_new(Annotation, place), is_same, is_other).limit(1)


def _is_long(sent: Sent) -> ColumnElement[bool]:
    return literal(len(sent.texts[-1]) >= LEAST_BY_ANYBODY)


def _is_new(kind: type[Argument] | type[Annotation], place: Place) -> ColumnElement[bool]:
    newest = select(kind.id).where(kind.debate_id == place.debate_id).order_by(kind.id.desc()).limit(LOOKED_AT)
    is_among_them = (kind.debate_id == place.debate_id) & kind.id.in_(newest)
    return is_among_them & (kind.created_at > func.now() - REPEAT_WINDOW)
