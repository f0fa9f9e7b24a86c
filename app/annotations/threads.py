"""An annotation's own page: its words, its text, the replies to it; of a reply what it answers."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from app.annotations.cards import AnnotationCard, select_annotation_cards
from app.annotations.queries import ShownPlace, find_passage
from app.arguments.queries import Cited
from app.db import Reader
from app.errors import NotFound
from app.models import Annotation, User
from app.targets import DebateHead

REPLIES_SHOWN = 50  # On one page, the oldest first; later ones follow by a link.


@dataclass(frozen=True, slots=True)
class AnnotationPage:
    """`replies` are those after the one with the id `after`; hidden and withdrawn ones keep their place."""

    annotation: AnnotationCard
    passage: Cited
    place: ShownPlace
    parent: AnnotationCard | None
    resolved_by: str | None
    replies: list[AnnotationCard]
    after: int
    next_after: int | None


async def load_annotation_page(db: Reader, debate: DebateHead, annotation_id: int, after: int = 0) -> AnnotationPage:
    annotation, resolved_by = await _load_annotation(db, debate.id, annotation_id)
    passage, place = await find_passage(db, debate.id, annotation.passage_id)
    around = [AnnotationCard._make(row) for row in await db.execute(_around(debate.id, annotation, after))]
    is_reply = annotation.parent_id is not None
    replies = [] if is_reply else around[:REPLIES_SHOWN]
    return AnnotationPage(
        annotation=annotation,
        passage=passage,
        place=place,
        parent=around[0] if is_reply else None,
        resolved_by=resolved_by,
        replies=replies,
        after=after,
        next_after=replies[-1].id if len(around) > REPLIES_SHOWN else None,
    )


async def _load_annotation(db: Reader, debate_id: int, annotation_id: int) -> tuple[AnnotationCard, str | None]:
    resolver = aliased(User)
    statement = (
        select_annotation_cards()
        .add_columns(resolver.display_name)
        .outerjoin(resolver, resolver.id == Annotation.resolved_by_id)
        .where(Annotation.debate_id == debate_id, Annotation.id == annotation_id)
    )
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no such annotation in this debate.")
    return AnnotationCard._make(row[:-1]), row[-1]


def _around(debate_id: int, annotation: AnnotationCard, after: int) -> Select[tuple[object, ...]]:
    """What a reply answers; otherwise the replies."""
    statement = select_annotation_cards().where(Annotation.debate_id == debate_id)
    if annotation.parent_id is not None:
        return statement.where(Annotation.id == annotation.parent_id)
    replies = statement.where(Annotation.parent_id == annotation.id, Annotation.id > after)
    return replies.order_by(Annotation.id).limit(REPLIES_SHOWN + 1)


async def find_place_url(db: Reader, debate: DebateHead, annotation: Annotation, done: str = "") -> str:
    """Where it is read: on its own page; a reply in its place on the page of the thread on which it stands."""
    query = f"?done={done}" if done else ""
    if annotation.parent_id is None:
        return f"{debate.url}/annotations/{annotation.id}{query}"
    is_before: ColumnElement[bool] = and_(
        Annotation.debate_id == debate.id, Annotation.parent_id == annotation.parent_id, Annotation.id < annotation.id
    )
    count = (await db.execute(select(func.count()).where(is_before))).scalar_one()
    if count >= REPLIES_SHOWN:
        query += f"{'&' if query else '?'}after={annotation.id - 1}"
    return f"{debate.url}/annotations/{annotation.parent_id}{query}#annotation-{annotation.id}"
