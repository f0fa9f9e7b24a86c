"""What moderators propose to one another, for decisions that two of them make."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, parse_form
from app.moderation.forms import VersionForm
from app.moderation.measures.forms import RefusalForm
from app.moderation.measures.proposals import (
    CLOSED,
    ProposalView,
    confirm,
    find_proposal,
    load_closed,
    load_proposals,
    turn_down,
)
from app.moderation.measures.targets import show_version
from app.moderation.people.records import load_record
from app.permission_terms import deny
from app.permissions import can_confirm, can_see_proposal, can_see_proposals, can_turn_down, require
from app.targets import ItemId
from app.web import redirect, render

router = APIRouter()


@router.get("/moderation/proposals")
async def show_proposals(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_see_proposals(actor))
    return render(
        request, actor, "moderation/measures/proposals.html", proposals=await load_proposals(reads, actor),
        closed=await load_closed(reads, actor),
    )  # fmt: skip


@router.get("/moderation/proposals/{proposal_id}")
async def show_proposal(request: Request, reads: Reads, actor: CurrentActor, proposal_id: ItemId) -> Response:
    proposal = await find_proposal(reads, actor, proposal_id)
    require(can_see_proposal(actor, proposal.proposer_id))
    return await _page(request, reads, actor, proposal, FormState(), 200)


@router.post("/moderation/proposals/{proposal_id}/confirm")
async def post_confirmation(request: Request, db: Db, actor: CurrentActor, proposal_id: ItemId) -> Response:
    proposal = await find_proposal(db, actor, proposal_id)
    require(can_confirm(actor, *proposal.terms))
    form, state = await parse_form(request, VersionForm)
    if form is None:
        return await _page(request, db, actor, proposal, state, 422)
    try:
        decision = await confirm(db, actor, proposal, can_confirm(actor, *proposal.terms), form.version)
    except Conflict as conflict:
        return await _page(request, db, actor, await find_proposal(db, actor, proposal_id), state, 409, conflict.reason)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


@router.post("/moderation/proposals/{proposal_id}/turn-down")
async def post_turning_down(request: Request, db: Db, actor: CurrentActor, proposal_id: ItemId) -> Response:
    """By anybody who could have confirmed it, and by who proposed it."""
    proposal = await find_proposal(db, actor, proposal_id)
    require(can_turn_down(actor, *proposal.terms))
    form, state = await parse_form(request, RefusalForm)
    if form is None and not proposal.is_open:
        return await _page(request, db, actor, proposal, state, 409, CLOSED)
    if form is None:
        return await _page(request, db, actor, proposal, state, 422)
    try:
        await turn_down(db, actor, proposal, form)
    except Conflict as conflict:
        return await _page(request, db, actor, await find_proposal(db, actor, proposal_id), state, 409, conflict.reason)
    done = "proposal_taken_back" if proposal.proposer_id == actor.id else "turned_down"
    return redirect(request, f"/moderation/proposals/{proposal_id}?done={done}")


async def _page(
    request: Request,
    db: Reader,
    actor: Actor,
    proposal: ProposalView,
    state: FormState,
    status: int,
    conflict: str = "",
) -> Response:
    await show_version(db, state, proposal.same)
    return render(
        request, actor, "moderation/measures/proposal.html", status=status, proposal=proposal, form=state,
        permission=deny(proposal.obstacle) if proposal.obstacle else can_confirm(actor, *proposal.terms),
        may_turn_down=can_turn_down(actor, *proposal.terms), conflict=conflict,
        record=await load_record(db, proposal.concerned.id) if proposal.concerned else None,
    )  # fmt: skip
