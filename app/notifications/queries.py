"""What a person's notifications say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, select
from sqlalchemy.orm import aliased

from app.db import Reader
from app.models import Action, Argument, Debate, Decision, Notification, NotificationKind, Relation, User

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

    @property
    def url(self) -> str:
        if self.kind == NotificationKind.REPLY or self.decision_id is None:
            return f"/debates/{self.debate_slug}/arguments/{self.argument_id}"
        return f"/decisions/{self.decision_id}"

    @property
    def item(self) -> str:
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


async def find_notice(db: Reader, notification_id: int) -> Notice:
    return Notice(*(await db.execute(_notices().where(Notification.id == notification_id))).one())


def _notices() -> Select[tuple[Any, ...]]:
    teller = aliased(User)
    may_read = Argument.hidden_by_id.is_(None) | (Argument.author_id == Notification.user_id)
    is_reply = Notification.kind == NotificationKind.REPLY
    return (
        select(
            Notification.id, Notification.kind, Notification.created_at, Notification.read_at,
            case((is_reply, teller.username)), case((is_reply, teller.display_name)),
            Debate.slug, Debate.title, Notification.argument_id, Argument.relation, case((may_read, Argument.claim)),
            Notification.decision_id, Decision.action, Decision.annotation_id,
        )
        .outerjoin(teller, teller.id == Notification.actor_id)
        .outerjoin(Debate, Debate.id == Notification.debate_id)
        .outerjoin(
            Argument, (Argument.debate_id == Notification.debate_id) & (Argument.id == Notification.argument_id)
        )
        .outerjoin(Decision, Decision.id == Notification.decision_id)
    )  # fmt: skip
