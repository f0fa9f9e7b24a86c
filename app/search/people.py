"""Search over the names of people."""

from typing import Any, NamedTuple

from sqlalchemy import func, or_, select

from app.actor import Actor
from app.db import Reader
from app.models import User
from app.search.found import Found, Search, found


class PersonHit(NamedTuple):
    username: str
    name: str
    is_simulated: bool


async def find_people(db: Reader, actor: Actor, search: Search) -> Found[PersonHit]:
    """By a part of the name or something like it. People belong to no debate and to no day."""
    chosen = search.chosen
    words = search.words.replace('"', "").strip()
    if not any(map(str.isalnum, words)) or chosen.debate or chosen.since or chosen.until or chosen.author:
        return Found([], 0, search.compared, "")
    columns = (User.display_name, User.username)
    likeness = func.greatest(*(func.similarity(column, words) for column in columns))
    is_alike = or_(
        *(column.icontains(words, autoescape=True) for column in columns),
        *(column.bool_op("%")(words) for column in columns),
    )
    page = search.page_of(select(User.id, likeness.label("rank")).where(is_alike, ~User.is_imported), User.id)
    statement = (
        select(page.c.rank, page.c.id, page.c.total, User.username, User.display_name, User.is_simulated)
        .join(User, User.id == page.c.id)
        .order_by(page.c.rank.desc(), page.c.id.desc())
    )
    return found((await db.execute(statement)).all(), search, _hit)


def _hit(row: Any) -> PersonHit:
    return PersonHit(*row[3:])
