"""Atom feeds of arguments: of a debate, of what stands below an argument, and of a person's texts."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import VISITOR
from app.annotations.protocol.answers import READING_METHODS, Kept, answer_kept, entity_tag, not_modified, version_tag
from app.atom import MEDIA_TYPE, write_feed
from app.db import Reads, reading
from app.debate_heads import see_debate
from app.debates.feeds import Addresses, load_debate_feed, load_person_feed, load_thread_feed
from app.programs import FOR_PROGRAMS
from app.targets import ItemId, Slug

router = APIRouter(tags=[FOR_PROGRAMS])

ALLOW = {"Allow": READING_METHODS}


@router.get("/debates/{slug}/arguments.atom")
async def show_debate_feed(request: Request, slug: Slug) -> Response:
    debate = await see_debate(request, VISITOR, slug)
    kept = Kept(MEDIA_TYPE, version_tag(debate), ALLOW)
    if known := not_modified(request, kept):
        return known
    async with reading(request) as db:
        feed = await load_debate_feed(db, debate, _addresses(request))
    return answer_kept(request, kept, write_feed(feed))


@router.get("/debates/{slug}/arguments/{argument_id}/replies.atom")
async def show_thread_feed(request: Request, slug: Slug, argument_id: ItemId) -> Response:
    debate = await see_debate(request, VISITOR, slug)
    kept = Kept(MEDIA_TYPE, version_tag(debate), ALLOW)
    if known := not_modified(request, kept):
        return known
    async with reading(request) as db:
        feed = await load_thread_feed(db, debate, argument_id, _addresses(request))
    return answer_kept(request, kept, write_feed(feed))


@router.get("/people/{username}/writings.atom")
async def show_person_feed(request: Request, reads: Reads, username: str) -> Response:
    """No version stands for everything that a person writes, so the tag is the text's."""
    body = write_feed(await load_person_feed(reads, username, _addresses(request)))
    kept = Kept(MEDIA_TYPE, entity_tag(body), ALLOW)
    return not_modified(request, kept) or answer_kept(request, kept, body)


def _addresses(request: Request) -> Addresses:
    return Addresses(request.app.state.settings.origin)
