"""Who may do what. Every rule is here, beside its SQL twin where lists need one.

A rule answers with a Permission: true, or false with the reason that the person is shown.
"""

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from app.actor import Actor
from app.errors import Forbidden, SignInNeeded
from app.models import Action, Annotation, Argument, Case, Debate, DebateRoleKind, DebateState, Role, SanctionKind
from app.permission_terms import (
    ALLOWED,
    SIGN_IN,
    DebateLike,
    DecisionLike,
    Item,
    Participant,
    Permission,
    Person,
    WithdrawableItem,
    deny,
)
from app.ranks import RANK, rank_of, rank_of_actor


def require(permission: Permission) -> None:
    """Refuse the request unless the rule allows it."""
    if permission.needs_sign_in:
        raise SignInNeeded(permission.reason)
    if not permission:
        raise Forbidden(permission.reason, permission.decision_id)


# Seeing


def can_see_debate(actor: Actor, debate: DebateLike) -> Permission:
    if debate.state != DebateState.DRAFT or _hosts(actor, debate.id):
        return ALLOWED
    return deny("This debate has not been opened yet.")


def visible_debates(actor: Actor) -> ColumnElement[bool]:
    if actor.role == Role.ADMINISTRATOR:
        return true()
    hosted = [id for id, kind in actor.debate_roles.items() if kind == DebateRoleKind.HOST]
    return or_(Debate.state != DebateState.DRAFT, Debate.id.in_(hosted) if hosted else false())


def can_see_text(actor: Actor, item: Item) -> Permission:
    """Whether the words of an argument or annotation are shown, or a notice that moderators hid them."""
    if item.hidden_by_id is None or _is_own(actor, item) or can_moderate(actor, item.debate_id):
        return ALLOWED
    return deny("Moderators have hidden this.")


def visible_arguments(actor: Actor) -> ColumnElement[bool]:
    """SQL twin of can_see_text for arguments."""
    return _visible_items(actor, Argument)


def visible_annotations(actor: Actor) -> ColumnElement[bool]:
    """SQL twin of can_see_text for annotations."""
    return _visible_items(actor, Annotation)


def _visible_items(actor: Actor, kind: type[Argument] | type[Annotation]) -> ColumnElement[bool]:
    return or_(
        kind.hidden_by_id.is_(None),
        kind.author_id == actor.id if actor.is_signed_in else false(),
        _moderated(actor, kind.debate_id),
    )


# Writing


def can_argue(actor: Actor, debate: DebateLike) -> Permission:
    """To post an argument or an annotation of one's own anywhere in the debate."""
    return _can_write(actor, debate, "add to this debate")


def can_reply(actor: Actor, debate: DebateLike, parent: WithdrawableItem, is_thread_locked: bool) -> Permission:
    if parent.hidden_by_id is not None:
        return deny("Moderators have hidden this argument, so it takes no replies.")
    if is_thread_locked:
        return deny("Moderators have locked this thread: it can be read, but takes no new replies.")
    return can_argue(actor, debate)


def can_annotate(actor: Actor, debate: DebateLike) -> Permission:
    return can_argue(actor, debate)


def can_edit_argument(
    actor: Actor, debate: DebateLike, argument: WithdrawableItem, is_thread_locked: bool
) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if not _is_own(actor, argument):
        return deny("Only its author can edit an argument.")
    if argument.hidden_by_id is not None:
        return deny("Moderators have hidden this argument: it cannot be edited until it is restored.")
    if argument.withdrawn_at is not None:
        return deny("You have withdrawn this argument: it stays as it was.")
    if is_thread_locked:
        return deny("Moderators have locked this thread: nothing in it can be changed.")
    return _can_write(actor, debate, "edit it")


def can_withdraw(actor: Actor, debate: DebateLike, item: WithdrawableItem) -> Permission:
    """An argument or an annotation of one's own; withdrawing is possible even for those who may not write."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not _is_own(actor, item):
        return deny("Only its author can withdraw it.")
    if item.withdrawn_at is not None:
        return deny("It is withdrawn already.")
    return _is_open(debate)


def can_vote(actor: Actor, debate: DebateLike, argument: WithdrawableItem) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if argument.hidden_by_id is not None:
        return deny("Moderators have hidden this argument, so it takes no votes.")
    if argument.withdrawn_at is not None:
        return deny("Its author has withdrawn this argument, so it takes no votes.")
    if _is_own(actor, argument):
        return deny("This is your own argument: others decide how it stands.")
    return _not_suspended(actor, debate.id) and _is_open(debate)


def can_take_stance(actor: Actor, debate: DebateLike) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    return _not_suspended(actor, debate.id) and _is_open(debate)


def can_flag(actor: Actor, debate: DebateLike, item: Item) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if _is_own(actor, item):
        return deny("This is your own: you can edit or withdraw it.")
    if item.author_id is None:
        return deny("This comes from the essay: answer it with a rebuttal, or write to the host.")
    if item.hidden_by_id is not None:
        return deny("Moderators have hidden this already.")
    return _not_suspended(actor, debate.id)


def can_withdraw_flag(actor: Actor) -> Permission:
    """One's own; the flag of somebody else cannot even be named."""
    return ALLOWED if actor.is_signed_in else SIGN_IN


