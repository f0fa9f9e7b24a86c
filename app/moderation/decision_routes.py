"""A decision's public statement of reasons, and its undoing."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import NotFound
from app.forms import FormState, blank_form, parse_form
from app.moderation.decision_queries import DecisionView, find_decision
from app.moderation.forms import UndoForm
from app.moderation.items import Item, find_item
from app.moderation.undo_commands import REVERSALS, lift_sanction, undo_item_decision
from app.permissions import can_undo, require
from app.settings import Settings
from app.targets import ItemId
from app.web import redirect, render

router = APIRouter()


@router.get("/decisions/{decision_id}")
async def show_decision(request: Request, reads: Reads, actor: CurrentActor, decision_id: ItemId) -> Response:
    decision = await find_decision(reads, actor, decision_id)
    settings: Settings = request.app.state.settings
    return render(
        request,
        actor,
        "moderation/decision.html",
        decision=decision,
        can_be_undone=decision.action in REVERSALS and decision.undone_by_id is None,
        contact=settings.mail_from if settings.smtp_host else None,
    )


@router.get("/decisions/{decision_id}/undo")
async def show_undo_form(request: Request, reads: Reads, actor: CurrentActor, decision_id: ItemId) -> Response:
    decision, item = await _find(reads, actor, decision_id)
    return _page(request, actor, decision, item, blank_form(), 200)


@router.post("/decisions/{decision_id}/undo")
async def post_undo(request: Request, db: Db, actor: CurrentActor, decision_id: ItemId) -> Response:
    decision, item = await _find(db, actor, decision_id)
    require(can_undo(actor, decision, item))
    form, state = await parse_form(request, UndoForm)
    if form is None:
        return _page(request, actor, decision, item, state, 422)
    if item is not None:
        undoing = await undo_item_decision(db, actor, decision, item, form)
    else:
        undoing = await lift_sanction(db, actor, decision, form)
    return redirect(request, f"/decisions/{undoing.id}?done=undone")


async def _find(db: Reader, actor: Actor, decision_id: int) -> tuple[DecisionView, Item | None]:
    """The decision and what it is about, unless that is a person; nothing where there is nothing to undo."""
    decision = await find_decision(db, actor, decision_id)
    if decision.action not in REVERSALS:
        raise NotFound("This decision changed nothing that could be undone.")
    if decision.item_key is None or decision.debate_id is None:
        return decision, None
    return decision, await find_item(db, decision.debate_id, *decision.item_key)


def _page(
    request: Request, actor: Actor, decision: DecisionView, item: Item | None, state: FormState, status: int
) -> Response:
    permission = can_undo(actor, decision, item)
    if permission.needs_sign_in:
        require(permission)
    return render(
        request,
        actor,
        "moderation/undo.html",
        status=status,
        decision=decision,
        item=item,
        form=state,
        permission=permission,
    )
