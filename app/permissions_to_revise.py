"""Who may word an essay anew, and say where passages stand then: a part of app/permissions.py, by its length."""

from collections.abc import Collection

from app.actor import Actor
from app.models import DebateState
from app.permission_parts import hosts, is_open, may_write, not_suspended
from app.permission_terms import SIGN_IN, DebateLike, Permission, deny
from app.permissions_to_moderate import can_moderate


def can_revise_essay(actor: Actor, debate: DebateLike) -> Permission:
    """To write a new revision of the essay and publish it; also before the debate is opened."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not hosts(actor, debate.id):
        return deny("Only hosts of this debate can word its essay anew.")
    if debate.state == DebateState.DRAFT:
        return not_suspended(actor, debate.id)
    return not_suspended(actor, debate.id) and is_open(debate)


def can_place_passage(actor: Actor, debate: DebateLike, author_ids: Collection[int]) -> Permission:
    """To say where a passage stands whose words were changed: for the authors of what points at it, and moderators."""
    if not actor.is_signed_in:
        return SIGN_IN
    if actor.id not in author_ids and not can_moderate(actor, debate.id):
        return deny("Only the authors of what rests on these words, and moderators, can say where they stand.")
    return may_write(actor, debate, "place these words")
