"""Moderate an item where one came upon it, without a flag: hide or remove it, ask for an edit, lock its thread."""

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict, NotFound
from app.forms import FormState, blank_form, parse_form
from app.moderation.commands import decide_item, lock_thread
from app.moderation.edit_asking import find_edit_obstacle
from app.moderation.forms import AskEditForm, HideForm, LockForm
from app.moderation.items import Item, ItemKind, find_item
from app.moderation.measures.targets import find_item_version, find_version, of_thread, show_version
from app.moderation.queries import load_context
from app.permissions import can_decide, can_lock_thread, can_moderate, require
from app.targets import DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()
MODERATING, ASKING = "moderation/moderate.html", "moderation/ask_edit.html"


@router.get("/debates/{slug}/{kind}/{item_id}/moderate")
async def show_moderate(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, kind: ItemKind, item_id: ItemId
) -> Response:
    debate = await find_debate(reads, actor, slug)
    item = await find_item(reads, debate.id, kind, item_id)
    require(can_moderate(actor, debate.id))
    return await _page(request, reads, actor, debate, item, blank_form(), 200)


@router.post("/debates/{slug}/{kind}/{item_id}/hide")
async def post_hiding(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, kind: ItemKind, item_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    item = await find_item(db, debate.id, kind, item_id)
    require(can_decide(actor, item, item.author))
    form, state = await parse_form(request, HideForm)
    return await _decide(request, db, actor, debate, item, form, state, MODERATING)


@router.get("/debates/{slug}/{kind}/{item_id}/ask-edit")
async def show_ask_edit(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, kind: ItemKind, item_id: ItemId
) -> Response:
    debate = await find_debate(reads, actor, slug)
    item = await _find_wordable(reads, debate, kind, item_id)
    require(can_moderate(actor, debate.id))
    return await _page(request, reads, actor, debate, item, blank_form(), 200, template=ASKING)


@router.post("/debates/{slug}/{kind}/{item_id}/ask-edit")
async def post_edit_request(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, kind: ItemKind, item_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    item = await _find_wordable(db, debate, kind, item_id)
    require(can_decide(actor, item, item.author))
    form, state = await parse_form(request, AskEditForm)
    return await _decide(request, db, actor, debate, item, form, state, ASKING)


@router.get("/debates/{slug}/arguments/{argument_id}/lock")
async def show_lock_form(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, argument_id: ItemId
) -> Response:
    debate = await find_debate(reads, actor, slug)
    thread = await _find_thread(reads, debate, argument_id)
    permission = can_lock_thread(actor, thread)
    if permission.interest is None:
        require(permission)
    version = await find_version(reads, of_thread(debate.id, thread.id))
    return _lock_page(request, actor, debate, thread, blank_form(version=str(version)), 200)


@router.post("/debates/{slug}/arguments/{argument_id}/lock")
async def post_lock(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    """Lock the thread in which the argument stands."""
    debate = await find_debate(db, actor, slug)
    thread = await _find_thread(db, debate, argument_id)
    require(can_lock_thread(actor, thread))
    form, state = await parse_form(request, LockForm)
    if form is None or form.act == "preview":
        if "version" in state.errors:
            await show_version(db, state, of_thread(debate.id, thread.id))
        return _lock_page(request, actor, debate, thread, state, 422 if form is None else 200)
    try:
        decision = await lock_thread(db, actor, debate, thread, form)
    except Conflict as conflict:
        thread = await _find_thread(db, debate, argument_id)
        await show_version(db, state, of_thread(debate.id, thread.id))
        return _lock_page(request, actor, debate, thread, state, 409, conflict.reason)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


async def _decide(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    debate: DebateHead,
    item: Item,
    form: HideForm | AskEditForm | None,
    state: FormState,
    template: str,
) -> Response:
    if form is None or form.act == "preview":
        status = 422 if form is None else 200
        return await _page(request, db, actor, debate, item, state, status, template=template)
    try:
        decision = await decide_item(db, actor, debate, item, form)
    except Conflict as conflict:
        item = await find_item(db, debate.id, item.kind, item.id)
        return await _page(request, db, actor, debate, item, state, 409, conflict.reason, template)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


async def _find_wordable(db: Reader, debate: DebateHead, kind: ItemKind, item_id: int) -> Item:
    item = await find_item(db, debate.id, kind, item_id)
    if not item.can_be_worded_anew:
        raise NotFound(f"A {item.word} is never worded anew: hide it, or let it stand.")
    return await find_item(db, debate.id, kind, item_id)


async def _find_thread(db: Reader, debate: DebateHead, argument_id: int) -> Item:
    """The first-level argument above this one, or this one itself."""
    item = await find_item(db, debate.id, ItemKind.ARGUMENTS, argument_id)
    return item if item.root_id is None else await find_item(db, debate.id, ItemKind.ARGUMENTS, item.root_id)


def _lock_page(
    request: Request,
    actor: Actor,
    debate: DebateHead,
    thread: Item,
    state: FormState,
    status: int,
    conflict: str = "",
) -> Response:
    return render(
        request, actor, "moderation/lock.html", status=status, debate=debate, thread=thread, form=state,
        permission=can_lock_thread(actor, thread), conflict=conflict,
    )  # fmt: skip


async def _page(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead,
    item: Item,
    state: FormState,
    status: int,
    conflict: str = "",
    template: str = MODERATING,
) -> Response:
    """What was sent in order keeps the version that was seen: a preview is no second look."""
    if conflict or "version" not in state.values:
        state.values = {**state.values, "version": await find_item_version(db, item.kind, item.columns)}
    return render(
        request,
        actor,
        template,
        status=status,
        context=await load_context(db, debate, item),
        permission=can_decide(actor, item, item.author),
        form=state,
        conflict=conflict,
        edit_obstacle=await find_edit_obstacle(db, debate, item) if template == ASKING else "",
    )
