"""One credit at an address of its own, and the public history of its wording."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments.writing import load_target
from app.db import reading
from app.debate_heads import see_debate
from app.errors import NotFound
from app.pages import Fillers, SharedPage
from app.permissions import can_see_text, require
from app.targets import LARGEST_ID, ItemId, Slug
from app.votes.credit_layer import CreditLayer
from app.votes.credits import find_credit, load_credit_versions
from app.web import Shared, render_shared

router = APIRouter()


@router.get("/debates/{slug}/credits/{credit_id}")
async def show_credit(request: Request, actor: CurrentActor, slug: Slug, credit_id: ItemId) -> Response:
    debate = await see_debate(request, actor, slug)
    async with reading(request) as db:
        credit = await find_credit(db, debate.id, credit_id)
        target = await load_target(db, debate, credit.argument_id)
    require(can_see_text(actor, target))

    async def load() -> dict[str, Any]:
        return {"debate": debate, "credit": credit, "target": target}

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        async with reading(request) as db:
            return (await CreditLayer.load(db, request, actor, debate, page)).fillers()

    return await render_shared(
        request, actor, Shared(request.url.path, debate.version, "votes/given_credit.html", load, personal)
    )


@router.get("/debates/{slug}/credits/{credit_id}/history")
async def show_credit_history(
    request: Request,
    actor: CurrentActor,
    slug: Slug,
    credit_id: ItemId,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """Public; of a hidden credit only for those who may see its words, and of one that was taken back for nobody."""
    debate = await see_debate(request, actor, slug)
    async with reading(request) as db:
        credit = await find_credit(db, debate.id, credit_id)
        target = await load_target(db, debate, credit.argument_id)
    require(can_see_text(actor, target))
    require(can_see_text(actor, credit))
    if credit.withdrawn_at is not None:
        raise NotFound("Its author has taken this credit back.")

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            versions, more_before = await load_credit_versions(db, debate.id, credit_id, before)
        return {"debate": debate, "credit": credit, "versions": versions, "more_before": more_before}

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        return {}

    key = f"{request.url.path}?{before or ''}"
    return await render_shared(request, actor, Shared(key, debate.version, "votes/credit_history.html", load, personal))
