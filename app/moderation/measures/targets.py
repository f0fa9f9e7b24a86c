"""What a measure is taken against, and the newest decision about it: the version that goes with the form."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict, NotFound
from app.models import Argument, DebateRole, DebateRoleKind, Decision, Sanction, SlowMode, User
from app.moderation.conflicts import find_bench
from app.moderation.items import Participant, make_participant
from app.permission_terms import Bench
from app.targets import DebateHead

STALE = "Somebody has decided about this since you opened the page. Look again, then decide."


class StaleTarget(Conflict):
    """Not any more what the moderator saw; nothing was decided."""


@dataclass(frozen=True, slots=True)
class DebateTarget:
    debate: DebateHead
    bench: Bench
    version: int
    slow: SlowMode | None


@dataclass(frozen=True, slots=True)
class PersonTarget:
    """Somebody as one debate knows them."""

    debate: DebateHead
    bench: Bench
    version: int
    person: Participant
    role: DebateRoleKind | None
    in_force: tuple[str, ...]  # Kinds of sanctions in this debate.


def of_debate(debate_id: int) -> ColumnElement[bool]:
    no_item = [column.is_(None) for column in (Decision.argument_id, Decision.annotation_id, Decision.credit_id)]
    return and_(Decision.debate_id == debate_id, Decision.concerned_id.is_(None), *no_item)


def of_person(debate_id: int, person_id: int) -> ColumnElement[bool]:
    return and_(Decision.debate_id == debate_id, Decision.concerned_id == person_id)


def of_thread(debate_id: int, argument_id: int) -> ColumnElement[bool]:
    return and_(Decision.debate_id == debate_id, Decision.argument_id == argument_id)


async def find_version(db: Reader, which: ColumnElement[bool]) -> int:
    return await db.scalar(select(func.max(Decision.id)).where(which)) or 0


async def refuse_stale(db: Reader, which: ColumnElement[bool], seen: int) -> None:
    """Call it with the row locked that all decisions about the target lock first."""
    if await find_version(db, which) != seen:
        raise StaleTarget(STALE)


async def find_debate_target(db: Reader, actor: Actor, debate: DebateHead) -> DebateTarget:
    version = await find_version(db, of_debate(debate.id))
    return DebateTarget(debate, await find_bench(db, actor, debate.id), version, await find_slow(db, debate.id, None))


async def find_slow(db: Reader, debate_id: int, argument_id: int | None) -> SlowMode | None:
    in_force = select(SlowMode.decision_id, SlowMode.seconds).where(
        SlowMode.debate_id == debate_id,
        SlowMode.argument_id.is_not_distinct_from(argument_id),
        SlowMode.lifted_at.is_(None),
    )
    row = (await db.execute(in_force)).one_or_none()
    return SlowMode(decision_id=row[0], debate_id=debate_id, seconds=row[1]) if row else None


async def find_person_target(db: Reader, actor: Actor, debate: DebateHead, username: str) -> PersonTarget:
    is_role = and_(DebateRole.user_id == User.id, DebateRole.debate_id == debate.id)
    named = select(User.id, User.username, User.display_name, User.role, DebateRole.kind).outerjoin(DebateRole, is_role)
    row = (await db.execute(named.where(func.lower(User.username) == func.lower(username)))).one_or_none()
    person = make_participant(row) if row is not None else None
    if row is None or person is None:
        raise NotFound("There is no member of this name.")
    kinds = select(Sanction.kind).where(
        Sanction.user_id == person.id, Sanction.debate_id == debate.id, Sanction.lifted_at.is_(None),
        Sanction.until > func.now(),
    )  # fmt: skip
    in_force = tuple((await db.execute(kinds)).scalars())
    bench = await find_bench(db, actor, debate.id)
    return PersonTarget(
        debate, bench, await find_version(db, of_person(debate.id, person.id)), person, row[4], in_force
    )


async def find_root(db: Reader, debate: DebateHead, argument_id: int) -> int:
    """The first-level argument of a thread."""
    root = select(func.coalesce(Argument.root_id, Argument.id))
    found = await db.scalar(root.where(Argument.debate_id == debate.id, Argument.id == argument_id))
    if found is None:
        raise NotFound("There is no such argument in this debate.")
    return int(found)
