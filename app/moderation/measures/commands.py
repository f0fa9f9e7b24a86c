"""Measures against a debate, a thread or a person in a debate. Each locks its target, then looks at the version."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.roles import set_debate_role
from app.actor import Actor
from app.db import touch_debate
from app.errors import Conflict
from app.held_cases import release_cases_of
from app.models import (
    Action,
    Debate,
    DebateRole,
    DebateRoleKind,
    DebateState,
    Decision,
    Sanction,
    SanctionKind,
    SlowMode,
    User,
)
from app.moderation.handing_back import keep_released
from app.moderation.items import Item, lock_item
from app.moderation.measures.forms import NO_ROLE, DebateForm, PersonForm, RoleForm, SlowForm, SwitchForm
from app.moderation.measures.kept_out import refuse_alone
from app.moderation.measures.switches import Switch
from app.moderation.measures.targets import (
    STALE,
    DebateTarget,
    PersonTarget,
    StaleTarget,
    find_slow,
    of_debate,
    of_person,
    of_switch,
    of_thread,
    refuse_stale,
)
from app.moderation.measures.telling import tell_staff
from app.moderation.records import Act, find_made, record, tell
from app.moderation.sanction_commands import lock_person
from app.permission_terms import Permission
from app.targets import DebateHead

SANCTIONS = {Action.SILENCE: SanctionKind.SILENCE, Action.SUSPEND: SanctionKind.SUSPEND}


async def lock_debate_row(db: AsyncSession, debate_id: int) -> Debate:
    return await db.get_one(Debate, debate_id, populate_existing=True, with_for_update={"key_share": True})


async def lock_debate(db: AsyncSession, actor: Actor, target: DebateTarget, form: DebateForm) -> Decision:
    row = await lock_debate_row(db, target.debate.id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_stale(db, of_debate(row.id), form.version)
    if row.state != DebateState.OPEN:
        raise Conflict("This debate is not open, so there is nothing to lock.")
    decision = await change_state(db, actor, row, DebateState.LOCKED, _on_debate(target, Action.LOCK_DEBATE, form))
    await tell_staff(db, actor, decision)
    return decision


async def change_state(db: AsyncSession, actor: Actor, row: Debate, state: DebateState, act: Act) -> Decision:
    changing = replace(act, change={"from": row.state, "to": state})
    decision = await record(db, actor, changing, row.slug)
    row.state = state
    touch_debate(db, row.id)
    await db.flush()
    return decision


async def slow_debate(db: AsyncSession, actor: Actor, target: DebateTarget, form: DebateForm) -> Decision:
    row = await lock_debate_row(db, target.debate.id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_stale(db, of_debate(row.id), form.version)
    act = _on_debate(target, Action.SLOW, form, change={"to": int(form.seconds)})
    decision = await _slow(db, actor, act, target.debate, None, int(form.seconds))
    await tell_staff(db, actor, decision)
    return decision


async def turn_switch(
    db: AsyncSession, actor: Actor, target: DebateTarget, switch: Switch, form: SwitchForm
) -> Decision:
    """What waits or is hidden already stays so."""
    row = await lock_debate_row(db, target.debate.id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_stale(db, of_switch(row.id, switch), form.version)
    was_on = switch.is_on(row)
    if was_on == form.is_on:
        raise StaleTarget("This is how it stands already, so there is nothing to switch.")
    change = {"from": switch.word(is_on=was_on), "to": switch.word(is_on=form.is_on)}
    columns: dict[str, int | None] = {"debate_id": row.id}
    act = Act(switch.action, form.explanation, form.idempotency_key, columns=columns, bench=target.bench, change=change)
    decision = await record(db, actor, act, row.slug)
    switch.turn(row, is_on=form.is_on)
    touch_debate(db, row.id)
    await db.flush()
    return decision


async def slow_thread(db: AsyncSession, actor: Actor, debate: DebateHead, thread: Item, form: SlowForm) -> Decision:
    await lock_item(db, thread)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_stale(db, of_thread(debate.id, thread.id), form.version)
    act = Act(
        Action.SLOW, form.explanation, form.idempotency_key, form.house_rule, form.law, columns=thread.columns,
        concerned_id=thread.author_id, bench=thread.bench, change={"to": int(form.seconds)},
    )  # fmt: skip
    decision = await _slow(db, actor, act, debate, thread.id, int(form.seconds))
    await tell(db, actor, decision)
    return decision


async def _slow(
    db: AsyncSession, actor: Actor, act: Act, debate: DebateHead, argument_id: int | None, seconds: int
) -> Decision:
    if await find_slow(db, debate.id, argument_id) is not None:
        raise Conflict("It is slowed already. Undo that first if the pause should be another.")
    decision = await record(db, actor, act, debate.slug)
    db.add(SlowMode(decision_id=decision.id, debate_id=debate.id, argument_id=argument_id, seconds=seconds))
    touch_debate(db, debate.id)
    await db.flush()
    return decision


async def restrict_in_debate(
    db: AsyncSession, actor: Actor, target: PersonTarget, form: PersonForm, *, is_confirmed: bool = False, **more: Any
) -> Decision:
    """Warn, silence or suspend somebody in one debate; their sessions go on."""
    await lock_person(db, target.person.id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_stale(db, of_person(target.debate.id, target.person.id), form.version)
    kind = SANCTIONS.get(form.action)
    if kind in target.in_force:
        raise Conflict("It is in force already. Undo that first if the time should be another.")
    if kind == SanctionKind.SUSPEND and not is_confirmed:
        await refuse_alone(db, target.person.id, target.debate.id, int(form.hours))
    until = datetime.now(UTC) + timedelta(hours=int(form.hours)) if kind else None
    decision = await record(db, actor, _on_person(target, form.action, form, until=until, **more), target.debate.slug)
    if kind is not None and until is not None:
        place = {"user_id": target.person.id, "debate_id": target.debate.id}
        db.add(Sanction(**place, kind=kind, decision_id=decision.id, until=until))
    if kind == SanctionKind.SUSPEND:
        await keep_released(db, decision, await release_cases_of(db, target.person.id))
    await tell(db, actor, decision)
    return decision


async def change_role(db: AsyncSession, actor: Actor, target: PersonTarget, form: RoleForm) -> Decision:
    """Their sessions end, as with every change of role."""
    await lock_person(db, target.person.id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    now, since = await find_role(db, target.debate.id, target.person.id)
    if (now or NO_ROLE) != form.seen:
        raise StaleTarget(STALE)
    if form.role == form.seen:
        raise Conflict("This is the role that they have.")
    wanted = None if form.role == NO_ROLE else DebateRoleKind(form.role)
    act = _on_person(target, Action.CHANGE_ROLE, form, change={"from": now, "to": wanted, "since": since})
    decision = await record(db, actor, act, target.debate.slug)
    person = await db.get_one(User, target.person.id)
    await keep_released(db, decision, await set_debate_role(db, person, target.debate.id, wanted))
    await tell(db, actor, decision)
    return decision


async def find_role(db: AsyncSession, debate_id: int, person_id: int) -> tuple[DebateRoleKind | None, str | None]:
    """Somebody's in a debate, and since when."""
    role = select(DebateRole.kind, DebateRole.created_at).filter_by(debate_id=debate_id, user_id=person_id)
    row = (await db.execute(role)).one_or_none()
    return (row.kind, row.created_at.isoformat()) if row else (None, None)


