"""Posts that wait, as their authors and moderators see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import BigInteger, ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import aliased

from app.actor import PERSON, Actor, person_of
from app.db import Reader
from app.errors import NotFound
from app.markdown import one_line, render_markdown
from app.models import (
    Action,
    Annotation,
    Appeal,
    Argument,
    Debate,
    DebateState,
    Decision,
    HeldPost,
    HeldReason,
    Passage,
    User,
)
from app.permission_terms import Bench
from app.permissions import in_no_removed_debate, moderated
from app.permissions_to_judge import judges_of
from app.targets import DebateHead

SHOWN = 50
POST = "post"  # Which one a decision did not let stand, in its change: it keeps that when the post is worded anew.


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post that waits, was declined, withdrawn or released; `action` is what moderators last decided."""

    id: int
    debate_id: int
    slug: str
    title: str | None  # Nothing of a debate that was removed.
    author_id: int
    author_username: str
    author_name: str
    author_since: datetime
    reason: HeldReason
    watched: str
    fields: dict[str, Any]
    version: int
    created_at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None
    decision_id: int | None
    action: Action | None
    argument_id: int | None
    annotation_id: int | None
    parent_argument_id: int | None
    parent_annotation_id: int | None
    parent_claim: str | None
    parent_note: str | None
    quoted: str | None

    @property
    def is_released(self) -> bool:
        return self.argument_id is not None or self.annotation_id is not None

    @property
    def state(self) -> str:
        if self.is_released:
            return "released"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "declined" if self.decision_id is not None else "waits"

    @property
    def is_argument(self) -> bool:
        return "claim" in self.fields

    @property
    def text(self) -> str:
        """On one line, for lists."""
        return self.fields["claim"] if self.is_argument else one_line(self.fields["body"])

    @property
    def html(self) -> Markup:
        source = self.fields["grounds"] if self.is_argument else self.fields["body"]
        return Markup(render_markdown(source))  # noqa: S704  (sanitised there)

    @property
    def parent_text(self) -> str | None:
        return self.parent_claim or (one_line(self.parent_note) if self.parent_note else None)

    @property
    def url(self) -> str:
        return f"/debates/{self.slug}/waiting/{self.id}"

    @property
    def stands_at(self) -> str:
        """Where it stands once it is released."""
        folder = f"arguments/{self.argument_id}" if self.argument_id else f"annotations/{self.annotation_id}"
        return f"/debates/{self.slug}/{folder}"


async def find_waiting(db: Reader, debate: DebateHead, post_id: int) -> Waiting:
    statement = _waiting().where(HeldPost.debate_id == debate.id, HeldPost.id == post_id)
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no such post in this debate.")
    return Waiting(*row)


async def load_author(db: Reader, user_id: int) -> Actor:
    """Who wrote it, with what restricts them now: it is posted as if they did."""
    return person_of((await db.execute(select(*PERSON).where(User.id == user_id))).one())


async def find_appealed(db: Reader, post: HeldPost) -> int | None:
    """The newest decision that did not let it stand, in an earlier wording, against which an appeal waits."""
    waits = select(Appeal.id).where(Appeal.decision_id == Decision.id, Appeal.answered_at.is_(None)).exists()
    declined = select(Decision.id).where(
        Decision.concerned_id == post.author_id, Decision.debate_id == post.debate_id,
        Decision.action == Action.DECLINE, Decision.change[POST].astext == str(post.id), waits,
    )  # fmt: skip
    return await db.scalar(declined.order_by(Decision.id.desc()).limit(1))


async def find_bench(db: Reader, post: HeldPost | Waiting) -> Bench:
    """Who could decide about it, and since when it waits."""
    judges = judges_of(literal(post.debate_id, BigInteger), literal(post.author_id, BigInteger))
    return Bench.of(await db.scalar(select(judges)), post.created_at)


async def load_own_waiting(db: Reader, actor: Actor) -> list[Waiting]:
    """The newest ones, whatever has become of them."""
    statement = _waiting().where(HeldPost.author_id == actor.id).order_by(HeldPost.id.desc()).limit(SHOWN)
    return [Waiting(*row) for row in await db.execute(statement)]


async def load_waiting(db: Reader, actor: Actor) -> list[Waiting]:
    """Those that wait where the actor moderates, the oldest first."""
    statement = _waiting().where(*_wait_for(actor)).order_by(HeldPost.id).limit(SHOWN)
    return [Waiting(*row) for row in await db.execute(statement)]


async def count_waiting(db: Reader, actor: Actor) -> int:
    statement = select(func.count()).where(*_wait_for(actor))
    return (await db.execute(statement)).scalar_one()


def _wait_for(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    waits = HeldPost.decision_id.is_(None) & HeldPost.withdrawn_at.is_(None)
    return waits, moderated(actor, HeldPost.debate_id), in_no_removed_debate(HeldPost.debate_id)


def _waiting() -> Select[*tuple[Any, ...]]:
    parent, note = aliased(Argument), aliased(Annotation)
    here = HeldPost.debate_id
    return (
        select(
            HeldPost.id, here, Debate.slug, case((Debate.state != DebateState.REMOVED, Debate.title)),
            User.id, User.username, User.display_name, User.created_at,
            HeldPost.reason, HeldPost.watched, HeldPost.fields, HeldPost.version,
            HeldPost.created_at, HeldPost.edited_at, HeldPost.withdrawn_at, HeldPost.decision_id, Decision.action,
            HeldPost.argument_id, HeldPost.annotation_id, HeldPost.parent_argument_id, HeldPost.parent_annotation_id,
            parent.claim, note.body_markdown, Passage.exact,
        )
        .join(Debate, Debate.id == here)
        .join(User, User.id == HeldPost.author_id)
        .outerjoin(Decision, Decision.id == HeldPost.decision_id)
        .outerjoin(parent, (parent.debate_id == here) & (parent.id == HeldPost.parent_argument_id))
        .outerjoin(note, (note.debate_id == here) & (note.id == HeldPost.parent_annotation_id))
        .outerjoin(Passage, (Passage.debate_id == here) & (Passage.id == HeldPost.passage_id))
    )  # fmt: skip
