"""How somebody who flags stands on that day: the facts that a flag's weight follows from."""

from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import BigInteger, ColumnElement, Select, false, func, literal, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.models import Action, Decision, Flag
from app.moderation.flag_weights import Reporter
from app.permission_terms import Bench
from app.permissions_to_judge import find_interest
from app.quarrels import has_argued_with
from app.trust import select_trust_record
from app.trust_levels import find_trust_level

# Then the flag's outcome is open again.
UNDOINGS = (
    Action.RESTORE, Action.UNREMOVE, Action.UNASK_EDIT, Action.REOPEN, Action.UNLOCK, Action.UNSILENCE,
    Action.UNSUSPEND, Action.MOVE_BACK, Action.UNMERGE, Action.UNSPLIT, Action.UNWARN,
    Action.UNRENAME,
)  # fmt: skip


class Flagged(Protocol):
    """What is flagged: a text of somebody, or a person, without a debate."""

    @property
    def debate_id(self) -> int | None: ...
    @property
    def author_id(self) -> int | None: ...
    @property
    def bench(self) -> Bench: ...


async def find_reporter(db: Reader, actor: Actor, target: Flagged) -> Reporter:
    """In one statement. In a quarrel of their own moderators flag like anybody: they could not decide it either."""
    moderates = actor.is_site_staff or target.debate_id in actor.debate_roles
    is_judge = moderates and find_interest(actor, [target.author_id], target.bench) is None
    outcomes = _select_outcomes(actor).subquery()
    handled = select(func.count()).where(outcomes.c.action.is_not(None), outcomes.c.action.not_in(UNDOINGS))
    agreed = handled.where(outcomes.c.action != Action.DISMISS)
    argued = _has_argued(actor, target) if is_judge else false()
    figures = (handled.scalar_subquery(), agreed.scalar_subquery(), argued, *select_trust_record())
    handled_count, agreed_count, has_argued, *record = (await db.execute(select(*figures), {"person": actor.id})).one()
    now = datetime.now(UTC)
    level = find_trust_level(now - (actor.created_at or now), *record)
    return Reporter(level, is_judge and not has_argued, agreed_count, handled_count)


def _has_argued(actor: Actor, target: Flagged) -> ColumnElement[bool]:
    """With who wrote it, in whatever debate."""
    return has_argued_with(literal(actor.id, BigInteger), literal(target.author_id, BigInteger))


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
