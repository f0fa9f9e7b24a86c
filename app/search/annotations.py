"""Search over notes, questions and replies to them."""

from datetime import datetime
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import and_, select

from app.actor import Actor
from app.db import Reader
from app.models import Annotation, AnnotationKind, Debate, HouseRule, User
from app.permissions import visible_annotations
from app.search.found import Found, Search, found
from app.search.highlights import marked_pieces, pieces_as_html


class AnnotationHit(NamedTuple):
    id: int
    debate_slug: str
    motion: str
    kind: AnnotationKind
    body: Markup
    username: str | None
    author: str | None
    created_at: datetime
    is_hidden: bool
    removed_under: HouseRule | None  # Of what moderators removed: by which rule.
    is_withdrawn: bool


async def find_annotations(db: Reader, actor: Actor, search: Search) -> Found[AnnotationHit]:
    compared = (
        select(Annotation.debate_id, Annotation.id, search.rank(Annotation).label("rank"))
        .where(*search.conditions(actor, Annotation, Annotation.created_at), *search.by_author(Annotation))
        .where(visible_annotations(actor))
    )
    page = search.page_of(compared, Annotation.id)
    statement = (
        select(
            page.c.rank, page.c.id, page.c.total,
            Debate.slug, Debate.motion, Annotation.kind, marked_pieces(Annotation.body_html, search.query),
            Annotation.body_html,
            User.username, User.display_name, Annotation.created_at,
            Annotation.hidden_by_id.is_not(None), Annotation.removed_under, Annotation.withdrawn_at.is_not(None),
        )
        .join(Annotation, and_(Annotation.debate_id == page.c.debate_id, Annotation.id == page.c.id))
        .join(Debate, Debate.id == Annotation.debate_id)
        .outerjoin(User, User.id == Annotation.author_id)
        .order_by(page.c.rank.desc(), page.c.id.desc())
    )  # fmt: skip
    return found((await db.execute(statement)).all(), search, _hit)


def _hit(row: Any) -> AnnotationHit:
    _, id, _, slug, motion, kind, pieces, body, *rest = row
    return AnnotationHit(id, slug, motion, kind, pieces_as_html(pieces, body), *rest)
