"""Search."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.accounts.limits import limit_address
from app.actor import CurrentActor
from app.db import reading
from app.permissions import can_see_queue
from app.rate_limits import SEARCH_ADDRESS
from app.search.filters import KINDS, STATES, SearchFilter
from app.search.queries import load_search_page
from app.web import render

router = APIRouter()


@router.get("/search")
async def show_search(request: Request, actor: CurrentActor) -> Response:
    chosen, may_choose_state = SearchFilter.parse(request.query_params), bool(can_see_queue(actor))
    if not may_choose_state:
        chosen = chosen.for_readers()
    if chosen.q:
        await limit_address(request, SEARCH_ADDRESS)
    async with reading(request) as db:
        page = await load_search_page(db, actor, chosen, request.query_params.get("after", ""))
    return render(
        request, actor, "search/search.html", page=page, kinds=KINDS, states=STATES if may_choose_state else {}
    )  # fmt: skip
