"""Who may appeal against what, and until when. Everyone takes these rules from app/permissions.py."""

from calendar import monthrange
from collections.abc import Collection
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Interval, func, literal_column

from app.actor import Actor
from app.models import Action, DebateRoleKind
from app.permission_terms import ALLOWED, SIGN_IN, DecisionLike, Permission, Person, deny

APPEAL_MONTHS = 6  # At least: Article 20 of the Digital Services Act.
OF_WHOLE_DEBATES = frozenset({Action.LOCK_DEBATE, Action.SLOW, Action.REMOVE_DEBATE})
APPEALABLE = OF_WHOLE_DEBATES | {
    Action.WARN, Action.RENAME, Action.CHANGE_ROLE, Action.DISMISS, Action.HIDE, Action.REMOVE, Action.ASK_EDIT,
    Action.LOCK, Action.SILENCE, Action.SUSPEND, Action.DISCOUNT, Action.DECLINE, Action.MOVE, Action.MERGE,
    Action.SPLIT, Action.UNUSE,
}  # fmt: skip
BY_THEMSELVES = {"by": "themselves"}  # In the `change` of a decision: by whoever laid a role down.


def can_appeal(
    actor: Actor, decision: DecisionLike, *, has_flagged: bool, voters: Collection[Person] = ()
) -> Permission:
    """Also for those who are suspended: otherwise nobody could appeal against that. `voters` are those whose votes do
    not count any more by it."""
    if not actor.is_signed_in:
        return SIGN_IN
    if decision.action not in APPEALABLE or is_stepping_down(decision):
        return deny("It takes nothing from anybody, so there is nothing to appeal against.")
    if is_role_on_site(decision):
        return deny("Whoever runs this site decided it, and no moderator can undo it: write to them instead.")
    if is_of_whole_debate(decision):
        if actor.debate_roles.get(decision.debate_id or 0) != DebateRoleKind.HOST:
            return deny("Only hosts of the debate can appeal against what was decided about all of it.")
        if decision.moderator is not None and decision.moderator.id == actor.id:
            return deny("You made this decision yourself: undo it instead.")
    elif not (has_flagged if decision.action == Action.DISMISS else _is_concerned(actor, decision, voters)):
        return deny(
            "Only the person whom a decision concerns can appeal; of flags that were dismissed who flagged, and of "
            "votes that were discounted also who voted."
        )
    if decision.undone_by_id is not None:
        return deny("This decision has been undone already.")
    if datetime.now(UTC) > last_of_appeals(decision.made_at):
        return deny("Appeals are open for six months, and these are over.")
    return ALLOWED


def last_of_appeals(made_at: datetime) -> datetime:
    """The end of the same day (UTC) six months later, of the month’s last where it is shorter."""
    made = made_at.astimezone(UTC)
    years, month = divmod(made.month - 1 + APPEAL_MONTHS, 12)
    year, month = made.year + years, month + 1
    day = min(made.day, monthrange(year, month)[1])
    return datetime.combine(made.replace(year=year, month=month, day=day), time.max, UTC)


def are_appeals_over(made_at: Any) -> ColumnElement[bool]:
    """SQL twin of last_of_appeals: PostgreSQL adds months in the same way."""
    months, day = (literal_column(f"INTERVAL '{span}'", Interval) for span in (f"{APPEAL_MONTHS} months", "1 day"))
    first_after = func.date_trunc("day", func.timezone("UTC", made_at)) + months + day
    return func.timezone("UTC", func.now()) >= first_after


def is_of_whole_debate(decision: DecisionLike) -> bool:
    """Not of a thread in it, which can be slowed too."""
    return decision.action in OF_WHOLE_DEBATES and decision.argument_id is None


def is_role_on_site(decision: DecisionLike) -> bool:
    """Given or taken on the server."""
    return decision.action == Action.CHANGE_ROLE and decision.debate_id is None


def is_stepping_down(decision: DecisionLike) -> bool:
    """From a role, by who had it: nobody gives it back but by an invitation."""
    return decision.action == Action.CHANGE_ROLE and BY_THEMSELVES.items() <= (decision.change or {}).items()


def _is_concerned(actor: Actor, decision: DecisionLike, voters: Collection[Person]) -> bool:
    is_voter = decision.action == Action.DISCOUNT and actor.id in [voter.id for voter in voters]
    return is_voter or (decision.concerned is not None and decision.concerned.id == actor.id)
