"""Something that a person is told, with what its words need."""

from dataclasses import dataclass
from datetime import datetime

from app.markdown import one_line
from app.models import Action, AnnotationKind, HouseRule, NotificationKind, Relation

EXCERPT_CHARACTERS = 280  # As long as a claim.


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    kind: NotificationKind
    created_at: datetime
    read_at: datetime | None
    actor_username: str | None
    actor_name: str | None
    debate_slug: str | None
    debate_title: str | None  # None also when the debate was removed, and then nothing of its texts either.
    argument_id: int | None
    relation: Relation | None
    claim: str | None  # None also when moderators hid it and it is not the reader's own.
    decision_id: int | None
    action: Action | None
    is_automated: bool | None  # By a program: no person has read it.
    annotation_id: int | None  # What the decision was about, unless an argument or a person.
    credit_id: int | None
    case_id: int | None
    source_id: int | None
    mark_id: int | None
    is_on_person: bool | None  # Or on the whole site, so about a person.
    reply_id: int | None  # An annotation that replies or cites.
    reply_text: str | None  # Its source; None also when moderators hid it.
    noted: AnnotationKind | None  # What it is itself.
    replied_to: AnnotationKind | None
    is_concerned: bool | None  # Whether the decision is about the reader.
    thread_id: int | None
    thread_claim: str | None  # None also when moderators hid it.
    removed_under: HouseRule | None  # Of what moderators removed, not hid: by which rule; then of the thread.
    thread_removed_under: HouseRule | None
    answered_claim: str | None  # The reader's own, of what replies to it; None also when moderators hid it.
    proposal_id: int | None
    proposed: Action | None  # None also where the account is gone that it was about.

    @property
    def is_debate_removed(self) -> bool:
        return self.debate_slug is not None and self.debate_title is None

    @property
    def debate_name(self) -> str:
        return "a removed debate" if self.is_debate_removed else f"“{self.debate_title}”"

    @property
    def excerpt(self) -> str:
        """The beginning of an annotation, on one line."""
        words = one_line(self.reply_text or "")
        return words if len(words) <= EXCERPT_CHARACTERS else f"{words[:EXCERPT_CHARACTERS].rpartition(' ')[0]} …"

    @property
    def item(self) -> str:
        if self.is_on_person:
            return "person"
        if self.source_id is not None:
            return "source"
        if self.mark_id is not None:
            return "mark"
        if self.credit_id is not None:
            return "credit"
        return "annotation" if self.annotation_id is not None else "argument"
