"""What a measure is taken against, and the newest decision about it: the version that goes with the form."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict, NotFound
from app.forms import FormState
from app.models import (
    AnnotationRevision,
    Argument,
    ArgumentRevision,
    CreditRevision,
    DebateRole,
    DebateRoleKind,
    Decision,
    Sanction,
    SlowMode,
    User,
    WatchedWordChange,
)
from app.moderation.conflicts import find_bench
from app.moderation.decision_queries import DecisionView
from app.moderation.items import COLUMNS, MODELS, ItemKind, Participant, item_columns, make_participant
from app.moderation.measures.kept_out import KeptOut, find_kept_out
from app.moderation.measures.switches import Switch
from app.moderation.records import OF_WORDS
from app.permission_terms import Bench
from app.targets import DebateHead

AGAIN = "Look again, then decide."
STALE = f"Somebody has decided about this since you opened the page. {AGAIN}"
REWORDED = f"It was worded anew since you opened the page. {AGAIN}"
REVISIONS: dict[ItemKind, tuple[type[ArgumentRevision | AnnotationRevision | CreditRevision], Any]] = {
    ItemKind.ARGUMENTS: (ArgumentRevision, ArgumentRevision.argument_id),
    ItemKind.ANNOTATIONS: (AnnotationRevision, AnnotationRevision.annotation_id),
    ItemKind.CREDITS: (CreditRevision, CreditRevision.credit_id),
}


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
    kept_out: KeptOut


def of_debate(debate_id: int) -> ColumnElement[bool]:
    no_item = [getattr(Decision, name).is_(None) for name in COLUMNS.values()]
    return and_(Decision.debate_id == debate_id, Decision.concerned_id.is_(None), *no_item)


def of_person(debate_id: int, person_id: int) -> ColumnElement[bool]:
    return and_(Decision.debate_id == debate_id, Decision.concerned_id == person_id)


def of_thread(debate_id: int, argument_id: int) -> ColumnElement[bool]:
    return and_(Decision.debate_id == debate_id, Decision.argument_id == argument_id)


def of_site(person_id: int | None) -> ColumnElement[bool]:
    """What holds against somebody on the whole site."""
    return and_(Decision.debate_id.is_(None), Decision.concerned_id == person_id)


def of_words(debate_id: int | None) -> ColumnElement[bool]:
    """Of the words that are watched in one place."""
    return and_(Decision.debate_id.is_not_distinct_from(debate_id), Decision.action.in_(OF_WORDS))


def of_switch(debate_id: int, switch: Switch) -> ColumnElement[bool]:
    return and_(Decision.debate_id == debate_id, Decision.action.in_((switch.action, switch.back)))


def of_word(debate_id: int | None, pattern: str) -> ColumnElement[bool]:
    change = WatchedWordChange
    noted = select(change.decision_id).where(change.pattern == pattern)
    return Decision.id.in_(noted.where(change.debate_id.is_not_distinct_from(debate_id)))


def of_item(columns: dict[str, int | None]) -> ColumnElement[bool]:
    return and_(*(getattr(Decision, name) == value for name, value in columns.items() if value is not None))


def of_same(decision: DecisionView) -> ColumnElement[bool]:
    """What was decided about the same thing, this decision among them."""
    if decision.item_key is not None and decision.debate_id is not None:
        kind, id = decision.item_key
        return of_item(item_columns(kind, decision.debate_id, id))
    if decision.concerned_id is None and decision.debate_id is not None:
        return of_debate(decision.debate_id)
    if decision.concerned_id is not None and decision.debate_id is not None:
        return of_person(decision.debate_id, decision.concerned_id)
    return or_(of_site(decision.concerned_id), Decision.id == decision.id)


async def find_version(db: Reader, which: ColumnElement[bool]) -> int:
    return await db.scalar(select(func.max(Decision.id)).where(which)) or 0


async def show_version(db: Reader, state: FormState, which: ColumnElement[bool]) -> None:
    """On a page that shows anew how it stands, the form goes with that."""
    state.values = {**state.values, "version": str(await find_version(db, which))}


async def find_item_version(db: Reader, kind: ItemKind, columns: dict[str, int | None]) -> str:
    """The newest decision about an item, and its newest wording: none where its author has withdrawn it and left."""
    if kind not in REVISIONS:  # Sources and marks are never worded anew.
        return f"{await find_version(db, of_item(columns))}.0"
    wording, id = REVISIONS[kind]
    item: Any = MODELS[kind]
    key = (columns["debate_id"], columns[COLUMNS[kind]])
    is_kept = or_(item.author_id.is_not(None), item.withdrawn_at.is_(None))
    stands = select(item.id).where(item.debate_id == key[0], item.id == key[1], is_kept).exists()
    newest = select(func.max(wording.number)).where(wording.debate_id == key[0], id == key[1], stands)
    return f"{await find_version(db, of_item(columns))}.{await db.scalar(newest) or 0}"


async def refuse_stale_item(db: Reader, kind: ItemKind, columns: dict[str, int | None], seen: str) -> None:
    """With the item's row locked."""
    now = await find_item_version(db, kind, columns)
    if now.partition(".")[0] != seen.partition(".")[0]:
        raise StaleTarget(await _say_what_happened(db, int(now.partition(".")[0])))
    if now != seen:
        raise StaleTarget(REWORDED)


async def _say_what_happened(db: Reader, decision_id: int) -> str:
    columns = (Decision.action, User.display_name)
    found = select(*columns).outerjoin(User, User.id == Decision.moderator_id).where(Decision.id == decision_id)
    row = (await db.execute(found)).one_or_none()
    if row is None:
        return STALE
    who, what = row.display_name or "Somebody", row.action.replace("_", " ")
    return f"{who} has decided about this since you opened the page ({what}, decision {decision_id}). {AGAIN}"


async def refuse_stale(db: Reader, which: ColumnElement[bool], seen: int) -> None:
    """Call it with the row locked that all decisions about the target lock first."""
    if (now := await find_version(db, which)) != seen:
        raise StaleTarget(await _say_what_happened(db, now))


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
    bench = await find_bench(db, actor, debate.id, person.id)
    version = await find_version(db, of_person(debate.id, person.id))
    kept_out = await find_kept_out(db, person.id, debate.id)
    return PersonTarget(debate, bench, version, person, row[4], in_force, kept_out)


async def find_root(db: Reader, debate: DebateHead, argument_id: int) -> int:
    """The first-level argument of a thread."""
    root = select(func.coalesce(Argument.root_id, Argument.id))
    found = await db.scalar(root.where(Argument.debate_id == debate.id, Argument.id == argument_id))
    if found is None:
        raise NotFound("There is no such argument in this debate.")
    return int(found)
