"""What an address names, if this person may see it; otherwise there is nothing there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator
from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import Reader
from app.errors import NotFound
from app.models import CURRENT_VERSION, Annotation, Argument, Debate, DebateState, HouseRule
from app.permissions import can_see_debate, visible_debates

LARGEST_ID = 2**63 - 1  # PostgreSQL's bigint; a larger number in an address names nothing.

Slug = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
SEARCHED_MAX = 400  # Characters that are looked for; of more, the first ones.
Searched = Annotated[str, BeforeValidator(lambda words: str(words)[:SEARCHED_MAX])]
ItemId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@dataclass(frozen=True, slots=True)
class DebateHead:
    """What every page of a debate needs of it."""

    id: int
    slug: str
    title: str
    motion: str
    state: DebateState
    version: int
    hides_results: bool = False

    @classmethod
    def of(cls, columns: Sequence[Any]) -> "DebateHead":
        """From the columns of DEBATE_HEAD, read by SQLAlchemy or by the driver alone."""
        id, slug, title, motion, state, version, hides_results = columns
        return cls(id, slug, title, motion, DebateState(state), version, hides_results)

    @property
    def url(self) -> str:
        return f"/debates/{self.slug}"


@dataclass(frozen=True, slots=True)
class VotableArgument:
    """What the rules look at in an argument."""

    debate_id: int
    author_id: int | None
    hidden_by_id: int | None
    removed_under: HouseRule | None
    withdrawn_at: datetime | None
    is_reply: bool


DEBATE_HEAD = (
    Debate.id, Debate.slug, Debate.title, Debate.motion, Debate.state, CURRENT_VERSION, Debate.hides_results,
)  # fmt: skip
VOTABLE = (
    Argument.debate_id, Argument.author_id, Argument.hidden_by_id, Argument.removed_under, Argument.withdrawn_at,
    Argument.parent_id.is_not(None),
)  # fmt: skip


_LOCKED_ARGUMENT = (
    select(*DEBATE_HEAD, *VOTABLE)
    .join(Argument, Argument.debate_id == Debate.id)
    .where(Debate.slug == bindparam("slug"), Argument.id == bindparam("argument"))
    .with_for_update(of=Argument)
)


async def find_debate(db: Reader, actor: Actor, slug: str) -> DebateHead:
    row = (await db.execute(select(*DEBATE_HEAD).where(Debate.slug == slug, visible_debates(actor)))).one_or_none()
    if row is None:
        raise NotFound("There is no debate at this address.")
    return DebateHead(*row)


async def find_debate_of(db: Reader, debate_id: int) -> DebateHead:
    """For moderators of what is in it, also where the debate was removed."""
    return DebateHead(*(await db.execute(select(*DEBATE_HEAD).where(Debate.id == debate_id))).one())


async def find_argument(db: AsyncSession, debate: DebateHead, argument_id: int) -> Argument:
    """The entity, for a command to change."""
    argument = await db.get(Argument, (debate.id, argument_id))
    if argument is None:
        raise NotFound("There is no such argument in this debate.")
    return argument


async def find_locked_argument(
    db: AsyncSession, actor: Actor, slug: str, argument_id: int
) -> tuple[DebateHead, VotableArgument]:
    """The debate and what a vote has to know of the argument, whose row stays locked; one statement."""
    row = (await db.execute(_LOCKED_ARGUMENT, {"slug": slug, "argument": argument_id})).one_or_none()
    if row is not None:
        columns: tuple[Any, ...] = tuple(row)
        debate = DebateHead(*columns[: len(DEBATE_HEAD)])
        if can_see_debate(actor, debate):
            return debate, VotableArgument(*columns[len(DEBATE_HEAD) :])
    raise NotFound("There is no such argument in this debate.")


async def is_thread_locked(db: AsyncSession, argument: Argument) -> bool:
    """Whether moderators have locked the thread, which they do at its first-level argument."""
    if argument.root_id is None:
        return argument.locked_by_id is not None
    root = await db.get_one(Argument, (argument.debate_id, argument.root_id))
    return root.locked_by_id is not None


_SURVIVOR = text("""
    WITH RECURSIVE merged AS (
        SELECT debate_id, id, merged_into_id FROM arguments WHERE debate_id = :debate AND id = :argument
        UNION
        SELECT a.debate_id, a.id, a.merged_into_id FROM merged JOIN arguments a
        ON a.debate_id = merged.debate_id AND a.id = merged.merged_into_id
    )
    SELECT id FROM merged WHERE merged_into_id IS NULL AND id <> :argument
""")


async def find_survivor(db: Reader, debate_id: int, argument_id: int) -> int | None:
    """The argument that this one was merged into, however often; nothing if it was not."""
    survivor: int | None = (await db.execute(_SURVIVOR, {"debate": debate_id, "argument": argument_id})).scalar()
    return survivor


async def find_annotation(db: AsyncSession, debate: DebateHead, annotation_id: int) -> Annotation:
    annotation = await db.get(Annotation, (debate.id, annotation_id))
    if annotation is None:
        raise NotFound("There is no such annotation in this debate.")
    return annotation
