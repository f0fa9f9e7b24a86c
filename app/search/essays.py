"""Search over the newest wording of each essay, with the paragraphs in which all words stand."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from sqlalchemy import Integer, and_, cast, exists, func, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.models import Debate, Essay, EssayRevision, Paragraph
from app.search.found import Found, Search, found
from app.search.highlights import marked_pieces, pieces_as_html

PARAGRAPHS_SHOWN = 3  # Of one essay; the essay itself is one step away.


class ParagraphHit(NamedTuple):
    number: int
    text: Markup


class EssayHit(NamedTuple):
    debate_slug: str
    motion: str
    title: Markup
    byline: str
    paragraphs: Sequence[ParagraphHit]


async def find_essays(db: Reader, actor: Actor, search: Search) -> Found[EssayHit]:
    """Essays have no account as their author, and without words there is nothing to look for in them."""
    if search.chosen.author or not search.words:
        return Found([], 0, search.compared, "")
    newer = aliased(EssayRevision)
    is_newer = and_(
        newer.debate_id == EssayRevision.debate_id,
        newer.essay_id == EssayRevision.essay_id,
        newer.number > EssayRevision.number,
    )
    compared = select(EssayRevision.debate_id, EssayRevision.id, search.rank(EssayRevision).label("rank")).where(
        *search.conditions(actor, EssayRevision, EssayRevision.published_at), ~exists().where(is_newer)
    )
    page = search.page_of(compared, EssayRevision.id)
    paragraphs = _paragraphs(search)
    statement = (
        select(
            page.c.rank, page.c.id, page.c.total,
            Debate.slug, Debate.motion, Essay.title, Essay.byline,
            select(func.jsonb_agg(func.jsonb_build_array(paragraphs.c.number, paragraphs.c.marked, paragraphs.c.whole)))
            .select_from(paragraphs).scalar_subquery(),
        )
        .join(EssayRevision, and_(EssayRevision.debate_id == page.c.debate_id, EssayRevision.id == page.c.id))
        .join(Essay, and_(Essay.debate_id == EssayRevision.debate_id, Essay.id == EssayRevision.essay_id))
        .join(Debate, Debate.id == EssayRevision.debate_id)
        .order_by(page.c.rank.desc(), page.c.id.desc())
    )  # fmt: skip
    return found((await db.execute(statement)).all(), search, _hit)


def _paragraphs(search: Search) -> Any:
    """Of the revision of the statement around this: the first paragraphs that fulfil the whole search."""
    start, length = Paragraph.start + 1, Paragraph.end - Paragraph.start
    text = func.substr(EssayRevision.text, cast(start, Integer), cast(length, Integer))
    return (
        select(Paragraph.number, marked_pieces(text, search.query).label("marked"), text.label("whole"))
        .where(Paragraph.debate_id == EssayRevision.debate_id, Paragraph.revision_id == EssayRevision.id)
        .where(func.to_tsvector("rejoinder", text).bool_op("@@")(search.query))
        .order_by(Paragraph.number)
        .limit(PARAGRAPHS_SHOWN)
        .correlate(EssayRevision)
        .subquery("paragraphs")
    )


def _hit(row: Any) -> EssayHit:
    *_, slug, motion, title, byline, paragraphs = row
    marked = [ParagraphHit(number, pieces_as_html(*map(escape, texts))) for number, *texts in paragraphs or []]
    return EssayHit(slug, motion, title, byline, marked)
