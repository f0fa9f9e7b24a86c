"""What the pages for writing read: the argument that is written about, and what can be chosen."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased

from app.arguments.cards import ArgumentCard
from app.arguments.queries import find_card
from app.arguments.quoted import Quoted, find_passage
from app.arguments.sources import load_titles
from app.db import Reader
from app.errors import NotFound
from app.models import Argument, ArgumentRevision, HouseRule, Position
from app.targets import DebateHead


class SideName(NamedTuple):
    id: int
    number: int
    key: str
    name: str


class Wording(NamedTuple):
    """What an argument says, to its author and to moderators even while it is hidden."""

    claim: str
    grounds_markdown: str
    grounds: Markup
    revision: int  # The newest one's number.
    steelman: str
    is_steelman_accepted: bool

    def says(self, claim: str, grounds: str, steelman: str) -> bool:
        return (self.claim, self.grounds_markdown, self.steelman) == (claim, grounds, steelman)


@dataclass(frozen=True, slots=True)
class Target:
    """An argument that somebody writes about, with what the rules look at."""

    card: ArgumentCard
    wording: Wording
    debate_id: int
    author_id: int | None
    position_id: int | None
    is_locked: bool
    root_id: int  # Of its thread; its own where it begins one.

    @property
    def id(self) -> int:
        return self.card.id

    @property
    def side(self) -> SideName | None:
        """Without its key, which only forms need."""
        if self.position_id is None or self.card.side is None:
            return None
        return SideName(self.position_id, self.card.side, "", self.card.side_name or "")

    @property
    def parent_id(self) -> int | None:
        return self.card.parent_id

    @property
    def seen_as(self) -> str:
        """What a form remembers of it, to notice that it has become another while one wrote."""
        return f"{self.wording.revision}-{self.changed_to}"

    @property
    def changed_to(self) -> str:
        return self.card.standing if self.card.standing in ("withdrawn", "conceded") else ""

    @property
    def hidden_by_id(self) -> int | None:
        return self.card.hidden_by_id

    @property
    def removed_under(self) -> HouseRule | None:
        return self.card.removed_under

    @property
    def edit_asked_id(self) -> int | None:
        return self.card.edit_asked_id

    @property
    def withdrawn_at(self) -> datetime | None:
        return self.card.withdrawn_at


@dataclass(frozen=True, slots=True)
class WritingPage:
    """The page around the form of a reply, or of a first-level argument (no target)."""

    debate: DebateHead
    target: Target | None
    sides: list[SideName]
    passage: Quoted | None  # Handed over by the essay's sentence picker.
    titles: list[str]  # Of sources that can be cited again.

    @property
    def back_url(self) -> str:
        return f"{self.debate.url}/arguments/{self.target.id}" if self.target else self.debate.url

    @property
    def action(self) -> str:
        return f"{self.back_url}/replies" if self.target else f"{self.debate.url}/arguments"


def is_overtaken(page: WritingPage, seen_as: str) -> bool:
    """Whether what is answered was edited, conceded or withdrawn since the form was shown."""
    return page.target is not None and seen_as not in ("", page.target.seen_as)


async def load_writing_page(
    db: Reader, debate: DebateHead, target: Target | None, passage_id: int | None
) -> WritingPage:
    passage = await find_passage(db, debate.id, passage_id) if passage_id else None
    sides = await _load_side_names(db, debate.id)
    return WritingPage(debate, target, sides, passage, await load_titles(db, debate.id))


# Put together once: that takes longer than running them.
_ROOT = aliased(Argument)
_NEWEST = (
    select(func.max(ArgumentRevision.number))
    .where(ArgumentRevision.debate_id == Argument.debate_id, ArgumentRevision.argument_id == Argument.id)
    .scalar_subquery()
)
_TARGET = (
    select(
        Argument.claim, Argument.grounds_markdown, Argument.grounds_html, _NEWEST,
        Argument.steelman, Argument.steelman_accepted_at.is_not(None), Argument.author_id, Argument.position_id,
        func.coalesce(_ROOT.locked_by_id, Argument.locked_by_id).is_not(None),
        func.coalesce(Argument.root_id, Argument.id),
    )
    .outerjoin(_ROOT, and_(_ROOT.debate_id == Argument.debate_id, _ROOT.id == Argument.root_id))
    .where(Argument.debate_id == bindparam("debate"), Argument.id == bindparam("argument"))
)  # fmt: skip
_SIDE_NAMES = (
    select(Position.id, Position.number, Position.key, Position.name)
    .where(Position.debate_id == bindparam("debate"))
    .order_by(Position.number)
)


async def load_target(db: Reader, debate: DebateHead, argument_id: int) -> Target:
    card = await find_card(db, debate.id, argument_id)
    if card is None:
        raise NotFound("There is no such argument in this debate.")
    row = (await db.execute(_TARGET, {"debate": debate.id, "argument": argument_id})).one()
    wording = Wording(row[0], row[1], Markup(row[2]), *row[3:6])  # noqa: S704  (sanitised at write)
    return Target(card, wording, debate.id, *row[6:])


async def _load_side_names(db: Reader, debate_id: int) -> list[SideName]:
    return [SideName._make(row) for row in await db.execute(_SIDE_NAMES, {"debate": debate_id})]
