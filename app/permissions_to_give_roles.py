"""Who may change somebody's role in a debate: a part of app/permissions.py, by its length.

It is a decision about that person, so nobody makes it in their own quarrel. Where nobody else is free to make it, an
administrator may after the usual wait, and the log says so.
"""

from collections.abc import Sequence

from app.actor import Actor
from app.models import Role, Stake
from app.permission_parts import hosts, not_suspended
from app.permission_terms import ALLOWED, SIGN_IN, Bench, Judge, Participant, Permission, deny
from app.permissions_to_judge import IN_THE_LOG, REASONS, find_interest, may_alone
from app.ranks import RANK


def can_change_role(
    actor: Actor,
    debate_id: int,
    person: Participant,
    bench: Bench,
    *,
    others: Sequence[int] = (),
) -> Permission:
    """To make somebody moderator or host of a debate, or neither: for its hosts, and moderators of the site. On an
    appeal `others` have a stake in it."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not (actor.is_site_staff or hosts(actor, debate_id)):
        return deny("Only hosts of this debate and moderators of the site give roles in it.")
    if person.id == actor.id:
        return deny("This is you: somebody else decides about your role.")
    if not actor.is_site_staff and RANK[person.role] > RANK[Role.MEMBER]:
        return deny("This person moderates the whole site.")
    interest = find_interest(actor, others, bench)
    outside = {actor.id, person.id, *bench.acted, *bench.flagged, *others}
    is_free = any(_gives_roles(judge, person) for judge in bench.judges if judge.id not in outside)
    reason = REASONS[interest] if interest else ""
    return not_suspended(actor, debate_id) and in_spite_of(actor, interest, reason, bench, is_somebody_free=is_free)


def _gives_roles(judge: Judge, person: Participant) -> bool:
    is_of_site = judge.role != Role.MEMBER
    return judge.interest is None and (is_of_site or (judge.is_host and RANK[person.role] == RANK[Role.MEMBER]))


def in_spite_of(
    actor: Actor, interest: Stake | None, reason: str, bench: Bench, *, is_somebody_free: bool, said: str = IN_THE_LOG
) -> Permission:
    if interest is None:
        return ALLOWED
    if is_somebody_free:
        return deny(f"{reason}: somebody else who gives roles here has to decide.", interest=interest)
    if actor.role != Role.ADMINISTRATOR:
        return deny(f"{reason}: an administrator has to decide.", interest=interest)
    return may_alone(interest, reason, bench, said)
