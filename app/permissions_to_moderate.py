"""Who may moderate what, and whom. Everyone takes these rules from app/permissions.py."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.actor import Actor
from app.models import Action, Case, Debate, DebateState, Role, SanctionKind
from app.permission_parts import is_own, not_suspended
from app.permission_terms import (
    SIGN_IN,
    Bench,
    DecisionLike,
    JudgedItem,
    Participant,
    Permission,
    Person,
    deny,
)
from app.permissions_to_appeal import is_of_whole_debate, is_role_on_site, is_stepping_down
from app.permissions_to_give_roles import can_change_role
from app.permissions_to_host import SWITCHES, can_switch
from app.permissions_to_judge import can_judge, judgeable
from app.ranks import RANK, rank_of, rank_of_actor

OF_WORDS = frozenset({Action.WATCH, Action.UNWATCH})


def can_moderate(actor: Actor, debate_id: int | None) -> Permission:
    """To see cases and hidden texts of this debate, or the site's (no debate); deciding is up to the rules below."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not (actor.is_site_staff or debate_id in actor.debate_roles):
        where = "this debate" if debate_id is not None else "the site"
        return deny(f"Only moderators of {where} can do this.")
    return not_suspended(actor, debate_id)


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """SQL twin of can_moderate, without the cases of removed debates: as these, administrators alone see them."""
    own = moderated(actor, Case.debate_id)
    return own if actor.role == Role.ADMINISTRATOR else and_(own, in_no_removed_debate(Case.debate_id))


