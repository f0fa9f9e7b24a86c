"""The personal layer of pages with credits: what this actor may do, and hidden words for those who may see them."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlalchemy import case, select

from app.actor import Actor
from app.db import Reader
from app.models import Credit, HouseRule
from app.pages import Fillers, SharedPage
from app.permissions import can_edit_credit, can_moderate, can_see_text
from app.targets import DebateHead
from app.web import render_part


@dataclass(frozen=True, slots=True)
class CreditState:
    """What the rules look at, and the words for those who may see them while they are hidden."""

    debate_id: int
    id: int
    argument_id: int
    author_id: int | None
    hidden_by_id: int | None
    removed_under: HouseRule | None
    edit_asked_id: int | None
    withdrawn_at: datetime | None
    hidden_words: str


@dataclass(frozen=True, slots=True)
class CreditLayer:
    request: Request
    actor: Actor
    debate: DebateHead
    states: dict[int, CreditState]  # A visitor's layer needs none, and a page without credits costs no statement.

    @classmethod
    async def load(
        cls, db: Reader, request: Request, actor: Actor, debate: DebateHead, shown: SharedPage
    ) -> "CreditLayer":
        if not (actor.is_signed_in and (ids := shown.values("credit_actions"))):
            return cls(request, actor, debate, {})
        is_hidden = Credit.hidden_by_id.is_not(None) & Credit.withdrawn_at.is_(None)
        statement = select(
            Credit.debate_id, Credit.id, Credit.argument_id, Credit.user_id, Credit.hidden_by_id,
            Credit.removed_under, Credit.edit_asked_id, Credit.withdrawn_at,
            case((is_hidden, Credit.reason), else_=""),
        ).where(Credit.debate_id == debate.id, Credit.id.in_(ids))  # fmt: skip
        states = [CreditState(*row) for row in await db.execute(statement)]
        return cls(request, actor, debate, {state.id: state for state in states})

    def fillers(self) -> Fillers:
        return {"credit_actions": self._actions, "hidden_credit": self._hidden_words}

    def _actions(self, id: str, can_be_flagged: str) -> str:
        """Flag: for everybody but its author, and the form asks visitors to sign in. Edit, moderate: only for some."""
        state = self.states.get(int(id))
        is_own = state is not None and state.author_id == self.actor.id
        may = {
            "flag": bool(can_be_flagged) and not is_own,
            "edit": state is not None and bool(can_edit_credit(self.actor, self.debate, state)),
            "moderate": state is not None and bool(can_moderate(self.actor, self.debate.id)),
        }
        return render_part(self.request, "votes/_credit_actions.html", debate=self.debate, id=id, state=state, may=may)

    def _hidden_words(self, id: str) -> str:
        state = self.states.get(int(id))
        if state is None or not state.hidden_words or not can_see_text(self.actor, state):
            return ""
        return render_part(
            self.request, "votes/_hidden_credit.html", words=state.hidden_words, removed_under=state.removed_under
        )
