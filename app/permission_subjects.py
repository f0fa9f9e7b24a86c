"""What the rules of app/permissions.py look at: entities, or rows of a query that have these columns."""

from typing import Protocol

from app.models import DebateState, Role


class DebateLike(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def state(self) -> DebateState: ...


class Item(Protocol):
    """An argument or an annotation."""

    @property
    def debate_id(self) -> int: ...
    @property
    def author_id(self) -> int | None: ...
    @property
    def hidden_by_id(self) -> int | None: ...


class WithdrawableItem(Item, Protocol):
    @property
    def withdrawn_at(self) -> object | None: ...


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
    def concerned_id(self) -> int | None: ...
    @property
    def moderator(self) -> Participant | None: ...
