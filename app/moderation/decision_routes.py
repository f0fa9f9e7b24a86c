"""A decision's public statement of reasons, and its undoing."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.models import Decision
from app.moderation.appeals.queries import load_redress
from app.moderation.casework.claims import claim_case, release_case
from app.moderation.casework.filters import QueueFilter, read_view
from app.moderation.decision_queries import DecisionView, find_decision
from app.moderation.forms import UndoForm
from app.moderation.handing_back import count_handed_back
from app.moderation.measures.on_top import find_above
from app.moderation.measures.targets import find_version, of_same, show_version
from app.moderation.reopening import is_open
from app.moderation.rings.cast_votes import find_stopped
from app.moderation.rings.people import find_discounted_by
from app.moderation.shape.shown import find_reshaping
from app.moderation.undo_commands import REVERSALS
from app.moderation.undoing import Undoable, find_undoable, undo
from app.moderation.waiting.undoing import Declined, find_declined, in_the_way
from app.moderation.warnings import acknowledge_warning
from app.permissions import APPEALABLE, can_acknowledge, can_moderate, can_undo, require
from app.targets import LARGEST_ID, ItemId
from app.web import redirect, render

router = APIRouter()
A_SLIP = "Decided by mistake a moment ago, and put right at once."  # Offered to who undoes it from the next case.


class UndoQuery(QueueFilter):
    then: Literal["next"] | None = None
    at_case: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None


@router.get("/decisions/{decision_id}")
async def show_decision(request: Request, reads: Reads, actor: CurrentActor, decision_id: ItemId) -> Response:
    decision = await find_decision(reads, actor, decision_id)
    voters = await find_discounted_by(reads, decision)
    declined = await find_declined(reads, decision)
    return render(
        request,
        actor,
        "moderation/decision.html",
        decision=decision,
        voters=voters,
        reshaping=await find_reshaping(reads, decision),
        may_see_voters=decision.debate_id is not None and can_moderate(actor, decision.debate_id),
        can_be_undone=_can_be_undone(decision, declined),
        may_acknowledge=decision.acknowledged_at is None and can_acknowledge(actor, decision),
        redress=await load_redress(reads, actor, decision, voters),
        appealable=APPEALABLE,
        declined=declined,
    )


def _can_be_undone(decision: DecisionView, declined: Declined | None) -> bool:
    """By somebody; who may is said on the page that undoes it."""
    is_for_moderators = not (decision.is_role_on_site or decision.is_stepping_down)
    is_open = decision.undone_by_id is None and is_for_moderators
    return decision.action in REVERSALS and is_open and not in_the_way(decision, declined)


@router.post("/decisions/{decision_id}/acknowledge")
async def post_acknowledgement(request: Request, db: Db, actor: CurrentActor, decision_id: ItemId) -> Response:
    decision = await find_decision(db, actor, decision_id)
    require(can_acknowledge(actor, decision))
    await acknowledge_warning(db, decision.id)
    return redirect(request, f"/decisions/{decision.id}?done=acknowledged")


@router.get("/decisions/{decision_id}/undo")
async def show_undo_form(
    request: Request, reads: Reads, actor: CurrentActor, decision_id: ItemId, asked: Annotated[UndoQuery, Query()]
) -> Response:
    found = await find_undoable(reads, actor, decision_id)
    form = blank_form(version=str(await find_version(reads, of_same(found.decision))))
    if asked.then:
        at_case = str(asked.at_case or "")
        way_back = {"then": asked.then, "at_case": at_case, "view": read_view(asked.query).query}
        form.values = {**form.values, **way_back, "explanation": A_SLIP}
    return await _page(request, reads, actor, found, form, 200)


@router.post("/decisions/{decision_id}/undo")
async def post_undo(request: Request, db: Db, actor: CurrentActor, decision_id: ItemId) -> Response:
    found = await find_undoable(db, actor, decision_id)
    decision, item, voters = found
    require(can_undo(actor, decision, item, voters))
    form, state = await parse_form(request, UndoForm)
    if form is None:
        await show_version(db, state, of_same(decision))
        return await _page(request, db, actor, found, state, 422)
    try:
        undoing = await undo(db, actor, found, form)
    except Conflict as conflict:
        found = await find_undoable(db, actor, decision_id)
        await show_version(db, state, of_same(found.decision))
        return await _page(request, db, actor, found, state, 409, conflict.reason)
    return redirect(request, await _go_on(db, actor, undoing, form))


async def _go_on(db: AsyncSession, actor: Actor, undoing: Decision, form: UndoForm) -> str:
    """To the decision, or on in the queue: to the case that is open again, or to the one from which it was undone."""
    if form.then is None:
        return f"/decisions/{undoing.id}?done=undone"
    case_id = form.at_case
    if undoing.case_id is not None and await is_open(db, undoing.case_id):
        if case_id is not None:
            await release_case(db, actor, case_id)  # Who goes back leaves it to the others.
        case_id = undoing.case_id
        await claim_case(db, actor, case_id, takes_over=True)  # Whoever held it did so before it was decided.
    place = f"/moderation/cases/{case_id}" if case_id else "/moderation"
    return f"{place}?{read_view(form.view).query}&decided={undoing.id}"


async def _page(
    request: Request, db: Reader, actor: Actor, found: Undoable, state: FormState, status: int, conflict: str = ""
) -> Response:
    permission = can_undo(actor, *found)
    if permission.needs_sign_in:
        require(permission)
    above = await find_above(db, found.decision)
    return render(
        request,
        actor,
        "moderation/undo.html",
        status=status,
        decision=found.decision,
        item=found.item,
        form=state,
        permission=permission,
        stopped=await find_stopped(db, found.decision),
        handed_back=await count_handed_back(db, found.decision),
        in_the_way=in_the_way(found.decision, await find_declined(db, found.decision)) or above,
        conflict=conflict,
    )
