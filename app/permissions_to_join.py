"""Who may ask whom to moderate a debate. Everyone takes these rules from app/permissions.py."""

from app.actor import Actor
from app.models import DebateRoleKind, Role, Stake
from app.permission_parts import hosts, not_suspended
from app.permission_terms import ALLOWED, SIGN_IN, Bench, Judge, Permission, deny
from app.permissions_to_give_roles import in_spite_of
from app.permissions_to_judge import ARGUED_WITH, REASONS, find_interest

ON_INVITATION = "the invitation will say so"


def can_invite_moderators(actor: Actor, debate_id: int, bench: Bench) -> Permission:
    """To ask somebody to moderate a debate, and to take that back: as with roles, nobody chooses in their own quarrel
    who judges there. Free are those who could give the role, moderators of the site among them."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not hosts(actor, debate_id):
        return deny("Only hosts of this debate can invite moderators.")
    interest = find_interest(actor, [], bench)
    is_free = any(_gives_roles(judge) for judge in bench.judges if judge.id != actor.id)
    reason = REASONS[interest] if interest else ""
    return not_suspended(actor, debate_id) and in_spite_of(
        actor, interest, reason, bench, is_somebody_free=is_free, said=ON_INVITATION
    )


def can_invite(
    actor: Actor, debate_id: int, person_id: int, bench: Bench, site_bench: Bench, *, have_argued: bool
) -> Permission:
    """This person; `have_argued` with each other, in whatever debate. `site_bench` says who else has."""
    if not (permission := can_invite_moderators(actor, debate_id, bench)):
        return permission
    if person_id == actor.id:
        return deny("This is you: somebody else decides about your role.")
    if not have_argued:
        return permission
    is_free = any(_gives_roles(judge) for judge in site_bench.judges if judge.id not in (actor.id, person_id))
    return in_spite_of(actor, Stake.ARGUED, ARGUED_WITH, site_bench, is_somebody_free=is_free, said=ON_INVITATION)


def _gives_roles(judge: Judge) -> bool:
    return not judge.has_argued and (judge.is_host or judge.role != Role.MEMBER)


def can_answer_invitation(actor: Actor, *, is_invited: bool) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if not is_invited:
        return deny("You are not invited to moderate this debate, or not any more.")
    return not_suspended(actor, None)


def can_step_down(actor: Actor, debate_id: int) -> Permission:
    """From moderating a debate. A host stays, as somebody has to answer for the debate; administrators change hosts."""
    if not actor.is_signed_in:
        return SIGN_IN
    if actor.debate_roles.get(debate_id) != DebateRoleKind.MODERATOR:
        return deny("You are not a moderator of this debate by invitation.")
    return ALLOWED
