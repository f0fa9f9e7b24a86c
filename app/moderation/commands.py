"""Decide a case, hide or remove an item without one, lock a thread.

Each is one transaction: the item's row is locked first, then the case is closed at the version that the moderator
saw, then the decision is recorded and takes effect. The same form sent twice makes one decision.
"""

from dataclasses import replace

from sqlalchemy import func, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import Action, Argument, Case, Decision
from app.moderation.casework.automation import find_automatic
from app.moderation.casework.claims import may_work_on
from app.moderation.edit_asking import accept_edit, ask_edit, refuse_if_nobody_can_edit
from app.moderation.forms import AskEditForm, CaseForm, HideForm, LockForm, PersonCaseForm
from app.moderation.item_states import ItemState, find_before, put
from app.moderation.items import Item, ItemRow, lock_item
from app.moderation.listing import show_change
from app.moderation.measures.targets import of_thread, refuse_stale, refuse_stale_item
from app.moderation.records import Act, answer_appeals, find_made, record, tell
from app.targets import DebateHead

CHANGED = "The case has changed since you opened it. Nothing was decided."
REWORDED = "The words were changed since you opened the case: read them as they are now. Nothing was decided."
RENAMED = "The name was changed since you opened the case: read it as it is now. Nothing was decided."


class StaleCase(Conflict):
    """The case is not any more what the moderator saw; nothing was decided."""


class ClaimedCase(StaleCase):
    """Somebody else works on the case: it takes a second press to decide it all the same."""


async def decide_case(
    db: AsyncSession, actor: Actor, debate: DebateHead, case_id: int, item: Item, form: CaseForm
) -> Decision:
    await refuse_while_decided(db, actor, case_id)
    row = await lock_item(db, item)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    if form.action == Action.ASK_EDIT:
        await refuse_if_nobody_can_edit(db, debate, item)
    await close_as_seen(db, actor, case_id, form)
    automatic = await find_automatic(db, case_id) if row.hidden_by_id is not None else None
    act = Act.on_item(item, form.action, form, case_id)
    if form.action == Action.DISMISS:
        return await _dismiss(db, actor, debate, row, act, automatic)
    if form.action == Action.ASK_EDIT:
        return await ask_edit(db, actor, debate, row, act, form, automatic)
    if form.action == Action.ACCEPT_EDIT:
        return await accept_edit(db, actor, debate, row, act)
    return await _take_away(db, actor, debate, row, act, automatic)


async def decide_item(
    db: AsyncSession, actor: Actor, debate: DebateHead, item: Item, form: HideForm | AskEditForm
) -> Decision:
    """Without a flag: hide, remove or ask for an edit, by a case that is opened and closed in the same act."""
    row = await lock_item(db, item)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    if (await db.execute(select(Case.id).filter_by(**item.columns, closed_at=None))).one_or_none() is not None:
        raise StaleCase("Somebody has flagged this meanwhile: decide its case, so that they are told.")
    await refuse_stale_item(db, item.kind, item.columns, form.version)
    if isinstance(form, AskEditForm):
        await refuse_if_nobody_can_edit(db, debate, item)
    case_id = await add_closed_case(db, item)
    if isinstance(form, AskEditForm):
        return await ask_edit(db, actor, debate, row, Act.on_item(item, Action.ASK_EDIT, form, case_id), form)
    return await _take_away(db, actor, debate, row, Act.on_item(item, form.action, form, case_id))


async def lock_thread(db: AsyncSession, actor: Actor, debate: DebateHead, thread: Item, form: LockForm) -> Decision:
    """Lock the thread of a first-level argument."""
    row = await lock_item(db, thread)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    assert isinstance(row, Argument)
    if row.locked_by_id is not None:
        raise Conflict("Somebody has locked this thread meanwhile.")
    await refuse_stale(db, of_thread(debate.id, thread.id), form.version)
    act = Act.on_item(thread, Action.LOCK, form, await add_closed_case(db, thread))
    decision = await record(db, actor, act, debate.slug)
    row.locked_by_id = decision.id
    await show_change(db, row)
    await tell(db, actor, decision)
    return decision


