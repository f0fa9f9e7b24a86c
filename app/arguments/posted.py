"""What a form has posted before: sent twice, it leads to the same argument."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.arguments.forms import ArgumentForm
from app.arguments.writing import WritingPage
from app.models import Argument, ArgumentRevision, Debate
from app.models.argument import LISTED


class Posted(NamedTuple):
    """An argument as its author first worded it."""

    id: int
    debate_id: int
    parent_id: int | None
    slug: str
    claim: str
    grounds_markdown: str

    @property
    def url(self) -> str:
        return f"/debates/{self.slug}/arguments/{self.id}"

    def says(self, page: WritingPage, form: ArgumentForm) -> bool:
        """Whether this is what the form would post, and where."""
        parent_id = page.target.id if page.target else None
        return (self.debate_id, self.parent_id, self.claim, self.grounds_markdown) == (
            page.debate.id, parent_id, form.claim, form.grounds,
        )  # fmt: skip


async def find_posted(db: AsyncSession, actor: Actor, page: WritingPage, form: ArgumentForm) -> Posted | None:
    """By the form's key; else by its text: browsers that go back keep what was typed, but not always the key."""
    by_key = await _find(db, actor, Argument.idempotency_key == form.idempotency_key)
    if by_key is not None:
        return by_key
    is_here = Argument.parent_id == page.target.id if page.target else Argument.parent_id.is_(None)
    says_the_same = (ArgumentRevision.claim == form.claim) & (ArgumentRevision.grounds_markdown == form.grounds)
    return await _find(db, actor, (Argument.debate_id == page.debate.id) & is_here & says_the_same & LISTED)


async def _find(db: AsyncSession, actor: Actor, condition: ColumnElement[bool]) -> Posted | None:
    statement = (
        select(
            Argument.id, Argument.debate_id, Argument.parent_id, Debate.slug,
            ArgumentRevision.claim, ArgumentRevision.grounds_markdown,
        )
        .join(Debate, Debate.id == Argument.debate_id)
        .join(
            ArgumentRevision,
            and_(ArgumentRevision.debate_id == Argument.debate_id, ArgumentRevision.argument_id == Argument.id),
        )
        .where(Argument.author_id == actor.id, ArgumentRevision.number == 1, condition)
        .order_by(Argument.id.desc())
        .limit(1)
    )  # fmt: skip
    row = (await db.execute(statement)).one_or_none()
    return Posted._make(row) if row else None
