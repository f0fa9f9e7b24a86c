"""The list of a debate's notes and questions."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.annotations.listing import ListFilter, load_annotations_page
from app.annotations.protocol.answers import name_service, vary_by_accept
from app.db import reading
from app.debate_heads import see_debate
from app.pages import Fillers, SharedPage
from app.programs import prefers_json
from app.targets import LARGEST_ID, Slug
from app.web import Shared, redirect, render, render_shared

router = APIRouter()

Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@router.get("/debates/{slug}/annotations")
async def show_annotations(
    request: Request,
    actor: CurrentActor,
    slug: Slug,
    kind: str = "",
    show: str = "",
    tag: str = "",
    before: Before = None,
) -> Response:
    """A page for people; programs that ask for JSON-LD are sent on to the container, whose address ends in a slash."""
    debate = await see_debate(request, actor, slug)
    if prefers_json(request):
        return vary_by_accept(redirect(request, f"{debate.url}/annotations/"))
    chosen = ListFilter.parse(kind, show, tag)
    chosen = chosen if actor.is_signed_in else chosen.for_visitors()

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            return {"debate": debate, "page": await load_annotations_page(db, debate, chosen, actor.id, before)}

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        return {}

    if chosen.is_personal:
        answer: Response = render(request, actor, "annotations/annotations.html", **await load())
    else:
        key = f"{request.url.path}?{chosen.key}&{before or ''}"
        shared = Shared(key, debate.version, "annotations/annotations.html", load, personal)
        answer = await render_shared(request, actor, shared)
    return vary_by_accept(name_service(answer, debate))
