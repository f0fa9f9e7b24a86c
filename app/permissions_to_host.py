"""What hosts alone may switch in their debate. Everyone takes these rules from app/permissions.py."""

from app.actor import Actor
from app.models import Action, Role
from app.permission_parts import hosts, not_suspended
from app.permission_terms import ALLOWED, SIGN_IN, Bench, Permission, deny
from app.permissions_to_judge import REASONS, find_interest, may_alone

SWITCHES = frozenset({Action.FIRST_POSTS, Action.AUTOMATIC_HIDING})


def can_switch(actor: Actor, debate_id: int, bench: Bench) -> Permission:
    """To let newcomers' first posts wait for a moderator, or hide what is flagged enough until one has looked.

    Who has argued there could keep the other side waiting, or out of sight: so another host or an administrator
    switches it, if there is one.
    """
    if not actor.is_signed_in:
        return SIGN_IN
    if not hosts(actor, debate_id):
        return deny("Only hosts of this debate can switch this.")
    return not_suspended(actor, debate_id) and _unless_argued(actor, bench)


def _unless_argued(actor: Actor, bench: Bench) -> Permission:
    if (interest := find_interest(actor, [], bench)) is None:
        return ALLOWED
    others = [judge for judge in bench.judges if judge.is_host or judge.role == Role.ADMINISTRATOR]
    if any(not judge.has_argued and judge.id != actor.id for judge in others):
        return deny(f"{REASONS[interest]}: another host or an administrator has to decide.", interest=interest)
    return may_alone(interest, REASONS[interest], bench)
