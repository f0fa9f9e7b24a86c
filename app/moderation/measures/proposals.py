"""Decisions that two moderators make: one proposes, another one confirms within a week, or turns it down."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict, NotFound
from app.models import Action, Debate, DebateRole, DebateState, Decision, NotificationKind, Proposal, User
from app.moderation.forms import RestrictionForm
from app.moderation.items import Participant, make_participant
from app.moderation.measures.commands import lock_debate_row, remove_debate, restrict_in_debate
from app.moderation.measures.forms import DebateForm, PersonForm, RefusalForm
from app.moderation.measures.targets import (
    DebateTarget,
    find_person_target,
    of_debate,
    of_person,
    of_site,
    refuse_stale,
)
from app.moderation.sanction_commands import restrict_person
from app.notifications.commands import notify, notify_all
from app.permission_terms import Bench, Permission
from app.permissions import (
    can_confirm,
    can_see_proposal,
    can_see_proposals,
    in_no_removed_debate,
    visible_debates,
    who_could_confirm,
)
from app.permissions_to_judge import can_still_decide, judges_of
from app.targets import DEBATE_HEAD, DebateHead

CLOSED_SHOWN = timedelta(days=30)  # In the list: time to see what became of it, and to propose it anew.
OPEN_FOR = timedelta(days=7)  # Long enough for a second moderator to be back from a holiday weekend.
VOID = "It is void: who proposed it may not make this decision any more. Propose it anew if it is still needed."
REMOVED = "Its debate was removed, so there is nothing to confirm, unless the removal is undone."
CLOSED = "It was confirmed, turned down, or has expired meanwhile."


_IS_OPEN = and_(Proposal.closed_at.is_(None), Proposal.expires_at > func.now())


class ProposalView(NamedTuple):
    id: int
    action: Action
    form: dict[str, Any]
    made_at: datetime
    expires_at: datetime
    is_open: bool
    decision_id: int | None
    closed_at: datetime | None
    refusal: str | None
    refuser_id: int | None
    refuser_name: str | None
    proposer_id: int | None
    proposer_name: str | None
    concerned: Participant | None
    debate: DebateHead | None
    bench: Bench
    is_debate_shown: bool  # To whoever asks: one that was removed is shown to administrators alone.

    @property
    def same(self) -> ColumnElement[bool]:
        """What else was decided about the same person or debate: its newest is the version that goes with the form."""
        if self.debate is None:
            return of_site(self.concerned.id if self.concerned else None)
        return of_person(self.debate.id, self.concerned.id) if self.concerned else of_debate(self.debate.id)

    @property
    def debate_id(self) -> int | None:
        return self.debate.id if self.debate else None

    @property
    def is_turned_down(self) -> bool:
        """Else, when it is neither open nor confirmed, it has expired."""
        return self.decision_id is None and self.closed_at is not None and self.closed_at < self.expires_at

    @property
    def is_taken_back(self) -> bool:
        return self.is_turned_down and self.refuser_id is not None and self.refuser_id == self.proposer_id

    @property
    def terms(self) -> tuple[int | None, int | None, Participant | None, Bench]:
        """What the rules look at."""
        return self.proposer_id, self.debate_id, self.concerned, self.bench

    @property
    def removes(self) -> bool:
        return self.action == Action.REMOVE_DEBATE

    @property
    def is_void(self) -> bool:
        """Two moderators decide only while who proposed it is one still, and free to decide it."""
        is_of_site = self.debate is None or self.removes
        return not can_still_decide(self.proposer_id, self.concerned, self.bench, is_of_site=is_of_site)

    @property
    def obstacle(self) -> str:
        """Why nobody confirms it now."""
        if self.debate is not None and self.debate.state == DebateState.REMOVED:
            return REMOVED
        return VOID if self.is_void else ""


class AlreadyProposed(Conflict):
    """Another proposal about the same is open: what it proposes may be quite different."""

    def __init__(self, actor: Actor, proposal: ProposalView) -> None:
        is_own = actor.id == proposal.proposer_id
        whose = "of yours" if is_own else f"by {proposal.proposer_name or 'a former moderator'}"
        then = "take it back first" if is_own else "it has to be confirmed or turned down first"
        since = f"{proposal.made_at:%-d %B %Y, %H:%M} UTC"
        super().__init__(f"A proposal {whose} about the same is open since {since}: {then}.")
        is_shown = can_see_proposal(actor, proposal.proposer_id)
        self.url = f"/moderation/proposals/{proposal.id}" if is_shown else ""


async def propose(
    db: AsyncSession,
    actor: Actor,
    action: Action,
    form: DebateForm | PersonForm | RestrictionForm,
    *,
    debate_id: int | None,
    concerned_id: int | None,
) -> int:
    """One at a time about the same person or debate; the same form sent twice is one. The person's row is locked."""
    if concerned_id is None and debate_id is not None:
        await lock_debate_row(db, debate_id)
    is_sent = (Proposal.proposer_id == actor.id, Proposal.form["idempotency_key"].astext == form.idempotency_key)
    if made := await db.scalar(select(Proposal.id).where(*is_sent)):
        return made
    about = {"debate_id": debate_id, "concerned_id": concerned_id}
    await _refuse_second(db, actor, action, about)
    proposal = Proposal(
        action=action, proposer_id=actor.id, form=form.model_dump(mode="json"),
        expires_at=datetime.now(UTC) + OPEN_FOR, **about,
    )  # fmt: skip
    db.add(proposal)
    await db.flush()
    await _announce(db, actor, await find_proposal(db, actor, proposal.id))
    return proposal.id