async def close_case(db: AsyncSession, case_id: int, seen_version: int) -> None:
    statement = (
        update(Case)
        .where(Case.id == case_id, Case.version == seen_version, Case.closed_at.is_(None))
        .values(closed_at=func.now(), version=Case.version + 1)
        .returning(Case.id)
    )
    if (await db.execute(statement)).one_or_none() is None:
        raise await _stale(db, case_id, seen_version)


async def refuse_while_decided(db: AsyncSession, actor: Actor, case_id: int) -> None:
    """Answer at once, and keep no connection waiting, where somebody else decides this case at this very moment.

    A form that the same person has sent twice waits instead: its answer is the decision that the first one makes.
    """
    case_key, own_key = f"case {case_id}", f"case {case_id} by {actor.id}"
    locks = [func.pg_try_advisory_xact_lock(func.hashtextextended(key, 0)) for key in (case_key, own_key)]
    is_free, is_first_of_own = (await db.execute(select(*locks))).one()
    if not is_free and is_first_of_own:
        raise StaleCase("Somebody else is deciding this case at this very moment. Look again.")


async def close_as_seen(db: AsyncSession, actor: Actor, case_id: int, form: CaseForm | PersonCaseForm) -> None:
    as_seen = (Case.id == case_id, Case.version == form.version, Case.closed_at.is_(None))
    statement = update(Case).where(*as_seen, true() if form.take_over else may_work_on(actor))
    closed = statement.values(closed_at=func.now(), version=Case.version + 1).returning(Case.id)
    if (await db.execute(closed)).one_or_none() is not None:
        return
    if (await db.execute(select(Case.id).where(*as_seen))).one_or_none() is not None:
        raise ClaimedCase("Somebody else is working on this case. Nothing was decided.")
    raise await _stale(db, case_id, form.version)


async def _stale(db: AsyncSession, case_id: int, seen_version: int) -> StaleCase:
    statement = select(Case.reworded_version, Case.person_id).where(Case.id == case_id)
    reworded_version, person_id = (await db.execute(statement)).one()
    if seen_version >= reworded_version:
        return StaleCase(CHANGED)
    return StaleCase(RENAMED if person_id is not None else REWORDED)


async def add_closed_case(db: AsyncSession, item: Item) -> int:
    case = Case(**item.columns, version=1, closed_at=func.now())
    db.add(case)
    await db.flush()
    return case.id


async def _take_away(
    db: AsyncSession, actor: Actor, debate: DebateHead, row: ItemRow, act: Act, automatic: Decision | None = None
) -> Decision:
    """Hide or remove. What was hidden automatically stays hidden, by the moderator's decision from now on."""
    before = await find_before(db, row, act.action, automatic)
    decision = await record(db, actor, replace(act, change=before.keep()), debate.slug)
    rule = act.house_rule if act.action == Action.REMOVE else None
    await put(db, row, ItemState(decision.id, rule))
    await tell(db, actor, decision)
    return decision


async def _dismiss(
    db: AsyncSession, actor: Actor, debate: DebateHead, row: ItemRow, act: Act, automatic: Decision | None
) -> Decision:
    """A dismissal undoes the automatic hiding of the same case and ends a request to change it; its author is told."""
    state = ItemState.of(row)
    is_automatic = automatic is not None and state.hidden_by_id == automatic.id
    if not is_automatic and state.edit_asked_id is None:
        decision = await record(db, actor, act, debate.slug)
        await tell(db, actor, decision)
        return decision
    before = state._replace(hidden_by_id=None) if is_automatic else state
    reverses_id = automatic.id if automatic is not None and is_automatic else None
    decision = await record(db, actor, replace(act, reverses_id=reverses_id, change=before.keep()), debate.slug)
    is_shown = before.hidden_by_id in (None, before.edit_asked_id)
    await put(db, row, ItemState() if is_shown else before._replace(edit_asked_id=None))
    await tell(db, actor, decision, [act.concerned_id] if act.concerned_id is not None else [])
    await answer_appeals(db, decision)
    return decision