def in_no_removed_debate(debate_id: ColumnElement[int] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """What has no debate stays."""
    debate = aliased(Debate)
    removed = select(debate.id).where(debate.state == DebateState.REMOVED)
    return or_(debate_id.is_(None), debate_id.not_in(removed))


def moderated(actor: Actor, debate_id: ColumnElement[int] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    suspended_in = [r.debate_id for r in actor.restrictions if r.kind == SanctionKind.SUSPEND]
    if not actor.is_signed_in or None in suspended_in:
        return false()
    granted = true() if actor.is_site_staff else debate_id.in_(list(actor.debate_roles))
    elsewhere = or_(debate_id.is_(None), debate_id.not_in(suspended_in))  # What has no debate is the whole site's.
    return and_(granted, elsewhere) if suspended_in else granted


def can_see_queue(actor: Actor) -> Permission:
    if not actor.is_signed_in:
        return SIGN_IN
    if not (actor.is_site_staff or actor.debate_roles):
        return deny("Only moderators see the queue.")
    return not_suspended(actor, None)


def can_practise(actor: Actor) -> Permission:
    """To decide known cases again, without effect."""
    return can_see_queue(actor)


def can_decide(actor: Actor, item: JudgedItem, author: Participant | None) -> Permission:
    """To decide on an item: hide, restore, dismiss. Nobody judges their own quarrel, or somebody of equal or higher
    role."""
    return _can_judge_in(actor, item.debate_id, author, item.bench)


def decidable(
    actor: Actor, debate_id: Any, author_id: Any, waiting_since: Any, case_id: Any = None
) -> ColumnElement[bool]:
    """SQL twin of can_decide, from the columns of an item's debate, its author, since when it waits, and its case."""
    return and_(moderated(actor, debate_id), judgeable(actor, debate_id, author_id, waiting_since, case_id))


def can_lock_thread(actor: Actor, thread: JudgedItem) -> Permission:
    """Whoever wrote in it does not matter, only who has argued in the debate."""
    return _can_judge_in(actor, thread.debate_id, None, thread.bench)


def _can_judge_in(actor: Actor, debate_id: int | None, concerned: Participant | None, bench: Bench) -> Permission:
    return can_moderate(actor, debate_id) and can_judge(actor, debate_id, concerned, bench)


def can_reshape(
    actor: Actor, item: JudgedItem, author: Participant | None, other: JudgedItem | None = None
) -> Permission:
    """To move an argument, or to merge it into another one: whoever may decide about it, unless the other is theirs.

    What comes below one's own argument, or adds its votes to it, is a quarrel of one's own.
    """
    if not (permission := can_decide(actor, item, author)):
        return permission
    if other is not None and is_own(actor, other):
        return deny("The other argument is your own: another moderator has to decide.")
    return permission


def can_take_use_away(actor: Actor, target: JudgedItem, author: Participant | None) -> Permission:
    """To take away from an argument a reply that `author` brought there from elsewhere."""
    if author is not None and author.id == actor.id:
        return deny("You brought it here yourself: take it back, which needs no decision.")
    return _can_judge_in(actor, target.debate_id, author, target.bench)


def can_undo(
    actor: Actor, decision: DecisionLike, item: JudgedItem | None, voters: Collection[Participant] = ()
) -> Permission:
    """To undo what was decided about an item, a person, or the votes of some: whoever may decide it, unless it is
    above them."""
    if actor.is_signed_in and is_role_on_site(decision):
        return deny("Roles on the whole site are given and taken on the server, by whoever runs it.")
    if actor.is_signed_in and is_stepping_down(decision):
        return deny("They stepped down themselves, which nobody undoes: they can be invited again.")
    if not (permission := _can_make(actor, decision, item, voters, decision.bench)):
        return permission
    return permission if _is_maker(actor, decision) else _not_above(actor, decision, permission)


def can_undo_some(actor: Actor, made: Collection[tuple[DecisionLike, JudgedItem | None]]) -> Permission:
    """Of decisions that were made together, to undo those that one may undo, if there are any."""
    if not (permission := can_see_queue(actor)):
        return permission
    each = [can_undo(actor, decision, item) for decision, item in made]
    refused = deny("There is nothing that you could undo here.")
    return next((permission for permission in each if permission), each[0] if each else refused)


def _is_maker(actor: Actor, decision: DecisionLike) -> bool:
    return decision.moderator is None or decision.moderator.id == actor.id


def _not_above(actor: Actor, decision: DecisionLike, permission: Permission) -> Permission:
    if decision.concerned is not None and decision.concerned.id == actor.id:
        return deny("This decision is about you: another moderator has to undo it.")
    if decision.moderator and rank_of_actor(actor, decision.debate_id) < rank_of(decision.moderator):
        return deny("Somebody with a higher role than yours made this decision.")
    return permission


def can_answer_appeal(
    actor: Actor,
    decision: DecisionLike,
    item: JudgedItem | None,
    voters: Collection[Participant],
    appellant_id: int | None,
) -> Permission:
    """Whoever could undo the decision, but neither who made or proposed it, nor who flagged what it is about (both
    stand in its bench: see answered_by), nor who appeals."""
    others = [appellant_id] if appellant_id is not None else []
    bench = answered_by(decision, decision.bench)
    if not (permission := _can_make(actor, decision, item, voters, bench, decision.moderator, others)):
        return permission
    return permission if _is_maker(actor, decision) else _not_above(actor, decision, permission)


def answered_by(decision: DecisionLike, bench: Bench, flagged: Collection[int] = ()) -> Bench:
    """The bench for an appeal against a decision: who made it, and who flagged, leave the answer to others."""
    made = (decision.moderator.id if decision.moderator else None, decision.proposer_id)
    acted = bench.acted.union(id for id in made if id is not None)
    return replace(bench, acted=acted, flagged=bench.flagged.union(flagged))


def can_discount(
    actor: Actor, debate_id: int, author: Participant | None, voters: Collection[Participant], bench: Bench
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
        return can_judge(actor, debate_id, author, bench)
    return deny("One of these people has the same role as you or a higher one: somebody above them has to decide.")


def can_take_measures(actor: Actor, debate_id: int, bench: Bench) -> Permission:
    """To lock a debate, to slow it, or to change which words are watched in it: by any of these somebody who has argued
    there could silence the other side."""
    return _can_judge_in(actor, debate_id, None, bench)


def can_remove_debate(actor: Actor, debate_id: int, bench: Bench) -> Permission:
    """A debate belongs to many: those who moderate it alone lock it, so they are nobody to wait for."""
    if actor.is_signed_in and not actor.is_site_staff:
        return deny("Only moderators of the site can remove a debate.")
    return _can_judge_in(actor, debate_id, None, bench.of_site())


def can_restrict_in(actor: Actor, debate_id: int, person: Participant, bench: Bench) -> Permission:
    """To warn, silence or suspend somebody in one debate."""
    return _can_judge_in(actor, debate_id, person, bench)


def can_see_proposals(actor: Actor) -> Permission:
    """To read what needs two moderators."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not actor.is_site_staff:
        return deny("Only moderators of the site can do this.")
    return not_suspended(actor, None)


def can_sanction(actor: Actor, person: Person) -> Permission:
    """To warn, restrict or rename somebody on the site, and to undo that; can_judge says whether it is a quarrel."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not actor.is_site_staff:
        return deny("Only moderators of the site can do this.")
    if person.id == actor.id:
        return deny("This is you.")
    if RANK[actor.role] <= RANK[person.role]:
        return deny("This person has the same or a higher role.")
    return not_suspended(actor, None)


def _can_make(
    actor: Actor,
    decision: DecisionLike,
    item: JudgedItem | None,
    voters: Collection[Participant],
    bench: Bench,
    decider: Participant | None = None,
    others: Sequence[int] = (),
) -> Permission:
    """Whether somebody may decide anew what was decided; on an appeal, as another person than decided."""
    if decision.action in SWITCHES and decision.debate_id is not None:
        return can_switch(actor, decision.debate_id, bench)
    if decision.action in OF_WORDS:
        place = decision.debate_id
        return can_see_proposals(actor) if place is None else can_take_measures(actor, place, bench)
    concerned = None if decision.action in (Action.LOCK, Action.SLOW) else decision.concerned
    is_removal = decision.action == Action.REMOVE_DEBATE
    bench = bench.of_site() if is_removal else bench
    judged = can_judge(actor, decision.debate_id, concerned, bench, decider=decider, others=others)
    if decision.action == Action.DISCOUNT and decision.debate_id is not None:
        return can_discount(actor, decision.debate_id, concerned, voters, bench) and judged
    if item is None and decision.debate_id is not None and is_of_whole_debate(decision):
        allowed = can_remove_debate if is_removal else can_take_measures
        return allowed(actor, decision.debate_id, bench) and judged
    if decision.action == Action.CHANGE_ROLE and decision.debate_id is not None and concerned is not None:
        return can_change_role(actor, decision.debate_id, concerned, bench, others=others)
    if item is None and concerned is None:
        return deny("This person has no account any more.")
    if item is None and decision.debate_id is not None:
        return can_moderate(actor, decision.debate_id) and judged
    if item is None and concerned is not None:
        return can_sanction(actor, concerned) and judged
    assert item is not None
    if decision.action in (Action.MOVE, Action.MERGE) and actor.id in [other.id for other in voters]:
        return deny("The other argument is your own: another moderator has to decide.")
    return can_moderate(actor, item.debate_id) and judged
