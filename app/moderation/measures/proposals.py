"""Decisions that two moderators make: one proposes, another one confirms within a week, or turns it down."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict, NotFound
from app.models import Action, Debate, DebateRole, Decision, Proposal, User
from app.moderation.forms import RestrictionForm
from app.moderation.items import Participant, make_participant
from app.moderation.measures.commands import remove_debate
from app.moderation.measures.forms import DebateForm
from app.moderation.measures.targets import DebateTarget, of_debate, of_site, refuse_stale
from app.moderation.sanction_commands import restrict_person
from app.permission_terms import Bench, Permission
from app.permissions import visible_debates
from app.permissions_to_judge import judges_of
from app.targets import DEBATE_HEAD, DebateHead

OPEN_FOR = timedelta(days=7)  # Long enough for a second moderator to be back from a holiday weekend.
HOURS_ALONE = 30 * 24  # What one moderator can decide; longer suspensions come near to shutting somebody out.
CLOSED = "It was confirmed, turned down, or has expired meanwhile."


def needs_two(form: RestrictionForm) -> bool:
    return form.kind == "suspend" and int(form.hours or 0) > HOURS_ALONE


class ProposalView(NamedTuple):
    id: int
    action: Action
    form: dict[str, Any]
    made_at: datetime
    expires_at: datetime
    is_open: bool
    decision_id: int | None
    proposer_id: int | None
    proposer_name: str | None
    concerned: Participant | None
    debate: DebateHead | None
    bench: Bench

    @property
    def same(self) -> ColumnElement[bool]:
        """What else was decided about the same person or debate: its newest is the version that goes with the form."""
        if self.debate is not None:
            return of_debate(self.debate.id)
        return of_site(self.concerned.id if self.concerned else None)


async def propose(
    db: AsyncSession, actor: Actor, action: Action, form: DebateForm | RestrictionForm, **about: int
) -> int:
    """The open proposal of the same, if there is one: two moderators who propose at once need only one."""
    same = select(Proposal.id).filter_by(action=action, closed_at=None, **about).where(Proposal.expires_at > func.now())
    if (found := await db.scalar(same.limit(1))) is not None:
        return int(found)
    proposal = Proposal(
        action=action, proposer_id=actor.id, form=form.model_dump(mode="json"),
        expires_at=datetime.now(UTC) + OPEN_FOR, **about,
    )  # fmt: skip
    db.add(proposal)
    await db.flush()
    return proposal.id


async def confirm(
    db: AsyncSession, actor: Actor, proposal: ProposalView, permission: Permission, seen: int
) -> Decision:
    """Decide what was proposed, as it was proposed; both moderators stand in the log."""
    row = await _lock(db, proposal.id)
    await refuse_stale(db, proposal.same, seen)
    said = {**proposal.form, "version": seen}  # Somebody may have decided about it since it was proposed.
    alone = proposal.proposer_id == actor.id or proposal.proposer_id is None
    proposer = None if alone else (proposal.proposer_id, proposal.proposer_name or "a former moderator")
    if proposal.action == Action.REMOVE_DEBATE and proposal.debate is not None:
        target = DebateTarget(proposal.debate, proposal.bench, 0, None)
        decision = await remove_debate(db, actor, target, DebateForm(**said), proposer, permission)
    elif proposal.concerned is not None:
        form = RestrictionForm(**said)
        decision = await restrict_person(
            db, actor, proposal.concerned.id, form, proposer=proposer, interest=permission.interest
        )
    else:
        raise Conflict("This person has no account any more.")
    row.closed_at, row.decision_id = datetime.now(UTC), decision.id
    await db.flush()
    return decision


async def turn_down(db: AsyncSession, proposal: ProposalView, seen: int) -> None:
    row = await _lock(db, proposal.id)
    await refuse_stale(db, proposal.same, seen)
    row.closed_at = datetime.now(UTC)
    await db.flush()


async def _lock(db: AsyncSession, proposal_id: int) -> Proposal:
    row = await db.get_one(Proposal, proposal_id, populate_existing=True, with_for_update=True)
    if row.closed_at is not None or row.expires_at < datetime.now(UTC):
        raise Conflict(CLOSED)
    return row


async def load_proposals(db: Reader, actor: Actor) -> list[ProposalView]:
    is_open = and_(Proposal.closed_at.is_(None), Proposal.expires_at > func.now())
    return [_view(row) for row in await db.execute(_proposals(actor).where(is_open).order_by(Proposal.id))]


async def find_proposal(db: Reader, actor: Actor, proposal_id: int) -> ProposalView:
    row = (await db.execute(_proposals(actor).where(Proposal.id == proposal_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such proposal.")
    return _view(row)


def _proposals(actor: Actor) -> Select[*tuple[Any, ...]]:
    proposer, concerned = aliased(User), aliased(User)
    is_role = and_(DebateRole.user_id == concerned.id, DebateRole.debate_id == Proposal.debate_id)
    is_open = and_(Proposal.closed_at.is_(None), Proposal.expires_at > func.now())
    return (
        select(
            Proposal.id, Proposal.action, Proposal.form, Proposal.made_at, Proposal.expires_at, is_open,
            Proposal.decision_id, proposer.id, proposer.display_name,
            judges_of(Proposal.debate_id, Proposal.concerned_id),
            concerned.id, concerned.username, concerned.display_name, concerned.role, DebateRole.kind,
            *DEBATE_HEAD,
        )
        .outerjoin(proposer, proposer.id == Proposal.proposer_id)
        .outerjoin(concerned, concerned.id == Proposal.concerned_id)
        .outerjoin(DebateRole, is_role)
        .outerjoin(Debate, Debate.id == Proposal.debate_id)
        .where(Proposal.debate_id.is_(None) | visible_debates(actor) | (Debate.state == literal_column("'removed'")))
    )  # fmt: skip


def _view(row: Any) -> ProposalView:
    *columns, judges = row[:10]
    debate = DebateHead.of(row[15:]) if row[15] is not None else None
    return ProposalView._make([*columns, make_participant(row[10:15]), debate, Bench.of(judges, row.made_at)])
