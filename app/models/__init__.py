"""The tables. Rows that belong to a debate carry its id first in their key, so that a debate is a unit of placement."""

from app.models.annotation import MAX_TAGS, Annotation, AnnotationKind, AnnotationRevision
from app.models.appeal import Appeal, AppealOutcome
from app.models.argument import Argument, ArgumentLink, ArgumentRevision, Concession, Origin, Relation, Vote, VoteValue
from app.models.casework import CannedReason, CaseNote, CaseNoteKind, QueueView
from app.models.credit import Credit, CreditRevision
from app.models.debate import CURRENT_VERSION, CURRENT_VOTE_COUNT, Debate, DebateChange, DebateState, Position, Stance
from app.models.essay import (
    Citation,
    Essay,
    EssayDraft,
    EssayRevision,
    Paragraph,
    Passage,
    Placement,
    PlacementState,
)
from app.models.flag import Flag, FlagReason
from app.models.invitation import ModeratorInvitation
from app.models.log import LogEntry, LogHead, LogReport
from app.models.measure import Proposal, SlowMode
from app.models.moderation import (
    Action,
    Case,
    CaseCount,
    Decision,
    HouseRule,
    Stake,
)
from app.models.notification import Announcement, Interest, Mail, Notification, NotificationChoice, NotificationKind
from app.models.practice import KnownCase, PracticeAnswer, Verdict
from app.models.prevention import (
    FormerAccount,
    FormerTrace,
    HeldPost,
    HeldReason,
    NetworkTrace,
    WatchAction,
    WatchedWord,
    WatchedWordChange,
)
from app.models.rate_limit import RateLimitHit
from app.models.reshaping import MergedVote, Reshaping, SetAsideBearing
from app.models.review_mark import MOST_OPEN_MARKS, MarkKind, MarkResolution, ReviewMark
from app.models.search import SearchWord
from app.models.source import Source, SourceCitation
from app.models.standing import StandingLook, StandingRun
from app.models.user import (
    AccessToken,
    DebateRole,
    DebateRoleKind,
    LinkPurpose,
    MailRhythm,
    OneTimeLink,
    Role,
    Sanction,
    SanctionKind,
    Session,
    TokenScope,
    User,
    WithheldName,
)
from app.models.visit import Visit
from app.models.voting import Bearing, Skip, VoteDiscount

__all__ = [
    "CURRENT_VERSION",
    "CURRENT_VOTE_COUNT",
    "MAX_TAGS",
    "MOST_OPEN_MARKS",
    "AccessToken",
    "Action",
    "Annotation",
    "AnnotationKind",
    "AnnotationRevision",
    "Announcement",
    "Appeal",
    "AppealOutcome",
    "Argument",
    "ArgumentLink",
    "ArgumentRevision",
    "Bearing",
    "CannedReason",
    "Case",
    "CaseCount",
    "CaseNote",
    "CaseNoteKind",
    "Citation",
    "Concession",
    "Credit",
    "CreditRevision",
    "Debate",
    "DebateChange",
    "DebateRole",
    "DebateRoleKind",
    "DebateState",
    "Decision",
    "Essay",
    "EssayDraft",
    "EssayRevision",
    "Flag",
    "FlagReason",
    "FormerAccount",
    "FormerTrace",
    "HeldPost",
    "HeldReason",
    "HouseRule",
    "Interest",
    "KnownCase",
    "LinkPurpose",
    "LogEntry",
    "LogHead",
    "LogReport",
    "Mail",
    "MailRhythm",
    "MarkKind",
    "MarkResolution",
    "MergedVote",
    "ModeratorInvitation",
    "NetworkTrace",
    "Notification",
    "NotificationChoice",
    "NotificationKind",
    "OneTimeLink",
    "Origin",
    "Paragraph",
    "Passage",
    "Placement",
    "PlacementState",
    "Position",
    "PracticeAnswer",
    "Proposal",
    "QueueView",
    "RateLimitHit",
    "Relation",
    "Reshaping",
    "ReviewMark",
    "Role",
    "Sanction",
    "SanctionKind",
    "SearchWord",
    "Session",
    "SetAsideBearing",
    "Skip",
    "SlowMode",
    "Source",
    "SourceCitation",
    "Stake",
    "Stance",
    "StandingLook",
    "StandingRun",
    "TokenScope",
    "User",
    "Verdict",
    "Visit",
    "Vote",
    "VoteDiscount",
    "VoteValue",
    "WatchAction",
    "WatchedWord",
    "WatchedWordChange",
    "WithheldName",
]
