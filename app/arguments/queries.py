"""What pages read of arguments."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import (
    Executable,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.arguments.beside import BESIDE
from app.arguments.cards import ArgumentCard, select_cards
from app.arguments.sorting import ORDERS, Sort, tie_of
from app.db import Reader
from app.essays.placements import PLACED_BY, is_placed_now
from app.models import (
    Argument,
    Citation,
    EssayRevision,
    Passage,
    Placement,
    PlacementState,
    Relation,
    User,
)
from app.models.argument import IS_UNANSWERED, LISTED

ANSWERS_SHOWN = 10  # To choose one from: more would not be read.
PATH_SHOWN = 8  # Nearest ancestors on an argument's page, besides the first-level argument.


class ArgumentBody(NamedTuple):
    """What an argument's own page shows besides its card."""

    grounds: Markup
    root_id: int | None
    author_id: int | None
    edited_at: datetime | None
    is_locked: bool
    steelman: str
    accepted_by: str | None  # Who accepts that as fair, if they have an account.
    was_conceded: bool  # For a time: its author took it back.
    has_credits: bool
    has_sources: bool
    has_uncounted: bool  # Votes on it, or judgements of its link, that do not count.
    has_merged: bool  # Others were merged into it.
    has_uses: bool  # It is used in further places, or others are used here.
    has_marks: bool  # Of readers, on what could be better.
    is_split: bool  # It was taken out of another one, or others out of it.


class Cited(NamedTuple):
    """A passage that an argument cites, in the words and context in which it was marked, and where it stands now."""

    passage_id: int
    paragraph_number: int | None  # On the newest revision; missing for an orphan.
    prefix: str
    exact: str
    suffix: str
    state: PlacementState = PlacementState.EXACT
    score: float = 1.0
    reason: str = ""
    here: str = ""  # The words on which it stands now, where they are not those that were marked.
    is_by_hand: bool = False  # A person has said where it stands, or that it stands nowhere.
    placed_by: str | None = None

    @property
    def before(self) -> str:
        """The context ahead, from its first whole word."""
        return self.prefix.partition(" ")[2] if " " in self.prefix else ""

    @property
    def after(self) -> str:
        return self.suffix.rpartition(" ")[0]


# Statements of one argument's page are put together once: that takes longer than running them.
_IS_ARGUMENT = and_(Argument.debate_id == bindparam("debate"), Argument.id == bindparam("argument"))
_ROOT, _ACCEPTING = aliased(Argument), aliased(User)
_ACCEPTED_BY = (
    select(_ACCEPTING.display_name).where(_ACCEPTING.id == Argument.steelman_accepted_by_id).scalar_subquery()
)
_CARD_WIDTH = len(ArgumentCard._fields)
_CARD = select_cards().where(_IS_ARGUMENT)
_CARD_AND_BODY = _CARD.add_columns(
    Argument.grounds_html, Argument.root_id, Argument.author_id, Argument.edited_at,
    func.coalesce(_ROOT.locked_by_id, Argument.locked_by_id).is_not(None),
    Argument.steelman, _ACCEPTED_BY, *BESIDE,
).outerjoin(_ROOT, and_(_ROOT.debate_id == Argument.debate_id, _ROOT.id == Argument.root_id))  # fmt: skip


async def find_card(db: Reader, debate_id: int, argument_id: int) -> ArgumentCard | None:
    row = (await db.execute(_CARD, {"debate": debate_id, "argument": argument_id})).one_or_none()
    return ArgumentCard._make(row) if row else None


async def find_argument(db: Reader, debate_id: int, argument_id: int) -> tuple[ArgumentCard, ArgumentBody] | None:
    row = (await db.execute(_CARD_AND_BODY, {"debate": debate_id, "argument": argument_id})).one_or_none()
    if row is None:
        return None
    grounds, *rest = row[_CARD_WIDTH:]
    return ArgumentCard._make(row[:_CARD_WIDTH]), ArgumentBody(Markup(grounds), *rest)  # noqa: S704  (sanitised at write)


_WORDS_HERE = (
    select(
        func.substr(
            EssayRevision.text, cast(Placement.start + 1, Integer), cast(Placement.end - Placement.start, Integer)
        )
    )
    .where(EssayRevision.debate_id == Placement.debate_id, EssayRevision.id == Placement.revision_id)
    .correlate(Placement)
    .scalar_subquery()
)
CITED = (
    Passage.id, Placement.paragraph_number, Passage.prefix, Passage.exact, Passage.suffix,
    Placement.state, Placement.score, Placement.reason,
    case((Placement.state == PlacementState.FUZZY, _WORDS_HERE), else_=""),
    Placement.is_by_hand, PLACED_BY,
)  # fmt: skip


