"""Search over the claims and grounds of arguments, and what they say back."""

from datetime import datetime
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.actor import Actor
from app.db import Reader
from app.models import Argument, Citation, Debate, HouseRule, Position, Relation, SourceCitation, User
from app.models.argument import IS_UNANSWERED
from app.permissions import visible_arguments
from app.search.found import Found, Search, found
from app.search.highlights import is_marked, line_as_html, marked_pieces, marked_whole, pieces_as_html

_AUTHOR = User.id == Argument.author_id
_SIDE = and_(Position.debate_id == Argument.debate_id, Position.id == Argument.position_id)
_LINK = '%<a href="%'


class ArgumentHit(NamedTuple):
    id: int
    debate_slug: str
    motion: str
    side: int | None
    side_name: str | None
    relation: Relation | None
    claim: Markup
    grounds: Markup
    said_back: Markup | None  # What it says back, where that was found.
    username: str | None
    author: str | None
    created_at: datetime
    is_hidden: bool
    removed_under: HouseRule | None  # Of what moderators removed: by which rule.
    is_withdrawn: bool


async def find_arguments(db: Reader, actor: Actor, search: Search) -> Found[ArgumentHit]:
    compared = (
        select(Argument.debate_id, Argument.id, search.rank(Argument).label("rank"))
        .where(*search.conditions(actor, Argument, Argument.created_at), *_narrowed(search))
        .where(visible_arguments(actor), Argument.merged_into_id.is_(None))
    )
    page = search.page_of(compared, Argument.id)
    statement = (
        select(
            page.c.rank, page.c.id, page.c.total,
            Debate.slug, Debate.motion, Position.number, Position.name, Argument.relation,
            marked_whole(Argument.claim, search.query),
            marked_pieces(Argument.grounds_html, search.query), Argument.grounds_html,
            marked_whole(Argument.steelman, search.query),
            User.username, User.display_name, Argument.created_at,
            Argument.hidden_by_id.is_not(None), Argument.removed_under, Argument.withdrawn_at.is_not(None),
        )
        .join(Argument, and_(Argument.debate_id == page.c.debate_id, Argument.id == page.c.id))
        .join(Debate, Debate.id == Argument.debate_id)
        .outerjoin(Position, _SIDE)
        .outerjoin(User, _AUTHOR)
        .order_by(page.c.rank.desc(), page.c.id.desc())
    )  # fmt: skip
    return found((await db.execute(statement)).all(), search, _hit)


def _narrowed(search: Search) -> list[ColumnElement[bool]]:
    """What only arguments can fulfil."""
    chosen, conditions = search.chosen, search.by_author(Argument)
    if chosen.position:
        conditions.append(Argument.position_id.in_(select(Position.id).where(Position.number == int(chosen.position))))
    if chosen.relation:
        conditions.append(Argument.relation == Relation(chosen.relation))
    if chosen.unanswered:
        conditions += [IS_UNANSWERED, Argument.withdrawn_at.is_(None)]
    if chosen.cites:
        is_cited = and_(Citation.debate_id == Argument.debate_id, Citation.argument_id == Argument.id)
        has_source = and_(
            SourceCitation.debate_id == Argument.debate_id, SourceCitation.argument_id == Argument.id,
            SourceCitation.removed_at.is_(None),
        )  # fmt: skip
        ways = (Argument.grounds_html.like(_LINK), exists().where(is_cited), exists().where(has_source))
        conditions.append(or_(*ways))
    return conditions


def _hit(row: Any) -> ArgumentHit:
    _, id, _, slug, motion, side, side_name, relation, claim, pieces, grounds, said_back, *rest = row
    shown_back = line_as_html(said_back) if is_marked(said_back) else None
    marked = line_as_html(claim), pieces_as_html(pieces, grounds), shown_back
    return ArgumentHit(id, slug, motion, side, side_name, relation, *marked, *rest)
