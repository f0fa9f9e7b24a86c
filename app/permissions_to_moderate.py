"""Who may moderate what, and whom. Everyone takes these rules from app/permissions.py."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, false, true
from sqlalchemy.orm import InstrumentedAttribute

from app.actor import Actor
from app.models import Action, Case, Role, SanctionKind
from app.permission_parts import hosts, is_own, not_suspended
from app.permission_terms import ALLOWED, SIGN_IN, DecisionLike, Item, Participant, Permission, Person, deny
from app.ranks import RANK, rank_of, rank_of_actor


def can_moderate(actor: Actor, debate_id: int) -> Permission:
    """To see the cases and hidden texts of this debate; what one may decide there is up to the rules below."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not (actor.is_site_staff or debate_id in actor.debate_roles):
        return deny("Only moderators of this debate can do this.")
    return not_suspended(actor, debate_id)


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """SQL twin of can_moderate."""
    return moderated(actor, Case.debate_id)


def moderated(actor: Actor, debate_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    suspended_in = [r.debate_id for r in actor.restrictions if r.kind == SanctionKind.SUSPEND]
    if not actor.is_signed_in or None in suspended_in:
        return false()
    granted = true() if actor.is_site_staff else debate_id.in_(list(actor.debate_roles))
    return and_(granted, debate_id.not_in(suspended_in)) if suspended_in else granted


def can_see_queue(actor: Actor) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if not (actor.is_site_staff or actor.debate_roles):
        return deny("Only moderators see the queue.")
    return not_suspended(actor, None)


def can_resolve_mark(actor: Actor, debate_id: int, marker_id: int | None) -> Permission:
    """A quality mark: whoever set it, and moderators. Its author resolves it by editing."""
    if actor.is_signed_in and actor.id == marker_id:
        return ALLOWED
    return can_moderate(actor, debate_id)


def can_set_hiding(actor: Actor, debate_id: int) -> Permission:
    """To switch hiding by score on or off in a debate, which its readers then live with."""
    if not (permission := can_moderate(actor, debate_id)):
        return permission
    return ALLOWED if hosts(actor, debate_id) else deny("Only hosts of this debate can switch this.")


def can_decide(actor: Actor, item: Item, author: Participant | None) -> Permission:
    """To decide on an item: hide, restore, dismiss. Nobody judges their own, or somebody of equal or higher role.

    Administrators decide about one another: nobody stands above them, and the case would stay open for ever.
    """
    if not (permission := can_moderate(actor, item.debate_id)):
        return permission
    if is_own(actor, item):
        return deny("This is your own: another moderator has to decide.")
    if author is None or actor.role == Role.ADMINISTRATOR or rank_of_actor(actor, item.debate_id) > rank_of(author):
        return ALLOWED
    return deny("Its author has the same role as you or a higher one: somebody with a higher role has to decide.")


def can_lock_thread(actor: Actor, debate_id: int) -> Permission:
    return can_moderate(actor, debate_id)


def can_reshape(actor: Actor, item: Item, author: Participant | None, other: Item | None = None) -> Permission:
    """To move an argument, or to merge it into another one: whoever may decide about it, unless the other is theirs.

    What comes below one's own argument, or adds its votes to it, is a quarrel of one's own.
    """
    if not (permission := can_decide(actor, item, author)):
        return permission
    if other is not None and is_own(actor, other):
        return deny("The other argument is your own: another moderator has to decide.")
    return ALLOWED


def can_undo(
    actor: Actor, decision: DecisionLike, item: Item | None, voters: Collection[Participant] = ()
) -> Permission:
    """To undo what was decided about an item, a person, or the votes of some: whoever may decide it, unless it is
    above them."""
    if not (permission := _can_make(actor, decision, item, voters)):
        return permission
    if decision.moderator is None or decision.moderator.id == actor.id:
        return ALLOWED
    if decision.concerned is not None and decision.concerned.id == actor.id:
        return deny("This decision is about you: another moderator has to undo it.")
    if rank_of_actor(actor, decision.debate_id) < rank_of(decision.moderator):
        return deny("Somebody with a higher role than yours made this decision.")
    return ALLOWED


def can_discount(
    actor: Actor, debate_id: int, author: Participant | None, voters: Collection[Participant]
) -> Permission:
    """To let votes of some people on an author's arguments not count: for nobody who is one of them, or below one.

    Both sides of the votes are judged, those who cast them and whom they were cast for.
    """
    if not (permission := can_moderate(actor, debate_id)):
        return permission
    people = [*voters, author] if author is not None else [*voters]
    if actor.id in [person.id for person in people]:
        return deny("These are votes of yours or on your arguments: another moderator has to decide.")
    if actor.role == Role.ADMINISTRATOR or all(rank_of_actor(actor, debate_id) > rank_of(each) for each in people):
        return ALLOWED
    return deny("One of these people has the same role as you or a higher one: somebody above them has to decide.")


def can_sanction(actor: Actor, person: Person) -> Permission:
    """To silence or suspend somebody on the site, and to lift it."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not actor.is_site_staff:
        return deny("Only moderators of the site can do this.")
    if person.id == actor.id:
        return deny("This is you.")
    if RANK[actor.role] <= RANK[person.role]:
        return deny("This person has the same or a higher role.")
    return not_suspended(actor, None)


def _can_make(actor: Actor, decision: DecisionLike, item: Item | None, voters: Collection[Participant]) -> Permission:
    if decision.action == Action.DISCOUNT and decision.debate_id is not None:
        return can_discount(actor, decision.debate_id, decision.concerned, voters)
    if item is None:
        gone = deny("This person has no account any more.")
        return can_sanction(actor, decision.concerned) if decision.concerned else gone
    if decision.action == Action.LOCK:
        return can_lock_thread(actor, item.debate_id)
    return can_decide(actor, item, decision.concerned)
