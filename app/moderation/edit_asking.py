"""Ask an author to change a text, accept what they made of it, and take either back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader, transaction
from app.errors import Conflict
from app.jobs import Duties, Work
from app.models import (
    Action,
    Annotation,
    Argument,
    Case,
    Credit,
    Debate,
    DebateState,
    Decision,
    Sanction,
    SanctionKind,
    Source,
)
from app.moderation.forms import EditAsked
from app.moderation.item_states import ItemState, find_before, put
from app.moderation.items import Item, ItemKind, ItemRow
from app.moderation.measures.targets import REVISIONS
from app.moderation.records import Act, record, tell
from app.moderation.reopening import open_again
from app.moderation.waiting.queries import load_author
from app.permission_parts import holds, is_open
from app.prevention.edit_requests import EditRequest, give_up, load_edit_request
from app.targets import DebateHead

NOBODY = "Its author has no account any more or has withdrawn it, so nobody can change it."
CLOSED = "This debate is not open, so nothing in it can be changed."
LOCKED = "Its thread is locked, so its author cannot change it."


class NobodyCanEdit(Conflict):
    """Its author could not do what they would be asked for; nothing was decided."""


class OpenRequest(NamedTuple):
    """As the case of the item shows it."""

    asked: EditRequest
    is_edited: bool
    is_overdue: bool


async def ask_edit(
    db: AsyncSession,
    actor: Actor,
    debate: DebateHead,
    row: ItemRow,
    act: Act,
    form: EditAsked,
    automatic: Decision | None = None,
) -> Decision:
    """It stays as it is, or is hidden until its author has changed it. One request at a time: a new one replaces it."""
    if isinstance(row, Source) or row.author_id is None or row.withdrawn_at is not None:
        raise Conflict(NOBODY)
    before = await find_before(db, row, Action.ASK_EDIT, automatic)
    hides = form.meanwhile == "hide"
    change = before.keep(wanted=form.wanted, hides=hides, revision=await _newest(db, row))
    until = datetime.now(UTC) + timedelta(days=int(form.within)) if form.within else None
    decision = await record(db, actor, replace(act, change=change, until=until), debate.slug)
    await put(db, row, ItemState(decision.id if hides else None, None, decision.id))
    await tell(db, actor, decision)
    return decision


async def refuse_if_nobody_can_edit(db: Reader, debate: DebateHead, item: Item) -> None:
    if obstacle := await find_edit_obstacle(db, debate, item):
        raise NobodyCanEdit(obstacle)


async def find_edit_obstacle(db: Reader, debate: DebateHead, item: Item) -> str:
    """Why its author could not change it now, in words for moderators."""
    if not item.can_be_worded_anew or item.author_id is None or item.withdrawn_at is not None:
        return NOBODY
    if not is_open(debate):
        return CLOSED
    if item.kind == ItemKind.ARGUMENTS and item.locked_by_id is not None:
        return LOCKED
    author = await load_author(db, item.author_id)
    for kind, word in ((SanctionKind.SUSPEND, "suspended"), (SanctionKind.SILENCE, "silenced")):
        if restriction := author.restriction(kind, debate.id):
            return f"Its author is {word} {holds(restriction)}, and cannot change it."
    return ""


async def accept_edit(db: AsyncSession, actor: Actor, debate: DebateHead, row: ItemRow, act: Act) -> Decision:
    before = ItemState.of(row)
    if before.edit_asked_id is None:
        raise Conflict("Nobody asks its author to change it any more.")
    asked = await db.get_one(Decision, before.edit_asked_id)
    if await _newest(db, row) == (asked.change or {})["revision"]:
        raise Conflict("Its author has not changed it yet, so there is nothing to accept.")
    decision = await record(db, actor, replace(act, change=before.keep()), debate.slug)
    is_hidden_by_it = before.hidden_by_id == before.edit_asked_id
    await put(
        db, row, before._replace(hidden_by_id=None if is_hidden_by_it else before.hidden_by_id, edit_asked_id=None)
    )
    await tell(db, actor, decision)
    return decision


async def take_back_request(db: AsyncSession, actor: Actor, slug: str | None, row: ItemRow, act: Act) -> Decision:
    """The flags that led to it wait for another decision, as they did before."""
    asked = await db.get_one(Decision, act.reverses_id)
    if row.edit_asked_id != asked.id or row.hidden_by_id not in (None, asked.id):
        raise Conflict("It was decided anew since, so there is no request to take back.")
    decision = await record(db, actor, act, slug)
    await put(db, row, ItemState.before(asked.change))
    await tell(db, actor, decision)
    if not await open_again(db, asked.case_id, row):
        await _close(db, asked.case_id)
    return decision


async def _close(db: AsyncSession, case_id: int | None) -> None:
    """Without flags there is nothing to decide any more, also where its author has changed it as asked."""
    closed = {"closed_at": func.coalesce(Case.closed_at, func.now()), "version": Case.version + 1}
    await db.execute(update(Case).where(Case.id == case_id).values(**closed))


async def load_open_request(db: Reader, item: Item) -> OpenRequest | None:
    if (asked := await load_edit_request(db, item.edit_asked_id)) is None:
        return None
    revision = select(Decision.change["revision"].as_integer()).where(Decision.id == asked.decision_id)
    kind, column = REVISIONS[item.kind]
    newest = select(func.max(kind.number)).where(kind.debate_id == item.debate_id, column == item.id)
    seen, now = (await db.execute(select(revision.scalar_subquery(), newest.scalar_subquery()))).one()
    is_overdue = asked.until is not None and asked.until < datetime.now(UTC)
    return OpenRequest(asked, now > seen, is_overdue)


async def _newest(db: AsyncSession, row: ItemRow) -> int:
    kind, column = REVISIONS[ItemKind(f"{type(row).__name__.lower()}s")]
    newest = select(func.max(kind.number)).where(kind.debate_id == row.debate_id, column == row.id)
    return (await db.execute(newest)).scalar_one()


async def remind_of_overdue(work: Work) -> None:
    """What was not changed in time, or cannot be by now, waits for whoever asked, once; of a removed debate nothing.
    What somebody is changing at this moment is left to the next hour."""
    async with transaction(work.engine) as db:
        for kind in (Argument, Annotation, Credit):
            overdue = (
                select(Decision)
                .join(kind, kind.edit_asked_id == Decision.id)
                .join(Case, Case.id == Decision.case_id)
                .join(Debate, Debate.id == kind.debate_id)
                .where(Debate.state != DebateState.REMOVED)
                .where(or_(Decision.until < func.now(), _cannot_change(kind)), Case.closed_at.is_not(None))
                .order_by(Decision.moderator_id)
                .with_for_update(of=kind, key_share=True, skip_locked=True)
            )
            for asked in (await db.scalars(overdue)).all():
                await give_up(db, asked)


def _cannot_change(kind: Any) -> ColumnElement[bool]:
    """What `find_edit_obstacle` says of one, where its debate is joined."""
    in_force = (Sanction.user_id == kind.author_id, Sanction.lifted_at.is_(None), Sanction.until > func.now())
    here = or_(Sanction.debate_id.is_(None), Sanction.debate_id == kind.debate_id)
    obstacles = [
        Debate.state.in_((DebateState.LOCKED, DebateState.ARCHIVED)),
        select(Sanction.id).where(*in_force, here).exists(),
    ]
    if kind is Argument:
        first = aliased(Argument)
        thread = (first.debate_id == kind.debate_id, first.id == func.coalesce(kind.root_id, kind.id))
        obstacles.append(select(first.id).where(*thread, first.locked_by_id.is_not(None)).exists())
    return or_(kind.author_id.is_(None), kind.withdrawn_at.is_not(None), *obstacles)


async def give_up_on(db: AsyncSession, author_id: int) -> None:
    """Who leaves the site changes nothing any more: what they were asked to change waits for whoever asked, as if the
    time were over. With their items locked."""
    own = [select(kind.edit_asked_id).where(kind.author_id == author_id) for kind in (Argument, Annotation, Credit)]
    open_requests = select(Decision).where(Decision.id.in_(union_all(*own))).order_by(Decision.moderator_id)
    for asked in (await db.scalars(open_requests)).all():
        await give_up(db, asked)


EDIT_DUTIES = Duties(timetable={"remind_of_overdue_edits": (remind_of_overdue, "23 * * * *")})
