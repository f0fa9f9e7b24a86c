"""Merge an argument into another one: choose which, see what that does, say why."""

from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments.finding import address_in, find_candidates
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.moderation.casework.going_on import CameFrom, go_on, way_in
from app.moderation.items import Item, ItemKind, find_item
from app.moderation.queries import load_context
from app.moderation.shape.forms import MergeForm
from app.moderation.shape.looks import StaleLook, keep_seen, look_at
from app.moderation.shape.merges import find_obstacle, merge_argument
from app.moderation.shape.move_routes import Other
from app.moderation.shape.outlook import load_outlook
from app.moderation.shape.shown import foresee_other
from app.permissions import can_moderate, can_reshape, require
from app.targets import DebateHead, ItemId, Searched, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


class Merging(NamedTuple):
    debate: DebateHead
    item: Item
    into: Item


@router.get("/debates/{slug}/arguments/{argument_id}/merge")
async def show_merge(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    way: CameFrom,
    q: Searched = "",
    into: Other = None,
) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_moderate(actor, debate.id))
    if into is not None:
        merging = await _find(reads, debate, argument_id, into)
        return await _confirm(request, reads, actor, merging, blank_form(**way._asdict()), 200)
    if (address := address_in(q)) is not None:
        return redirect(request, way.onto(f"{debate.url}/arguments/{argument_id}/merge?into={address}"))
    item = await find_item(reads, debate.id, ItemKind.ARGUMENTS, argument_id)
    return await _choose(request, reads, actor, debate, item, blank_form(**way._asdict()), 200, q)


@router.post("/debates/{slug}/arguments/{argument_id}/merge")
async def post_merge(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    form, state = await parse_form(request, MergeForm)
    into = form.into if form else address_in(state.value("into"))
    if into is None:
        item = await find_item(db, debate.id, ItemKind.ARGUMENTS, argument_id)
        require(can_reshape(actor, item, item.author))
        state.errors["into"] = "The other argument cannot be read: choose it once more."
        return await _choose(request, db, actor, debate, item, state, 422)
    merging = await _find(db, debate, argument_id, into)
    require(can_reshape(actor, merging.item, merging.item.author, merging.into))
    if form is None or form.act == "preview":
        return await _confirm(request, db, actor, merging, state, 422 if form is None else 200)
    try:
        decision = await merge_argument(db, actor, debate, merging.item, merging.into, form)
    except Conflict as conflict:
        merging = await _find(db, debate, argument_id, into)
        return await _confirm(request, db, actor, merging, state, 409, conflict)
    return await go_on(request, db, actor, decision, form, form.at_case)


async def _find(db: Reader, debate: DebateHead, argument_id: int, into: int) -> Merging:
    items = [await find_item(db, debate.id, ItemKind.ARGUMENTS, id) for id in (argument_id, into)]
    return Merging(debate, *items)


async def _choose(
    request: Request, db: Reader, actor: Actor, debate: DebateHead, item: Item, state: FormState, status: int,
    words: str = "",
) -> Response:  # fmt: skip
    candidates = await find_candidates(db, debate.id, item.id, item.text, words.strip())
    return render(
        request, actor, "moderation/shape/merge_into.html", status=status, debate=debate, item=item, words=words,
        candidates=candidates, permission=can_reshape(actor, item, item.author), form=state, way=way_in(state),
    )  # fmt: skip


async def _confirm(
    request: Request,
    db: Reader,
    actor: Actor,
    merging: Merging,
    state: FormState,
    status: int,
    conflict: Conflict | None = None,
) -> Response:
    """What the merge would do, and the form that does it."""
    debate, item, into = merging
    look = await look_at(db, item, into.id)
    keep_seen(state, look, status)
    return render(
        request, actor, "moderation/shape/merge.html", status=status,
        context=await load_context(db, debate, item), into=into, form=state, reshaping=foresee_other(into),
        outlook=await load_outlook(db, item, into), conflict=conflict.reason if conflict else "",
        is_stale=isinstance(conflict, StaleLook), obstacle=await find_obstacle(db, item, into),
        permission=can_reshape(actor, item, item.author, into), way=way_in(state),
    )  # fmt: skip
