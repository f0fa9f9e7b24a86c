"""“This changed my mind”: give an argument credit, word it anew, take it back, read who did."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments.writing import load_target
from app.db import Db, Reader, reading
from app.debate_heads import see_debate
from app.forms import FormState, parse_form
from app.pages import Fillers, SharedPage
from app.permissions import can_credit, can_edit_credit, can_see_text, can_withdraw_credit, require
from app.prevention.edit_requests import load_edit_request
from app.prevention.reporting import report_watched
from app.prevention.screening import Blocked, CannotWait, screen_at_once
from app.rate_limits import CREDIT, limit_actor
from app.targets import DebateHead, ItemId, Slug, find_debate, find_locked_argument
from app.votes.commands import Ballot
from app.votes.credit_commands import find_own_credit, give_credit, withdraw_credit
from app.votes.credit_layer import CreditLayer
from app.votes.credits import SHOWN_AT_ONCE, find_asked, find_own_reason, load_credits
from app.votes.forms import CreditForm
from app.votes.limits import CREDIT_MAX, CREDIT_MIN
from app.web import Shared, redirect, render, render_shared

router = APIRouter()

Keyset = Annotated[str | None, Query(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00/\d{1,18}$")]


@router.get("/debates/{slug}/arguments/{argument_id}/credit")
async def show_credit_form(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_credit(actor, debate, await load_target(db, debate, argument_id)))
    await _require_editable(db, actor, debate, argument_id)
    own = await find_own_reason(db, actor, debate.id, argument_id)
    return await _show(request, db, actor, debate, argument_id, FormState({"reason": own or ""}))


@router.post("/debates/{slug}/arguments/{argument_id}/credit")
async def post_credit(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate, argument = await find_locked_argument(db, actor, slug, argument_id)
    require(can_credit(actor, debate, argument))
    await _require_editable(db, actor, debate, argument_id)
    form, state = await parse_form(request, CreditForm)
    if form is None:
        return await _show(request, db, actor, debate, argument_id, state, status=422)
    try:
        screened = await screen_at_once(db, actor, debate.id, form.reason, "credits")
    except (Blocked, CannotWait) as refused:
        state.errors["reason"] = refused.reason
        return await _show(request, db, actor, debate, argument_id, state, status=422)
    await limit_actor(request, actor, CREDIT)
    assert actor.id is not None
    credit = await give_credit(db, Ballot(actor.id, debate.id, argument_id), argument, form.reason)
    await report_watched(db, credit, screened)
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=credited#credits")


@router.post("/debates/{slug}/arguments/{argument_id}/credit/withdraw")
async def post_credit_withdrawal(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId
) -> Response:
    debate, _ = await find_locked_argument(db, actor, slug, argument_id)
    require(can_withdraw_credit(actor, debate))
    assert actor.id is not None
    await withdraw_credit(db, Ballot(actor.id, debate.id, argument_id))
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=uncredited")


@router.get("/debates/{slug}/arguments/{argument_id}/credits")
async def show_credits(
    request: Request, actor: CurrentActor, slug: Slug, argument_id: ItemId, before: Keyset = None
) -> Response:
    debate = await see_debate(request, actor, slug)
    async with reading(request) as db:
        target = await load_target(db, debate, argument_id)
    require(can_see_text(actor, target))

    async def load() -> dict[str, Any]:
        at, _, id = (before or "/").partition("/")
        place = (datetime.fromisoformat(at), int(id)) if before else None
        async with reading(request) as db:
            credits = await load_credits(db, debate.id, argument_id, SHOWN_AT_ONCE + 1, place)
        return {"debate": debate, "target": target, "credits": credits[:SHOWN_AT_ONCE],
                "has_more": len(credits) > SHOWN_AT_ONCE}  # fmt: skip

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        async with reading(request) as db:
            return (await CreditLayer.load(db, request, actor, debate, page)).fillers()

    key = f"{request.url.path}?{before or ''}"
    return await render_shared(request, actor, Shared(key, debate.version, "votes/credits.html", load, personal))


async def _require_editable(db: AsyncSession, actor: Actor, debate: DebateHead, argument_id: int) -> None:
    """That moderators have not hidden what the person has said already."""
    assert actor.id is not None
    credit = await find_own_credit(db, Ballot(actor.id, debate.id, argument_id))
    if credit is not None:
        require(can_edit_credit(actor, debate, credit))


async def _show(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead,
    argument_id: int,
    state: FormState,
    *,
    status: int = 200,
) -> Response:
    return render(
        request, actor, "votes/credit.html", status=status,
        debate=debate, target=await load_target(db, debate, argument_id), form=state,
        url=f"{debate.url}/arguments/{argument_id}", least=CREDIT_MIN, most=CREDIT_MAX,
        has_given=await find_own_reason(db, actor, debate.id, argument_id) is not None,
        asked=await load_edit_request(db, await find_asked(db, actor, debate.id, argument_id)),
    )  # fmt: skip
