"""Every place where the database names a person, and what becomes of it in an export and at an erasure.

A test compares this list with all foreign keys to `users`: a new one without a line here fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.db import Base
from app.models import (
    AccessToken,
    Annotation,
    AnnotationRevision,
    Appeal,
    Argument,
    ArgumentLink,
    ArgumentRevision,
    Bearing,
    CannedReason,
    Case,
    CaseNote,
    Citation,
    Concession,
    Credit,
    CreditRevision,
    DebateRole,
    Decision,
    EssayDraft,
    EssayRevision,
    Flag,
    FormerTrace,
    HeldPost,
    KnownCase,
    LogReport,
    Mail,
    MergedVote,
    ModeratorInvitation,
    NetworkTrace,
    Notification,
    NotificationChoice,
    OneTimeLink,
    Placement,
    PracticeAnswer,
    Proposal,
    QueueView,
    ReviewMark,
    Sanction,
    Session,
    SetAsideBearing,
    Skip,
    Source,
    SourceCitation,
    Stance,
    User,
    Visit,
    Vote,
    VoteDiscount,
    WatchedWord,
    WithheldName,
)

NOTHING: Mapping[str, Any] = MappingProxyType({})
RENDERED = frozenset({"grounds_html", "body_html", "search_vector"})  # The same words once more.
SECRET = frozenset({"password_hash", "token_hash"})
ERASED = "Its author has erased the words that stood here, together with the account."


@dataclass(frozen=True)
class Owned:
    """Rows of a person: those whose `column` is the person's id. `section` names them in the export.

    At an erasure rows with `ON DELETE CASCADE` go, and others forget the person. `words` are what the person wrote:
    erased where that was chosen. `always` is erased in any case. `stays` says why other texts of the row are left.
    """

    model: type[Base]
    column: str
    section: str = ""
    why_not: str = ""  # It is not in the export.
    leave_out: frozenset[str] = frozenset()
    words: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    always: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    stays: str = ""
    wording_of: tuple[type[Base], str] | None = None  # Whose wordings they are, and the column that names it.

    def mine(self, user_id: int) -> ColumnElement[bool]:
        """Of wordings also those of the person's own items that name no editor, from before these were kept."""
        model: Any = self.model
        by_person: ColumnElement[bool] = getattr(model, self.column) == user_id
        if self.wording_of is None:
            return by_person
        item: Any = self.wording_of[0]
        is_item = and_(item.debate_id == model.debate_id, item.id == getattr(model, self.wording_of[1]))
        return or_(by_person, select(item.id).where(is_item, item.author_id == user_id).exists())


ARGUMENT_WORDS = {"claim": ERASED, "grounds_markdown": "", "steelman": ""}
NOT_MINE = "It is about what somebody else did; the person did it, which the other sections say."

