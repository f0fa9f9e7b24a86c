"""How somebody who flags stands on that day: the facts that a flag's weight follows from."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.models import Action, Decision, Flag
from app.moderation.flag_weights import Reporter
from app.trust import select_trust_record
from app.trust_levels import find_trust_level

# Then the flag's outcome is open again.
UNDOINGS = (
    Action.RESTORE, Action.UNREMOVE, Action.UNASK_EDIT, Action.REOPEN, Action.UNLOCK, Action.UNSILENCE,
    Action.UNSUSPEND, Action.MOVE_BACK, Action.UNMERGE, Action.UNSPLIT, Action.UNWARN,
    Action.UNRENAME,
)  # fmt: skip


async def find_reporter(db: Reader, actor: Actor, debate_id: int | None) -> Reporter:
    """In one statement."""
    outcomes = _select_outcomes(actor).subquery()
    handled = select(func.count()).where(outcomes.c.action.is_not(None), outcomes.c.action.not_in(UNDOINGS))
    agreed = handled.where(outcomes.c.action != Action.DISMISS)
    figures = (handled.scalar_subquery(), agreed.scalar_subquery(), *select_trust_record())
    handled_count, agreed_count, *record = (await db.execute(select(*figures), {"person": actor.id})).one()
    now = datetime.now(UTC)
    level = find_trust_level(now - (actor.created_at or now), *record)
    is_staff = actor.is_site_staff or debate_id in actor.debate_roles
    return Reporter(level, is_staff, agreed_count, handled_count)


def _select_outcomes(actor: Actor) -> Select[*tuple[Any, ...]]:
    """What people decided last on the cases of the actor's flags; nothing where they have not."""
    later = aliased(Decision)
    newest = (
        select(later.action)
        .where(later.case_id == Flag.case_id, ~later.is_automated)
        .order_by(later.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(newest.label("action")).where(Flag.reporter_id == actor.id, Flag.withdrawn_at.is_(None))
