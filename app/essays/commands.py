"""Publish an essay, and find the passages that are pointed at."""

from typing import Protocol

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.essays.blocks import CanonicalEssay
from app.essays.canonical import parse_essay
from app.essays.selectors import describe
from app.essays.sentences import split_sentences
from app.models import Essay, EssayRevision, Paragraph, Passage, Placement, PlacementState

# With the debate's id an advisory lock: shared by those who mark words of the newest revision, held alone by whoever
# publishes the next one, so that no passage is left without its place there.
ESSAY_LOCK = 7_263_004


async def publish_essay(db: AsyncSession, debate_id: int, title: str, byline: str, markdown: str) -> EssayRevision:
    """A debate's essay with its first revision, cut into paragraphs and sentences. ValueError where it is too long."""
    parsed = parse_essay(markdown)
    essay = Essay(debate_id=debate_id, title=title, byline=byline)
    db.add(essay)
    await db.flush()
    return await add_revision(db, EssayRevision(debate_id=debate_id, essay_id=essay.id, number=1), markdown, parsed)


async def add_revision(
    db: AsyncSession, revision: EssayRevision, markdown: str, parsed: CanonicalEssay
) -> EssayRevision:
    """The revision with its text and paragraphs. Where passages stand in it is up to the caller."""
    revision.markdown, revision.text, revision.text_sha256 = markdown, parsed.text, parsed.sha256
    db.add(revision)
    await db.flush()
    if paragraphs := _paragraphs(revision, parsed):
        await db.execute(insert(Paragraph), paragraphs)
    return revision


def _paragraphs(revision: EssayRevision, parsed: CanonicalEssay) -> list[dict[str, object]]:
    return [
        {
            "debate_id": revision.debate_id,
            "revision_id": revision.id,
            "number": block.number,
            "kind": block.kind,
            "block": block.to_json(),
            "start": block.start,
            "end": block.end,
            "sentences": [list(span) for span in split_sentences(parsed.text[block.start : block.end], block.start)],
        }
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
    """The passage that was marked in this range of this revision, made if nobody has pointed at these words on it.

    One that was marked on an earlier revision is not used again, though its words may stand here now: what is said of
    it would hold for those who never saw that revision.

    The range loses white space at its ends and is widened to whole characters. ValueError if it holds no words,
    Conflict if the revision is no longer the newest.
    """
    selectors = describe(revision.text, start, end)
    place, quote = selectors.position, selectors.quote
    await _hold_newest(db, revision)
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
    passage = (await db.execute(select(Passage).filter_by(**key))).scalar_one()
    await db.execute(insert(Placement).values(_own_placement(passage)).on_conflict_do_nothing())
    return passage


async def _hold_newest(db: AsyncSession, revision: RevisionLike) -> None:
    """Until the commit nobody publishes a revision after this one."""
    debate_id = revision.debate_id
    lock = text("SELECT pg_advisory_xact_lock_shared(:lock, hashint8(:debate))")
    await db.execute(lock, {"lock": ESSAY_LOCK, "debate": debate_id})
    newest = select(func.max(EssayRevision.id)).where(EssayRevision.debate_id == debate_id)
    if (await db.execute(newest)).scalar_one() != revision.id:
        raise Conflict("The essay has a new wording. Please choose the words again in it.")


def _own_placement(passage: Passage) -> dict[str, object]:
    """On the revision where it was marked a passage stands exactly."""
    return {
        "debate_id": passage.debate_id,
        "revision_id": passage.revision_id,
        "passage_id": passage.id,
        "state": PlacementState.EXACT,
        "start": passage.start,
        "end": passage.end,
        "paragraph_number": passage.paragraph_number,
    }
