"""Undo decisions that were made together: first what would happen to each, then the undoing."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.moderation.together.commands import undo_together
from app.moderation.together.forms import UndoTogetherForm
from app.moderation.together.queries import Prospect, find_made_together, foresee
from app.permissions import can_see_queue, can_undo_some, require
from app.targets import ItemId
from app.web import redirect, render

router = APIRouter()


@router.get("/decisions/{decision_id}/undo-together")
async def show_undo_together(request: Request, reads: Reads, actor: CurrentActor, decision_id: ItemId) -> Response:
    """What undoing would do to each of them."""
    require(can_see_queue(actor))
    prospects = await foresee(reads, actor, await find_made_together(reads, actor, decision_id))
    return _page(request, actor, decision_id, prospects, blank_form(), 200)


@router.post("/decisions/{decision_id}/undo-together")
async def post_undo_together(request: Request, db: Db, actor: CurrentActor, decision_id: ItemId) -> Response:
    require(can_see_queue(actor))
    prospects = await foresee(db, actor, await find_made_together(db, actor, decision_id))
    require(can_undo_some(actor, [(each.decision, each.item) for each in prospects]))
    form, state = await parse_form(request, UndoTogetherForm)
    if form is None:
        return _page(request, actor, decision_id, prospects, state, 422)
    try:
        await undo_together(db, actor, decision_id, form)
    except Conflict as conflict:
        now = await foresee(db, actor, await find_made_together(db, actor, decision_id))
        return _page(request, actor, decision_id, now, state, 409, conflict.reason)
    return redirect(request, f"/decisions/{decision_id}/undo-together?done=undone_together")


def _page(
    request: Request,
    actor: Actor,
    decision_id: int,
    prospects: list[Prospect],
    state: FormState,
    status: int,
    conflict: str = "",
) -> Response:
    """The form goes with what the page says."""
    will = [prospect for prospect in prospects if prospect.can_be_undone]
    state.values = {**state.values, "seen": " ".join(prospect.seen for prospect in will)}
    return render(
        request,
        actor,
        "moderation/together/undo.html",
        status=status,
        decision_id=decision_id,
        will=will,
        undone=[prospect for prospect in prospects if prospect.decision.undone_by_id],
        stays=[prospect for prospect in prospects if prospect.problem and not prospect.decision.undone_by_id],
        form=state,
        conflict=conflict,
    )
