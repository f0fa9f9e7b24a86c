"""The map of a debate: the page, and the picture as a file."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Reads, reading
from app.debate_heads import see_debate
from app.debates.map_layout import NARROW, WIDE
from app.debates.map_page import load_map
from app.debates.standing_files import to_png
from app.pages import Fillers, SharedPage
from app.standing.paint import file_paint, page_paint
from app.targets import LARGEST_ID, Slug
from app.votes.results import sees_results
from app.web import Shared, render_part, render_shared

router = APIRouter()

Place = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


@router.get("/debates/{slug}/map")
async def show_map(
    request: Request, actor: CurrentActor, slug: Slug, at: Place = None, after: Place = None
) -> Response:
    """All of the debate, what stands below the argument `at`, or what follows the argument `after` beside it."""
    debate = await see_debate(request, actor, slug)
    results = await sees_results(request, actor, debate)

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            page = await load_map(db, debate, at, after, (WIDE, NARROW), by_score=results)
        part = f"?at={at}" if at else f"?after={after}" if after else ""
        return {"debate": debate, "page": page, "results": results, "part": part, "paint": page_paint}

    key = f"{request.url.path}?{at or ''}&{after or ''}{'' if results else ' without results'}"
    shared = Shared(key, debate.version, "debates/map.html", load, _nothing_personal)
    return await render_shared(request, actor, shared)


@router.get("/debates/{slug}/map.{format}")
async def download_map(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    format: Literal["svg", "png"],
    at: Place = None,
    after: Place = None,
) -> Response:
    debate = await see_debate(request, actor, slug)
    results = await sees_results(request, actor, debate)
    page = await load_map(reads, debate, at, after, (WIDE,), by_score=results)
    svg = render_part(request, "debates/_map_file.html", debate=debate, page=page, results=results, paint=file_paint)
    body = svg if format == "svg" else await asyncio.to_thread(to_png, svg)
    headers = {"Content-Disposition": f'attachment; filename="map.{format}"', "Cache-Control": "private, no-cache"}
    return Response(body, media_type=MEDIA_TYPES[format], headers=headers)


async def _nothing_personal(actor: Actor, page: SharedPage) -> Fillers:
    return {}
