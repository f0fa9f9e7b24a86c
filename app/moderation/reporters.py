"""How somebody who flags stands on that day: the facts that a flag's weight follows from."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, literal, select, union_all
from sqlalchemy.orm import aliased

from app.accounts.trust_levels import MOST_COUNTED, find_trust_level
from app.actor import Actor
from app.db import Reader
from app.models import Action, Annotation, Argument, Decision, Flag
from app.moderation.flag_weights import Reporter

UNDOINGS = (Action.RESTORE, Action.UNLOCK, Action.UNSILENCE, Action.UNSUSPEND)  # Then the flag's outcome is open again.


async def find_reporter(db: Reader, actor: Actor, debate_id: int) -> Reporter:
    """In one statement."""
    outcomes = _select_outcomes(actor).subquery()
    handled = select(func.count()).where(outcomes.c.action.is_not(None), outcomes.c.action.not_in(UNDOINGS))
    agreed = handled.where(outcomes.c.action != Action.DISMISS)
    figures = (handled.scalar_subquery(), agreed.scalar_subquery(), _count_standing(actor))
    handled_count, agreed_count, standing = (await db.execute(select(*figures))).one()
    now = datetime.now(UTC)
    level = find_trust_level(now - (actor.created_at or now), standing)
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


def _count_standing(actor: Actor) -> ScalarSelect[int]:
    """Texts of the actor's that stand, as far as they make a difference."""
    own = [
        select(literal(1)).where(kind.author_id == actor.id, kind.hidden_by_id.is_(None), kind.withdrawn_at.is_(None))
        for kind in (Argument, Annotation)
    ]
    return select(func.count()).select_from(union_all(*own).limit(MOST_COUNTED).subquery()).scalar_subquery()