async def _refuse_second(db: AsyncSession, actor: Actor, action: Action, about: dict[str, int | None]) -> None:
    """A void one is nothing to wait for."""
    is_same = [getattr(Proposal, name).is_not_distinct_from(value) for name, value in about.items()]
    same = _proposals(actor).where(_IS_OPEN, Proposal.action == action, *is_same).order_by(Proposal.id)
    for found in [_view(row) for row in await db.execute(same)]:
        if not found.is_void:
            raise AlreadyProposed(actor, found)


async def _announce(db: AsyncSession, actor: Actor, proposal: ProposalView) -> None:
    """To everybody who could confirm it."""
    people = who_could_confirm(*proposal.terms)
    about = {"debate_id": proposal.debate_id, "proposal_id": proposal.id}
    await notify_all(db, people, kind=NotificationKind.PROPOSAL, actor_id=actor.id, **about)


async def confirm(
    db: AsyncSession, actor: Actor, proposal: ProposalView, permission: Permission, seen: int
) -> Decision:
    """Decide what was proposed, as it was proposed; both moderators stand in the log."""
    row = await _lock(db, proposal.id)
    if proposal.obstacle:
        raise Conflict(proposal.obstacle)
    await refuse_stale(db, proposal.same, seen)
    said = {**proposal.form, "version": seen}  # Somebody may have decided about it since it was proposed.
    alone = proposal.proposer_id == actor.id
    proposer = None if alone else (proposal.proposer_id, proposal.proposer_name or "a former moderator")
    if proposal.removes and proposal.debate is not None:
        target = DebateTarget(proposal.debate, proposal.bench, 0, None)
        decision = await remove_debate(db, actor, target, DebateForm(**said), proposer, permission)
    else:
        together = {"is_confirmed": True, "proposer": proposer, "interest": permission.interest}
        decision = await _suspend(db, actor, proposal, said, together)
    row.closed_at, row.decision_id = datetime.now(UTC), decision.id
    await db.flush()
    return decision


async def _suspend(
    db: AsyncSession, actor: Actor, proposal: ProposalView, said: dict[str, Any], together: dict[str, Any]
) -> Decision:
    if proposal.concerned is None:
        raise Conflict("This person has no account any more.")
    if proposal.debate is None:
        return await restrict_person(db, actor, proposal.concerned.id, RestrictionForm(**said), **together)
    target = await find_person_target(db, actor, proposal.debate, proposal.concerned.username)
    return await restrict_in_debate(db, actor, target, PersonForm(**said), **together)


