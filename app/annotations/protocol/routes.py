"""The Annotation Protocol: the container of a debate's annotations, and each of them at the address of its page."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from app.actor import VISITOR
from app.annotations.protocol.answers import (
    CONTAINER_LINKS,
    CONTAINER_METHODS,
    CROSS_ORIGIN,
    ITEM_METHODS,
    MEDIA_TYPE,
    PREFLIGHT,
    READING_METHODS,
    RESOURCE_LINK,
    Kept,
    answer_item,
    answer_kept,
    container_headers,
    not_modified,
    places_of,
    read_preference,
    to_bytes,
    version_tag,
)
from app.annotations.protocol.export import export_annotations
from app.annotations.protocol.feed import make_feed
from app.annotations.protocol.reading import load_annotation, load_collection, load_page
from app.annotations.protocol.records import load_latest, load_newest
from app.atom import ENTRIES
from app.atom import MEDIA_TYPE as ATOM_TYPE
from app.db import reading
from app.debate_heads import see_debate
from app.programs import FOR_PROGRAMS
from app.targets import LARGEST_ID, DebateHead, ItemId, Slug

router = APIRouter(tags=[FOR_PROGRAMS])

After = Annotated[int | None, Query(ge=0, le=LARGEST_ID)]
Iris = Annotated[int | None, Query(ge=0, le=1)]


@router.get("/debates/{slug}/annotations/")
async def show_container(request: Request, slug: Slug, iris: Iris = None, after: After = None) -> Response:
    """The collection, with its first page or without; with `after` one of its pages."""
    debate = await see_debate(request, VISITOR, slug)
    if after is not None:
        return await _show_page(request, debate, after, only_iris=iris == 1)
    preference = read_preference(request.headers.get("prefer", ""), iris)
    places = places_of(request, debate)
    kept = Kept(MEDIA_TYPE, version_tag(debate, preference.variant), container_headers(places, preference))
    if known := not_modified(request, kept):
        return known
    async with reading(request) as db:
        document = await load_collection(db, debate, places, preference)
    return answer_kept(request, kept, to_bytes(document))


async def _show_page(request: Request, debate: DebateHead, after: int, *, only_iris: bool) -> Response:
    kept = Kept(MEDIA_TYPE, version_tag(debate), {"Allow": READING_METHODS, "Vary": "Accept"})
    if known := not_modified(request, kept):
        return known
    async with reading(request) as db:
        document = await load_page(db, debate, places_of(request, debate), after, only_iris=only_iris)
    return answer_kept(request, kept, to_bytes(document))


@router.get("/debates/{slug}/annotations.atom")
async def show_feed(request: Request, slug: Slug) -> Response:
    debate = await see_debate(request, VISITOR, slug)
    kept = Kept(ATOM_TYPE, version_tag(debate), {"Allow": READING_METHODS})
    if known := not_modified(request, kept):
        return known
    async with reading(request) as db:
        newest = await load_newest(db, debate.id)
        records = await load_latest(db, debate.id, newest, ENTRIES)
    places = places_of(request, debate)
    return answer_kept(request, kept, make_feed(debate.title, records, newest.published_at, places))


@router.get("/debates/{slug}/annotations.jsonld")
async def download_annotations(request: Request, slug: Slug) -> Response:
    """All of them as one file, however many: it is written piece by piece, and no connection waits for its reader."""
    debate = await see_debate(request, VISITOR, slug)
    named = {"Content-Disposition": f'attachment; filename="{slug}-annotations.jsonld"', "Allow": READING_METHODS}
    kept = Kept(MEDIA_TYPE, version_tag(debate), named)
    if known := not_modified(request, kept):
        return known
    pieces = export_annotations(lambda: reading(request), debate.id, places_of(request, debate))
    headers = {**CROSS_ORIGIN, "ETag": kept.tag, "Cache-Control": "no-cache", **kept.headers}
    return StreamingResponse(pieces, headers=headers, media_type=MEDIA_TYPE)


@router.options("/debates/{slug}/annotations/")
async def describe_container(request: Request, slug: Slug) -> Response:
    await see_debate(request, VISITOR, slug)
    return _describe(CONTAINER_METHODS, {"Link": CONTAINER_LINKS, "Accept-Post": MEDIA_TYPE})


@router.options("/debates/{slug}/annotations/{annotation_id}")
async def describe_annotation(request: Request, slug: Slug, annotation_id: ItemId) -> Response:
    await see_debate(request, VISITOR, slug)
    return _describe(ITEM_METHODS, {"Link": RESOURCE_LINK})


def _describe(methods: str, headers: dict[str, str]) -> Response:
    allowed = {"Allow": methods, "Access-Control-Allow-Methods": methods}
    return Response(headers={**CROSS_ORIGIN, **PREFLIGHT, **allowed, **headers})


async def answer_annotation(request: Request, debate: DebateHead, annotation_id: int) -> Response:
    """For programs, what the annotation's page shows to people."""
    async with reading(request) as db:
        return answer_item(request, await load_annotation(db, debate, places_of(request, debate), annotation_id))