# Moderating


def can_moderate(actor: Actor, debate_id: int) -> Permission:
    """To see the cases and hidden texts of this debate; what one may decide there is up to the rules below."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not (actor.is_site_staff or debate_id in actor.debate_roles):
        return deny("Only moderators of this debate can do this.")
    return _not_suspended(actor, debate_id)


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """SQL twin of can_moderate."""
    return _moderated(actor, Case.debate_id)


def _moderated(actor: Actor, debate_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
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
    return _not_suspended(actor, None)


def can_decide(actor: Actor, item: Item, author: Participant | None) -> Permission:
    """To decide on an item: hide, restore, dismiss. Nobody judges their own, or somebody of equal or higher role.

    Administrators decide about one another: nobody stands above them, and the case would stay open for ever.
    """
    if not (permission := can_moderate(actor, item.debate_id)):
        return permission
    if _is_own(actor, item):
        return deny("This is your own: another moderator has to decide.")
    if author is None or actor.role == Role.ADMINISTRATOR or rank_of_actor(actor, item.debate_id) > rank_of(author):
        return ALLOWED
    return deny("Its author has the same role as you or a higher one: somebody with a higher role has to decide.")


def can_lock_thread(actor: Actor, debate_id: int) -> Permission:
    return can_moderate(actor, debate_id)


def can_undo(actor: Actor, decision: DecisionLike, item: Item | None) -> Permission:
    """To undo what was decided about an item, or about a person: whoever may decide it, unless it is above them."""
    if not (permission := _can_make(actor, decision, item)):
        return permission
    if decision.moderator is None or decision.moderator.id == actor.id:
        return ALLOWED
    if decision.concerned is not None and decision.concerned.id == actor.id:
        return deny("This decision is about you: another moderator has to undo it.")
    if rank_of_actor(actor, item.debate_id if item else None) < rank_of(decision.moderator):
        return deny("Somebody with a higher role than yours made this decision.")
    return ALLOWED


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
    return _not_suspended(actor, None)


def can_administer(actor: Actor) -> Permission:
    if actor.role == Role.ADMINISTRATOR:
        return ALLOWED
    return deny("Only administrators can do this.") if actor.is_signed_in else SIGN_IN


def can_come_and_go(actor: Actor) -> Permission:
    """To sign up, in and out and to follow a one-time link: open to everyone, also to change accounts."""
    return ALLOWED


def can_manage_own_account(actor: Actor) -> Permission:
    return ALLOWED if actor.is_signed_in else SIGN_IN


def can_change_name(actor: Actor) -> Permission:
    """The name shown stands beside everything that one wrote, so changing it is more than reading."""
    return _not_suspended(actor, None) if actor.is_signed_in else SIGN_IN


# Parts of rules


def _can_make(actor: Actor, decision: DecisionLike, item: Item | None) -> Permission:
    if item is None:
        gone = deny("This person has no account any more.")
        return can_sanction(actor, decision.concerned) if decision.concerned else gone
    if decision.action == Action.LOCK:
        return can_lock_thread(actor, item.debate_id)
    return can_decide(actor, item, decision.concerned)


def _is_own(actor: Actor, item: Item) -> bool:
    return actor.is_signed_in and item.author_id == actor.id


def _hosts(actor: Actor, debate_id: int) -> bool:
    return actor.role == Role.ADMINISTRATOR or actor.debate_roles.get(debate_id) == DebateRoleKind.HOST


def _can_write(actor: Actor, debate: DebateLike, act: str) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if silence := actor.restriction(SanctionKind.SILENCE, debate.id):
        until = f"{silence.until:%-d %B %Y, %H:%M} UTC"
        return deny(f"Moderators have silenced you until {until}, so you cannot {act}.", silence.decision_id)
    return _not_suspended(actor, debate.id) and _is_open(debate)


def _not_suspended(actor: Actor, debate_id: int | None) -> Permission:
    if suspension := actor.restriction(SanctionKind.SUSPEND, debate_id):
        until = f"{suspension.until:%-d %B %Y, %H:%M} UTC"
        return deny(f"Your account is suspended until {until}: you can only read.", suspension.decision_id)
    return ALLOWED


def _is_open(debate: DebateLike) -> Permission:
    return {
        DebateState.OPEN: ALLOWED,
        DebateState.DRAFT: deny("This debate has not been opened yet."),
        DebateState.LOCKED: deny("This debate is locked: it can be read, but nothing can be added."),
        DebateState.ARCHIVED: deny("This debate is archived: it can be read, but nothing can be added."),
    }[debate.state]
