"""Mark what could be better about an argument, and take a mark back."""

from typing import Annotated, NamedTuple

from pydantic import Field
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import Reader, touch_debate
from app.errors import Conflict, NotFound
from app.forms import Form, Prose
from app.models import MOST_OPEN_MARKS, Argument, MarkKind, MarkResolution, NotificationKind, ReviewMark
from app.notifications.commands import notify
from app.prevention.reporting import report_watched
from app.prevention.screening import Screened

MARK_WORDS_LEAST = 10  # Shorter than that, its author cannot tell what to mend.
MARK_WORDS_LIMIT = 500


class MarkForm(Form):
    kind: MarkKind
    words: Annotated[Prose, Field(min_length=MARK_WORDS_LEAST, max_length=MARK_WORDS_LIMIT)]


class MarkPlace(NamedTuple):
    id: int
    argument_id: int
    marker_id: int | None


async def mark_argument(db: AsyncSession, actor: Actor, argument: Argument, form: MarkForm, screened: Screened) -> None:
    """One person's mark on a locked argument; the same form sent twice is one. Its author is told, and moderators of a
    watched word in it."""
    open_marks = select(ReviewMark).filter_by(debate_id=argument.debate_id, argument_id=argument.id, resolved_at=None)
    found = (await db.scalars(open_marks)).all()
    if own := next((mark for mark in found if mark.marker_id == actor.id), None):
        if own.hidden_by_id is not None:
            raise Conflict("Moderators have taken away a mark of yours here. Take it back before you set another one.")
        if (own.kind, own.words) != (form.kind, form.words):
            raise Conflict("You have set a mark here already. Take it back before you set another one.")
        return
    if sum(mark.hidden_by_id is None for mark in found) >= MOST_OPEN_MARKS:
        raise Conflict(
            f"This argument has {MOST_OPEN_MARKS} open marks already: its author has enough to mend for now."
        )
    free = set(range(1, len(found) + 2)) - {mark.slot for mark in found}
    place = {"debate_id": argument.debate_id, "argument_id": argument.id, "slot": min(free)}
    mark = ReviewMark(**place, marker_id=actor.id, kind=form.kind, words=form.words)
    db.add(mark)
    await db.flush()
    await report_watched(db, mark, screened)
    touch_debate(db, argument.debate_id)
    if argument.author_id is not None:
        await notify(
            db,
            user_id=argument.author_id,
            kind=NotificationKind.REVIEW_MARK,
            actor_id=actor.id,
            debate_id=argument.debate_id,
            argument_id=argument.id,
        )


async def find_mark(db: Reader, debate_id: int, mark_id: int) -> MarkPlace:
    columns = select(ReviewMark.id, ReviewMark.argument_id, ReviewMark.marker_id)
    row = (await db.execute(columns.filter_by(debate_id=debate_id, id=mark_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such mark in this debate.")
    return MarkPlace._make(row)


async def take_mark_back(db: AsyncSession, actor: Actor, debate_id: int, mark_id: int) -> None:
    """By whoever set it; also where moderators have hidden it."""
    statement = update(ReviewMark).where(
        ReviewMark.debate_id == debate_id, ReviewMark.id == mark_id, ReviewMark.resolved_at.is_(None)
    )
    ended = {"resolved_at": func.now(), "resolved_by_id": actor.id, "resolution": MarkResolution.TAKEN_BACK}
    taken = statement.values(ended).returning(ReviewMark.id).execution_options(synchronize_session=False)
    if (await db.execute(taken)).one_or_none() is None:
        raise Conflict("This mark does not stand any more: you took it back, or the argument was worded anew.")
    touch_debate(db, debate_id)
