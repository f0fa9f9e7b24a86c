"""One's own votes, to look at, to change and to take along."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from app.actor import CurrentActor
from app.db import Reads
from app.permissions import can_manage_own_account, require
from app.votes.own_files import to_csv, to_records
from app.votes.own_votes import load_credits, load_own_votes_page, load_stances, load_votes, read_keyset
from app.votes.queries import OwnVotes, fill_vote_buttons
from app.web import render

router = APIRouter()

Keyset = Annotated[str | None, Query(pattern=r"^\d{1,16}:\d{1,18}$")]


@router.get("/account/votes")
async def show_own_votes(request: Request, reads: Reads, actor: CurrentActor, before: Keyset = None) -> Response:
    require(can_manage_own_account(actor))
    page = await load_own_votes_page(reads, actor, read_keyset(before))
    own = OwnVotes(
        {vote.id: vote.value for vote in page.votes if vote.value},
        {vote.id: vote.bears for vote in page.votes if vote.bears},
        {vote.id: vote.own_version for vote in page.votes},
    )
    return render(
        request, actor, "votes/own_votes.html", fillers=fill_vote_buttons(own), page=page, is_first=before is None
    )


@router.get("/account/votes.{format}")
async def download_own_votes(
    request: Request, reads: Reads, actor: CurrentActor, format: Literal["csv", "json"]
) -> Response:
    require(can_manage_own_account(actor))
    records = to_records(
        await load_votes(reads, actor), await load_stances(reads, actor), await load_credits(reads, actor),
        request.app.state.settings.origin,
    )  # fmt: skip
    headers = {
        "Content-Disposition": f'attachment; filename="votes.{format}"', "Cache-Control": "private, no-store"
    }  # fmt: skip
    if format == "csv":
        return Response(to_csv(records), media_type="text/csv", headers=headers)
    return JSONResponse(list(records), headers=headers)
