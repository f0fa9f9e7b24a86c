"""The moderators' queue, their saved views of it, and the way to the next case."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.forms import Form, FormState, parse_form
from app.moderation.appeals.queries import count_waiting as count_appeals
from app.moderation.casework.claims import claim_next, release_case
from app.moderation.casework.filters import QueueFilter, read_view
from app.moderation.casework.just_decided import load_just_decided
from app.moderation.casework.queue import CASES_SHOWN, MANY_SHOWN, load_queue
from app.moderation.casework.views import ViewForm, forget_view, save_view
from app.moderation.conflicts import load_permissions
from app.moderation.measures.proposals import count_for as count_proposals
from app.moderation.waiting.queries import count_waiting
from app.permissions import can_see_queue, require
from app.targets import LARGEST_ID, ItemId
from app.web import redirect, render

router = APIRouter()


class QueueQuery(QueueFilter):
    after: Annotated[str | None, Query(pattern=r"^\d{1,18}(\.\d{1,17})?-\d{1,18}$")] = None
    show: Literal["many"] | None = None
    select: Literal["all"] | None = None  # Without the script, a link selects all.
    decided: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None  # The decision after which no case was left.


class NextForm(Form):
    view: str = ""
    after: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None
    decided: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None  # A moment ago: shown at the head of the next.


@router.get("/moderation")
async def show_queue(
    request: Request, reads: Reads, actor: CurrentActor, asked: Annotated[QueueQuery, Query()]
) -> Response:
    require(can_see_queue(actor))
    return await _page(request, reads, actor, asked, FormState())


@router.post("/moderation/next")
async def post_next(request: Request, db: Db, actor: CurrentActor) -> Response:
    """Claim the next case of the view and open it."""
    require(can_see_queue(actor))
    form, _ = await parse_form(request, NextForm)
    chosen = read_view(form.view if form else "")
    if form and form.after:
        await release_case(db, actor, form.after)  # Who goes on leaves it to the others.
    case_id = await claim_next(db, actor, chosen, form.after if form else None)
    decided = f"&decided={form.decided}" if form and form.decided else ""
    place = f"/moderation/cases/{case_id}?{chosen.query}" if case_id else "/moderation?done=no_case"
    return redirect(request, f"{place}{decided}")


@router.post("/moderation/views")
async def post_view(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_see_queue(actor))
    form, state = await parse_form(request, ViewForm)
    if form is None:
        view = read_view(state.value("view"))
        return await _page(request, db, actor, QueueQuery(**view.model_dump()), state, 422)
    await save_view(db, actor, form)
    return redirect(request, f"/moderation?{read_view(form.view).query}&done=saved")


@router.post("/moderation/views/{view_id}/forget")
async def post_view_forgotten(request: Request, db: Db, actor: CurrentActor, view_id: ItemId) -> Response:
    require(can_see_queue(actor))
    await forget_view(db, actor, view_id)
    return redirect(request, "/moderation?done=saved")


async def _page(
    request: Request, db: Reader, actor: Actor, asked: QueueQuery, naming: FormState, status: int = 200
) -> Response:
    """`naming`: what was sent to keep this view under a name, and is not kept yet."""
    chosen = read_view(asked.query)
    queue = await load_queue(db, actor, chosen, asked.after, MANY_SHOWN if asked.show else CASES_SHOWN)
    return render(
        request,
        actor,
        "moderation/queue/queue.html",
        status=status,
        queue=queue,
        chosen=chosen,
        asked=asked,
        naming=naming,
        decided=await load_just_decided(db, actor, asked.decided),
        permissions=await load_permissions(db, actor, [line.id for line in queue.lines]),
        appeal_count=await count_appeals(db, actor),
        proposal_count=await count_proposals(db, actor),
        waiting_count=await count_waiting(db, actor),
    )
