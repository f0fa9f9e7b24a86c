"""Appeal against a decision; the appeals that wait, and their answers; the decisions about oneself."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.moderation.appeals.commands import answer_appeal, make_appeal
from app.moderation.appeals.forms import AnswerForm, AppealForm
from app.moderation.appeals.queries import (
    AppealLine,
    find_appeal,
    find_who_flagged,
    has_flagged,
    load_own_decisions,
    load_redress,
    load_waiting,
)
from app.moderation.decision_queries import DecisionView, find_decision
from app.moderation.measures.on_top import find_above
from app.moderation.queries import load_context
from app.moderation.rings.cast_votes import find_stopped
from app.moderation.rings.people import find_discounted_by
from app.moderation.undoing import Undoable, find_undoable
from app.moderation.waiting.undoing import find_declined
from app.permissions import (
    APPEALABLE,
    answered_by,
    can_answer_appeal,
    can_appeal,
    can_manage_own_account,
    can_see_queue,
    require,
)
from app.targets import LARGEST_ID, ItemId, find_debate_of
from app.web import redirect, render

router = APIRouter()
Keyset = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@router.get("/account/decisions")
async def show_own_decisions(request: Request, reads: Reads, actor: CurrentActor, before: Keyset = None) -> Response:
    require(can_manage_own_account(actor))
    assert actor.id is not None
    lines, more_before = await load_own_decisions(reads, actor.id, before)
    return render(
        request, actor, "moderation/appeals/own.html", lines=lines, more_before=more_before, appealable=APPEALABLE
    )


@router.get("/decisions/{decision_id}/appeal")
async def show_appeal_form(request: Request, reads: Reads, actor: CurrentActor, decision_id: ItemId) -> Response:
    decision = await find_decision(reads, actor, decision_id)
    return await _appeal_page(request, reads, actor, decision, blank_form(), 200)


@router.post("/decisions/{decision_id}/appeal")
async def post_appeal(request: Request, db: Db, actor: CurrentActor, decision_id: ItemId) -> Response:
    decision = await find_decision(db, actor, decision_id)
    voters = await find_discounted_by(db, decision)
    require(can_appeal(actor, decision, has_flagged=await has_flagged(db, actor, decision.case_id), voters=voters))
    form, state = await parse_form(request, AppealForm)
    if form is None:
        return await _appeal_page(request, db, actor, decision, state, 422)
    if not await make_appeal(db, actor, decision, form):
        return await _appeal_page(request, db, actor, decision, state, 409)
    return redirect(request, f"/decisions/{decision.id}?done=appealed")


@router.get("/moderation/appeals")
async def show_appeals(request: Request, reads: Reads, actor: CurrentActor, after: Keyset = None) -> Response:
    require(can_see_queue(actor))
    lines, more_after = await load_waiting(reads, actor, after)
    return render(request, actor, "moderation/appeals/queue.html", lines=lines, more_after=more_after)


@router.get("/moderation/appeals/{appeal_id}")
async def show_appeal(request: Request, reads: Reads, actor: CurrentActor, appeal_id: ItemId) -> Response:
    require(can_see_queue(actor))
    appeal, found = await _find(reads, actor, appeal_id)
    return await _page(request, reads, actor, appeal, found, blank_form(version=str(appeal.version)), 200)


@router.post("/moderation/appeals/{appeal_id}/answer")
async def post_answer(request: Request, db: Db, actor: CurrentActor, appeal_id: ItemId) -> Response:
    require(can_see_queue(actor))
    appeal, found = await _find(db, actor, appeal_id)
    require(can_answer_appeal(actor, *found, appeal.appellant_id))
    form, state = await parse_form(request, AnswerForm)
    if form is None and appeal.outcome is not None:
        raise Conflict("This appeal has been answered meanwhile. Nothing was changed.")
    if form is None:
        return await _page(request, db, actor, appeal, found, state, 422)
    try:
        answer = await answer_appeal(db, actor, appeal, found, form)
    except Conflict as conflict:
        appeal, found = await _find(db, actor, appeal_id)
        state.values = {**state.values, "version": str(appeal.version)}
        return await _page(request, db, actor, appeal, found, state, 409, conflict.reason)
    return redirect(request, f"/decisions/{answer.id}?done=answered")


async def _find(db: Reader, actor: Actor, appeal_id: int) -> tuple[AppealLine, Undoable]:
    """An appeal waits since it was made, however old the decision is. Who leaves the answer to others stands in the
    benches, by which the answer also says in spite of what it was given."""
    appeal = await find_appeal(db, actor, appeal_id)
    decision, item, voters = await find_undoable(db, actor, appeal.decision_id)
    flagged = await find_who_flagged(db, decision)
    bench = answered_by(decision, replace(decision.bench, waiting_since=appeal.made_at), flagged)
    item = replace(item, bench=answered_by(decision, item.bench, flagged)) if item else None
    return appeal, Undoable(replace(decision, bench=bench), item, voters)


async def _appeal_page(
    request: Request, db: Reader, actor: Actor, decision: DecisionView, state: FormState, status: int
) -> Response:
    redress = await load_redress(db, actor, decision, await find_discounted_by(db, decision))
    if redress.permission.needs_sign_in:
        require(redress.permission)
    return render(
        request, actor, "moderation/appeals/appeal.html", status=status, decision=decision, redress=redress, form=state
    )


async def _page(
    request: Request,
    db: Reader,
    actor: Actor,
    appeal: AppealLine,
    found: Undoable,
    state: FormState,
    status: int,
    conflict: str = "",
) -> Response:
    if "version" in state.errors:
        state.values = {**state.values, "version": str(appeal.version)}
    decision, item, _ = found
    context = None
    if item is not None:
        context = await load_context(db, await find_debate_of(db, item.debate_id), item)
    return render(
        request, actor, "moderation/appeals/answer.html", status=status, appeal=appeal, decision=decision,
        context=context, form=state, conflict=conflict, declined=await find_declined(db, decision),
        permission=can_answer_appeal(actor, *found, appeal.appellant_id), above=await find_above(db, decision),
        stopped=await find_stopped(db, decision),
    )  # fmt: skip
