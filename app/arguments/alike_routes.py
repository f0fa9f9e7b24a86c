"""What is alike, while a claim is being typed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import CurrentActor
from app.arguments.alike import find_alike
from app.arguments.limits import CLAIM_MAX
from app.db import reading
from app.debate_heads import see_debate
from app.permissions import can_argue
from app.rate_limits import LOOK_ALIKE, is_within
from app.targets import LARGEST_ID, Slug
from app.web import render

router = APIRouter()


@router.get("/debates/{slug}/alike-claims")
async def show_alike(
    request: Request,
    actor: CurrentActor,
    slug: Slug,
    claim: Annotated[str, Query(max_length=10_000)] = "",
    reply_to: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """A piece of the form; without script its preview and the posting itself show the same.

    It is asked for by itself while somebody writes. So whoever may not have it gets nothing: a refusal would be shown
    over the form, and being led to sign in would take the page away with what is in it.
    """
    debate = await see_debate(request, actor, slug)
    if not can_argue(actor, debate) or not await is_within(request, actor, LOOK_ALIKE):
        return Response(status_code=204)
    async with reading(request) as db:
        alike = await find_alike(db, debate.id, " ".join(claim.replace("\0", "").split())[:CLAIM_MAX])
    return render(request, actor, "arguments/_alike.html", debate=debate, alike=alike, reply_to=reply_to)
