"""Nobody judges their own quarrel: who leaves a decision to somebody else, as a rule and as its SQL twin.

An interest keeps a moderator out while anybody else is free to decide. Where nobody is, the wait of
SOLE_MODERATOR_WAITS has to pass, and the decision says in spite of what it was made.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select, true, union
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.models import DebateRole, DebateRoleKind, Role, Sanction, SanctionKind, Stake, User
from app.permission_terms import ALLOWED, Bench, Judge, Participant, Permission, deny
from app.quarrels import Column, argued_there, exists_of, has_answered, has_flagged, is_interested, was_overturned
from app.ranks import DEBATE_RANK, RANK, rank_of, rank_of_actor

HOST = DebateRoleKind.HOST
SOLE_MODERATOR_WAITS = timedelta(hours=24)  # Time to sleep over it, and to ask somebody else to moderate.
REASONS = {
    Stake.OWN: "This is your own",
    Stake.ARGUED: "You have argued here",
    Stake.ANSWERED: "You and this person have answered each other’s notes here",
    Stake.FLAGGED: "You have flagged this yourself",
    Stake.OVERTURNED: "An appeal has overturned what you decided about this",
    Stake.ACTED: "You made the decision that is appealed against, or proposed it",
}
IN_THE_LOG = "the log will say so"
ARGUED_WITH = "You have argued with this person"
TOO_HIGH = "Its author has the same role as you or a higher one: somebody with a higher role has to decide."


def find_interest(actor: Actor, concerned_ids: Sequence[int | None], bench: Bench) -> Stake | None:
    """What makes it this person's own quarrel."""
    if actor.id in concerned_ids:
        return Stake.OWN
    if actor.id in bench.acted:
        return Stake.ACTED
    if actor.id in bench.flagged:
        return Stake.FLAGGED
    return next((judge.interest for judge in bench.judges if judge.id == actor.id), None)


def can_judge(
    actor: Actor,
    debate_id: int | None,
    concerned: Participant | None,
    bench: Bench,
    *,
    decider: Participant | None = None,
    others: Sequence[int] = (),
) -> Permission:
    """To decide about somebody, or about what they wrote; `others` have a stake in it too, as who appeals has. On an
    appeal, nobody below `decider` could undo the decision.

    Administrators decide about one another: nobody stands above them, and the case would stay open for ever.
    """
    concerned_ids = [concerned.id if concerned else None, *others]
    interest = find_interest(actor, concerned_ids, bench)
    if interest != Stake.OWN and not _outranks(rank_of_actor(actor, debate_id), concerned):
        return deny(TOO_HIGH)
    if interest is None:
        return ALLOWED
    reason = ARGUED_WITH if interest == Stake.ARGUED and debate_id is None else REASONS[interest]
    outside = {actor.id, *bench.acted, *bench.flagged, *concerned_ids}
    if any(_is_free(judge, concerned, decider) for judge in bench.judges if judge.id not in outside):
        return deny(f"{reason}: another moderator has to decide.", interest=interest)
    return may_alone(interest, reason, bench)


def could_judge(judge: Judge, debate_id: int | None, concerned: Participant | None, bench: Bench) -> Permission:
    """The same rule of somebody else than who acts: to whom a case can be handed."""
    kind = HOST if judge.is_host else DebateRoleKind.MODERATOR
    roles = {debate_id: kind} if judge.is_debate_staff and debate_id is not None else {}
    return can_judge(Actor(id=judge.id, role=judge.role, debate_roles=roles), debate_id, concerned, bench)


def may_alone(interest: Stake, reason: str, bench: Bench, said: str = IN_THE_LOG) -> Permission:
    """In one's own quarrel, where nobody else is free to decide."""
    if datetime.now(UTC) < (from_then := bench.waiting_since + SOLE_MODERATOR_WAITS):
        until = f"{from_then:%-d %B %Y, %H:%M} UTC"
        alone = f"Nobody else can decide, so you can from {until}; {said}."
        return deny(f"{reason}. {alone}", interest=interest)
    return Permission(True, interest=interest)


def can_still_decide(
    person_id: int | None, concerned: Participant | None, bench: Bench, *, is_of_site: bool
) -> Permission:
    """Whether who proposed a decision still moderates there, stands above whom it is about, and is in no quarrel of
    their own that somebody else could settle."""
    judge = next((each for each in bench.judges if each.id == person_id), None)
    if judge is None or (is_of_site and judge.role == Role.MEMBER):
        return deny("Who proposed it does not moderate any more, or is suspended.")
    if not _outranks(rank_of(judge), concerned) or (concerned is not None and concerned.id == judge.id):
        return deny(TOO_HIGH)
    others = [each for each in bench.judges if each.id != judge.id and (concerned is None or each.id != concerned.id)]
    if judge.interest and any(_is_free(each, concerned, None) for each in others):
        return deny("Who proposed it is in a quarrel of their own since.")
    return ALLOWED


def _is_free(judge: Judge, concerned: Participant | None, decider: Participant | None) -> bool:
    rank = rank_of(judge)
    return judge.interest is None and _outranks(rank, concerned) and (decider is None or rank >= rank_of(decider))


def _outranks(rank: int, concerned: Participant | None) -> bool:
    return concerned is None or rank == RANK[Role.ADMINISTRATOR] or rank > rank_of(concerned)


class AsIf(NamedTuple):
    """How it will be when a decision is undone: a suspension by it does not count, a role in this debate does."""

    undone_id: int | None = None
    role_in: int | None = None


NOW = AsIf()


