"""Publish an essay, and find the passages that are pointed at."""

from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.essays.blocks import CanonicalEssay
from app.essays.canonical import parse_essay
from app.essays.selectors import describe
from app.essays.sentences import split_sentences
from app.models import Essay, EssayRevision, Paragraph, Passage


async def publish_essay(db: AsyncSession, debate_id: int, title: str, byline: str, markdown: str) -> EssayRevision:
    """A debate's essay with its first revision, cut into paragraphs and sentences. ValueError where it is too long."""
    parsed = parse_essay(markdown)
    essay = Essay(debate_id=debate_id, title=title, byline=byline)
    db.add(essay)
    await db.flush()
    revision = EssayRevision(
        debate_id=debate_id, essay_id=essay.id, number=1, markdown=markdown, text=parsed.text, text_sha256=parsed.sha256
    )
    db.add(revision)
    await db.flush()
    db.add_all(_paragraphs(revision, parsed))
    await db.flush()
    return revision


def _paragraphs(revision: EssayRevision, parsed: CanonicalEssay) -> list[Paragraph]:
    return [
        Paragraph(
            debate_id=revision.debate_id,
            revision_id=revision.id,
            number=block.number,
            kind=block.kind,
            block=block.to_json(),
            start=block.start,
            end=block.end,
            sentences=[list(span) for span in split_sentences(parsed.text[block.start : block.end], block.start)],
        )
        for block in parsed.blocks
    ]


class RevisionLike(Protocol):
    """An entity or a row of a query."""

    @property
    def debate_id(self) -> int: ...
    @property
    def id(self) -> int: ...
    @property
    def text(self) -> str: ...


async def find_or_make_passage(db: AsyncSession, revision: RevisionLike, start: int, end: int) -> Passage:
    """The passage with this range, made if nobody has pointed at it before.

    The range loses white space at its ends and is widened to whole characters. ValueError if it holds no words.
    """
    selectors = describe(revision.text, start, end)
    place, quote = selectors.position, selectors.quote
    paragraph_number = (
        select(func.max(Paragraph.number))
        .where(
            Paragraph.debate_id == revision.debate_id,
            Paragraph.revision_id == revision.id,
            Paragraph.start <= place.start,
        )
        .scalar_subquery()
    )
    key = {"debate_id": revision.debate_id, "revision_id": revision.id, "start": place.start, "end": place.end}
    words = {"exact": quote.exact, "prefix": quote.prefix, "suffix": quote.suffix}
    await db.execute(insert(Passage).values(**key, **words, paragraph_number=paragraph_number).on_conflict_do_nothing())
    return (await db.execute(select(Passage).filter_by(**key))).scalar_one()
