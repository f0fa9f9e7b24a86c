"""Who may ask whom to moderate a debate. Everyone takes these rules from app/permissions.py."""

from app.actor import Actor
from app.models import DebateRoleKind
from app.permission_parts import hosts, not_suspended
from app.permission_terms import ALLOWED, SIGN_IN, Permission, deny


def can_invite_moderators(actor: Actor, debate_id: int) -> Permission:
    """To ask somebody to moderate a debate, and to take that back."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not hosts(actor, debate_id):
        return deny("Only hosts of this debate can invite moderators.")
    return not_suspended(actor, debate_id)


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
