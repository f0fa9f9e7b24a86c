"""Which notes the essay shows: by position, by kind, unanswered, unresolved, one's own. Named in the page's address."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from app.annotations.notes import Pointer

KINDS = {"argument": "Arguments", "note": "Notes", "question": "Questions"}
SHOWS = {"unanswered": "Unanswered", "unresolved": "Notes not resolved", "mine": "My own"}
POSITIONS = frozenset("12345")


@dataclass(frozen=True, slots=True)
class NoteFilter:
    """What is asked for; empty where everything is. `ignored` names the parts of the address that mean nothing."""

    position: str = ""
    kind: str = ""
    show: str = ""
    ignored: tuple[str, ...] = ()

    @classmethod
    def parse(cls, position: str, kind: str, show: str) -> Self:
        """Few different filters come of whatever an address says, so that their pages can be kept."""
        return cls().keep("position", position, POSITIONS).keep("kind", kind, KINDS).keep("show", show, SHOWS)

    def keep(self, name: str, value: str, known: Collection[str]) -> Self:
        is_known = not value or value in known
        kept: dict[str, Any] = {name: value if is_known else ""}
        return replace(self, **kept, ignored=self.ignored if is_known else (*self.ignored, name))

    @property
    def is_on(self) -> bool:
        return bool(self.position or self.kind or self.show)

    @property
    def is_personal(self) -> bool:
        return self.show == "mine"

    def for_visitors(self) -> Self:
        """Nothing is a visitor's own."""
        return replace(self, show="", ignored=(*self.ignored, "mine")) if self.is_personal else self

    @property
    def query(self) -> str:
        parts = {"position": self.position, "kind": self.kind, "show": self.show}
        return urlencode({name: value for name, value in parts.items() if value})

    @property
    def key(self) -> str:
        """Tells apart what looks different."""
        return f"{self.query}&{','.join(self.ignored)}"

    def admits(self, pointer: Pointer, reader_id: int | None) -> bool:
        """A position is that of an argument: notes take none. Answered is what drew a rebuttal, undercut or reply."""
        return (
            (not self.position or pointer.side == int(self.position))
            and (not self.kind or pointer.kind == self.kind)
            and (self.show != "unanswered" or pointer.is_unanswered)
            and (self.show != "unresolved" or (pointer.annotation_id is not None and not pointer.is_resolved))
            and (self.show != "mine" or (reader_id is not None and pointer.author_id == reader_id))
        )
