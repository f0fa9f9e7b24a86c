"""Switches of one debate: whether newcomers' first posts wait, and whether what is flagged enough is hidden."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.moderation.conflicts import find_bench
from app.moderation.flag_weights import HIDE_AT
from app.moderation.measures.commands import turn_switch
from app.moderation.measures.forms import SwitchForm
from app.moderation.measures.switches import SWITCHES, Switch, SwitchName, is_switched_on
from app.moderation.measures.targets import find_debate_target, of_switch, show_version
from app.permissions import can_moderate, can_switch, require
from app.targets import DebateHead, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


@router.get("/debates/{slug}/switches/{name}")
async def show_switch(request: Request, reads: Reads, actor: CurrentActor, slug: Slug, name: SwitchName) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_moderate(actor, debate.id))
    return await _page(request, reads, actor, debate, SWITCHES[name], blank_form(), 200)


@router.post("/debates/{slug}/switches/{name}")
async def post_switch(request: Request, db: Db, actor: CurrentActor, slug: Slug, name: SwitchName) -> Response:
    debate = await find_debate(db, actor, slug)
    target = await find_debate_target(db, actor, debate)
    require(can_switch(actor, debate.id, target.bench))
    form, state = await parse_form(request, SwitchForm)
    if form is None:
        return await _page(request, db, actor, debate, SWITCHES[name], state, 422)
    try:
        decision = await turn_switch(db, actor, target, SWITCHES[name], form)
    except Conflict as stale:
        return await _page(request, db, actor, debate, SWITCHES[name], state, 409, stale.reason)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


async def _page(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead,
    switch: Switch,
    state: FormState,
    status: int,
    conflict: str = "",
) -> Response:
    """A form with errors goes again with what its sender saw, if it says so; any other one with what is shown now."""
    if status != 422 or "version" in state.errors:
        await show_version(db, state, of_switch(debate.id, switch))
    return render(
        request, actor, "moderation/measures/switch.html", status=status, debate=debate, form=state, conflict=conflict,
        name=switch.name, is_on=await is_switched_on(db, debate.id, switch), hide_at=HIDE_AT,
        permission=can_switch(actor, debate.id, await find_bench(db, actor, debate.id)),
    )  # fmt: skip
