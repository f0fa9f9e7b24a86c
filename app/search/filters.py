"""What a search asks for, read from its address; parts that mean nothing are named, not refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import MAXYEAR, date
from urllib.parse import urlencode

from app.models import Relation

LONGEST_QUERY = 200  # Characters: a sentence. Longer ones are words from a text, which a phrase of it finds better.
KINDS = {"arguments": "Arguments", "annotations": "Notes and questions", "essays": "Essays", "people": "People"}
STATES = {"shown": "Shown", "hidden": "Hidden", "removed": "Removed"}
OF_TEXTS = ("arguments", "annotations")  # What moderators hide or remove, of all kinds.
OF_ARGUMENTS = ("position", "relation", "unanswered", "cites")  # Choices that only arguments can fulfil.
# As phones and word processors write them by themselves, and as they stand in texts that one copies from.
_QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_MINUS = re.compile(r"(?<!\S)[−–—](?=\w|\")")


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """The fields of the search form as they were sent; empty where nothing is asked."""

    q: str = ""
    kind: str = ""
    debate: str = ""
    position: str = ""  # Its number in the debate.
    relation: str = ""
    author: str = ""
    since: str = ""
    until: str = ""
    unanswered: str = ""
    cites: str = ""
    state: str = ""  # Whether moderators have hidden or removed it: for moderators.
    ignored: tuple[str, ...] = ()

    @classmethod
    def parse(cls, sent: Mapping[str, str]) -> "SearchFilter":
        names = [field.name for field in fields(cls) if field.name != "ignored"]
        values = {name: " ".join(sent.get(name, "").replace("\0", "").split())[:LONGEST_QUERY] for name in names}
        wrong = [name for name, value in values.items() if value and not _is_known(name, value)]
        ignored = [*wrong, *(["q"] if len(sent.get("q", "")) > LONGEST_QUERY else [])]
        return cls(**{name: value for name, value in values.items() if name not in wrong}, ignored=tuple(ignored))

    def for_readers(self) -> "SearchFilter":
        """Without what only moderators can ask for."""
        return replace(self, state="", ignored=(*self.ignored, "state")) if self.state else self

    @property
    def words(self) -> str:
        """What is looked for, with the signs of the operators as PostgreSQL reads them."""
        return _MINUS.sub("-", self.q.translate(_QUOTATION_MARKS))

    @property
    def asks_for_arguments(self) -> bool:
        return any(getattr(self, name) for name in OF_ARGUMENTS)

    @property
    def is_narrowed(self) -> bool:
        return any((self.debate, self.author, self.since, self.until, self.state)) or self.asks_for_arguments

    @property
    def kinds(self) -> list[str]:
        """What is looked through."""
        if self.asks_for_arguments:
            return ["arguments"]
        if self.state:
            return [kind for kind in OF_TEXTS if self.kind in ("", kind)] or list(OF_TEXTS)
        return [self.kind] if self.kind else list(KINDS)

    def query(self, **changed: str) -> str:
        """The address of the same search with something else in it."""
        values = {field.name: str(getattr(self, field.name)) for field in fields(self) if field.name != "ignored"}
        return urlencode({name: value for name, value in {**values, **changed}.items() if value})


def _is_known(name: str, value: str) -> bool:
    match name:
        case "kind":
            return value in KINDS
        case "state":
            return value in STATES
        case "relation":
            return value in list(Relation)
        case "position":
            return value in list("12345")
        case "since" | "until":
            return _is_date(value)
        case _:
            return True


def _is_date(value: str) -> bool:
    try:
        return 1 < date.fromisoformat(value).year < MAXYEAR  # There is a day before it and one after it.
    except ValueError:
        return False
