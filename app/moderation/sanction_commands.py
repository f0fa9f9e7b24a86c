"""Silence a person on the whole site, until a time."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict, NotFound
from app.models import Action, Decision, Sanction, SanctionKind, User
from app.moderation.forms import SilenceForm
from app.moderation.records import Act, find_made, record, tell


async def silence_person(db: AsyncSession, actor: Actor, person_id: int, form: SilenceForm) -> Decision:
    await lock_person(db, person_id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    in_force = select(Sanction.id).where(
        Sanction.user_id == person_id,
        Sanction.kind == SanctionKind.SILENCE,
        Sanction.debate_id.is_(None),
        Sanction.lifted_at.is_(None),
        Sanction.until > func.now(),
    )
    if (await db.execute(in_force)).first() is not None:
        raise Conflict("Somebody has silenced this person meanwhile. Undo that first if the time should be another.")
    until = datetime.now(UTC) + timedelta(hours=int(form.hours))
    act = Act(
        Action.SILENCE,
        form.explanation,
        form.idempotency_key,
        form.house_rule,
        concerned_id=person_id,
        until=until,
    )
    decision = await record(db, actor, act, debate_slug=None)
    db.add(Sanction(user_id=person_id, kind=SanctionKind.SILENCE, decision_id=decision.id, until=until))
    await tell(db, actor, decision)
    return decision


async def lock_person(db: AsyncSession, person_id: int | None) -> None:
    """Keep other decisions about this person waiting until the commit."""
    statement = select(User.id).where(User.id == person_id).with_for_update(key_share=True)
    if (await db.execute(statement)).one_or_none() is None:
        raise NotFound("This person has no account any more.")
