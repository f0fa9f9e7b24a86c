"""Claim a case, let it go, and see who works on which."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import Form, parse_form
from app.moderation.casework.claims import claim_case, find_claims, release_case
from app.moderation.casework.filters import read_view
from app.moderation.people.subjects import find_subject
from app.moderation.queries import find_case
from app.permissions import can_decide, can_see_queue, require
from app.targets import LARGEST_ID, ItemId
from app.web import is_htmx, redirect, render

router = APIRouter()

Version = Annotated[int | None, Query(ge=0, le=LARGEST_ID)]  # Of the case, as the page shows it.
CaseIds = Annotated[str, Query(pattern=r"^\d{1,18}(-\d{1,18}){0,99}$")]


class ClaimForm(Form):
    take_over: Literal["yes"] | None = None
    view: str = ""
    seen: Annotated[int | None, Field(ge=0, le=LARGEST_ID)] = None


@router.get("/moderation/claims")
async def show_holders(request: Request, reads: Reads, actor: CurrentActor, cases: CaseIds) -> Response:
    """Who works on which of these cases: the queue asks now and then."""
    require(can_see_queue(actor))
    claims = await find_claims(reads, actor, [int(id) for id in cases.split("-")])
    return render(request, actor, "moderation/queue/_holders.html", claims=claims)


@router.get("/moderation/cases/{case_id}/claim")
async def show_claim(
    request: Request, reads: Reads, actor: CurrentActor, case_id: ItemId, view: str = "", seen: Version = None
) -> Response:
    """Also whether the words have changed since the page was opened."""
    require(can_see_queue(actor))
    item = await find_subject(reads, actor, case_id)
    form = ClaimForm(view=view, seen=seen)
    return await _panel(request, reads, actor, case_id, form, can_claim=bool(can_decide(actor, item, item.author)))


@router.post("/moderation/cases/{case_id}/claim")
async def post_claim(request: Request, db: Db, actor: CurrentActor, case_id: ItemId) -> Response:
    require(can_see_queue(actor))
    item = await find_subject(db, actor, case_id)
    require(can_decide(actor, item, item.author))
    form, _ = await parse_form(request, ClaimForm)
    try:
        await claim_case(db, actor, case_id, takes_over=form is not None and form.take_over is not None)
    except Conflict:
        if not is_htmx(request):
            raise  # The part of a page says by itself who works on it now, or that it is decided.
    return await _panel(request, db, actor, case_id, form or ClaimForm())


@router.post("/moderation/cases/{case_id}/release")
async def post_release(request: Request, db: Db, actor: CurrentActor, case_id: ItemId) -> Response:
    require(can_see_queue(actor))
    await find_case(db, actor, case_id)
    await release_case(db, actor, case_id)
    form, _ = await parse_form(request, ClaimForm)
    return await _panel(request, db, actor, case_id, form or ClaimForm())


async def _panel(
    request: Request, db: Reader, actor: Actor, case_id: int, form: ClaimForm, *, can_claim: bool = True
) -> Response:
    """The part of the page that says who works on the case; without the script, the page."""
    view = read_view(form.view).query
    if not is_htmx(request):
        return redirect(request, f"/moderation/cases/{case_id}?{view}")
    claim = (await find_claims(db, actor, [case_id]))[0]
    return render(
        request, actor, "moderation/queue/_claim.html", claim=claim, view=view, seen=form.seen, can_claim=can_claim
    )
