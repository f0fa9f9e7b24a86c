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
from app.moderation.casework.ready_reasons import SITES_OWN, find_ready_reason
from app.moderation.casework.selection import MOST_SELECTED, Chosen, Prospect, foresee, read_selection
from app.moderation.forms import BY_A_RULE, ReadyForm
from app.permissions import can_see_queue, require
from app.web import render

router = APIRouter()

Cases = Annotated[list[Annotated[str, Query(max_length=40)]], Query(max_length=MOST_SELECTED)]


@router.get("/moderation/bulk")
async def show_bulk(
    request: Request, reads: Reads, actor: CurrentActor, action: BulkAction, case: Cases, view: str = ""
) -> Response:
    """What the decision would do to each of them."""
    require(can_see_queue(actor))
    selection = _read(case)
    form = blank_form(cases=" ".join(case), action=action, view=read_view(view).query)
    return await _page(request, reads, actor, action, selection, form, 200)


@router.post("/moderation/bulk")
async def post_bulk(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_see_queue(actor))
    ready, _ = await parse_form(request, ReadyForm)
    reason = await find_ready_reason(db, None, ready.ready) if ready else None
    form, state = await parse_form(request, BulkForm, reason.fields if reason else None)
    if form is None:
        named = state.value("action")
        action = Action(named) if named in BY_A_RULE else Action.DISMISS
        return await _page(request, db, actor, action, _read(state.value("cases").split()), state, 422)
    results = await decide_many(db, actor, form)
    done = sum(not isinstance(result, Prospect) for result in results.values())
    return render(
        request,
        actor,
        "moderation/queue/bulk_done.html",
        status=200 if done else 409,
        results=results,
        done=done,
        action=form.action,
        view=read_view(form.view).query,
    )


def _read(values: list[str]) -> list[Chosen]:
    try:
        return read_selection(values)
    except ValueError as error:
        raise Invalid(str(error)) from error


async def _page(
    request: Request,
    db: Reader,
    actor: Actor,
    action: Action,
    selection: list[Chosen],
    state: FormState,
    status: int,
) -> Response:
    prospects = await foresee(db, actor, selection, action)
    return render(
        request,
        actor,
        "moderation/queue/bulk.html",
        status=status,
        action=action,
        will=[prospect for prospect in prospects if not prospect.problem],
        skipped=[prospect for prospect in prospects if prospect.problem],
        ready_reasons=SITES_OWN,
        form=state,
    )
