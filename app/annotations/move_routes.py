"""Move a note or question to other words of the essay. Its replies go along."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.annotations.commands import edit_annotation, lock_annotation
from app.annotations.forms import MoveForm
from app.annotations.moving import Moving, load_moving
from app.annotations.picker import StaleWords
from app.annotations.picker_routes import Offset, Words, say_if_stale, selection_fields
from app.annotations.revisions import Wording, newest_number
from app.db import Db
from app.essays.commands import find_or_make_passage
from app.essays.selectors import TextPosition
from app.forms import FormState, parse_form
from app.models import Annotation
from app.permissions import can_move_annotation, require
from app.rate_limits import EDIT_ANNOTATION, limit_actor
from app.targets import LARGEST_ID, DebateHead, ItemId, Slug, find_annotation, find_debate
from app.web import redirect, render

router = APIRouter()

ChosenParagraph = Annotated[int | None, Query(alias="paragraph", ge=1, le=LARGEST_ID)]


@router.get("/debates/{slug}/annotations/{annotation_id}/move")
async def show_move_form(
    request: Request,
    db: Db,
    actor: CurrentActor,
    slug: Slug,
    annotation_id: ItemId,
    number: ChosenParagraph = None,
    revision: Offset = None,
    start: Offset = None,
    end: Offset = None,
    exact: Words = "",
) -> Response:
    """The menu over selected words leads here with what was selected."""
    debate = await find_debate(db, actor, slug)
    annotation = await find_annotation(db, debate, annotation_id)
    require(can_move_annotation(actor, debate, annotation))
    moving = await load_moving(db, debate, annotation_id, number)
    fields = selection_fields(start, end, exact) or moving.filled
    form = FormState({**fields, "version": str(await newest_number(db, annotation))})
    say_if_stale(moving.picker, form, revision)
    moving.picker.keep_selection(form)
    return _show_move(request, actor, debate, moving, form)


@router.post("/debates/{slug}/annotations/{annotation_id}/move")
async def post_move(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, annotation_id: ItemId, number: ChosenParagraph = None
) -> Response:
    debate = await find_debate(db, actor, slug)
    annotation = await lock_annotation(db, debate, annotation_id)
    require(can_move_annotation(actor, debate, annotation))
    moving = await load_moving(db, debate, annotation_id, number)
    form, state = await parse_form(request, MoveForm)
    try:
        place = moving.picker.pick(form, state) if form else None
    except StaleWords:
        say_if_stale(moving.picker, state, 0)
        return _show_move(request, actor, debate, moving, state, status=409)
    if form is None or place is None:
        return _show_move(request, actor, debate, moving, state, status=422)
    return await _save_move(request, db, actor, debate, annotation, moving, place, form.version, state)


async def _save_move(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    debate: DebateHead,
    annotation: Annotation,
    moving: Moving,
    place: TextPosition,
    version: int,
    state: FormState,
) -> Response:
    """Asked a second time, it has been moved already; what was changed meanwhile is shown before it is moved."""
    assert actor.id is not None
    passage = await find_or_make_passage(db, moving.picker.revision, place.start, place.end)
    newest, wording = await newest_number(db, annotation), replace(Wording.of(annotation), passage_id=passage.id)
    url = f"{debate.url}/essay?done={{}}#passage-{passage.id}"
    if annotation.passage_id == passage.id:
        return redirect(request, url.format("moved" if version != newest else "unchanged"))
    if version != newest:
        state = FormState({**state.values, "version": str(newest)})
        return _show_move(request, actor, debate, moving, state, status=409, is_stale=True)
    await limit_actor(request, actor, EDIT_ANNOTATION)
    await edit_annotation(db, annotation, actor.id, wording)
    return redirect(request, url.format("moved"))


def _show_move(
    request: Request,
    actor: Actor,
    debate: DebateHead,
    moving: Moving,
    form: FormState,
    *,
    status: int = 200,
    is_stale: bool = False,
) -> Response:
    return render(
        request, actor, "annotations/move.html", status=status,
        debate=debate, moving=moving, picker=moving.picker, page=moving.page, form=form, is_stale=is_stale,
        url=f"{debate.url}/annotations/{moving.page.annotation.id}",
    )  # fmt: skip
