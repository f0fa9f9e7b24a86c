"""Streams of what changes on the open pages of a debate (server-sent events)."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response, StreamingResponse

from app.actor import Actor, CurrentActor
from app.debate_heads import see_debate
from app.debates.live_states import argument_page, front_page
from app.live import Live, Load, TooManyReaders
from app.targets import LARGEST_ID, DebateHead, ItemId, Slug
from app.votes.results import sees_results

router = APIRouter()

Version = Annotated[int | None, Query(ge=0, le=LARGEST_ID)]
LastSeen = Annotated[str | None, Header(alias="Last-Event-ID", pattern=r"^\d{1,18}$")]
# A proxy that gathers what it passes on would hold it back.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.get("/debates/{slug}/live")
async def stream_debate(
    request: Request, actor: CurrentActor, slug: Slug, version: Version = None, last_event_id: LastSeen = None
) -> Response:
    """`version`: that of the page that opens the stream. A browser that comes back names the last one that it heard."""
    debate = await see_debate(request, actor, slug)
    has_stance = await _has_stance(request, actor, debate)
    load = front_page(request, debate, has_stance=has_stance)
    return await _stream(request, debate, (debate.id, None, has_stance), load, version, last_event_id)


@router.get("/debates/{slug}/arguments/{argument_id}/live")
async def stream_argument(
    request: Request,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    version: Version = None,
    last_event_id: LastSeen = None,
) -> Response:
    debate = await see_debate(request, actor, slug)
    has_stance = await _has_stance(request, actor, debate)
    load = argument_page(request, debate, argument_id, has_stance=has_stance)
    return await _stream(request, debate, (debate.id, argument_id, has_stance), load, version, last_event_id)


async def _has_stance(request: Request, actor: Actor, debate: DebateHead) -> bool:
    """Only where it matters: in a debate that hides its results."""
    return debate.hides_results and await sees_results(request, actor, debate)


async def _stream(
    request: Request,
    debate: DebateHead,
    key: tuple[int, int | None, bool],
    load: Load,
    version: int | None,
    last_event_id: str | None,
) -> Response:
    live: Live = request.app.state.live
    seen = int(last_event_id) if last_event_id is not None else version
    try:
        pieces = await live.follow(key, debate.id, load, seen)
    except TooManyReaders:
        return Response(status_code=503, headers={"Retry-After": "60"})
    return StreamingResponse(pieces, headers=HEADERS, media_type="text/event-stream")
