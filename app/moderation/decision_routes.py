"""A decision's public statement of reasons, and its undoing."""

from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import NotFound
from app.forms import FormState, blank_form, parse_form
from app.models import Action
from app.moderation.decision_queries import DecisionView, find_decision
from app.moderation.forms import UndoForm
from app.moderation.items import Item, Participant, find_item
from app.moderation.rings.commands import recount_votes
from app.moderation.rings.people import find_discounted_by
from app.moderation.shape.merges import unmerge
from app.moderation.shape.moves import move_back
from app.moderation.shape.shown import find_reshaping
from app.moderation.undo_commands import REVERSALS, lift_sanction, undo_item_decision
from app.permissions import can_moderate, can_undo, require
from app.settings import Settings
from app.targets import ItemId
from app.web import redirect, render

router = APIRouter()

UNDOING = {Action.MOVE: move_back, Action.MERGE: unmerge}


@router.get("/decisions/{decision_id}")
async def show_decision(request: Request, reads: Reads, actor: CurrentActor, decision_id: ItemId) -> Response:
    decision = await find_decision(reads, actor, decision_id)
    voters = await find_discounted_by(reads, decision)
    settings: Settings = request.app.state.settings
    return render(
        request,
        actor,
        "moderation/decision.html",
        decision=decision,
        voters=voters,
        reshaping=await find_reshaping(reads, decision),
        may_see_voters=decision.debate_id is not None and can_moderate(actor, decision.debate_id),
        can_be_undone=decision.action in REVERSALS and decision.undone_by_id is None,
        contact=settings.mail_from if settings.smtp_host else None,
    )


@router.get("/decisions/{decision_id}/undo")
async def show_undo_form(request: Request, reads: Reads, actor: CurrentActor, decision_id: ItemId) -> Response:
    found = await _find(reads, actor, decision_id)
    return _page(request, actor, found, blank_form(), 200)


@router.post("/decisions/{decision_id}/undo")
async def post_undo(request: Request, db: Db, actor: CurrentActor, decision_id: ItemId) -> Response:
    found = await _find(db, actor, decision_id)
    decision, item, voters = found
    require(can_undo(actor, decision, item, voters))
    form, state = await parse_form(request, UndoForm)
    if form is None:
        return _page(request, actor, found, state, 422)
    if decision.action == Action.DISCOUNT:
        undoing = await recount_votes(db, actor, decision, form)
    elif item is not None and decision.action in UNDOING:
        undoing = await UNDOING[decision.action](db, actor, decision, item, form)
    elif item is not None:
        undoing = await undo_item_decision(db, actor, decision, item, form)
    else:
        undoing = await lift_sanction(db, actor, decision, form)
    return redirect(request, f"/decisions/{undoing.id}?done=undone")


class Undoable(NamedTuple):
    """A decision, and what it is about, unless that is a person; of a discount, whose votes."""

    decision: DecisionView
    item: Item | None
    voters: list[Participant]


async def _find(db: Reader, actor: Actor, decision_id: int) -> Undoable:
    decision = await find_decision(db, actor, decision_id)
    if decision.action not in REVERSALS:
        raise NotFound("This decision changed nothing that could be undone.")
    if decision.item_key is None or decision.debate_id is None:
        return Undoable(decision, None, await find_discounted_by(db, decision))
    return Undoable(decision, await find_item(db, decision.debate_id, *decision.item_key), [])


def _page(request: Request, actor: Actor, found: Undoable, state: FormState, status: int) -> Response:
    permission = can_undo(actor, *found)
    if permission.needs_sign_in:
        require(permission)
    return render(
        request,
        actor,
        "moderation/undo.html",
        status=status,
        decision=found.decision,
        item=found.item,
        form=state,
        permission=permission,
    )
