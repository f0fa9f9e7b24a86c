"""An argument that answers in further places: use it there, take that back, and see where it is used."""

from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.arguments.commands import lock_argument
from app.arguments.ground import leads_to, lock_shape
from app.db import Reader, touch_debate
from app.errors import Conflict, NotFound
from app.models import Argument, ArgumentLink, HouseRule, NotificationKind, Relation
from app.notifications.commands import notify
from app.permissions import can_reply, require
from app.taken import what_was_done
from app.targets import DebateHead, is_thread_locked

SHOWN = 30  # Of each kind, the earliest.

IN_CIRCLE = "One comes from here to that argument by what each answers: used here, it would answer itself."
# A reader sees at once that it is answered; what follows from that is settled a moment later.
_ANSWERED = text("""
    UPDATE arguments target SET
        reaches = reaches AND NOT (:relation <> 'support' AND stands),
        holds = holds AND NOT (:relation = 'rebut' AND stands),
        is_strength_due = true
    FROM (
        SELECT s.holds AND s.hidden_by_id IS NULL AND s.withdrawn_at IS NULL AS stands
        FROM arguments s WHERE s.debate_id = :debate AND s.id = :source
    ) used
    WHERE target.debate_id = :debate AND target.id = :target
""")
_DUE = text("UPDATE arguments SET is_strength_due = true WHERE debate_id = :debate AND id = :target")
_USES = text("""
    SELECT l.id, l.target_id = :argument, l.relation, l.created_at, l.author_id, u.username, u.display_name,
           a.id, a.claim, p.number, p.name
    FROM (
        (SELECT * FROM argument_links WHERE debate_id = :debate AND target_id = :argument AND withdrawn_at IS NULL
         ORDER BY id LIMIT :most)
        UNION ALL
        (SELECT * FROM argument_links WHERE debate_id = :debate AND source_id = :argument AND withdrawn_at IS NULL
         ORDER BY id LIMIT :most)
    ) l
    -- Moved to where it was used, it is a reply there, and no longer one from elsewhere.
    JOIN arguments s ON s.debate_id = :debate AND s.id = l.source_id AND s.parent_id IS DISTINCT FROM l.target_id
    JOIN arguments a ON a.debate_id = :debate
        AND a.id = CASE WHEN l.target_id = :argument THEN l.source_id ELSE l.target_id END
        AND a.hidden_by_id IS NULL AND a.withdrawn_at IS NULL
    LEFT JOIN positions p ON p.debate_id = a.debate_id AND p.id = a.position_id
    LEFT JOIN users u ON u.id = l.author_id
    ORDER BY l.id
""")


class Use(NamedTuple):
    """Seen from one of both ends: the other one is named."""

    id: int
    is_here: bool  # The other one is used here as a reply; else this one is used there.
    relation: Relation
    created_at: datetime
    author_id: int | None
    author_username: str | None
    author_name: str | None
    other_id: int
    claim: str
    side: int | None
    side_name: str | None


class UsedArgument(Protocol):
    """What decides whether it can be used: of the entity, or of what a page has loaded."""

    @property
    def id(self) -> int: ...
    @property
    def debate_id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def hidden_by_id(self) -> int | None: ...
    @property
    def removed_under(self) -> HouseRule | None: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...


async def load_uses(db: Reader, debate_id: int, argument_id: int) -> list[Use]:
    """Of what is listed, in one statement."""
    place = {"debate": debate_id, "argument": argument_id, "most": SHOWN}
    return [Use._make(row) for row in await db.execute(_USES, place)]


async def find_obstacle(db: Reader, target: UsedArgument, source: UsedArgument) -> str:
    """Why the source cannot be used under the target, in a sentence; nothing where it can."""
    if source.id == target.id:
        return "That is the argument itself."
    if source.hidden_by_id is not None or source.withdrawn_at is not None:
        done = what_was_done(source.removed_under) if source.hidden_by_id is not None else "withdrawn"
        return f"It is {done}: choose one that stands."
    if source.parent_id == target.id:
        return "It is a reply here already."
    if await leads_to(db, target.debate_id, [target.id], [source.id]):
        return IN_CIRCLE
    return ""


async def find_taken(db: Reader, target: UsedArgument, source: UsedArgument) -> str:
    """What moderators took away from here is not simply brought again."""
    taken = select(ArgumentLink.taken_by_id).filter_by(
        debate_id=target.debate_id, target_id=target.id, source_id=source.id
    )
    decision_id = await db.scalar(taken.where(ArgumentLink.taken_by_id.is_not(None)).limit(1))
    return f"Moderators have taken it away from here: decision {decision_id} says why." if decision_id else ""


async def mark_answered(db: AsyncSession, link: ArgumentLink) -> None:
    place = {"debate": link.debate_id, "source": link.source_id, "target": link.target_id}
    await db.execute(_ANSWERED, {**place, "relation": str(link.relation)})


async def use_argument(
    db: AsyncSession, actor: Actor, debate: DebateHead, target_id: int, source_id: int, relation: Relation
) -> None:
    """Once for each place: where it stands already, nothing happens. The author of what is answered is told."""
    await lock_shape(db, debate.id)
    target = await lock_argument(db, debate, target_id)
    require(can_reply(actor, debate, target, await is_thread_locked(db, target)))
    source = await find_source(db, debate, source_id)
    if obstacle := await find_obstacle(db, target, source) or await find_taken(db, target, source):
        raise Conflict(obstacle)
    place = {"debate_id": debate.id, "source_id": source_id, "target_id": target_id}
    made = insert(ArgumentLink).values(**place, relation=relation, author_id=actor.id)
    once = made.on_conflict_do_nothing().returning(ArgumentLink.id)
    if (link_id := (await db.execute(once)).scalar_one_or_none()) is None:
        return
    await mark_answered(db, await db.get_one(ArgumentLink, (debate.id, link_id)))
    touch_debate(db, debate.id)
    if target.author_id not in (None, actor.id):
        assert target.author_id is not None
        await notify(
            db, user_id=target.author_id, kind=NotificationKind.REPLY, actor_id=actor.id, debate_id=debate.id,
            argument_id=source_id,
        )  # fmt: skip


async def find_source(db: AsyncSession, debate: DebateHead, source_id: int) -> Argument:
    source = await db.get(Argument, (debate.id, source_id), populate_existing=True)
    if source is None:
        raise NotFound("There is no such argument in this debate.")
    return source


async def find_use(db: AsyncSession, debate: DebateHead, target_id: int, link_id: int) -> ArgumentLink:
    statement = select(ArgumentLink).filter_by(debate_id=debate.id, target_id=target_id, id=link_id)
    link = (await db.scalars(statement.with_for_update())).one_or_none()
    if link is None:
        raise NotFound("There is no such reply from elsewhere here.")
    return link


async def withdraw_use(db: AsyncSession, debate: DebateHead, link: ArgumentLink) -> None:
    """The row stays as the trace of it. The argument itself stays in all other places."""
    taken = update(ArgumentLink).where(
        ArgumentLink.debate_id == debate.id, ArgumentLink.id == link.id, ArgumentLink.withdrawn_at.is_(None)
    )
    await db.execute(taken.values(withdrawn_at=text("now()")))
    await db.execute(_DUE, {"debate": debate.id, "target": link.target_id})
    touch_debate(db, debate.id)
