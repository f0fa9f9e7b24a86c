"""Load a seed: a whole debate in one transaction, as often as one likes."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Base, touch_debate
from app.doctor.counters import mend
from app.essays.commands import publish_essay
from app.interchange.seed import SeedDebate, SeedError
from app.interchange.seed_arguments import Ground, store_arguments
from app.interchange.seed_quotes import check_quotes
from app.markdown import clean_text, render_markdown
from app.models import Debate, Essay, EssayRevision, Position
from app.standing.settling import settle_debate

SEED_LOCK = 7_263_002  # With the slug's hash an advisory lock: two loads of one debate take turns.


@dataclass(frozen=True, slots=True)
class LoadedDebate:
    """What a load did."""

    slug: str
    is_new: bool
    has_new_words: bool  # In the debate's own texts, its positions' or the essay's title and byline.
    added: int
    changed: int
    dropped: int

    @property
    def is_unchanged(self) -> bool:
        return not (self.is_new or self.has_new_words or self.added or self.changed or self.dropped)


async def load_seed(db: AsyncSession, seed: SeedDebate, advance: Callable[[], object] = lambda: None) -> LoadedDebate:
    """Bring the debate to what the seed says, or raise SeedError; `advance` is called for each argument.

    Arguments are recognised by their keys. Nothing that readers have added is lost: a seed that would take their
    ground away is refused.
    """
    await take_turn(db, seed.slug)
    debate = (await db.execute(select(Debate).where(Debate.slug == seed.slug))).scalar_one_or_none()
    is_new = debate is None
    debate = debate or await _make_debate(db, seed)
    has_new_words = _reword_debate(debate, seed)
    revision, is_retitled = await _essay(db, debate, seed)
    positions, is_renamed = await _positions(db, debate, seed)
    spans = check_quotes(seed, revision.text)
    ground = Ground(db, seed, debate.id, revision, {position.key: position.id for position in positions})
    done = await store_arguments(ground, spans, advance)
    loaded = LoadedDebate(seed.slug, is_new, not is_new and (has_new_words or is_retitled or is_renamed), *done)
    if not loaded.is_unchanged:
        await mend(db, debate.id)
        while await settle_debate(db, debate.id):
            pass
        touch_debate(db, debate.id)
    return loaded


async def take_turn(db: AsyncSession, slug: str) -> None:
    """A debate of 10,000 arguments takes longer than a page may, and so does waiting for another one that loads it."""
    await db.execute(text("SET LOCAL statement_timeout = 0"))
    await db.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    await db.execute(text("SELECT pg_advisory_xact_lock(:lock, hashtext(:slug))"), {"lock": SEED_LOCK, "slug": slug})


async def _make_debate(db: AsyncSession, seed: SeedDebate) -> Debate:
    debate = Debate(
        slug=seed.slug,
        title=seed.title,
        motion=seed.motion,
        summary_markdown=seed.summary,
        summary_html=render_markdown(seed.summary),
    )
    db.add(debate)
    await db.flush()
    return debate


def _reword_debate(debate: Debate, seed: SeedDebate) -> bool:
    summary_html = render_markdown(seed.summary)
    return change(
        debate, title=seed.title, motion=seed.motion, summary_markdown=seed.summary, summary_html=summary_html
    )


async def _essay(db: AsyncSession, debate: Debate, seed: SeedDebate) -> tuple[EssayRevision, bool]:
    """The revision that the seed's quotes are from, published if there is none; and whether its title changed."""
    newest = (
        select(Essay, EssayRevision)
        .join(EssayRevision, (EssayRevision.debate_id == Essay.debate_id) & (EssayRevision.essay_id == Essay.id))
        .where(Essay.debate_id == debate.id)
        .order_by(EssayRevision.number.desc())
        .limit(1)
    )
    found = (await db.execute(newest)).one_or_none()
    words = seed.essay
    if found is None:
        return await publish_essay(db, debate.id, words.title, words.byline, words.markdown), True
    essay, revision = found
    if clean_text(revision.markdown) != clean_text(words.markdown):
        raise await _other_text(db, revision, seed)
    return revision, change(essay, title=words.title, byline=words.byline)


async def _other_text(db: AsyncSession, newest: EssayRevision, seed: SeedDebate) -> SeedError:
    """The essay goes on from revision to revision, each after a look at what it does to annotations."""
    file, markdown = seed.essay.file, clean_text(seed.essay.markdown)
    earlier = select(EssayRevision.markdown, EssayRevision.number).where(
        EssayRevision.debate_id == newest.debate_id, EssayRevision.id != newest.id
    )
    number = next((number for text, number in await db.execute(earlier) if clean_text(text) == markdown), None)
    if number is not None:
        problem = f"{file} has the text of revision {number}, and the essay has revision {newest.number} by now."
        remedy = f"Put the newest text into {file}, and mend the quotes that it no longer holds."
        return SeedError(seed.file, "essay", problem, remedy)
    problem = f"the text of {file} is not that of the debate “{seed.slug}”."
    remedy = f"Publish it as a new revision: rejoinder essay revise {seed.slug} …/{file}"
    return SeedError(seed.file, "essay", problem, remedy)


async def _positions(db: AsyncSession, debate: Debate, seed: SeedDebate) -> tuple[list[Position], bool]:
    """The positions in order, new ones added at the end; and whether any was new or is worded anew."""
    statement = select(Position).where(Position.debate_id == debate.id).order_by(Position.number)
    positions = list((await db.execute(statement)).scalars())
    keys = [position.key for position in positions]
    if [position.key for position in seed.positions][: len(keys)] != keys:
        problem = f"the debate “{seed.slug}” was loaded with other positions: {', '.join(keys)}."
        raise SeedError(seed.file, "positions", problem, "Keep these, in this order; new ones can follow them.")
    for number, words in enumerate(seed.positions[len(keys) :], start=len(keys) + 1):
        positions.append(Position(debate_id=debate.id, number=number, key=words.key))
    has_changed = [
        change(position, name=words.name, summary_markdown=words.summary, summary_html=render_markdown(words.summary))
        for position, words in zip(positions, seed.positions, strict=True)
    ]
    db.add_all(positions)
    await db.flush()
    return positions, any(has_changed)


def change(row: Base, **values: object) -> bool:
    """Set what is different; whether anything was."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
