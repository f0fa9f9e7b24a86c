"""Votes that look arranged: the report, a dry run, and the decision to discount them."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.forms import FormState, blank_form, parse_form, parse_query
from app.moderation.rings import signs
from app.moderation.rings.commands import StaleVotes, discount_votes
from app.moderation.rings.dry_run import make_dry_run
from app.moderation.rings.forms import MOST_VOTERS, DiscountForm, RingForm
from app.moderation.rings.people import Ring, find_ring
from app.permissions import can_discount, can_moderate, require
from app.targets import DebateHead, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


@router.get("/debates/{slug}/vote-rings")
async def show_vote_rings(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_moderate(actor, debate.id))
    return await _report(request, reads, actor, debate, FormState(), 200)


@router.get("/debates/{slug}/vote-rings/discount")
async def show_discount_form(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    """The dry run: looking changes nothing."""
    debate = await find_debate(reads, actor, slug)
    require(can_moderate(actor, debate.id))
    named, state = parse_query(request, RingForm)
    ring, errors = await find_ring(reads, debate.id, named) if named else (None, state.errors)
    if ring is None:
        return await _report(request, reads, actor, debate, FormState(state.values, errors), 422)
    return await _dry_run(request, reads, actor, debate, ring, blank_form(), 200)


@router.post("/debates/{slug}/vote-rings/discount")
async def post_discount(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_moderate(actor, debate.id))
    named, state = await parse_form(request, RingForm)
    ring, errors = await find_ring(db, debate.id, named) if named else (None, state.errors)
    if ring is None:
        return await _report(request, db, actor, debate, FormState(state.values, errors), 422)
    require(can_discount(actor, debate.id, ring.author, ring.voters, ring.bench))
    form, state = await parse_form(request, DiscountForm)
    if form is None:
        return await _dry_run(request, db, actor, debate, ring, state, 422)
    try:
        decision = await discount_votes(db, actor, debate, ring, form)
    except StaleVotes as stale:
        return await _dry_run(request, db, actor, debate, ring, state, 409, stale.reason)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


async def _report(
    request: Request, db: Reader, actor: Actor, debate: DebateHead, state: FormState, status: int
) -> Response:
    return render(
        request, actor, "moderation/rings/report.html", status=status, debate=debate, form=state, rule=signs,
        report=await signs.load_ring_report(db, debate.id), most_voters=MOST_VOTERS,
    )  # fmt: skip


async def _dry_run(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead,
    ring: Ring,
    state: FormState,
    status: int,
    conflict: str = "",
) -> Response:
    return render(
        request, actor, "moderation/rings/discount.html", status=status, debate=debate, ring=ring, form=state,
        dry_run=await make_dry_run(db, debate.id, ring), conflict=conflict,
        permission=can_discount(actor, debate.id, ring.author, ring.voters, ring.bench),
    )  # fmt: skip
