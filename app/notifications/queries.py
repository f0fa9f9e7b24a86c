"""What a person's notifications say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, select
from sqlalchemy.orm import aliased

from app.db import Reader
from app.errors import NotFound
from app.markdown import one_line
from app.models import (
    Action,
    Annotation,
    AnnotationKind,
    Argument,
    Debate,
    Decision,
    Notification,
    NotificationKind,
    Relation,
    User,
)

# And not of staff; of what many are told without a name, the argument says whose it is.
BY_MEMBERS = (
    NotificationKind.REPLY,
    NotificationKind.ANNOTATION_REPLY,
    NotificationKind.CREDIT,
    NotificationKind.STEELMAN,
)
EXCERPT_CHARACTERS = 280  # As long as a claim.
SHOWN = 30  # On one page; earlier ones follow by a link.


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    kind: NotificationKind
    created_at: datetime
    read_at: datetime | None
    actor_username: str | None
    actor_name: str | None
    debate_slug: str | None
    debate_title: str | None
    argument_id: int | None
    relation: Relation | None
    claim: str | None  # None also when moderators hid it and it is not the reader's own.
    decision_id: int | None
    action: Action | None
    annotation_id: int | None  # What the decision was about, unless an argument or a person.
    credit_id: int | None
    reply_id: int | None  # To an annotation.
    reply_text: str | None  # Its source; None also when moderators hid it.
    replied_to: AnnotationKind | None
    is_concerned: bool | None  # Whether the decision is about the reader.

    @property
    def url(self) -> str:
        if self.kind == NotificationKind.ORPHAN:
            return f"/debates/{self.debate_slug}/essay/orphans"
        if self.kind == NotificationKind.CREDIT:
            return f"/debates/{self.debate_slug}/arguments/{self.argument_id}#credits"
        if self.kind == NotificationKind.ANNOTATION_REPLY:
            return f"/debates/{self.debate_slug}/annotations/{self.reply_id}"
        if self.kind == NotificationKind.REPLY or self.decision_id is None:
            return f"/debates/{self.debate_slug}/arguments/{self.argument_id}"
        return f"/decisions/{self.decision_id}"

    @property
    def excerpt(self) -> str:
        """The beginning of a reply to an annotation, on one line."""
        words = one_line(self.reply_text or "")
        return words if len(words) <= EXCERPT_CHARACTERS else f"{words[:EXCERPT_CHARACTERS].rpartition(' ')[0]} …"

    @property
    def item(self) -> str:
        if self.credit_id is not None:
            return "credit"
        return "annotation" if self.annotation_id is not None else "argument"


@dataclass(frozen=True, slots=True)
class NotificationPage:
    notices: tuple[Notice, ...]
    before: int | None  # Where earlier ones begin, if there are any.


async def load_notifications(db: Reader, user_id: int, before: int | None = None) -> NotificationPage:
    """The newest, or those before an id, in one statement."""
    statement = _notices().where(Notification.user_id == user_id).order_by(Notification.id.desc()).limit(SHOWN + 1)
    if before is not None:
        statement = statement.where(Notification.id < before)
    notices = tuple(Notice(*row) for row in await db.execute(statement))
    has_more = len(notices) > SHOWN
    return NotificationPage(notices[:SHOWN], notices[SHOWN - 1].id if has_more else None)


async def find_own_notice(db: Reader, user_id: int, notification_id: int) -> Notice:
    own = _notices().where(Notification.id == notification_id, Notification.user_id == user_id)
    row = (await db.execute(own)).one_or_none()
    if row is None:
        raise NotFound("There is no such notification of yours.")
    return Notice(*row)


async def find_notice(db: Reader, notification_id: int) -> Notice:
    return Notice(*(await db.execute(_notices().where(Notification.id == notification_id))).one())


def _notices() -> Select[tuple[Any, ...]]:
    teller, note = aliased(User), aliased(Annotation)
    may_read = Argument.hidden_by_id.is_(None) | (Argument.author_id == Notification.user_id)
    is_by_member = Notification.kind.in_(BY_MEMBERS)
    return (
        select(
            Notification.id, Notification.kind, Notification.created_at, Notification.read_at,
            case((is_by_member, teller.username)), case((is_by_member, teller.display_name)),
            Debate.slug, Debate.title, Notification.argument_id, Argument.relation, case((may_read, Argument.claim)),
            Notification.decision_id, Decision.action, Decision.annotation_id, Decision.credit_id,
            Annotation.id, case((Annotation.hidden_by_id.is_(None), Annotation.body_markdown)), note.kind,
            Decision.concerned_id == Notification.user_id,
        )
        .outerjoin(teller, teller.id == Notification.actor_id)
        .outerjoin(Debate, Debate.id == Notification.debate_id)
        .outerjoin(
            Argument, (Argument.debate_id == Notification.debate_id) & (Argument.id == Notification.argument_id)
        )
        .outerjoin(
            Annotation,
            (Annotation.debate_id == Notification.debate_id) & (Annotation.id == Notification.annotation_id),
        )
        .outerjoin(note, (note.debate_id == Annotation.debate_id) & (note.id == Annotation.parent_id))
        .outerjoin(Decision, Decision.id == Notification.decision_id)
    )  # fmt: skip
