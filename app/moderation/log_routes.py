"""The public log: of the site, of one debate, as a page and as files; and its heads."""

from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.accounts.limits import limit_address
from app.actor import Actor, CurrentActor
from app.db import Reads, reading
from app.models import Action, HouseRule
from app.moderation import report_routes, transparency_routes
from app.moderation.chain_queries import find_head, load_heads
from app.moderation.downloads import stream_csv, stream_json
from app.moderation.head_feed import MEDIA_TYPE, make_head_feed
from app.moderation.log_filters import Filters, LogFilters
from app.moderation.log_queries import LogPage, load_log
from app.permissions import can_moderate, can_see_log_reports
from app.programs import OPEN_TO_ALL
from app.rate_limits import LOG_FILE_ADDRESS
from app.settings import Settings
from app.targets import DebateHead, Slug, find_debate
from app.web import render

router = APIRouter()
for part in (report_routes, transparency_routes):
    router.include_router(part.router)

FileFormat = Literal["csv", "json"]
HEADS_SHOWN = 366  # A year of days.


@router.get("/log")
async def show_log(request: Request, reads: Reads, actor: CurrentActor, filters: Filters) -> Response:
    return _page(request, actor, None, await load_log(reads, actor, filters), filters)


@router.get("/log.{format}")
async def download_log(request: Request, actor: CurrentActor, format: FileFormat, filters: Filters) -> Response:
    await limit_address(request, LOG_FILE_ADDRESS)
    return _file(request, actor, None, format, filters)


@router.get("/debates/{slug}/log")
async def show_debate_log(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, filters: Filters
) -> Response:
    debate = await find_debate(reads, actor, slug)
    page = await load_log(reads, actor, filters, debate.id)
    return _page(request, actor, debate, page, filters)


@router.get("/debates/{slug}/log.{format}")
async def download_debate_log(
    request: Request, actor: CurrentActor, slug: Slug, format: FileFormat, filters: Filters
) -> Response:
    async with reading(request) as db:
        debate = await find_debate(db, actor, slug)
    await limit_address(request, LOG_FILE_ADDRESS)
    return _file(request, actor, debate, format, filters)


@router.get("/log/head")
async def show_log_head(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    head, heads = await find_head(reads), await load_heads(reads, HEADS_SHOWN)
    return render(request, actor, "moderation/log_head.html", head=head, heads=heads)


@router.get("/log/head.json")
async def show_log_head_as_json(reads: Reads) -> Response:
    head, heads = await find_head(reads), await load_heads(reads, HEADS_SHOWN)
    days = [{"day": f"{each.day:%Y-%m-%d}", "number": each.number, "hash": each.hash} for each in heads]
    body = {"head": head._asdict() if head else None, "days": days}
    return JSONResponse(body, headers={**OPEN_TO_ALL, "Cache-Control": "no-cache"})


@router.get("/log/heads.atom")
async def show_log_heads_feed(request: Request, reads: Reads) -> Response:
    settings: Settings = request.app.state.settings
    body = make_head_feed(settings.site_name, settings.origin, await load_heads(reads, HEADS_SHOWN))
    return Response(body, media_type=MEDIA_TYPE, headers={**OPEN_TO_ALL, "Cache-Control": "no-cache"})


def _page(request: Request, actor: Actor, debate: DebateHead | None, page: LogPage, filters: LogFilters) -> Response:
    return render(
        request, actor, "moderation/log.html", debate=debate, page=page, filters=filters, actions=list(Action),
        rules=list(HouseRule), may_answer=debate is None and can_see_log_reports(actor),
        may_moderate=debate is not None and can_moderate(actor, debate.id),
    )  # fmt: skip


def _file(
    request: Request, actor: Actor, debate: DebateHead | None, format: FileFormat, filters: LogFilters
) -> Response:
    origin = request.app.state.settings.origin
    debate_id = debate.id if debate else None
    headers = {"Content-Disposition": f'attachment; filename="log.{format}"', **OPEN_TO_ALL}
    if format == "csv":
        lines = stream_csv(lambda: reading(request), actor, filters, debate_id, origin)
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
    slug = debate.slug if debate else None
    pieces = stream_json(lambda: reading(request), actor, filters, slug, debate_id, origin)
    return StreamingResponse(pieces, media_type="application/json", headers=headers)
