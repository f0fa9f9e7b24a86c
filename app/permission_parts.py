"""What several rules of app/permissions.py are made of."""

from dataclasses import replace

from app.actor import Actor, Restriction
from app.models import DebateRoleKind, DebateState, Role, SanctionKind
from app.permission_terms import ALLOWED, SIGN_IN, DebateLike, EditableItem, Item, Permission, deny
from app.taken import say_taken, what_was_done

GIVEN_UP = "Moderators have asked you to change this, and are told within the hour where you cannot."


def is_own(actor: Actor, item: Item) -> bool:
    return actor.is_signed_in and item.author_id == actor.id


def gone(item: Item) -> str:
    """What was done to a text that readers do not have, in a word."""
    return what_was_done(item.removed_under)


def say_gone(item: Item, noun: str) -> str:
    """As the beginning of a sentence."""
    return say_taken(noun, item.removed_under)


def refuse_edit(item: EditableItem, noun: str) -> Permission | None:
    """Of what is hidden only that can be worded anew which moderators hid until its author has."""
    if item.hidden_by_id is None or item.hidden_by_id == item.edit_asked_id:
        return None
    until = "" if item.removed_under is not None else " until it is restored"
    return deny(f"{say_gone(item, noun)}: it cannot be edited{until}.", item.hidden_by_id)


def hosts(actor: Actor, debate_id: int | None) -> bool:
    hosted = [id for id, kind in actor.debate_roles.items() if kind == DebateRoleKind.HOST]
    return actor.role == Role.ADMINISTRATOR or debate_id in hosted


def may_write(actor: Actor, debate: DebateLike, act: str) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if silence := actor.restriction(SanctionKind.SILENCE, debate.id):
        return deny(f"Moderators have silenced you {holds(silence)}, so you cannot {act}.", silence.decision_id)
    return not_suspended(actor, debate.id) and is_open(debate)


def or_is_given_up(permission: Permission, item: EditableItem) -> Permission:
    """Where its author cannot change what moderators ask them to: what becomes of that. By `remind_of_overdue`."""
    if permission or item.edit_asked_id is None:
        return permission
    return replace(permission, reason=f"{permission.reason} {GIVEN_UP}")


def not_suspended(actor: Actor, debate_id: int | None) -> Permission:
    if suspension := actor.restriction(SanctionKind.SUSPEND, debate_id):
        account, here = ("Your account is", "") if suspension.debate_id is None else ("You are", "here ")
        reason = f"{account} suspended {holds(suspension)}: {here}you can only read."
        return deny(reason, suspension.decision_id)
    return ALLOWED


def holds(restriction: Restriction) -> str:
    """Where and how long."""
    until = f"until {restriction.until:%-d %B %Y, %H:%M} UTC"
    return until if restriction.debate_id is None else f"in this debate {until}"


def is_open(debate: DebateLike) -> Permission:
    return {
        DebateState.OPEN: ALLOWED,
        DebateState.DRAFT: deny("This debate has not been opened yet."),
        DebateState.LOCKED: deny("This debate is locked: it can be read, but nothing can be added."),
        DebateState.ARCHIVED: deny("This debate is archived: it can be read, but nothing can be added."),
        DebateState.REMOVED: deny("Moderators have removed this debate."),
    }[debate.state]
