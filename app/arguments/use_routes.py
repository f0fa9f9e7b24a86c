"""Use an argument of the debate as a reply in a further place, and take that back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments.commands import lock_argument
from app.arguments.finding import address_in, find_candidates
from app.arguments.forms import UseForm
from app.arguments.uses import find_obstacle, find_taken, find_use, use_argument, withdraw_use
from app.arguments.writing import Target, load_target
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.models import Relation
from app.permissions import can_reply, can_withdraw_use, require
from app.rate_limits import POST_ARGUMENT, limit_actor
from app.targets import LARGEST_ID, DebateHead, ItemId, Searched, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


@router.get("/debates/{slug}/arguments/{argument_id}/use")
async def show_use(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    q: Searched = "",
    argument: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    relation: Relation | None = None,
) -> Response:
    """Choose the argument, then what it does here."""
    debate = await find_debate(reads, actor, slug)
    target = await load_target(reads, debate, argument_id)
    require(can_reply(actor, debate, target, target.is_locked))
    if argument is not None:
        source = await load_target(reads, debate, argument)
        return await _confirm(request, reads, actor, debate, target, source, blank_form(relation=relation or ""))
    if (address := address_in(q)) is not None:
        return redirect(request, f"{debate.url}/arguments/{argument_id}/use?argument={address}")
    found = await find_candidates(reads, debate.id, argument_id, target.wording.claim, q.strip()) if q.strip() else []
    return render(
        request, actor, "arguments/use_which.html", debate=debate, target=target, words=q, candidates=found
    )  # fmt: skip


@router.post("/debates/{slug}/arguments/{argument_id}/use")
async def post_use(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    target = await load_target(db, debate, argument_id)
    require(can_reply(actor, debate, target, target.is_locked))
    form, state = await parse_form(request, UseForm)
    named = form.argument if form else address_in(state.value("argument"))
    if named is None:
        return redirect(request, f"{debate.url}/arguments/{argument_id}/use")
    source = await load_target(db, debate, named)
    if form is None:
        return await _confirm(request, db, actor, debate, target, source, state, 422)
    await limit_actor(request, actor, POST_ARGUMENT)
    try:
        await use_argument(db, actor, debate, argument_id, form.argument, form.relation)
    except Conflict:
        return await _confirm(request, db, actor, debate, target, source, state, 409)
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=used#uses")


@router.post("/debates/{slug}/arguments/{argument_id}/use/{link_id}/withdraw")
async def post_use_withdrawal(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId, link_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    await lock_argument(db, debate, argument_id)
    link = await find_use(db, debate, argument_id, link_id)
    require(can_withdraw_use(actor, debate, link))
    await withdraw_use(db, debate, link)
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=unused")


async def _confirm(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead,
    target: Target,
    source: Target,
    state: FormState,
    status: int = 200,
) -> Response:
    return render(
        request, actor, "arguments/use.html", status=status, debate=debate, target=target, source=source, form=state,
        obstacle=await find_obstacle(db, target, source) or await find_taken(db, target, source),
    )  # fmt: skip