async def turn_down(db: AsyncSession, actor: Actor, proposal: ProposalView, form: RefusalForm) -> None:
    """It takes nothing from anybody, so it is no decision: it is kept with its reason, and told to who proposed it."""
    row = await _lock(db, proposal.id)
    await refuse_stale(db, proposal.same, form.version)
    row.closed_at, row.turned_down_by_id, row.refusal = datetime.now(UTC), actor.id, form.explanation
    await db.flush()
    if row.proposer_id is not None:
        about = {"debate_id": row.debate_id, "proposal_id": row.id}
        kind = NotificationKind.PROPOSAL_TURNED_DOWN
        await notify(db, user_id=row.proposer_id, kind=kind, actor_id=actor.id, **about)


async def _lock(db: AsyncSession, proposal_id: int) -> Proposal:
    row = await db.get_one(Proposal, proposal_id, populate_existing=True, with_for_update=True)
    if row.closed_at is not None or row.expires_at < datetime.now(UTC):
        raise Conflict(CLOSED)
    return row


async def load_proposals(db: Reader, actor: Actor) -> list[ProposalView]:
    """None of debates that were removed, as in the queue; they are there again when that is undone."""
    is_listed = (_IS_OPEN, in_no_removed_debate(Proposal.debate_id))
    return [_view(row) for row in await db.execute(_proposals(actor).where(*is_listed).order_by(Proposal.id))]


async def count_for(db: Reader, actor: Actor) -> int:
    """Those that wait for this person to confirm them."""
    if not can_see_proposals(actor):
        return 0
    proposals = await load_proposals(db, actor)
    return sum(1 for each in proposals if not each.is_void and can_confirm(actor, *each.terms))


async def load_closed(db: Reader, actor: Actor) -> list[ProposalView]:
    """Turned down, taken back or expired within the last month, the newest first: what was confirmed is in the log."""
    ended = func.least(Proposal.closed_at, Proposal.expires_at)
    closed = _proposals(actor).where(~_IS_OPEN, Proposal.decision_id.is_(None), ended > func.now() - CLOSED_SHOWN)
    return [_view(row) for row in await db.execute(closed.order_by(ended.desc(), Proposal.id.desc()))]


async def find_proposal(db: Reader, actor: Actor, proposal_id: int) -> ProposalView:
    row = (await db.execute(_proposals(actor).where(Proposal.id == proposal_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such proposal.")
    return _view(row)


def _proposals(actor: Actor) -> Select[*tuple[Any, ...]]:
    proposer, concerned, refuser = aliased(User), aliased(User), aliased(User)
    is_role = and_(DebateRole.user_id == concerned.id, DebateRole.debate_id == Proposal.debate_id)
    return (
        select(
            Proposal.id, Proposal.action, Proposal.form, Proposal.made_at, Proposal.expires_at, _IS_OPEN,
            Proposal.decision_id, Proposal.closed_at, Proposal.refusal, refuser.id, refuser.display_name,
            proposer.id, proposer.display_name,
            judges_of(Proposal.debate_id, Proposal.concerned_id),
            concerned.id, concerned.username, concerned.display_name, concerned.role, DebateRole.kind,
            *DEBATE_HEAD, and_(Debate.id.is_not(None), visible_debates(actor)),
        )
        .outerjoin(proposer, proposer.id == Proposal.proposer_id)
        .outerjoin(refuser, refuser.id == Proposal.turned_down_by_id)
        .outerjoin(concerned, concerned.id == Proposal.concerned_id)
        .outerjoin(DebateRole, is_role)
        .outerjoin(Debate, Debate.id == Proposal.debate_id)
        .where(Proposal.debate_id.is_(None) | visible_debates(actor) | (Debate.state == literal_column("'removed'")))
    )  # fmt: skip


def _view(row: Any) -> ProposalView:
    *columns, judges = row[:14]
    debate = DebateHead.of(row[19:-1]) if row[19] is not None else None
    return ProposalView._make([*columns, make_participant(row[14:19]), debate, Bench.of(judges, row.made_at), row[-1]])
