"""The setting that counts at a place: the thread's, else the debate's, else the account's."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func
from sqlalchemy.orm import aliased

from app.models import Interest, NotificationChoice, User


def _choices() -> Any:
    return aliased(NotificationChoice)


@dataclass(frozen=True)
class InForce:
    """Columns for a statement that selects from users, once `joined` has added what they come from."""

    debate_id: Any  # A column of the statement, or a value.
    thread_id: Any
    _there: Any = field(default_factory=_choices)
    _thread: Any = field(default_factory=_choices)

    @property
    def rhythm(self) -> ColumnElement[Any]:
        return func.coalesce(self._thread.mail_rhythm, self._there.mail_rhythm, User.mail_rhythm)

    @property
    def interest(self) -> ColumnElement[Any]:
        return func.coalesce(self._thread.interest, self._there.interest, Interest.OWN)

    def joined(self, statement: Select[Any]) -> Select[Any]:
        def of(choice: Any, thread: Any) -> ColumnElement[bool]:
            return and_(choice.user_id == User.id, choice.debate_id == self.debate_id, thread)

        whole = of(self._there, self._there.argument_id.is_(None))
        one = of(self._thread, self._thread.argument_id == self.thread_id)
        return statement.outerjoin(self._there, whole).outerjoin(self._thread, one)
