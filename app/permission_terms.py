"""What the rules of app/permissions.py answer with, and what they look at: entities, or rows with these columns."""

from dataclasses import dataclass
from typing import Protocol

from app.models import Action, DebateState, Role


@dataclass(frozen=True, slots=True)
class Permission:
    allowed: bool
    reason: str = ""
    needs_sign_in: bool = False
    decision_id: int | None = None  # The moderators' decision that the refusal follows from.

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Permission(True)
SIGN_IN = Permission(False, "Sign in, or make an account, to do this.", needs_sign_in=True)


def deny(reason: str, decision_id: int | None = None) -> Permission:
    return Permission(False, reason, decision_id=decision_id)


class DebateLike(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def state(self) -> DebateState: ...
    @property
    def hides_results(self) -> bool: ...


class Item(Protocol):
    """An argument, an annotation or a credit."""

    @property
    def debate_id(self) -> int: ...
    @property
    def author_id(self) -> int | None: ...
    @property
    def hidden_by_id(self) -> int | None: ...


class Authored(Protocol):
    @property
    def author_id(self) -> int | None: ...


class WithdrawableItem(Item, Protocol):
    @property
    def withdrawn_at(self) -> object | None: ...


class AnnotationLike(WithdrawableItem, Protocol):
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
    def concerned(self) -> Participant | None: ...
    @property
    def moderator(self) -> Participant | None: ...
