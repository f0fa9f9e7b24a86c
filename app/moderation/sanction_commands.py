"""Warn, silence or suspend a person on the whole site, or take the name shown from them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.sessions import end_sessions
from app.accounts.withheld_names import refuse_if_withheld, withhold_name
from app.actor import Actor
from app.errors import Conflict, NotFound
from app.held_cases import release_cases_of
from app.models import Action, Decision, Sanction, SanctionKind, User
from app.moderation.forms import RestrictionForm
from app.moderation.handing_back import keep_released
from app.moderation.measures.kept_out import refuse_alone
from app.moderation.measures.targets import of_site, refuse_stale
from app.moderation.records import Act, find_made, record, tell

SANCTIONS = {"silence": SanctionKind.SILENCE, "suspend": SanctionKind.SUSPEND}  # These hold until a time.
IN_FORCE = (Sanction.debate_id.is_(None), Sanction.lifted_at.is_(None), Sanction.until > func.now())


async def restrict_person(
    db: AsyncSession, actor: Actor, person_id: int, form: RestrictionForm, *, is_confirmed: bool = False, **more: Any
) -> Decision:
    """Once of each kind at a time. `is_confirmed` where two moderators decide; `more` names who proposed it, or the
    case.

    Suspension ends all sessions: whoever signs in again can read why.
    """
    await lock_person(db, person_id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    kind = SANCTIONS.get(form.kind)
    if kind is not None:
        await _refuse_if_in_force(db, person_id, kind)
    if form.kind == "rename":
        await refuse_if_withheld(db, person_id)
    await refuse_stale(db, of_site(person_id), form.version)
    if kind == SanctionKind.SUSPEND and not is_confirmed:
        await refuse_alone(db, person_id, None, int(form.hours or 0))
    until = datetime.now(UTC) + timedelta(hours=int(form.hours or 0)) if kind is not None else None
    act = Act(
        Action(form.kind),
        form.explanation,
        form.idempotency_key,
        form.house_rule,
        form.law,
        concerned_id=person_id,
        until=until,
        **more,
    )
    decision = await record(db, actor, act, debate_slug=None)
    if kind is not None and until is not None:
        db.add(Sanction(user_id=person_id, kind=kind, decision_id=decision.id, until=until))
    if kind == SanctionKind.SUSPEND:
        await end_sessions(db, person_id)
        await keep_released(db, decision, await release_cases_of(db, person_id))
    if decision.action == Action.RENAME:
        await withhold_name(db, person_id, decision.id)
    await tell(db, actor, decision)
    return decision


async def lock_person(db: AsyncSession, person_id: int | None) -> None:
    """Keep other decisions about this person waiting until the commit."""
    statement = select(User.id).where(User.id == person_id).with_for_update(key_share=True)
    if (await db.execute(statement)).one_or_none() is None:
        raise NotFound("This person has no account any more.")


async def _refuse_if_in_force(db: AsyncSession, person_id: int, kind: SanctionKind) -> None:
    statement = select(Sanction.id).where(Sanction.user_id == person_id, Sanction.kind == kind, *IN_FORCE)
    if (await db.execute(statement)).first() is not None:
        done = "silenced" if kind == SanctionKind.SILENCE else "suspended"
        raise Conflict(f"Somebody has {done} this person meanwhile. Undo that first if the time should be another.")
