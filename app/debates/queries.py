"""What the pages of a debate read; each page in a fixed number of statements, whatever the size."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import func, select

from app.actor import Actor
from app.arguments.cards import ArgumentCard
from app.arguments.marks import OpenMark, load_open_marks
from app.arguments.merged import Merged, leave_if_merged, load_merged
from app.arguments.path import STEPS_ON_PAGE, Step, load_steps
from app.arguments.queries import (
    ArgumentBody,
    Cited,
    find_argument,
    load_citations,
    load_strongest,
)
from app.arguments.replies import Replies, load_replies
from app.arguments.sorting import Sort
from app.arguments.sources import SourceDraft, load_sources
from app.arguments.split import Part, load_parts
from app.arguments.uses import Use, load_uses
from app.db import Reader
from app.errors import NotFound
from app.models import CURRENT_VOTE_COUNT, Argument, Debate, DebateState, Essay, Position, Relation
from app.permissions import visible_debates
from app.targets import DebateHead
from app.votes.credits import SHOWN as CREDITS_SHOWN
from app.votes.credits import Credited, load_credits
from app.votes.totals import Uncounted, load_uncounted

STRONGEST_SHOWN = 4  # For each position, on the front page: as many as one compares at a glance.
UNANSWERED_SHOWN = 1
DEBATES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Side:
    """A position as pages show it."""

    id: int
    number: int
    key: str
    name: str
    summary: Markup
    argument_count: int
    stance_count: int


@dataclass(frozen=True, slots=True)
class PositionPanel:
    side: Side
    strongest: list[ArgumentCard]
    unanswered: list[ArgumentCard]


@dataclass(frozen=True, slots=True)
class FrontPage:
    summary: Markup
    argument_count: int
    annotation_count: int
    vote_count: int
    undecided_count: int
    essay_title: str
    essay_byline: str
    newest_id: int
    panels: list[PositionPanel]

    @property
    def stance_count(self) -> int:
        return self.undecided_count + sum(panel.side.stance_count for panel in self.panels)


@dataclass(frozen=True, slots=True)
class ListedDebate:
    slug: str
    motion: str
    state: DebateState
    created_at: datetime
    argument_count: int
    annotation_count: int
    vote_count: int
    sides: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class ArgumentPage:
    card: ArgumentCard
    body: ArgumentBody
    path: list[Step]
    citations: list[Cited]
    sources: list[SourceDraft]
    replies: list[Replies]
    credits: list[Credited]
    uncounted: Uncounted
    merged: list[Merged]
    uses: list[Use]
    marks: list[OpenMark]
    parts: list[Part]

    @property
    def thread_id(self) -> int:
        return self.body.root_id or self.card.id

    @property
    def left_out(self) -> int:
        """How many arguments of the path above are not shown, between the first and the next one."""
        return self.card.depth - len(self.path)


@dataclass(frozen=True, slots=True)
class PathPage:
    """What stands above an argument, by itself."""

    card: ArgumentCard
    steps: list[Step]

    @property
    def left_out(self) -> int:
        return self.card.depth - len(self.steps)


async def load_debates(db: Reader, actor: Actor, before: int | None) -> tuple[list[ListedDebate], int | None]:
    """The newest debates, and the keyset of the next page when there are more."""
    statement = (
        select(
            Debate.id, Debate.slug, Debate.motion, Debate.state, Debate.created_at,
            Debate.argument_count, Debate.annotation_count, CURRENT_VOTE_COUNT,
        )
        .where(visible_debates(actor), Debate.id < before if before else visible_debates(actor))
        .order_by(Debate.id.desc())
        .limit(DEBATES_SHOWN + 1)
    )  # fmt: skip
    rows = (await db.execute(statement)).all()
    shown = rows[:DEBATES_SHOWN]
    sides = (
        select(Position.debate_id, Position.number, Position.name)
        .where(Position.debate_id.in_([row.id for row in shown]))
        .order_by(Position.number)
    )
    sides_of: dict[int, list[tuple[int, str]]] = {}
    for debate_id, number, name in await db.execute(sides):
        sides_of.setdefault(debate_id, []).append((number, name))
    listed = [ListedDebate(*row[1:], sides=sides_of.get(row.id, [])) for row in shown]
    return listed, shown[-1].id if len(rows) > DEBATES_SHOWN else None


async def load_sides(db: Reader, debate_id: int) -> list[Side]:
    statement = (
        select(
            Position.id, Position.number, Position.key, Position.name, Position.summary_html,
            Position.argument_count, Position.stance_count,
        )
        .where(Position.debate_id == debate_id)
        .order_by(Position.number)
    )  # fmt: skip
    return [
        Side(row[0], row[1], row[2], row[3], Markup(row[4]), row[5], row[6])  # noqa: S704  (sanitised at write)
        for row in await db.execute(statement)
    ]


_NEWEST = func.coalesce(
    select(func.max(Argument.id)).where(Argument.debate_id == Debate.id).correlate(Debate).scalar_subquery(), 0
)


async def load_front_page(db: Reader, debate: DebateHead, *, by_score: bool = True, mix: int = 0) -> FrontPage:
    statement = (
        select(
            Debate.summary_html, Debate.argument_count, Debate.annotation_count, CURRENT_VOTE_COUNT,
            Debate.undecided_count, Essay.title, Essay.byline, _NEWEST,
        )
        .join(Essay, Essay.debate_id == Debate.id)
        .where(Debate.id == debate.id)
    )  # fmt: skip
    row = (await db.execute(statement)).one()
    sides = await load_sides(db, debate.id)
    ids = [side.id for side in sides]
    order: dict[str, Any] = {"by_score": by_score, "mix": mix}
    strongest = await load_strongest(db, debate.id, ids, STRONGEST_SHOWN, **order)
    unanswered = await load_strongest(db, debate.id, ids, UNANSWERED_SHOWN, only_unanswered=True, **order)
    panels = [PositionPanel(side, strongest.get(side.number, []), unanswered.get(side.number, [])) for side in sides]
    summary = Markup(row[0])  # noqa: S704  (sanitised at write)
    return FrontPage(summary, row[1], row[2], row[3], row[4], row[5], row[6], row[7], panels)


async def load_argument_page(
    db: Reader,
    debate: DebateHead,
    argument_id: int,
    relations: list[Relation],
    after: tuple[float, int] | None,
    sort: Sort = Sort.STRONGEST,
    mix: int = 0,
) -> ArgumentPage:
    found = await find_argument(db, debate.id, argument_id)
    if found is None:
        raise NotFound("There is no such argument in this debate.")
    card, body = found
    await leave_if_merged(db, debate.id, card)
    shows_credits = body.has_credits and card.claim is not None
    return ArgumentPage(
        card=card,
        body=body,
        path=await load_steps(db, debate.id, argument_id, body.root_id),
        citations=await load_citations(db, debate.id, argument_id) if card.passage_id else [],
        sources=await load_sources(db, debate.id, argument_id) if body.has_sources else [],
        replies=await load_replies(db, debate.id, argument_id, relations, after, sort, mix),
        credits=await load_credits(db, debate.id, argument_id, CREDITS_SHOWN) if shows_credits else [],
        uncounted=await load_uncounted(db, debate.id, argument_id) if body.has_uncounted else Uncounted(),
        uses=await load_uses(db, debate.id, argument_id) if body.has_uses and card.claim is not None else [],
        parts=await load_parts(db, debate.id, argument_id) if body.is_split and card.claim is not None else [],
        merged=await load_merged(db, debate.id, argument_id) if body.has_merged and card.claim is not None else [],
        marks=await load_open_marks(db, debate.id, argument_id) if body.has_marks and card.claim is not None else [],
    )


async def load_path_page(db: Reader, debate: DebateHead, argument_id: int) -> PathPage:
    """In a fixed number of statements, and bounded: the way further up is the page of the topmost step shown."""
    found = await find_argument(db, debate.id, argument_id)
    if found is None:
        raise NotFound("There is no such argument in this debate.")
    card, body = found
    return PathPage(card, await load_steps(db, debate.id, argument_id, body.root_id, STEPS_ON_PAGE))
