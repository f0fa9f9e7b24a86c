"""What feeds hold: the newest arguments of a debate or below an argument, the newest texts of a person.

Hidden texts are left out; withdrawn ones stand, and say so, as they do on pages.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Text, cast, func, literal, select, union_all
from sqlalchemy.orm import aliased

from app.actor import VISITOR
from app.annotations.cards import beginning_of
from app.atom import ENTRIES, Entry, Feed
from app.db import Reader
from app.debates.people import CHARACTERS_SHOWN
from app.errors import NotFound
from app.models import Annotation, Argument, Debate, Position, User
from app.permissions import visible_debates
from app.taken import name_taken
from app.targets import DebateHead


@dataclass(frozen=True, slots=True)
class Addresses:
    origin: str

    def item(self, slug: str, folder: str, id: int) -> str:
        return f"{self.origin}/debates/{slug}/{folder}/{id}"

    def person(self, username: str | None) -> str | None:
        return f"{self.origin}/people/{username}" if username is not None else None


def _arguments() -> Select[Any]:
    return (
        select(
            literal("arguments").label("folder"), Argument.id, Argument.parent_id, Argument.claim.label("title"),
            Argument.grounds_html.label("html"), cast(Argument.relation, Text).label("what"),
            Position.name.label("side"),
            Argument.created_at.label("created_at"),
            func.greatest(Argument.created_at, Argument.edited_at, Argument.withdrawn_at).label("updated_at"),
            Argument.withdrawn_at, User.username, User.display_name, Debate.slug,
        )
        .join(Debate, Debate.id == Argument.debate_id)
        .outerjoin(Position, (Position.debate_id == Argument.debate_id) & (Position.id == Argument.position_id))
        .outerjoin(User, User.id == Argument.author_id)
        .where(Argument.hidden_by_id.is_(None))
        .order_by(Argument.id.desc())
        .limit(ENTRIES)
    )  # fmt: skip


def _annotations() -> Select[Any]:
    return (
        select(
            literal("annotations").label("folder"), Annotation.id, Annotation.parent_id, literal("").label("title"),
            Annotation.body_html.label("html"), cast(Annotation.kind, Text).label("what"), literal(None).label("side"),
            Annotation.created_at.label("created_at"),
            func.greatest(Annotation.created_at, Annotation.edited_at, Annotation.withdrawn_at).label("updated_at"),
            Annotation.withdrawn_at, User.username, User.display_name, Debate.slug,
        )
        .join(Debate, Debate.id == Annotation.debate_id)
        .outerjoin(User, User.id == Annotation.author_id)
        .where(Annotation.hidden_by_id.is_(None))
        .order_by(Annotation.id.desc())
        .limit(ENTRIES)
    )  # fmt: skip


async def load_debate_feed(db: Reader, debate: DebateHead, addresses: Addresses) -> Feed:
    begun = select(Debate.created_at).where(Debate.id == debate.id)
    begun_at: datetime = (await db.execute(begun)).scalar_one()
    rows = await db.execute(_arguments().where(Argument.debate_id == debate.id))
    page = f"{addresses.origin}{debate.url}"
    return Feed(f"{page}/arguments.atom", f"Arguments: {debate.title}", page, begun_at, _entries(rows.all(), addresses))


async def load_thread_feed(db: Reader, debate: DebateHead, argument_id: int, addresses: Addresses) -> Feed:
    """The argument and everything below it, the newest first."""
    at = (Argument.debate_id == debate.id, Argument.id == argument_id)
    columns = (Argument.claim, Argument.hidden_by_id, Argument.removed_under, Argument.created_at)
    top = (await db.execute(select(*columns).where(*at))).one_or_none()
    if top is None:
        raise NotFound("There is no such argument in this debate.")
    tree = select(Argument.id).where(*at).cte("tree", recursive=True)
    below = aliased(Argument)
    tree = tree.union_all(select(below.id).where(below.debate_id == debate.id, below.parent_id == tree.c.id))
    rows = await db.execute(_arguments().where(Argument.debate_id == debate.id, Argument.id.in_(select(tree.c.id))))
    page = addresses.item(debate.slug, "arguments", argument_id)
    named = top.claim if top.hidden_by_id is None else name_taken("an argument", top.removed_under)
    return Feed(f"{page}/replies.atom", f"Replies: {named}", page, top.created_at, _entries(rows.all(), addresses))


async def load_person_feed(db: Reader, username: str, addresses: Addresses) -> Feed:
    found = select(User.id, User.username, User.display_name, User.created_at)
    person = (await db.execute(found.where(func.lower(User.username) == username.lower()))).one_or_none()
    if person is None:
        raise NotFound("There is no member of this name.")
    arguments = _arguments().where(Argument.author_id == person.id, visible_debates(VISITOR))
    annotations = _annotations().where(Annotation.author_id == person.id, visible_debates(VISITOR))
    both = union_all(select(arguments.subquery()), select(annotations.subquery())).subquery()
    newest = select(both).order_by(both.c.created_at.desc(), both.c.id.desc()).limit(ENTRIES)
    page = f"{addresses.origin}/people/{person.username}"
    entries = _entries((await db.execute(newest)).all(), addresses)
    return Feed(f"{page}/writings.atom", f"By {person.display_name}", page, person.created_at, entries)


def _entries(rows: Any, addresses: Addresses) -> list[Entry]:
    return [_entry(row, addresses) for row in rows]


def _entry(row: Row[Any], addresses: Addresses) -> Entry:
    title = row.title or f"A {row.what}: {beginning_of(row.html, CHARACTERS_SHOWN)}"
    parent = row.parent_id
    return Entry(
        url=addresses.item(row.slug, row.folder, row.id),
        title=f"Withdrawn: {title}" if row.withdrawn_at else title,
        updated=row.updated_at,
        published=row.created_at,
        author_name=row.display_name,
        author_url=addresses.person(row.username),
        html=row.html,
        answers_url=addresses.item(row.slug, row.folder, parent) if parent is not None else None,
        categories=[str(word) for word in (row.what, row.side) if word],
    )
