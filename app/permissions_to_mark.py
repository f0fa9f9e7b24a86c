"""Who may say what could be better about an argument, and end that: a part of app/permissions.py, by its length."""

from app.actor import Actor
from app.permission_parts import is_own, may_write, say_gone
from app.permission_terms import ALLOWED, SIGN_IN, DebateLike, Permission, WithdrawableItem, deny


def can_mark(actor: Actor, debate: DebateLike, argument: WithdrawableItem) -> Permission:
    """To say what could be better about somebody else's argument."""
    if not actor.is_signed_in:
        return SIGN_IN
    if is_own(actor, argument):
        return deny("This is your own: you can edit it.")
    if argument.author_id is None:
        return deny("Its author has no account here, so nobody would mend it: reply instead.")
    if argument.hidden_by_id is not None:
        return deny(f"{say_gone(argument, 'this')}.")
    if argument.withdrawn_at is not None:
        return deny("Its author has withdrawn this: it stays as it was.")
    return may_write(actor, debate, "mark it")


def can_take_mark_back(actor: Actor, marker_id: int | None) -> Permission:
    """A quality mark of one's own. Others' marks moderators take away by a decision."""
    if not actor.is_signed_in:
        return SIGN_IN
    return ALLOWED if actor.id == marker_id else deny("Only whoever set a mark takes it back.")
