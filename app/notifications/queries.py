"""What a person's notifications say."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.db import Reader
from app.errors import NotFound
from app.models import (
    Annotation,
    Argument,
    Credit,
    Debate,
    DebateState,
    Decision,
    Interest,
    MailRhythm,
    Notification,
    NotificationKind,
    Proposal,
    User,
)
from app.notifications.in_force import InForce
from app.notifications.kinds import BY_MEMBERS, NEWS
from app.notifications.notice import Notice

SHOWN = 30  # On one page; earlier ones follow by a link.

_TELLER, _NOTE, _THREAD, _ANSWERED = aliased(User), aliased(Annotation), aliased(Argument), aliased(Argument)
_CANNOT_BE_MUTED = Notification.kind.in_([kind for kind, news in NEWS.items() if not news.can_be_muted])


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


async def load_letter(db: Reader, mail_id: int, most: int) -> list[Notice]:
    """What a letter may say now, by debate and thread: nothing hidden, withdrawn, muted or read meanwhile."""
    in_force = InForce(Notification.debate_id, _THREAD.id)
    statement = (
        in_force.joined(_notices().join(User, User.id == Notification.user_id))
        .outerjoin(Credit, _is_credit_of_it())
        .where(Notification.mail_id == mail_id, Notification.read_at.is_(None), _may_be_mailed())
        .where(in_force.rhythm != MailRhythm.NEVER, or_(in_force.interest != Interest.NOTHING, _CANNOT_BE_MUTED))
        .order_by(Debate.id.nulls_last(), func.coalesce(Argument.root_id, Argument.id), Notification.id)
        .limit(most)
    )
    return [Notice(*row) for row in await db.execute(statement)]


def _is_credit_of_it() -> ColumnElement[bool]:
    return and_(
        Notification.kind == NotificationKind.CREDIT, Credit.debate_id == Notification.debate_id,
        Credit.argument_id == Notification.argument_id, Credit.user_id == Notification.actor_id,
    )  # fmt: skip


def _may_be_mailed() -> ColumnElement[bool]:
    """Of texts, those that stand where everyone reads them. A decision is told whatever it hid, without the words."""
    texts = [kind for kind, news in NEWS.items() if news.quotes]
    items = (Argument, Annotation, _NOTE, Credit)
    stands = [item.hidden_by_id.is_(None) for item in items] + [item.withdrawn_at.is_(None) for item in items]
    is_open = or_(Debate.state.is_(None), Debate.state.not_in((DebateState.DRAFT, DebateState.REMOVED)))
    return or_(Notification.kind.not_in(texts), and_(is_open, *stands))


def _is_answered_claim() -> ColumnElement[bool]:
    """Of several arguments of theirs, a reader wants to know which one it is about."""
    return and_(
        Notification.kind == NotificationKind.REPLY, _ANSWERED.debate_id == Argument.debate_id,
        _ANSWERED.id == Argument.parent_id, _ANSWERED.author_id == Notification.user_id,
        _ANSWERED.hidden_by_id.is_(None),
    )  # fmt: skip


def _notices() -> Select[tuple[Any, ...]]:
    """Of a debate that was removed neither title nor texts, as on every page."""
    is_shown = Debate.state != DebateState.REMOVED
    is_own = and_(Argument.author_id == Notification.user_id, Argument.removed_under.is_(None))
    may_read = and_(is_shown, or_(Argument.hidden_by_id.is_(None), is_own))
    is_by_member = Notification.kind.in_(BY_MEMBERS)
    return (
        select(
            Notification.id, Notification.kind, Notification.created_at, Notification.read_at,
            case((is_by_member, _TELLER.username)), case((is_by_member, _TELLER.display_name)),
            Debate.slug, case((is_shown, Debate.title)),
            Notification.argument_id, Argument.relation, case((may_read, Argument.claim)),
            Notification.decision_id, Decision.action, Decision.is_automated,
            Decision.annotation_id, Decision.credit_id, Decision.case_id,
            Decision.source_id, Decision.mark_id, and_(Decision.action.is_not(None), Decision.debate_id.is_(None)),
            Annotation.id, case((and_(is_shown, Annotation.hidden_by_id.is_(None)), Annotation.body_markdown)),
            Annotation.kind, _NOTE.kind, Decision.concerned_id == Notification.user_id,
            _THREAD.id, case((and_(is_shown, _THREAD.hidden_by_id.is_(None)), _THREAD.claim)),
            func.coalesce(Argument.removed_under, Annotation.removed_under), _THREAD.removed_under,
            case((is_shown, _ANSWERED.claim)), Proposal.id, Proposal.action,
        )
        .outerjoin(_TELLER, _TELLER.id == Notification.actor_id)
        .outerjoin(Debate, Debate.id == Notification.debate_id)
        .outerjoin(
            Argument, (Argument.debate_id == Notification.debate_id) & (Argument.id == Notification.argument_id)
        )
        .outerjoin(
            _THREAD,
            (_THREAD.debate_id == Argument.debate_id) & (_THREAD.id == func.coalesce(Argument.root_id, Argument.id)),
        )
        .outerjoin(_ANSWERED, _is_answered_claim())
        .outerjoin(
            Annotation,
            (Annotation.debate_id == Notification.debate_id) & (Annotation.id == Notification.annotation_id),
        )
        .outerjoin(_NOTE, (_NOTE.debate_id == Annotation.debate_id) & (_NOTE.id == Annotation.parent_id))
        .outerjoin(Decision, Decision.id == Notification.decision_id)
        .outerjoin(Proposal, Proposal.id == Notification.proposal_id)
    )  # fmt: skip
