"""Who may flag what and take that back, and confirm a warning: a part of app/permissions.py, by its length."""

from app.actor import Actor
from app.models import Action
from app.permission_parts import is_own, not_suspended, say_gone
from app.permission_terms import ALLOWED, SIGN_IN, DebateLike, DecisionLike, Item, Permission, deny


def can_flag(
    actor: Actor, debate: DebateLike, item: Item, *, is_from_essay: bool = False, is_hidden_by_program: bool = False
) -> Permission:
    """Also what former members have left. The essay’s own arguments stand as its host has named them."""
    if not actor.is_signed_in:
        return SIGN_IN
    if is_own(actor, item):
        return deny("This is your own: you can edit or withdraw it.")
    if item.author_id is None and is_from_essay:
        return deny("This is the essay’s own: write to the host.")
    if item.hidden_by_id is not None and is_hidden_by_program:
        return deny("Flags have hidden this automatically, until moderators decide about it.")
    if item.hidden_by_id is not None:
        return deny(f"{say_gone(item, 'this')} already.")
    return not_suspended(actor, debate.id)


def can_flag_person(actor: Actor, person_id: int) -> Permission:
    """To report a person rather than a text of theirs: for the name, or for what they are here for."""
    if not actor.is_signed_in:
        return SIGN_IN
    if person_id == actor.id:
        return deny("This is you.")
    return not_suspended(actor, None)


def can_withdraw_flag(actor: Actor) -> Permission:
    """One's own; the flag of somebody else cannot even be named."""
    return ALLOWED if actor.is_signed_in else SIGN_IN


def can_acknowledge(actor: Actor, decision: DecisionLike) -> Permission:
    """To confirm that one has read a warning: for whoever was warned, also while suspended."""
    if not actor.is_signed_in:
        return SIGN_IN
    if decision.action != Action.WARN:
        return deny("Only warnings are confirmed.")
    is_concerned = decision.concerned is not None and decision.concerned.id == actor.id
    return ALLOWED if is_concerned else deny("Only whoever was warned can confirm that they have read it.")
