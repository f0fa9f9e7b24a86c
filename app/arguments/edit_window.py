"""What an edit leads to: at first it is free, later it is public and told to those who had a part in the argument."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select, text
from sqlalchemy.orm import aliased

from app.db import Reader
from app.models import Argument, Bearing, Vote
from app.prevention.edit_requests import EditRequest, load_edit_request

# Slips are seen in the first minutes, on the page as it stands; whoever needs longer has found a better wording, which
# readers may compare. Freely also means: as long as nobody has acted on the words.
EDIT_WINDOW = timedelta(minutes=10)


class EditOutlook(NamedTuple):
    """What will happen if this argument is edited now."""

    is_free: bool
    free_until: datetime
    seconds_left: int
    vote_count: int
    reply_count: int
    asked: EditRequest | None  # What moderators want changed.

    @property
    def is_told(self) -> bool:
        return self.vote_count + self.reply_count > 0


_reply = aliased(Argument)
_HERE = (Argument.debate_id == bindparam("debate"), Argument.id == bindparam("argument"))
_OUTLOOK = select(
    Argument.created_at,
    func.now().label("now"),
    Argument.version,
    Argument.edit_asked_id,
    (Argument.agree_count + Argument.disagree_count + Argument.pass_count).label("votes"),
    (Argument.support_count + Argument.rebut_count + Argument.undercut_count).label("replies"),
    or_(
        Argument.split_from_id.is_not(None),  # Its first wording is that of a decision, which readers may look up.
        Argument.bears_count + Argument.bears_not_count + Argument.credit_count > 0,
        *(
            exists().where(kind.debate_id == Argument.debate_id, kind.argument_id == Argument.id, ~kind.is_counted)
            for kind in (Vote, Bearing)
        ),
        exists().where(_reply.debate_id == Argument.debate_id, _reply.parent_id == Argument.id),
    ).label("is_acted_on"),
).where(*_HERE)
_CONCERNED = text("""
    SELECT user_id FROM votes WHERE debate_id = :debate AND argument_id = :argument
    UNION SELECT user_id FROM bearings WHERE debate_id = :debate AND argument_id = :argument
    UNION SELECT author_id FROM arguments
          WHERE debate_id = :debate AND parent_id = :argument AND author_id IS NOT NULL AND withdrawn_at IS NULL
""")


async def load_outlook(db: Reader, debate_id: int, argument_id: int) -> EditOutlook:
    """By the clock of the database. It stands while the argument is locked."""
    row = (await db.execute(_OUTLOOK, {"debate": debate_id, "argument": argument_id})).one()
    free_until = (row.created_at + EDIT_WINDOW).astimezone(UTC)
    seconds_left = int((free_until - row.now).total_seconds())
    is_free = seconds_left > 0 and row.version == 1 and not row.votes and not row.is_acted_on
    asked = await load_edit_request(db, row.edit_asked_id)
    return EditOutlook(is_free, free_until, seconds_left, row.votes, row.replies, asked)


async def find_concerned(db: Reader, debate_id: int, argument_id: int) -> list[int]:
    """Who has voted on an argument, judged its link or replied to it."""
    return list((await db.execute(_CONCERNED, {"debate": debate_id, "argument": argument_id})).scalars())
