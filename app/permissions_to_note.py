"""Who reads and writes what moderators say to each other about a case: a part of app/permissions.py, by its length."""

from app.actor import Actor
from app.permission_parts import is_own
from app.permission_terms import Item, JudgedItem, Participant, Permission, deny
from app.permissions_to_judge import find_interest
from app.permissions_to_moderate import can_decide, can_moderate


def can_note(actor: Actor, item: JudgedItem, author: Participant | None) -> Permission:
    """To write to the other moderators about a case, or hand it to one of them: that sways who decides."""
    judged = can_decide(actor, item, author)
    if judged or find_interest(actor, [item.author_id], item.bench) is None:
        return can_moderate(actor, item.debate_id)
    return judged


def can_see_reporters(actor: Actor, item: Item) -> Permission:
    """Who flagged it, and what moderators say to each other about it: not for whom it is about."""
    if is_own(actor, item):
        return deny("This is your own, so who flagged it and what other moderators note stays between them.")
    return can_moderate(actor, item.debate_id)
