"""The moderators' queue and its cases. The other pages of moderation are in the route files beside this one."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reads
from app.forms import FormState, blank_form, parse_form
from app.models import Action
from app.moderation import decision_routes, flag_routes, item_routes, log_routes, sanction_routes
from app.moderation.appeals import routes as appeal_routes
from app.moderation.appeals.queries import count_waiting
from app.moderation.commands import StaleCase, decide_case
from app.moderation.conflicts import load_permissions
from app.moderation.forms import CaseForm
from app.moderation.items import find_item
from app.moderation.measures import proposal_routes
from app.moderation.measures import routes as measure_routes
from app.moderation.queries import CasePage, Order, find_case, load_case_page, load_queue
from app.moderation.rings import routes as ring_routes
from app.moderation.shape import merge_routes, move_routes, split_routes
from app.permissions import can_decide, can_see_queue, require
from app.targets import ItemId
from app.web import redirect, render

router = APIRouter()
PARTS = (
    flag_routes, item_routes, decision_routes, sanction_routes, ring_routes, appeal_routes, measure_routes,
    proposal_routes, move_routes, merge_routes, split_routes, log_routes,
)  # fmt: skip
for part in PARTS:
    router.include_router(part.router)

CaseKeyset = Annotated[str | None, Query(pattern=r"^\d{1,18}-\d{1,18}$")]


@router.get("/moderation")
async def show_queue(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    debate: Annotated[str, Query(max_length=100)] = "",
    order: Order = Order.OLDEST,
    after: CaseKeyset = None,
) -> Response:
    require(can_see_queue(actor))
    flag_count, _, case_id = (after or "").partition("-")
    place = (int(flag_count), int(case_id)) if after else None
    queue = await load_queue(reads, actor, debate or None, order, place)
    permissions = await load_permissions(reads, actor, [line.id for line in queue.lines])
    return render(
        request, actor, "moderation/queue.html", queue=queue, permissions=permissions, slug=debate, order=order,
        is_continued=after, appeal_count=await count_waiting(reads, actor),
    )  # fmt: skip


@router.get("/moderation/cases/{case_id}")
async def show_case(request: Request, reads: Reads, actor: CurrentActor, case_id: ItemId) -> Response:
    require(can_see_queue(actor))
    page = await load_case_page(reads, actor, case_id)
    return _case_page(request, actor, page, blank_form(version=str(page.case.version)), 200)


@router.post("/moderation/cases/{case_id}/decide")
async def post_decision(request: Request, db: Db, actor: CurrentActor, case_id: ItemId) -> Response:
    require(can_see_queue(actor))
    case, debate = await find_case(db, actor, case_id)
    item = await find_item(db, debate.id, *case.item_key)
    require(can_decide(actor, item, item.author))
    form, state = await parse_form(request, CaseForm)
    if form is None:
        return _case_page(request, actor, await load_case_page(db, actor, case_id), state, 422)
    try:
        decision = await decide_case(db, actor, debate, case_id, item, form)
    except StaleCase:
        page = await load_case_page(db, actor, case_id)
        state.values = {**state.values, "version": str(page.case.version)}
        return _case_page(request, actor, page, state, 409)
    done = "dismissed" if decision.action == Action.DISMISS else "decided"
    return redirect(request, f"/decisions/{decision.id}?done={done}")


def _case_page(request: Request, actor: Actor, page: CasePage, state: FormState, status: int) -> Response:
    item = page.context.item
    return render(
        request,
        actor,
        "moderation/case.html",
        status=status,
        page=page,
        form=state,
        permission=can_decide(actor, item, item.author),
        is_stale=status == 409,
    )
