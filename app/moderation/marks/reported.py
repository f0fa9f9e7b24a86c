"""A quality mark that is reported: in the case of whoever set it, so that a case shows all that they wrote in marks."""

from dataclasses import dataclass
from typing import Any

from app.models import MarkKind, ReviewMark
from app.permission_terms import Bench


@dataclass(frozen=True, slots=True)
class ReportedMark:
    id: int
    place: int  # The debate in which it stands.
    argument_id: int
    person_id: int
    kind: MarkKind
    words: str
    is_open: bool
    bench: Bench  # Of the argument on which it stands.
    debate_id: None = None  # Cases of people belong to none.

    @classmethod
    def of(cls, mark: ReviewMark, bench: Bench) -> "ReportedMark":
        assert mark.marker_id is not None
        is_open = mark.resolved_at is None
        return cls(mark.id, mark.debate_id, mark.argument_id, mark.marker_id, mark.kind, mark.words, is_open, bench)

    @property
    def author_id(self) -> int:
        return self.person_id

    @property
    def columns(self) -> dict[str, int | None]:
        return {"person_id": self.person_id}

    @property
    def mark_columns(self) -> dict[str, Any]:
        return kept_of_mark(self.place, self.id, self.words)


def kept_of_mark(debate_id: int, id: int, words: str) -> dict[str, Any]:
    """What flags keep of it besides, also when the mark is taken back."""
    return {"mark_debate_id": debate_id, "mark_id": id, "mark_words": words}
