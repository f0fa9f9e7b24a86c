"""What moderators of one debate set up for their work there: ready reasons, and hiding by score."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.forms import FormState, parse_form
from app.moderation.casework.ready_reasons import (
    ReasonForm,
    add_ready_reason,
    load_ready_reasons,
    retire_ready_reason,
)
from app.moderation.conflicts import find_bench
from app.moderation.flag_weights import HIDE_AT
from app.moderation.measures.switches import AUTOMATIC_HIDING, is_switched_on
from app.permissions import can_moderate, can_switch, require
from app.targets import DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


@router.get("/debates/{slug}/reasons")
async def show_reasons(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_moderate(actor, debate.id))
    return await _page(request, reads, actor, debate, FormState(), 200)


@router.post("/debates/{slug}/reasons")
async def post_reason(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_moderate(actor, debate.id))
    form, state = await parse_form(request, ReasonForm)
    if form is None:
        return await _page(request, db, actor, debate, state, 422)
    await add_ready_reason(db, actor, debate.id, form)
    return redirect(request, f"{debate.url}/reasons?done=saved")


@router.post("/debates/{slug}/reasons/{reason_id}/retire")
async def post_reason_retired(request: Request, db: Db, actor: CurrentActor, slug: Slug, reason_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_moderate(actor, debate.id))
    await retire_ready_reason(db, debate.id, reason_id)
    return redirect(request, f"{debate.url}/reasons?done=saved")


async def _page(
    request: Request, db: Reader, actor: Actor, debate: DebateHead, state: FormState, status: int
) -> Response:
    return render(
        request,
        actor,
        "moderation/queue/reasons.html",
        status=status,
        debate=debate,
        reasons=await load_ready_reasons(db, debate.id),
        hides=await is_switched_on(db, debate.id, AUTOMATIC_HIDING),
        switching=can_switch(actor, debate.id, await find_bench(db, actor, debate.id)),
        hide_at=HIDE_AT,
        form=state,
    )