def judgeable(
    actor: Actor, debate_id: Column, concerned_id: Column, waiting_since: Column, case_id: Column | None = None
) -> ColumnElement[bool]:
    """SQL twin of can_judge for what moderators decide about: columns that name the debate, whom it is about (or
    nobody), since when it waits, and its case."""
    rank = _concerned_rank(concerned_id, debate_id)
    is_own = concerned_id.is_not_distinct_from(literal(actor.id))
    own_rank = func.greatest(RANK[actor.role], case((debate_id.in_(list(actor.debate_roles)), DEBATE_RANK), else_=0))
    outranks = true() if actor.role == Role.ADMINISTRATOR else own_rank > rank
    may_alone = and_(
        ~_free_exists(actor, debate_id, concerned_id, rank, case_id), waiting_since <= func.now() - SOLE_MODERATOR_WAITS
    )
    interested = is_interested(literal(actor.id), debate_id, concerned_id, case_id)
    return and_(or_(is_own, outranks), or_(~or_(is_own, interested), may_alone))


def judges_of(
    debate_id: Column,
    concerned_id: Column | None = None,
    case_id: Column | None = None,
    decided_case_id: Column | None = None,
) -> ColumnElement[Any]:
    """Everybody who could decide in this debate, as JSON for Bench.of; on the whole site, where it is none. Of what
    may have no open case, `decided_case_id` is its last one.

    There one has argued who has argued with the person concerned, in whatever debate: else what nobody may do to an
    opponent in their debate could be done everywhere at once.
    """
    judge = aliased(User)
    is_staff = _is_debate_staff(judge.id, debate_id)
    argued = argued_there(judge.id, debate_id, concerned_id)
    is_host = _is_debate_staff(judge.id, debate_id, HOST)
    answered = false() if concerned_id is None else has_answered(judge.id, concerned_id, debate_id)
    flagged = has_flagged(judge.id, case_id)
    overturned = was_overturned(judge.id, case_id if decided_case_id is None else decided_case_id)
    row = func.jsonb_build_array(judge.id, judge.role, is_staff, argued, is_host, answered, flagged, overturned)
    judges = select(func.jsonb_agg(row)).where(*_are_judges(judge, debate_id))
    return judges.correlate_except(judge).scalar_subquery()


def _are_judges(judge: type[User], debate_id: Column, then: AsIf = NOW) -> list[ColumnElement[bool]]:
    staff = select(User.id).where(User.role != Role.MEMBER)
    of_debate = select(DebateRole.user_id).where(DebateRole.debate_id == debate_id).correlate_except(DebateRole)
    suspended = exists_of(
        Sanction, Sanction.user_id == judge.id, Sanction.kind == SanctionKind.SUSPEND, Sanction.lifted_at.is_(None),
        Sanction.until > func.now(), or_(Sanction.debate_id.is_(None), Sanction.debate_id == debate_id),
        true() if then.undone_id is None else Sanction.decision_id != then.undone_id,
    )  # fmt: skip
    return [or_(judge.id.in_(union(staff, of_debate)), _gives_role(then, debate_id)), ~suspended]


def _gives_role(then: AsIf, debate_id: Column) -> ColumnElement[bool]:
    return false() if then.role_in is None else debate_id == then.role_in


def is_judge(person_id: Column, debate_id: Column) -> ColumnElement[bool]:
    """Whether somebody moderates there now."""
    judge = aliased(User)
    return exists_of(judge, judge.id == person_id, *_are_judges(judge, debate_id))


def is_free_judge(
    person_id: Column, debate_id: Column, concerned_id: Column, case_id: Column | None = None, then: AsIf = NOW
) -> ColumnElement[bool]:
    """Whether somebody could decide there about this person, and has no quarrel that keeps them from it."""
    judge = aliased(User)
    rank = _concerned_rank(concerned_id, debate_id)
    return exists_of(judge, judge.id == person_id, *_are_free(judge, debate_id, concerned_id, rank, case_id, then))


def _free_exists(
    actor: Actor, debate_id: Column, concerned_id: Column, rank: Column, case_id: Column | None
) -> ColumnElement[bool]:
    judge = aliased(User)
    return exists_of(judge, judge.id != actor.id, *_are_free(judge, debate_id, concerned_id, rank, case_id))


def _are_free(
    judge: type[User], debate_id: Column, concerned_id: Column, rank: Column, case_id: Column | None, then: AsIf = NOW
) -> list[ColumnElement[bool]]:
    return [
        *_are_judges(judge, debate_id, then),
        judge.id.is_distinct_from(concerned_id),
        ~is_interested(judge.id, debate_id, concerned_id, case_id),
        or_(judge.role == Role.ADMINISTRATOR, _rank(judge, debate_id, then) > rank),
    ]


def _concerned_rank(concerned_id: Column, debate_id: Column) -> ColumnElement[int]:
    """Of nobody it is below everybody's."""
    person = aliased(User)
    ranked = select(_rank(person, debate_id)).where(person.id == concerned_id)
    return func.coalesce(ranked.correlate_except(person).scalar_subquery(), -1)


def _rank(person: type[User], debate_id: Column, then: AsIf = NOW) -> ColumnElement[int]:
    ranks = case({role.value: rank for role, rank in RANK.items()}, value=person.role)
    is_staff = or_(_is_debate_staff(person.id, debate_id), _gives_role(then, debate_id))
    return func.greatest(ranks, case((is_staff, DEBATE_RANK), else_=0))


def _is_debate_staff(person_id: Column, debate_id: Column, kind: DebateRoleKind | None = None) -> ColumnElement[bool]:
    role = aliased(DebateRole)
    is_kind = true() if kind is None else role.kind == kind
    return exists_of(role, role.user_id == person_id, role.debate_id == debate_id, is_kind)