async def remove_debate(
    db: AsyncSession, actor: Actor, target: DebateTarget, form: DebateForm, proposer: Any, permission: Permission
) -> Decision:
    """By two moderators: see the proposals."""
    row = await lock_debate_row(db, target.debate.id)
    if row.state == DebateState.REMOVED:
        raise Conflict("This debate has been removed meanwhile.")
    act = _on_debate(target, Action.REMOVE_DEBATE, form, proposer=proposer, interest=permission.interest)
    decision = await change_state(db, actor, row, DebateState.REMOVED, act)
    await tell_staff(db, actor, decision)
    return decision


def _on_debate(target: DebateTarget, action: Action, form: DebateForm, **more: Any) -> Act:
    columns: dict[str, int | None] = {"debate_id": target.debate.id}
    return Act(
        action,
        form.explanation,
        form.idempotency_key,
        form.house_rule,
        form.law,
        columns=columns,
        bench=target.bench,
        **more,
    )


def _on_person(target: PersonTarget, action: Action, form: PersonForm | RoleForm, **more: Any) -> Act:
    columns: dict[str, int | None] = {"debate_id": target.debate.id}
    return Act(
        action, form.explanation, form.idempotency_key, getattr(form, "house_rule", None),
        getattr(form, "law", ""), columns=columns,
        concerned_id=target.person.id, bench=target.bench, **more,
    )  # fmt: skip
