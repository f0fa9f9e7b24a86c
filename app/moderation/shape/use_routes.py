"""Take away a reply that somebody else brought from elsewhere: a decision, with a reason."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.moderation.forms import LockForm
from app.moderation.items import Item, ItemKind, find_item
from app.moderation.measures.targets import find_version, of_item, show_version
from app.moderation.shape.uses import UseShown, find_use_to_judge, take_use_away
from app.permissions import can_take_use_away, require
from app.targets import DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


@router.get("/debates/{slug}/arguments/{argument_id}/use/{link_id}/take-away")
async def show_taking_away(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, argument_id: ItemId, link_id: ItemId
) -> Response:
    debate = await find_debate(reads, actor, slug)
    item = await find_item(reads, debate.id, ItemKind.ARGUMENTS, argument_id)
    use = await find_use_to_judge(reads, item, link_id)
    permission = can_take_use_away(actor, item, use.author)
    if permission.interest is None:
        require(permission)
    version = await find_version(reads, of_item(item.columns))
    return _page(request, actor, debate, item, use, blank_form(version=str(version)), 200)


@router.post("/debates/{slug}/arguments/{argument_id}/use/{link_id}/take-away")
async def post_taking_away(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId, link_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    item = await find_item(db, debate.id, ItemKind.ARGUMENTS, argument_id)
    use = await find_use_to_judge(db, item, link_id)
    require(can_take_use_away(actor, item, use.author))
    form, state = await parse_form(request, LockForm)
    if form is None or form.act == "preview":
        if "version" in state.errors:
            await show_version(db, state, of_item(item.columns))
        return _page(request, actor, debate, item, use, state, 422 if form is None else 200)
    try:
        decision = await take_use_away(db, actor, debate, item, use, form)
    except Conflict as conflict:
        use = await find_use_to_judge(db, item, link_id)
        await show_version(db, state, of_item(item.columns))
        return _page(request, actor, debate, item, use, state, 409, conflict.reason)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


def _page(
    request: Request, actor: Actor, debate: DebateHead, item: Item, use: UseShown, state: FormState, status: int,
    conflict: str = "",
) -> Response:  # fmt: skip
    return render(
        request, actor, "moderation/shape/take_use_away.html", status=status, debate=debate, item=item, use=use,
        form=state, permission=can_take_use_away(actor, item, use.author), conflict=conflict,
    )  # fmt: skip
