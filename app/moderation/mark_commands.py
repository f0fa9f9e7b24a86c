"""Mark what could be better about an argument, and resolve a mark."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import touch_debate
from app.errors import Conflict, NotFound
from app.forms import Form, Prose
from app.models import MOST_OPEN_MARKS, Argument, MarkKind, MarkResolution, NotificationKind, ReviewMark
from app.moderation.marks.reported import kept_of_mark
from app.moderation.sanction_commands import lock_person
from app.notifications.commands import notify
from app.prevention.reporting import report_found
from app.prevention.screening import Screened

MARK_WORDS_LEAST = 10  # Shorter than that, its author cannot tell what to mend.
MARK_WORDS_LIMIT = 500


class MarkForm(Form):
    kind: MarkKind
    words: Annotated[Prose, Field(min_length=MARK_WORDS_LEAST, max_length=MARK_WORDS_LIMIT)]


async def mark_argument(db: AsyncSession, actor: Actor, argument: Argument, form: MarkForm, screened: Screened) -> None:
    """One person's mark on a locked argument; a second one changes nothing. Its author is told, and moderators of a
    watched word in it."""
    open_marks = select(ReviewMark.marker_id, ReviewMark.slot).filter_by(
        debate_id=argument.debate_id, argument_id=argument.id, resolved_at=None
    )
    found = (await db.execute(open_marks)).all()
    if actor.id in [mark.marker_id for mark in found]:
        return
    free = set(range(1, MOST_OPEN_MARKS + 1)) - {mark.slot for mark in found}
    if not free:
        raise Conflict(
            f"This argument has {MOST_OPEN_MARKS} open marks already: its author has enough to mend for now."
        )
    place = {"debate_id": argument.debate_id, "argument_id": argument.id, "slot": min(free)}
    mark = ReviewMark(**place, marker_id=actor.id, kind=form.kind, words=form.words)
    db.add(mark)
    await db.flush()
    if screened.matches:
        await lock_person(db, actor.id)
        kept = kept_of_mark(mark.debate_id, mark.id, mark.words)
        await report_found(db, {"person_id": actor.id}, screened, kept)
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


async def find_mark(db: AsyncSession, debate_id: int, argument_id: int, mark_id: int) -> ReviewMark:
    found = select(ReviewMark).filter_by(debate_id=debate_id, argument_id=argument_id, id=mark_id)
    mark = (await db.execute(found)).scalar_one_or_none()
    if mark is None:
        raise NotFound("There is no such mark on this argument.")
    return mark


async def resolve_mark(db: AsyncSession, actor: Actor, debate_id: int, mark_id: int, *, is_own: bool) -> None:
    """By whoever set it, or by a moderator."""
    statement = update(ReviewMark).where(
        ReviewMark.debate_id == debate_id, ReviewMark.id == mark_id, ReviewMark.resolved_at.is_(None)
    )
    resolution = MarkResolution.TAKEN_BACK if is_own else MarkResolution.MODERATOR
    ended = {"resolved_at": func.now(), "resolved_by_id": actor.id, "resolution": resolution}
    resolved = statement.values(ended).returning(ReviewMark.id).execution_options(synchronize_session=False)
    if (await db.execute(resolved)).one_or_none() is None:
        raise Conflict("This mark is resolved already: somebody ended it, or the argument was worded anew.")
    touch_debate(db, debate_id)
