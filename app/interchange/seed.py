"""What a seed folder holds: a debate with its essay, positions and first arguments, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from app.models.argument import Relation

MOST_WORDS_LISTED = 12  # A longer list hides the message that it should help to understand.


class SeedError(ValueError):
    """A seed that cannot be loaded: says which file and entry, what is wrong there, and what to do about it."""

    def __init__(self, file: str, entry: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}, {entry}: {problem} {remedy}".rstrip())
        self.file = file
        self.entry = entry
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class SeedEssay:
    file: str
    title: str
    byline: str
    markdown: str


@dataclass(frozen=True, slots=True)
class SeedPosition:
    key: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class SeedQuote:
    """Exact words of the essay; `occurrence` (from 1) says which place is meant where they stand in several."""

    text: str
    occurrence: int | None


@dataclass(frozen=True, slots=True)
class SeedArgument:
    """`parent` is the key of another argument; it and `relation` are absent together, on the first level."""

    key: str
    position: str
    parent: str | None
    relation: Relation | None
    claim: str
    grounds: str
    quotes: tuple[SeedQuote, ...]


@dataclass(frozen=True, slots=True)
class SeedDebate:
    """A checked seed. `file` names its debate.yaml for messages; `arguments` has each parent before its children."""

    file: str
    slug: str
    title: str
    motion: str
    summary: str
    essay: SeedEssay
    positions: tuple[SeedPosition, ...]
    arguments: tuple[SeedArgument, ...]


def suggestion(word: str, known: Sequence[str]) -> str:
    """A sentence that offers the nearest known word, or lists them where none is near and they are few."""
    if near := get_close_matches(word, known, n=1):
        return f"Did you mean “{near[0]}”?"
    return f"Known here: {', '.join(known)}." if 0 < len(known) <= MOST_WORDS_LISTED else ""
