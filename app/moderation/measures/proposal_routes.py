"""What moderators propose to one another, for decisions that two of them make."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reads
from app.moderation.measures.proposals import (
    ProposalView,
    confirm,
    find_proposal,
    load_proposals,
    turn_down,
)
from app.permission_terms import Permission
from app.permissions import can_confirm, can_see_proposals, require
from app.targets import ItemId
from app.web import redirect, render

router = APIRouter()


@router.get("/moderation/proposals")
async def show_proposals(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_see_proposals(actor))
    return render(request, actor, "moderation/measures/proposals.html", proposals=await load_proposals(reads, actor))


@router.get("/moderation/proposals/{proposal_id}")
async def show_proposal(request: Request, reads: Reads, actor: CurrentActor, proposal_id: ItemId) -> Response:
    require(can_see_proposals(actor))
    proposal = await find_proposal(reads, actor, proposal_id)
    return render(
        request, actor, "moderation/measures/proposal.html", proposal=proposal, permission=_may(actor, proposal)
    )


@router.post("/moderation/proposals/{proposal_id}/confirm")
async def post_confirmation(request: Request, db: Db, actor: CurrentActor, proposal_id: ItemId) -> Response:
    proposal = await find_proposal(db, actor, proposal_id)
    debate_id = proposal.debate.id if proposal.debate else None
    require(can_confirm(actor, proposal.proposer_id, debate_id, proposal.concerned, proposal.bench))
    decision = await confirm(db, actor, proposal, _may(actor, proposal))
    return redirect(request, f"/decisions/{decision.id}?done=decided")


@router.post("/moderation/proposals/{proposal_id}/turn-down")
async def post_turning_down(request: Request, db: Db, actor: CurrentActor, proposal_id: ItemId) -> Response:
    """By anybody who could have confirmed it, and by who proposed it."""
    require(can_see_proposals(actor))
    await turn_down(db, await find_proposal(db, actor, proposal_id))
    return redirect(request, "/moderation/proposals?done=turned_down")


def _may(actor: Actor, proposal: ProposalView) -> Permission:
    debate_id = proposal.debate.id if proposal.debate else None
    return can_confirm(actor, proposal.proposer_id, debate_id, proposal.concerned, proposal.bench)
