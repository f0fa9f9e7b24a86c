"""What moderators did, in numbers: a page and a file, for the site and for each debate."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.accounts.limits import limit_address
from app.actor import Actor, CurrentActor
from app.db import Reads, reading
from app.moderation.transparency import Tally, find_version, load_transparency
from app.moderation.transparency_picture import BOTTOM, HEIGHT, WIDTH, draw_bars
from app.pages import Fillers, SharedPage
from app.programs import OPEN_TO_ALL
from app.rate_limits import LOG_FILE_ADDRESS
from app.spreadsheets import write_csv
from app.targets import DebateHead, Slug, find_debate
from app.web import Shared, render_shared

router = APIRouter()

COLUMNS = ("month", "debate", "action", "house_rule", "law", "decisions")


@router.get("/transparency")
async def show_transparency(request: Request, actor: CurrentActor) -> Response:
    async with reading(request) as db:
        version = await find_version(db)
    return await _page(request, actor, None, version)


@router.get("/transparency.csv")
async def download_transparency(request: Request, reads: Reads) -> Response:
    await limit_address(request, LOG_FILE_ADDRESS)
    return _file((await load_transparency(reads, None)).tallies)


@router.get("/debates/{slug}/transparency")
async def show_debate_transparency(request: Request, actor: CurrentActor, slug: Slug) -> Response:
    async with reading(request) as db:
        debate = await find_debate(db, actor, slug)
        version = await find_version(db)
    return await _page(request, actor, debate, version)


@router.get("/debates/{slug}/transparency.csv")
async def download_debate_transparency(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(reads, actor, slug)
    await limit_address(request, LOG_FILE_ADDRESS)
    return _file((await load_transparency(reads, debate.id)).tallies)


async def _page(request: Request, actor: Actor, debate: DebateHead | None, version: int) -> Response:
    """Kept until there is another decision: of a hundred thousand, counting takes a good part of a second."""

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            page = await load_transparency(db, debate.id if debate else None)
        picture = {"width": WIDTH, "height": HEIGHT, "ground": HEIGHT - BOTTOM, "bars": draw_bars(page.by_month)}
        return {"debate": debate, "page": page, "picture": picture}

    key = f"{request.url.path} {debate.motion if debate else ''}"
    shared = Shared(key, version, "moderation/transparency.html", load, _nothing_personal)
    return await render_shared(request, actor, shared)


async def _nothing_personal(actor: Actor, page: SharedPage) -> Fillers:
    return {}


def _file(tallies: Iterable[Tally]) -> Response:
    records = [
        {
            "month": f"{tally.month:%Y-%m}", "debate": tally.debate, "action": tally.action.value,
            "house_rule": tally.rule, "law": tally.law, "decisions": tally.decisions,
        }
        for tally in tallies
    ]  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="transparency.csv"', **OPEN_TO_ALL}
    return Response(write_csv(COLUMNS, records), media_type="text/csv; charset=utf-8", headers=headers)
