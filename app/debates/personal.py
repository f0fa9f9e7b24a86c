"""The personal layer of an argument's page: what this actor may do with it, and its text if it is hidden to others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from markupsafe import Markup
from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.debates.visits import OWN_SINCE, News, fill_new
from app.models import Argument, Case, Credit, Flag, HouseRule, User
from app.models.argument import ATTACKS
from app.notifications.choices import CHOICE_WIDTH, Choice, add_choice, read_choice
from app.notifications.told_slot import fill_told
from app.pages import Filler, Fillers
from app.permission_parts import is_open
from app.permissions import (
    can_accept_steelman,
    can_concede,
    can_edit_argument,
    can_moderate,
    can_see_text,
    can_withdraw,
    can_withdraw_concession,
    can_withdraw_use,
)
from app.targets import DebateHead
from app.web import render_part

_ROOT, _PARENT = aliased(Argument), aliased(Argument)
_CREDIT = select(Credit.user_id).where(
    Credit.debate_id == Argument.debate_id, Credit.user_id == bindparam("user"), Credit.argument_id == Argument.id,
    Credit.withdrawn_at.is_(None),
)  # fmt: skip
_FLAG_THAT_WAITS = select(Flag.id).join(Case, Case.id == Flag.case_id).where(
    Flag.debate_id == Argument.debate_id, Flag.argument_id == Argument.id, Flag.reporter_id == bindparam("user"),
    Flag.withdrawn_at.is_(None), Case.closed_at.is_(None),
)  # fmt: skip
_CAN_BE_CONCEDED_TO = and_(
    Argument.relation.in_(ATTACKS), Argument.hidden_by_id.is_(None), Argument.withdrawn_at.is_(None),
    _PARENT.hidden_by_id.is_(None), _PARENT.withdrawn_at.is_(None), _PARENT.conceded_at.is_(None),
)  # fmt: skip
_STATE = add_choice(
    select(
        Argument.debate_id, Argument.id, Argument.author_id, Argument.hidden_by_id,
        Argument.removed_under, Argument.edit_asked_id, Argument.withdrawn_at,
        func.coalesce(_ROOT.locked_by_id, Argument.locked_by_id).is_not(None),
        Argument.claim, _CREDIT.exists(), Argument.conceded_at.is_not(None),
        Argument.rebut_count + Argument.undercut_count > 0, Argument.steelman,
        Argument.steelman_accepted_at.is_not(None), _PARENT.author_id,
        case((_CAN_BE_CONCEDED_TO, Argument.parent_id)), OWN_SINCE,
        and_(Argument.hidden_by_id.is_not(None), _FLAG_THAT_WAITS.exists()), Argument.grounds_html,
    )
    .outerjoin(_PARENT, and_(_PARENT.debate_id == Argument.debate_id, _PARENT.id == Argument.parent_id))
    .outerjoin(_ROOT, and_(_ROOT.debate_id == Argument.debate_id, _ROOT.id == Argument.root_id))
    .join(User, User.id == bindparam("user"))
    .where(Argument.debate_id == bindparam("debate"), Argument.id == bindparam("argument")),
    Argument.debate_id, func.coalesce(Argument.root_id, Argument.id),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ArgumentState:
    """What the rules look at, and the text for those who may see it while it is hidden."""

    grounds: Markup
    choice: Choice  # What this person is told of the thread.
    debate_id: int
    id: int
    author_id: int | None
    hidden_by_id: int | None
    removed_under: HouseRule | None
    edit_asked_id: int | None
    withdrawn_at: datetime | None
    is_locked: bool
    claim: str
    has_credited: bool
    is_conceded: bool
    has_answers: bool
    steelman: str
    is_steelman_accepted: bool
    answered_id: int | None  # Who wrote what it answers.
    concedable_id: int | None  # What it answers, if its author can still grant that.
    since_id: int | None  # What was posted later is new to this person.
    is_hidden_with_own_flag: bool  # Their flag waits for a decision, and can be taken back.


@dataclass(frozen=True, slots=True)
class LinkAuthor:
    author_id: int | None


@dataclass(frozen=True, slots=True)
class ArgumentLayer:
    request: Request
    actor: Actor
    debate: DebateHead
    argument_id: int
    state: ArgumentState | None  # A visitor's layer needs none.

    @classmethod
    async def load(
        cls, db: Reader, request: Request, actor: Actor, debate: DebateHead, argument_id: int
    ) -> "ArgumentLayer":
        if not actor.is_signed_in:
            return cls(request, actor, debate, argument_id, None)
        place = {"debate": debate.id, "argument": argument_id, "user": actor.id}
        columns: tuple[Any, ...] = tuple((await db.execute(_STATE, place)).one())
        *known, grounds = columns[:-CHOICE_WIDTH]
        choice = read_choice(columns[-CHOICE_WIDTH:])
        state = ArgumentState(Markup(grounds), choice, *known)  # noqa: S704  (sanitised at write)
        return cls(request, actor, debate, argument_id, state)

    def fillers(self) -> Fillers:
        return {
            "argument_actions": self._actions,
            "flag": self._flag,
            "credit": self._credit,
            "steelman": self._steelman,
            "hidden_text": self._hidden_text,
            "new": fill_new(self.actor, self.state.since_id if self.state is not None else None),
            "visit": self._visit,
            "use": self._use,
            "told": fill_told(self.request, self._url, self.state.choice if self.state is not None else None),
        }

    @property
    def _url(self) -> str:
        return f"{self.debate.url}/arguments/{self.argument_id}"

    def _flag(self, id: str, can_be_marked: str) -> str:
        """For everybody but its author: the form asks visitors to sign in. Marks are for an author who can edit."""
        if self.state is not None and self.state.author_id == self.actor.id:
            return ""
        url = f"{self.debate.url}/arguments/{id}"
        mark = f'<a class="button-plain sans" href="{url}/marks">Mark</a> ' if can_be_marked else ""
        return f'{mark}<a class="button-plain sans" href="{url}/flag">Flag</a>'

    def _credit(self, id: str) -> str:
        """Likewise."""
        if self.state is not None and self.state.author_id == self.actor.id:
            return ""
        words = "Your credit" if self.state is not None and self.state.has_credited else "This changed my mind"
        return f'<a class="button-plain sans" href="{self.debate.url}/arguments/{id}/credit">{words}</a>'

    def _use(self, link_id: str, author_id: str) -> str:
        """Taking a reply from elsewhere back, for who brought it here; or away, for moderators, by a decision."""
        if self.state is None:
            return ""
        use = f"{self.debate.url}/arguments/{self.state.id}/use/{link_id}"
        if can_withdraw_use(self.actor, self.debate, LinkAuthor(int(author_id) or None)):
            button = '<button class="button-plain">Take it back</button>'
            return f'<form method="post" action="{use}/withdraw">{button}</form>'
        if int(author_id) != self.actor.id and can_moderate(self.actor, self.debate.id):
            return f'<a class="button-plain sans" href="{use}/take-away">Take it away</a>'
        return ""

    def _actions(self, _: str) -> str:
        """Edit, withdraw, moderate: what only some may do."""
        if self.state is None:
            return ""
        may = {
            "edit": can_edit_argument(self.actor, self.debate, self.state, self.state.is_locked),
            "concede": not self.state.is_conceded
            and can_concede(self.actor, self.debate, self.state, has_answers=self.state.has_answers),
            "concede_to": self.state.answered_id == self.actor.id
            and self.state.author_id != self.actor.id
            and is_open(self.debate)
            and self.state.concedable_id,
            "withdraw_concession": can_withdraw_concession(
                self.actor, self.debate, self.state, is_conceded=self.state.is_conceded
            ),
            "withdraw": can_withdraw(self.actor, self.debate, self.state),
            "moderate": can_moderate(self.actor, self.debate.id),
        }
        return render_part(
            self.request, "debates/_argument_actions.html", debate=self.debate, id=self.state.id, may=may
        )

    def _visit(self) -> str:
        """Members tell that they are here, so that the next visit knows what is new."""
        return f'<span data-visit="{self.debate.url}" hidden></span>' if self.state is not None else ""

    def _steelman(self, _: str) -> str:
        """For the author of what it answers: whether the reply says that back fairly."""
        state = self.state
        if state is None or not can_accept_steelman(self.actor, self.debate, state, answered_id=state.answered_id):
            return ""
        return render_part(self.request, "arguments/_acceptance.html", debate=self.debate, state=state)

    def _hidden_text(self, _: str) -> str:
        if self.state is None:
            return ""
        flag = f'<p><a href="{self._url}/flag">Your flag of it</a></p>' if self.state.is_hidden_with_own_flag else ""
        if not can_see_text(self.actor, self.state):
            return flag
        return flag + render_part(self.request, "debates/_hidden_text.html", state=self.state)


def fill_news(request: Request, actor: Actor, debate: DebateHead, news: News | None) -> Filler:
    """The slot "news" of the front page: how much is new to this person, and the way there."""

    def fill() -> str:
        if not actor.is_signed_in:
            return ""
        return render_part(request, "debates/_news.html", debate=debate, news=news)

    return fill
