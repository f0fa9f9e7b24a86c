"""Who may say what is watched and what waits. Everyone takes these rules from app/permissions.py."""

from app.actor import Actor
from app.models import SanctionKind
from app.permission_parts import holds, is_open, not_suspended
from app.permission_terms import ALLOWED, SIGN_IN, Bench, DebateLike, Permission, WaitingPost, deny
from app.permissions_to_judge import can_judge
from app.permissions_to_moderate import can_moderate


def can_guard_site(actor: Actor) -> Permission:
    """To watch words on the whole site."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not actor.is_site_staff:
        return deny("Only moderators of the site can do this.")
    return not_suspended(actor, None)


def can_guard_debate(actor: Actor, debate_id: int) -> Permission:
    """To see which words are watched in a debate and try a text on them; can_take_measures changes them."""
    return can_moderate(actor, debate_id)


def can_see_waiting(actor: Actor, post: WaitingPost) -> Permission:
    """A post that waits, or that was not let stand: for its author and for moderators."""
    if not actor.is_signed_in:
        return SIGN_IN
    return ALLOWED if post.author_id == actor.id else can_moderate(actor, post.debate_id)


def can_change_waiting(actor: Actor, debate: DebateLike, post: WaitingPost) -> Permission:
    """To word a post anew that waits or was declined. It is read again, so this is open to everybody whose it is."""
    if not actor.is_signed_in:
        return SIGN_IN
    if post.author_id != actor.id:
        return deny("Only its author can change it.")
    if post.withdrawn_at is not None or post.is_released:
        return deny("It does not wait any more.")
    return not_suspended(actor, debate.id) and is_open(debate)


def can_withdraw_waiting(actor: Actor, post: WaitingPost) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if post.author_id != actor.id:
        return deny("Only its author can withdraw it.")
    return ALLOWED if not post.is_released else deny("It stands already: withdraw it there.")


def can_decide_waiting(actor: Actor, post: WaitingPost, bench: Bench) -> Permission:
    """To release or decline it. Nobody decides about their own, or in a debate in which they have argued."""
    if not (permission := can_moderate(actor, post.debate_id)):
        return permission
    if post.author_id == actor.id:
        return deny("This is your own: another moderator has to decide.")
    if post.withdrawn_at is not None:
        return deny("Its author has withdrawn it.")
    return can_judge(actor, post.debate_id, None, bench)


def can_be_posted(author: Actor, debate_id: int) -> Permission:
    """What waited is posted as if its author did at that moment: not while they may not write there."""
    for kind, word in ((SanctionKind.SUSPEND, "suspended"), (SanctionKind.SILENCE, "silenced")):
        if restriction := author.restriction(kind, debate_id):
            reason = f"Its author is {word} {holds(restriction)}, so it cannot be posted now."
            return deny(reason, restriction.decision_id)
    return ALLOWED
