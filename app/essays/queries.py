"""What pages read of an essay."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from app.db import Reader
from app.errors import NotFound
from app.essays.blocks import Block
from app.models import Essay, EssayRevision, Paragraph


@dataclass(frozen=True, slots=True)
class Revision:
    """One wording of the essay, with the essay's own names."""

    debate_id: int
    id: int
    number: int
    text: str
    published_at: datetime
    title: str
    byline: str


@dataclass(frozen=True, slots=True)
class ParagraphText:
    """A block and where its sentences stand, in code points of the revision's text."""

    block: Block
    sentences: list[tuple[int, int]]


async def load_revision(db: Reader, debate_id: int, revision_id: int | None = None) -> Revision:
    """The newest revision of the debate's essay, or the one that is named."""
    statement = (
        select(
            EssayRevision.debate_id, EssayRevision.id, EssayRevision.number, EssayRevision.text,
            EssayRevision.published_at, Essay.title, Essay.byline,
        )
        .join(Essay, and_(Essay.debate_id == EssayRevision.debate_id, Essay.id == EssayRevision.essay_id))
        .where(EssayRevision.debate_id == debate_id)
        .order_by(EssayRevision.number.desc())
        .limit(1)
    )  # fmt: skip
    if revision_id is not None:
        statement = statement.where(EssayRevision.id == revision_id)
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("This debate has no essay yet.")
    return Revision(*row)


async def load_paragraphs(db: Reader, revision: Revision) -> list[ParagraphText]:
    statement = (
        select(Paragraph.block, Paragraph.sentences)
        .where(Paragraph.debate_id == revision.debate_id, Paragraph.revision_id == revision.id)
        .order_by(Paragraph.number)
    )
    return [_paragraph(*row) for row in await db.execute(statement)]


async def load_paragraph(db: Reader, revision: Revision, number: int) -> ParagraphText:
    statement = select(Paragraph.block, Paragraph.sentences).where(
        Paragraph.debate_id == revision.debate_id, Paragraph.revision_id == revision.id, Paragraph.number == number
    )
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("The essay has no paragraph of this number.")
    return _paragraph(*row)


def _paragraph(block: dict[str, object], sentences: list[list[int]]) -> ParagraphText:
    return ParagraphText(Block.from_json(block), [(start, end) for start, end in sentences])
