"""What a moderator saw of the arguments that are to be reshaped: if it has changed, nothing is done."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Reader
from app.errors import Conflict
from app.forms import FormState
from app.moderation.items import Item

# Neither votes nor replies: where many take part they change all the time, and the act does with them what it said.
_LOOK = text("""
    SELECT a.id, a.parent_id, a.relation, a.position_id, a.hidden_by_id, a.withdrawn_at, a.conceded_at,
           coalesce(root.locked_by_id, a.locked_by_id) AS locked_by_id,
           (SELECT max(number) FROM argument_revisions r WHERE r.debate_id = a.debate_id AND r.argument_id = a.id),
           c.id AS case_id, c.version
    FROM arguments a
    LEFT JOIN arguments root ON root.debate_id = a.debate_id AND root.id = a.root_id
    LEFT JOIN cases c ON c.debate_id = a.debate_id AND c.argument_id = a.id AND c.closed_at IS NULL
    WHERE a.debate_id = :debate AND a.id = ANY(CAST(:ids AS bigint[]))
    ORDER BY a.id
""")


class StaleLook(Conflict):
    """The arguments are not any more what the moderator saw; nothing was done."""


@dataclass(frozen=True, slots=True)
class Look:
    seen: str  # Goes with the form and comes back with it.
    case_id: int | None  # The open case of the argument that is reshaped.
    case_version: int | None


async def look_at(db: Reader, item: Item, other_id: int | None) -> Look:
    ids = [item.id] if other_id is None else [item.id, other_id]
    rows: list[Any] = list(await db.execute(_LOOK, {"debate": item.debate_id, "ids": ids}))
    of_item = next(row for row in rows if row.id == item.id)
    seen = blake2b(repr([tuple(row) for row in rows]).encode(), digest_size=12).hexdigest()
    return Look(seen, of_item.case_id, of_item.version)


def keep_seen(state: FormState, look: Look, status: int) -> None:
    """In the form goes what the page shows; but a preview, which is in order and was sent, is no second look."""
    was_sent = status == 200 and state.value("seen")
    state.values = {**state.values, "seen": state.value("seen") if was_sent else look.seen}


async def look_again(db: AsyncSession, item: Item, other_id: int | None, seen: str) -> Look:
    """Once everything is locked: it must be what was seen."""
    look = await look_at(db, item, other_id)
    if look.seen != seen:
        raise StaleLook("It has changed since you saw it. Nothing was done: look again.")
    return look
