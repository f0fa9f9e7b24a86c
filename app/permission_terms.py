"""What the rules of app/permissions.py answer with, and what they look at: entities, or rows with these columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from app.models import Action, DebateState, HouseRule, Role, Stake


@dataclass(frozen=True, slots=True)
class Permission:
    allowed: bool
    reason: str = ""
    needs_sign_in: bool = False
    decision_id: int | None = None  # The moderators' decision that the refusal follows from.
    interest: Stake | None = None  # What makes it a moderator's own quarrel, refused for that or allowed in spite.

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Permission(True)
SIGN_IN = Permission(False, "Sign in, or make an account, to do this.", needs_sign_in=True)


def deny(reason: str, decision_id: int | None = None, interest: Stake | None = None) -> Permission:
    return Permission(False, reason, decision_id=decision_id, interest=interest)


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody who could decide in a debate."""

    id: int
    role: Role
    is_debate_staff: bool
    has_argued: bool
    is_host: bool  # Of the debate.
    has_answered: bool = False  # Notes of whom it is about in this debate, or they theirs.
    has_flagged: bool = False  # What is to be decided.
    was_overturned: bool = False  # On an appeal against what they had decided about it.

    @property
    def interest(self) -> Stake | None:
        """What makes it a quarrel of theirs, beside whom it is about."""
        if self.has_argued:
            return Stake.ARGUED
        if self.has_answered:
            return Stake.ANSWERED
        if self.has_flagged:
            return Stake.FLAGGED
        return Stake.OVERTURNED if self.was_overturned else None


@dataclass(frozen=True, slots=True)
class Bench:
    """Everybody who could decide about something, and since when it waits for a decision."""

    judges: tuple[Judge, ...]
    waiting_since: datetime
    acted: frozenset[int] = frozenset()  # On an appeal: who made the decision, and who had proposed it.
    flagged: frozenset[int] = frozenset()  # Likewise: who flagged what it is about.

    @classmethod
    def of(cls, rows: Iterable[Any] | None, waiting_since: datetime) -> "Bench":
        """From the JSON of judges_of, which is nothing where there is nobody."""
        return cls(tuple(Judge(id, Role(role), *rest) for id, role, *rest in rows or ()), waiting_since)

    def of_site(self) -> "Bench":
        """Those of them who moderate the whole site."""
        return replace(self, judges=tuple(judge for judge in self.judges if judge.role != Role.MEMBER))


class DebateLike(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def state(self) -> DebateState: ...
    @property
    def hides_results(self) -> bool: ...


class Item(Protocol):
    """An argument, an annotation, a credit or a source; for moderators also a person, who has no debate."""

    @property
    def debate_id(self) -> int | None: ...
    @property
    def author_id(self) -> int | None: ...
    @property
    def hidden_by_id(self) -> int | None: ...
    @property
    def removed_under(self) -> HouseRule | None: ...


class Authored(Protocol):
    @property
    def author_id(self) -> int | None: ...


class JudgedItem(Item, Protocol):
    @property
    def bench(self) -> Bench: ...


class WithdrawableItem(Item, Protocol):
    @property
    def withdrawn_at(self) -> object | None: ...


class EditableItem(Item, Protocol):
    @property
    def edit_asked_id(self) -> int | None: ...


class EditableText(EditableItem, WithdrawableItem, Protocol):
    """What its author can word anew, and withdraw."""


class AnnotationLike(EditableText, Protocol):
    @property
    def parent_id(self) -> int | None: ...


class WaitingPost(Protocol):
    """A text that waits for a moderator."""

    @property
    def debate_id(self) -> int: ...
    @property
    def author_id(self) -> int: ...
    @property
    def withdrawn_at(self) -> object | None: ...
    @property
    def is_released(self) -> bool: ...


class Person(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def role(self) -> Role: ...


class Participant(Person, Protocol):
    """A person as one debate knows them."""

    @property
    def is_debate_staff(self) -> bool: ...


class DecisionLike(Protocol):
    @property
    def action(self) -> Action: ...
    @property
    def debate_id(self) -> int | None: ...
    @property
    def argument_id(self) -> int | None: ...
    @property
    def proposer_id(self) -> int | None: ...
    @property
    def made_at(self) -> datetime: ...
    @property
    def undone_by_id(self) -> int | None: ...
    @property
    def change(self) -> Mapping[str, Any] | None: ...
    @property
    def concerned(self) -> Participant | None: ...
    @property
    def moderator(self) -> Participant | None: ...
    @property
    def bench(self) -> Bench: ...
