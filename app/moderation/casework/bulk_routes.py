"""Decide several cases together: first what would happen to each, then the decision."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Invalid
from app.forms import FormState, blank_form, parse_form
from app.models import Action
from app.moderation.casework.bulk import BulkAction, BulkForm, decide_many
from app.moderation.casework.filters import read_view
from app.moderation.casework.ready_reasons import SITES_OWN, find_ready_reason, load_ready_reasons
from app.moderation.casework.selection import MOST_SELECTED, Chosen, Prospect, foresee, read_selection
from app.moderation.forms import BY_A_RULE, ReadyForm
from app.permissions import can_moderate, can_see_queue, require
from app.web import render

router = APIRouter()

Cases = Annotated[list[Annotated[str, Query(max_length=40)]], Query(default_factory=list, max_length=MOST_SELECTED)]


@router.get("/moderation/bulk")
async def show_bulk(
    request: Request, reads: Reads, actor: CurrentActor, action: BulkAction, case: Cases, view: str = ""
) -> Response:
    """What the decision would do to each of them."""
    require(can_see_queue(actor))
    selection = _read(case) if case else []  # Without any the page says so.
    form = blank_form(cases=" ".join(case), action=action, view=read_view(view).query)
    return await _page(request, reads, actor, action, selection, form, 200)


@router.post("/moderation/bulk")
async def post_bulk(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_see_queue(actor))
    ready, _ = await parse_form(request, ReadyForm)
    reason = await find_ready_reason(db, _own_debate(actor, ready.debate), ready.ready) if ready else None
    form, state = await parse_form(request, BulkForm, reason.fields if reason else None)
    if form is None or form.act == "preview":
        named = state.value("action")
        action = Action(named) if named in BY_A_RULE else Action.DISMISS
        selection = _read(state.value("cases").split())
        return await _page(request, db, actor, action, selection, state, 422 if form is None else 200)
    outcomes = await decide_many(db, actor, form)
    made = [outcome for outcome in outcomes if outcome.decision_id]
    return render(
        request,
        actor,
        "moderation/queue/bulk_done.html",
        status=200 if made else 409,
        made=made,
        skipped=[outcome for outcome in outcomes if not outcome.decision_id],
        action=form.action,
        written="" if made else state.value("explanation"),
        view=read_view(form.view).query,
    )


def _read(values: list[str]) -> list[Chosen]:
    try:
        return read_selection(values)
    except ValueError as error:
        raise Invalid(str(error)) from error


def _only_debate(prospects: list[Prospect]) -> int | None:
    """Where all of them stand: its own reasons are offered then."""
    debates = {prospect.candidate.debate_id for prospect in prospects if prospect.candidate}
    return debates.pop() if len(debates) == 1 else None


def _own_debate(actor: Actor, debate_id: int | None) -> int | None:
    """The debate that the form names, unless somebody else moderates it."""
    return debate_id if debate_id is not None and can_moderate(actor, debate_id) else None


async def _page(
    request: Request,
    db: Reader,
    actor: Actor,
    action: Action,
    selection: list[Chosen],
    state: FormState,
    status: int,
) -> Response:
    prospects = await foresee(db, actor, selection, action) if selection else []
    will = [prospect for prospect in prospects if not prospect.problem]
    debate_id = _only_debate(will)
    return render(
        request,
        actor,
        "moderation/queue/bulk.html",
        status=status,
        action=action,
        will=will,
        skipped=[prospect for prospect in prospects if prospect.problem],
        debate_id=debate_id,
        ready_reasons=await load_ready_reasons(db, debate_id) if debate_id else SITES_OWN,
        form=state,
    )
