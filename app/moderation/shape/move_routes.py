"""Move an argument with its replies: choose where to, see what that does, say why."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments.finding import address_in, find_candidates
from app.arguments.ground import count_below
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.moderation.casework.going_on import CameFrom, go_on, way_in
from app.moderation.items import Item, ItemKind, find_item
from app.moderation.queries import load_context
from app.moderation.shape.forms import MoveForm
from app.moderation.shape.looks import StaleLook, keep_seen, look_at
from app.moderation.shape.moves import find_obstacle, load_place, move_argument
from app.moderation.shape.places import (
    Destination,
    SideChoice,
    find_destination,
    load_side_choices,
)
from app.moderation.shape.shown import foresee_move
from app.permissions import can_moderate, can_reshape, require
from app.targets import LARGEST_ID, DebateHead, ItemId, Searched, Slug, find_debate
from app.web import redirect, render

router = APIRouter()

Other = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


class Moving(NamedTuple):
    """What is to be moved, and where to as far as that is chosen."""

    debate: DebateHead
    item: Item
    sides: list[SideChoice]
    to: Destination | None


@router.get("/debates/{slug}/arguments/{argument_id}/move")
async def show_move(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    way: CameFrom,
    q: Searched = "",
    to: Other = None,
    position: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_moderate(actor, debate.id))
    moving = await _find(reads, debate, argument_id, to, position)
    if moving.to is not None:
        return await _confirm(request, reads, actor, moving, blank_form(**way._asdict()), 200)
    if (address := address_in(q)) is not None:
        return redirect(request, way.onto(f"{debate.url}/arguments/{argument_id}/move?to={address}"))
    return await _choose(request, reads, actor, moving, blank_form(**way._asdict()), 200, q)


@router.post("/debates/{slug}/arguments/{argument_id}/move")
async def post_move(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    form, state = await parse_form(request, MoveForm)
    to, position = (form.to, form.position) if form else (_sent_id(state), state.value("position"))
    moving = await _find(db, debate, argument_id, to, position)
    require(can_reshape(actor, moving.item, moving.item.author, moving.to.item if moving.to else None))
    if moving.to is None:
        state.errors["position" if position else "to"] = "The place cannot be read: choose once more where it goes."
        return await _choose(request, db, actor, moving, state, 422)
    if form is None or form.act == "preview":
        return await _confirm(request, db, actor, moving, state, 422 if form is None else 200)
    try:
        decision = await move_argument(db, actor, debate, moving.item, moving.to, form)
    except Conflict as conflict:
        moving = await _find(db, debate, argument_id, to, position)
        return await _confirm(request, db, actor, moving, state, 409, conflict)
    return await go_on(request, db, actor, decision, form, form.at_case)


def _sent_id(state: FormState) -> int | None:
    return address_in(state.value("to"))


async def _find(db: Reader, debate: DebateHead, argument_id: int, to: int | None, position: str) -> Moving:
    item = await find_item(db, debate.id, ItemKind.ARGUMENTS, argument_id)
    sides = await load_side_choices(db, debate.id)
    return Moving(debate, item, sides, await find_destination(db, debate.id, to, sides, position))


async def _choose(
    request: Request, db: Reader, actor: Actor, moving: Moving, state: FormState, status: int, words: str = ""
) -> Response:
    debate, item, sides, _ = moving
    candidates = await find_candidates(db, debate.id, item.id, item.text, words) if words.strip() else []
    return render(
        request, actor, "moderation/shape/move_where.html", status=status, debate=debate, item=item, sides=sides,
        words=words, candidates=candidates, permission=can_reshape(actor, item, item.author), form=state,
        way=way_in(state),
    )  # fmt: skip


async def _confirm(
    request: Request,
    db: Reader,
    actor: Actor,
    moving: Moving,
    state: FormState,
    status: int,
    conflict: Conflict | None = None,
) -> Response:
    """What the move would do, and the form that does it."""
    debate, item, _, to = moving
    assert to is not None
    current = await load_place(db, item)
    place = to.place_for(current.position_id, None)  # By which relation is still to be chosen.
    look = await look_at(db, item, to.item.id if to.item else None)
    keep_seen(state, look, status)
    context = await load_context(db, debate, item)
    return render(
        request, actor, "moderation/shape/move.html", status=status,
        context=context, to=to, reshaping=foresee_move(context, to, (current.relation, state.value("relation"))),
        form=state, conflict=conflict.reason if conflict else "",
        is_stale=isinstance(conflict, StaleLook), below=await count_below(db, debate.id, item.id),
        obstacle=await find_obstacle(db, item, to, place, current),
        permission=can_reshape(actor, item, item.author, to.item), way=way_in(state),
    )  # fmt: skip