def select_cited(*columns: Any) -> Select[*tuple[Any, ...]]:
    """All columns of Cited, in order, and others behind them."""
    return select(*CITED, *columns).select_from(Passage).join(Placement, is_placed_now())


_CITATIONS = (
    select_cited()
    .join(Citation, and_(Citation.debate_id == Passage.debate_id, Citation.passage_id == Passage.id))
    .where(Citation.debate_id == bindparam("debate"), Citation.argument_id == bindparam("argument"))
    .order_by(Placement.start.nulls_last(), Passage.id)
)


async def load_citations(db: Reader, debate_id: int, argument_id: int) -> list[Cited]:
    rows = await db.execute(_CITATIONS, {"debate": debate_id, "argument": argument_id})
    return [Cited._make(row) for row in rows]


async def find_cited(db: Reader, debate_id: int, passage_id: int) -> Cited | None:
    statement = select_cited().where(Passage.debate_id == debate_id, Passage.id == passage_id)
    row = (await db.execute(statement)).one_or_none()
    return Cited._make(row) if row else None


async def load_path(db: Reader, debate_id: int, argument_id: int, root_id: int | None) -> list[ArgumentCard]:
    """The arguments above, from the first-level one down; of a deep chain that one and the nearest PATH_SHOWN."""
    if root_id is None:
        return []
    place = {"debate": debate_id, "argument": argument_id, "root": root_id}
    return [ArgumentCard._make(row) for row in await db.execute(_select_path(), place)]


@cache
def _select_path() -> Executable:
    step = (
        select(Argument.parent_id.label("id"), literal(1).label("distance"))
        .where(_IS_ARGUMENT, Argument.parent_id.is_not(None))
        .cte("step", recursive=True)
    )
    above = aliased(Argument)
    step = step.union_all(
        select(above.parent_id, step.c.distance + 1)
        .join(step, above.id == step.c.id)
        .where(above.debate_id == bindparam("debate"), above.parent_id.is_not(None), step.c.distance < PATH_SHOWN)
    )
    is_above = Argument.id.in_(select(step.c.id)) | (Argument.id == bindparam("root"))
    return select_cards().where(Argument.debate_id == bindparam("debate"), is_above).order_by(Argument.depth)


async def load_answers(db: Reader, actor: Actor, debate_id: int, argument_id: int) -> list[ArgumentCard]:
    """The strongest listed rebuttals and undercuts that others wrote."""
    statement = (
        select_cards()
        .where(
            Argument.debate_id == debate_id, Argument.parent_id == argument_id, LISTED,
            Argument.relation.in_([Relation.REBUT, Relation.UNDERCUT]),
            Argument.author_id.is_distinct_from(actor.id),
        )
        .order_by(Argument.strength.desc(), Argument.id)
        .limit(ANSWERS_SHOWN)
    )  # fmt: skip
    return [ArgumentCard._make(row) for row in await db.execute(statement)]


async def load_strongest(
    db: Reader,
    debate_id: int,
    position_ids: list[int],
    limit: int,
    *,
    only_unanswered: bool = False,
    by_score: bool = True,
    mix: int = 0,
) -> dict[int, list[ArgumentCard]]:
    """For each position (by its number) its strongest listed arguments (or the oldest), in one statement. Of equal ones
    chance decides, another one for each mix (app/arguments/sorting.py)."""
    sort = Sort.STRONGEST if by_score else Sort.OLDEST
    positions = {f"position_{place}": id_ for place, id_ in enumerate(position_ids)}
    values = {"debate": debate_id, "mix": mix, **positions}
    found: dict[int, list[ArgumentCard]] = {}
    for row in await db.execute(_select_strongest(tuple(positions), sort, limit, only_unanswered), values):
        card = ArgumentCard._make(row)
        found.setdefault(card.side or 0, []).append(card)
    return found


@cache
def _select_strongest(positions: tuple[str, ...], sort: Sort, limit: int, only_unanswered: bool) -> Executable:
    """Chosen by what stands in the index, before anything is read or joined for cards."""
    score, tie = ORDERS[sort].score, tie_of(sort, Argument.id)
    condition = IS_UNANSWERED if only_unanswered else literal(True)
    parts = []
    for position in positions:
        chosen = (
            select(Argument.id, score.label("score"), tie.label("tie"))
            .where(Argument.debate_id == bindparam("debate"), Argument.position_id == bindparam(position))
            .where(LISTED, condition)
            .order_by(score.desc(), tie, Argument.id)
            .limit(limit)
            .subquery()
        )
        is_chosen = and_(chosen.c.id == Argument.id, Argument.debate_id == bindparam("debate"))
        cards = select_cards().join(chosen, is_chosen).order_by(chosen.c.score.desc(), chosen.c.tie, chosen.c.id)
        parts.append(select(cards.subquery()))
    return union_all(*parts)
