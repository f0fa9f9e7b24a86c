"""Quality marks on an argument: see them, set one, take one back. Moderators take one away as any other text."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments.commands import lock_argument
from app.arguments.marks import load_open_marks
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, parse_form
from app.models import MOST_OPEN_MARKS, MarkKind
from app.moderation.items import Item, ItemKind, find_item
from app.moderation.mark_commands import MarkForm, find_mark, mark_argument, take_mark_back
from app.permissions import can_mark, can_moderate, can_see_text, can_take_mark_back, require
from app.prevention.screening import Blocked, CannotWait, screen_at_once
from app.rate_limits import MARK, limit_actor
from app.targets import DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


@router.get("/debates/{slug}/arguments/{argument_id}/marks")
async def show_marks(request: Request, reads: Reads, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await find_debate(reads, actor, slug)
    item = await find_item(reads, debate.id, ItemKind.ARGUMENTS, argument_id)
    require(can_see_text(actor, item))
    return await _page(request, reads, actor, debate, item, FormState(), 200)


@router.post("/debates/{slug}/arguments/{argument_id}/marks")
async def post_mark(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    item = await find_item(db, debate.id, ItemKind.ARGUMENTS, argument_id)
    require(can_mark(actor, debate, item))
    form, state = await parse_form(request, MarkForm)
    if form is None:
        return await _page(request, db, actor, debate, item, state, 422)
    try:
        screened = await screen_at_once(db, actor, debate.id, form.words, "marks")
    except (Blocked, CannotWait) as refused:
        state.errors["words"] = refused.reason
        return await _page(request, db, actor, debate, item, state, 422)
    await limit_actor(request, actor, MARK)
    argument = await lock_argument(db, debate, argument_id)
    try:
        await mark_argument(db, actor, argument, form, screened)
    except Conflict as conflict:
        return await _page(request, db, actor, debate, item, state, 409, conflict.reason)
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=marked#marks")


@router.get("/debates/{slug}/marks/{mark_id}")
async def show_mark(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, mark_id: ItemId, done: str = ""
) -> Response:
    """Its place, among the marks of its argument."""
    debate = await find_debate(reads, actor, slug)
    mark = await find_mark(reads, debate.id, mark_id)
    item = await find_item(reads, debate.id, ItemKind.ARGUMENTS, mark.argument_id)
    require(can_see_text(actor, item))
    said = f"?{urlencode({'done': done})}" if done else ""
    return redirect(request, f"{debate.url}/{item.path}/marks{said}#mark-{mark.id}")


@router.post("/debates/{slug}/marks/{mark_id}/take-back")
async def post_mark_taken_back(request: Request, db: Db, actor: CurrentActor, slug: Slug, mark_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    mark = await find_mark(db, debate.id, mark_id)
    require(can_take_mark_back(actor, mark.marker_id))
    await lock_argument(db, debate, mark.argument_id)
    await take_mark_back(db, actor, debate.id, mark.id)
    return redirect(request, f"{debate.url}/arguments/{mark.argument_id}?done=mark_taken_back")


async def _page(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead,
    item: Item,
    state: FormState,
    status: int,
    conflict: str = "",
) -> Response:
    marks = await load_open_marks(db, debate.id, item.id)
    return render(
        request,
        actor,
        "moderation/marks.html",
        status=status,
        debate=debate,
        item=item,
        marks=marks,
        kinds=list(MarkKind),
        permission=can_mark(actor, debate, item),
        has_own=any(mark.marker_id == actor.id for mark in marks if actor.is_signed_in),
        is_full=sum(mark.hidden_by_id is None for mark in marks) >= MOST_OPEN_MARKS,
        may_moderate=can_moderate(actor, debate.id),
        conflict=conflict,
        form=state,
    )