OWNED = (
    Owned(User, "id", "account", leave_out=SECRET),
    Owned(Session, "user_id", "sessions", leave_out=SECRET),
    Owned(OneTimeLink, "user_id", "links_by_mail", leave_out=SECRET),
    Owned(AccessToken, "user_id", "access_tokens", leave_out=SECRET),
    Owned(WithheldName, "user_id", "names_taken"),
    Owned(DebateRole, "user_id", "roles_in_debates"),
    Owned(Sanction, "user_id", "restrictions"),
    Owned(
        Argument, "author_id", "arguments", leave_out=RENDERED,
        words={**ARGUMENT_WORDS, "grounds_html": ""}, always={"idempotency_key": None},
        stays="seed_key and origin are no words of the person.",
    ),
    Owned(ArgumentRevision, "editor_id", "argument_revisions", words=ARGUMENT_WORDS,
          wording_of=(Argument, "argument_id")),
    Owned(
        Annotation, "author_id", "annotations", leave_out=RENDERED,
        words={"body_markdown": ERASED, "body_html": f"<p>{ERASED}</p>\n", "tags": [], "source_iri": None,
               "canonical_iri": None, "source_creator": None},
        always={"idempotency_key": None},
    ),
    Owned(AnnotationRevision, "editor_id", "annotation_revisions", words={"body_markdown": ERASED, "tags": []},
          wording_of=(Annotation, "annotation_id")),
    Owned(Annotation, "resolved_by_id", "annotations_resolved", leave_out=RENDERED | {"body_markdown"},
          stays="They are the words of whoever wrote the annotation."),
    Owned(Credit, "user_id", "credits", words={"reason": ERASED}),
    Owned(CreditRevision, "editor_id", "credit_revisions", words={"reason": ERASED}, wording_of=(Credit, "credit_id")),
    Owned(Vote, "user_id", "votes"),
    Owned(Bearing, "user_id", "judgements_of_links"),
    Owned(Skip, "user_id", "claims_put_off"),
    Owned(Visit, "user_id", "visits"),
    Owned(MergedVote, "user_id", "votes_merged"),
    Owned(SetAsideBearing, "user_id", "judgements_set_aside"),
    Owned(ArgumentLink, "author_id", "argument_links", stays="They hold no words of the person."),
    Owned(Argument, "steelman_accepted_by_id", why_not="It stands at what was said back, and is about that."),
    Owned(Stance, "user_id", "stances"),
    Owned(VoteDiscount, "voter_id", "votes_discounted", leave_out=frozenset({"left_arguments"})),  # Of another person.
    Owned(VoteDiscount, "author_id", why_not="It is about votes of others on the person's arguments."),
    Owned(Flag, "reporter_id", "flags", always={"words": ""}),
    Owned(ReviewMark, "marker_id", "review_marks", always={"words": ""}),
    Owned(ReviewMark, "resolved_by_id", "review_marks_ended", leave_out=frozenset({"words"}),
          stays="They are the words of whoever set the mark."),
    Owned(Flag, "person_id", why_not="It is what somebody else reported, which the person is not shown."),
    Owned(Case, "person_id", why_not="It holds what others reported; what was decided is exported."),
    Owned(Source, "added_by_id", "sources_added", stays="The debate goes on citing it. The name goes."),
    Owned(QueueView, "user_id", "queue_views"),
    Owned(CannedReason, "author_id", "ready_reasons",
          stays="The other moderators of the debate go on giving it. The name goes."),
    Owned(CaseNote, "author_id", "case_notes", stays="Other moderators decide by it. The name goes."),
    Owned(CaseNote, "to_id", why_not="It is what a colleague wrote, between moderators."),
    Owned(HeldPost, "author_id", "posts_that_waited", leave_out=frozenset({"watched", "idempotency_key"})),
    Owned(ModeratorInvitation, "user_id", "invitations"),
    Owned(ModeratorInvitation, "invited_by_id", "invitations_sent"),
    Owned(WatchedWord, "added_by_id", "watched_words", stays="The debate goes on watching them. The name goes."),
    Owned(NetworkTrace, "user_id", "networks", leave_out=frozenset({"block_hash"})),  # Nobody can read it.
    Owned(FormerTrace, "other_id", why_not="It is about somebody else, whose account is gone: a hint for moderators."),
    Owned(KnownCase, "added_by_id", "known_cases_chosen"),
    Owned(PracticeAnswer, "user_id", "practice_answers", leave_out=frozenset({"idempotency_key"})),
    Owned(Case, "claimed_by_id", why_not="It says who works on a case for some minutes."),
    Owned(Case, "assigned_to_id", why_not="It says who is to decide next; the decision is exported."),
    Owned(Notification, "user_id", "notifications"),
    Owned(NotificationChoice, "user_id", "notification_choices"),
    Owned(Mail, "user_id", "letters", leave_out=frozenset({"body"})),
    Owned(Notification, "actor_id", why_not=NOT_MINE),
    Owned(Decision, "concerned_id", "decisions_about_me", leave_out=frozenset({"idempotency_key", "batch_id"}),
          stays="They are the moderator's words. Where they name the person they are erased."),
    Owned(Decision, "moderator_id", "decisions_made", always={"idempotency_key": None},
          stays="A statement of reasons belongs to whom it concerns. The name goes."),
    Owned(LogReport, "reporter_id", "reports_of_the_log", always={"words": "", "idempotency_key": None},
          stays="The answer is a moderator's."),
    Owned(LogReport, "answered_by_id", "reports_answered", leave_out=frozenset({"idempotency_key"}),
          stays="An answer belongs to who reported. The name goes."),
    Owned(Decision, "proposer_id", "decisions_proposed", leave_out=frozenset({"idempotency_key"}),
          stays="A statement of reasons belongs to whom it concerns. The name goes."),
    Owned(Proposal, "proposer_id", "proposals", stays="A second moderator has to read it. The name goes."),
    Owned(Proposal, "turned_down_by_id", "proposals_turned_down", leave_out=frozenset({"form"}),
          stays="Who proposed it has to read why. The name goes."),
    Owned(Proposal, "concerned_id",
          why_not="It may be turned down, within a week; a decision is told, and exported as one about the person."),
    Owned(Appeal, "appellant_id", "appeals", always={"words": ""}),
    Owned(EssayRevision, "publisher_id", "essay_revisions", leave_out=RENDERED,
          stays="The essay is the debate's, and everything in it points at its words."),
    Owned(EssayDraft, "editor_id", "essay_drafts", stays="It is the draft of all hosts of the debate."),
    Owned(Placement, "placed_by_id", "places_by_hand", stays="The reason is the program's."),
)  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """Rows without the person's id that belong to the person's rows."""

    model: type[Base]
    section: str
    leave_out: frozenset[str] = frozenset()

    def mine(self, user_id: int) -> ColumnElement[bool]:
        if self.model is Mail:
            address = select(User.email).where(User.id == user_id).scalar_subquery()
            return Mail.recipient == address
        model: Any = self.model
        own = select(Argument.id).where(
            Argument.author_id == user_id, Argument.debate_id == model.debate_id, Argument.id == model.argument_id
        )
        return own.exists()


BESIDE = (
    Beside(Concession, "concessions"),
    Beside(Citation, "citations"),
    Beside(SourceCitation, "source_citations"),
    Beside(Mail, "mails", leave_out=frozenset({"body"})),  # It may hold a link that works like a password.
)
