"""Who may vote, take a stance, give credit and see what comes of it: a part of app/permissions.py, by its length."""

from app.actor import Actor
from app.models import DebateState
from app.permission_parts import is_open, is_own, may_write, not_suspended, refuse_edit, say_gone
from app.permission_terms import ALLOWED, SIGN_IN, DebateLike, EditableItem, Permission, WithdrawableItem, deny


def can_see_results(actor: Actor, debate: DebateLike, *, has_stance: bool) -> Permission:
    """How votes and stances stand. A debate may keep that from people until they have said where they stand.

    When it takes no stances any more, nobody is kept from its results.
    """
    if not debate.hides_results or has_stance or debate.state in (DebateState.LOCKED, DebateState.ARCHIVED):
        return ALLOWED
    return deny("This debate shows its results to people who have taken a stance on the motion.")


def can_vote_in(actor: Actor, debate: DebateLike) -> Permission:
    """Anywhere in the debate."""
    if not actor.is_signed_in:
        return SIGN_IN
    return not_suspended(actor, debate.id) and is_open(debate)


def can_vote(actor: Actor, debate: DebateLike, argument: WithdrawableItem) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if argument.hidden_by_id is not None:
        return deny(f"{say_gone(argument, 'this argument')}, so it takes no votes.")
    if argument.withdrawn_at is not None:
        return deny("Its author has withdrawn this argument, so it takes no votes.")
    if is_own(actor, argument):
        return deny("This is your own argument: others decide how it stands.")
    return can_vote_in(actor, debate)


def can_take_stance(actor: Actor, debate: DebateLike) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    return not_suspended(actor, debate.id) and is_open(debate)


def can_credit(actor: Actor, debate: DebateLike, argument: WithdrawableItem) -> Permission:
    """To say that an argument changed one's mind; withdrawn ones may have done so too."""
    if not actor.is_signed_in:
        return SIGN_IN
    if argument.hidden_by_id is not None:
        return deny(f"{say_gone(argument, 'this argument')}, so it takes no credits.")
    if is_own(actor, argument):
        return deny("This is your own argument: others can say whether it changed their minds.")
    return may_write(actor, debate, "add to this debate")


def can_edit_credit(actor: Actor, debate: DebateLike, credit: EditableItem) -> Permission:
    """To word it anew, or to give again what one has taken back."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not is_own(actor, credit):
        return deny("Only its author can edit a credit.")
    if (refusal := refuse_edit(credit, "your credit")) is not None:
        return refusal
    return may_write(actor, debate, "edit it")


def can_withdraw_credit(actor: Actor, debate: DebateLike) -> Permission:
    """One's own: the credit of somebody else cannot even be named. Possible even for those who may not write."""
    return is_open(debate) if actor.is_signed_in else SIGN_IN
