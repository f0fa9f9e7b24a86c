"""Undo decisions that were made together: what was shown before, all of it in one transaction, or nothing."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import Decision, User
from app.moderation.decision_queries import DecisionView
from app.moderation.item_locks import ONE_AT_A_TIME, by_key, lock_items
from app.moderation.items import COLUMNS, ItemRow
from app.moderation.putting_back import Undoing, put_back
from app.moderation.records import answer_appeals
from app.moderation.together.forms import UndoTogetherForm
from app.moderation.together.queries import Key, Prospect, find_made_together, foresee, key_of
from app.moderation.undo_commands import undoing_act

NAMED = 3  # Decisions in a message; of more it says how many.


async def undo_together(db: AsyncSession, actor: Actor, decision_id: int, form: UndoTogetherForm) -> list[Decision]:
    """Sent twice, the same form gives the same decisions."""
    await db.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    if made := await _find_made(db, actor, form):
        return made
    rows = await _lock(db, await find_made_together(db, actor, decision_id))
    now = await foresee(db, actor, await find_made_together(db, actor, decision_id))
    undoable = [prospect for prospect in now if prospect.can_be_undone]
    if changed := form.decisions ^ {prospect.seen for prospect in undoable}:
        raise Conflict(_say_what_changed({each.partition("-")[0] for each in changed}))
    undoings = await put_back(db, actor, [_undoing(prospect, rows, form) for prospect in undoable])
    await answer_appeals(db, *undoings)
    return undoings


def _say_what_changed(ids: set[str]) -> str:
    *others, last = sorted(ids, key=int)
    named = f"decisions {', '.join(others)} and {last}" if others else f"decision {last}"
    which = named if len(ids) <= NAMED else f"{len(ids)} of these decisions"
    return (
        f"Since you opened the page something has changed about {which}, so nothing was undone. "
        "Below is how it stands now: look again, then decide."
    )


async def _find_made(db: AsyncSession, actor: Actor, form: UndoTogetherForm) -> list[Decision]:
    made = (Decision.moderator_id == actor.id, Decision.idempotency_key.in_(form.keys))
    return list(await db.scalars(select(Decision).where(*made).order_by(Decision.id)))


async def _lock(db: AsyncSession, made: Sequence[DecisionView]) -> dict[Key, ItemRow]:
    """Texts and what counts them, then people: whoever decides about one of them locks it first."""
    names = ("debate_id", *COLUMNS.values())
    rows = await lock_items(db, [{name: getattr(view, name) for name in names} for view in made])
    people = [view.concerned_id for view in made if view.debate_id is None]
    await db.execute(select(User.id).where(User.id.in_(people)).order_by(User.id).with_for_update(key_share=True))
    return by_key(rows)


def _undoing(prospect: Prospect, rows: dict[Key, ItemRow], form: UndoTogetherForm) -> Undoing:
    decision = prospect.decision
    key = key_of(decision)
    each = form.model_copy(update={"idempotency_key": form.key_of(decision.id)})
    return Undoing(decision, rows[key] if key else None, undoing_act(decision, prospect.item, each))
