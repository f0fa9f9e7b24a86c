"""Rows for tests, written straight into the database; what a test does not name gets a plain default."""

from datetime import UTC, datetime, timedelta
from itertools import count
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import hash_token
from app.annotations.counters import count_annotation
from app.annotations.revisions import keep_wording
from app.essays.commands import find_or_make_passage, publish_essay
from app.markdown import render_markdown
from app.models import (
    Annotation,
    AnnotationKind,
    Argument,
    ArgumentRevision,
    Citation,
    Credit,
    CreditRevision,
    Debate,
    EssayRevision,
    Origin,
    Passage,
    Position,
    Relation,
    Role,
    Session,
    User,
)
from app.votes.credit_commands import count_credit

_numbers = count(1)
PASSWORD = "a long enough passphrase"  # The hash is made by the accounts' own tests; here nobody signs in with it.
ESSAY = "The mill should stay. It feeds the town.\n\nThe river *needs* rest. Nobody has measured it."


async def make_user(db: AsyncSession, name: str = "", role: Role = Role.MEMBER, **values: Any) -> User:
    name = name or f"member-{next(_numbers)}"
    user = User(**{"username": name, "display_name": name.title(), "password_hash": "", "role": role, **values})
    db.add(user)
    await db.flush()
    return user


async def make_session(db: AsyncSession, user: User) -> str:
    """A session's token, for the cookie."""
    token = token_urlsafe(32)
    expires_at = datetime.now(UTC) + timedelta(days=1)
    db.add(Session(user_id=user.id, token_hash=hash_token(token), user_agent="tests", expires_at=expires_at))
    await db.flush()
    return token


async def make_debate(db: AsyncSession, slug: str = "mill", positions: int = 2, **values: Any) -> Debate:
    """A debate with its positions and an essay of two paragraphs."""
    debate = Debate(
        slug=slug, title="The mill", motion="Should the mill stay?", summary_markdown="", summary_html="", **values
    )
    db.add(debate)
    await db.flush()
    for number in range(1, positions + 1):
        key = f"side-{number}"
        db.add(
            Position(
                debate_id=debate.id, number=number, key=key, name=f"Side {number}", summary_markdown="", summary_html=""
            )
        )
    await db.flush()
    await publish_essay(db, debate.id, "On the mill", "", ESSAY)
    return debate


async def make_passage(db: AsyncSession, revision: EssayRevision, exact: str) -> Passage:
    start = revision.text.index(exact)
    return await find_or_make_passage(db, revision, start, start + len(exact))


async def make_argument(
    db: AsyncSession,
    debate: Debate,
    author: User | None,
    *,
    parent: Argument | None = None,
    relation: Relation | None = None,
    position: Position | None = None,
    claim: str = "",
    grounds: str = "Because it does.",
    **values: Any,
) -> Argument:
    """An argument in its place, with its first revision and its parent's and debate's counters."""
    claim = claim or f"Claim number {next(_numbers)} stands on its own feet."
    if parent is not None:
        relation = relation or Relation.REBUT
    argument = Argument(
        debate_id=debate.id,
        parent_id=parent.id if parent else None,
        root_id=(parent.root_id or parent.id) if parent else None,
        depth=parent.depth + 1 if parent else 0,
        relation=relation,
        position_id=position.id if position else None,
        origin=Origin.PERSON if author else Origin.ESSAY,
        author_id=author.id if author else None,
        claim=claim,
        grounds_markdown=grounds,
        grounds_html=render_markdown(grounds),
        **values,
    )
    db.add(argument)
    await db.flush()
    db.add(
        ArgumentRevision(debate_id=debate.id, argument_id=argument.id, number=1, claim=claim, grounds_markdown=grounds)
    )
    await db.execute(update(Debate).where(Debate.id == debate.id).values(argument_count=Debate.argument_count + 1))
    if position is not None:
        await db.execute(
            update(Position)
            .where(Position.debate_id == debate.id, Position.id == position.id)
            .values(argument_count=Position.argument_count + 1)
        )
    if parent is not None and relation is not None:
        column = f"{relation}_count"
        await db.execute(
            update(Argument)
            .where(Argument.debate_id == debate.id, Argument.id == parent.id)
            .values({column: getattr(Argument, column) + 1, **_labels(relation)})
        )
    await db.flush()
    return argument


def _labels(relation: Relation) -> dict[str, bool]:
    """What ceases to hold of an argument that is answered, as it does when the answer is posted."""
    rebutted = {"holds": False} if relation == Relation.REBUT else {}
    return {} if relation == Relation.SUPPORT else {"reaches": False, **rebutted}


async def make_annotation(
    db: AsyncSession,
    debate: Debate,
    author: User | None,
    body: str = "Who counted?",
    exact: str = "feeds the town",
    parent: Annotation | None = None,
    **values: Any,
) -> Annotation:
    """A note on words of the debate's essay, or a reply to one, with its first wording, counted as listed."""
    statement = select(EssayRevision).filter_by(debate_id=debate.id).order_by(EssayRevision.number.desc()).limit(1)
    passage = await make_passage(db, (await db.execute(statement)).scalar_one(), exact)
    annotation = Annotation(
        debate_id=debate.id,
        passage_id=passage.id,
        author_id=author.id if author else None,
        body_markdown=body,
        body_html=render_markdown(body),
        parent_id=parent.id if parent else None,
        **{"kind": AnnotationKind.REPLY if parent else AnnotationKind.NOTE, "tags": [], **values},
    )
    db.add(annotation)
    await db.flush()
    await count_annotation(db, annotation, +1)
    keep_wording(db, annotation, 1, annotation.author_id)
    await db.flush()
    await db.refresh(parent or debate)
    return annotation


async def make_credit(db: AsyncSession, argument: Argument, author: User | None, reason: str = "") -> Credit:
    """With its first wording, counted as listed."""
    reason = reason or "I had thought that nobody depends on the mill; now I see who does."
    of_debate = {"debate_id": argument.debate_id}
    credit = Credit(**of_debate, argument_id=argument.id, user_id=author.id if author else None, reason=reason)
    db.add(credit)
    await db.flush()
    db.add(CreditRevision(**of_debate, credit_id=credit.id, number=1, reason=reason, editor_id=credit.user_id))
    await count_credit(db, credit, +1)
    await db.flush()
    await db.refresh(argument)
    return credit


async def cite(db: AsyncSession, argument: Argument, passage: Passage) -> None:
    db.add(Citation(debate_id=argument.debate_id, argument_id=argument.id, passage_id=passage.id))
    await db.flush()
