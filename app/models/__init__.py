"""The tables. Rows that belong to a debate carry its id first in their key, so that a debate is a unit of placement."""

from app.models.annotation import Annotation, AnnotationKind
from app.models.argument import Argument, ArgumentRevision, Origin, Relation, Vote, VoteValue
from app.models.debate import CURRENT_VERSION, CURRENT_VOTE_COUNT, Debate, DebateChange, DebateState, Position, Stance
from app.models.essay import Citation, Essay, EssayRevision, Paragraph, Passage
from app.models.moderation import Action, Case, Decision, Flag, FlagReason, HouseRule, LogEntry
from app.models.notification import Mail, Notification, NotificationKind
from app.models.rate_limit import RateLimitHit
from app.models.user import (
    DebateRole,
    DebateRoleKind,
    LinkPurpose,
    OneTimeLink,
    Role,
    Sanction,
    SanctionKind,
    Session,
    User,
)

__all__ = [
    "CURRENT_VERSION",
    "CURRENT_VOTE_COUNT",
    "Action",
    "Annotation",
    "AnnotationKind",
    "Argument",
    "ArgumentRevision",
    "Case",
    "Citation",
    "Debate",
    "DebateChange",
    "DebateRole",
    "DebateRoleKind",
    "DebateState",
    "Decision",
    "Essay",
    "EssayRevision",
    "Flag",
    "FlagReason",
    "HouseRule",
    "LinkPurpose",
    "LogEntry",
    "Mail",
    "Notification",
    "NotificationKind",
    "OneTimeLink",
    "Origin",
    "Paragraph",
    "Passage",
    "Position",
    "RateLimitHit",
    "Relation",
    "Role",
    "Sanction",
    "SanctionKind",
    "Session",
    "Stance",
    "User",
    "Vote",
    "VoteValue",
]
