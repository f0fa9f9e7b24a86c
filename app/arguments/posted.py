"""What a form has posted before: sent twice, it leads to the same argument."""

from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_, select
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
    steelman: str

    @property
    def url(self) -> str:
        return f"/debates/{self.slug}/arguments/{self.id}"

    def says(self, page: WritingPage, form: ArgumentForm) -> bool:
        """Whether this is what the form would post, and where."""
        parent_id = page.target.id if page.target else None
        return (self.debate_id, self.parent_id, self.claim, self.grounds_markdown, self.steelman) == (
            page.debate.id, parent_id, form.claim, form.grounds, form.said_back,
        )  # fmt: skip


_BY_KEY = Argument.idempotency_key == bindparam("key")
_SAYS_THE_SAME = and_(
    Argument.debate_id == bindparam("debate"),
    Argument.parent_id.is_not_distinct_from(bindparam("parent")),
    ArgumentRevision.claim == bindparam("claim"),
    ArgumentRevision.grounds_markdown == bindparam("grounds"),
    LISTED,
)
_POSTED = (
    select(
        Argument.id, Argument.debate_id, Argument.parent_id, Debate.slug,
        ArgumentRevision.claim, ArgumentRevision.grounds_markdown, ArgumentRevision.steelman,
    )
    .join(Debate, Debate.id == Argument.debate_id)
    .join(
        ArgumentRevision,
        and_(ArgumentRevision.debate_id == Argument.debate_id, ArgumentRevision.argument_id == Argument.id),
    )
    .where(Argument.author_id == bindparam("author"), ArgumentRevision.number == 1, or_(_BY_KEY, _SAYS_THE_SAME))
    .order_by(_BY_KEY.is_(True).desc(), Argument.id.desc())
    .limit(1)
)  # fmt: skip


async def find_posted(db: AsyncSession, actor: Actor, page: WritingPage, form: ArgumentForm) -> Posted | None:
    """By the form's key; else by its text: browsers that go back keep what was typed, but not always the key."""
    words = {"key": form.idempotency_key, "claim": form.claim, "grounds": form.grounds}
    place = {"author": actor.id, "debate": page.debate.id, "parent": page.target.id if page.target else None}
    row = (await db.execute(_POSTED, words | place)).one_or_none()
    return Posted._make(row) if row else None
