"""Hosts word the essay anew: write, see what it would do to everything that points at it, publish."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.essays.canonical import MAX_ESSAY_CHARACTERS, parse_essay
from app.forms import FormState, parse_form
from app.permissions import can_revise_essay, require
from app.revisions.draft_commands import (
    discard_draft,
    find_newest,
    follow_in_draft,
    place_in_draft,
    publish_draft,
    save_draft,
)
from app.revisions.draft_queries import find_draft, load_draft, load_review
from app.revisions.forms import NOTE_MAX, DraftForm, PlaceForm, SeenDraftForm
from app.revisions.outlook import is_same_text, load_newest_wording
from app.revisions.placing import Placing, load_placing_in_draft
from app.targets import LARGEST_ID, DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()

ChosenParagraph = Annotated[int | None, Query(alias="paragraph", ge=1, le=LARGEST_ID)]


@router.get("/debates/{slug}/essay/edit")
async def show_essay_editor(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_revise_essay(actor, debate))
    newest, draft = await load_newest_wording(reads, debate.id), await find_draft(reads, debate.id)
    state = FormState(
        {
            "markdown": draft.markdown if draft else newest.markdown,
            "note": draft.note if draft else "",
            "version": str(draft.version if draft else 0),
            "base": str(newest.number),
        }
    )
    return await _show_editor(request, reads, actor, debate, state)


@router.post("/debates/{slug}/essay/edit")
async def post_essay_draft(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_revise_essay(actor, debate))
    form, state = await parse_form(request, DraftForm)
    newest = await find_newest(db, debate.id)
    if form is not None:
        await _check_text(form.markdown, newest.markdown, state)
    if form is None or state.errors:
        return await _show_editor(request, db, actor, debate, state, status=422)
    assert actor.id is not None
    if not await save_draft(db, newest, form, actor.id):
        return await _show_editor(request, db, actor, debate, state, status=409)
    return redirect(request, f"{debate.url}/essay/draft?done=draft_saved")


async def _check_text(markdown: str, newest: str, state: FormState) -> None:
    try:
        await asyncio.to_thread(parse_essay, markdown)
    except ValueError as error:
        state.errors["markdown"] = str(error)
    if not state.errors and is_same_text(markdown, newest):
        state.errors["markdown"] = "This is the essay as it stands: nothing has been changed yet."


async def _show_editor(
    request: Request, db: Reader, actor: Actor, debate: DebateHead, state: FormState, status: int = 200
) -> Response:
    """With status 409 the other text beside one's own, which replaces it when it is saved once more."""
    newest, draft = await load_newest_wording(db, debate.id), await find_draft(db, debate.id)
    is_stale = status == 409
    if is_stale:
        seen = {"version": str(draft.version if draft else 0), "base": str(newest.number)}
        state = FormState({**state.values, **seen}, state.errors)
    return render(
        request, actor, "revisions/edit.html", status=status, debate=debate, form=state, newest=newest, draft=draft,
        is_stale=is_stale, note_max=NOTE_MAX, most=MAX_ESSAY_CHARACTERS,
    )  # fmt: skip


@router.get("/debates/{slug}/essay/draft")
async def show_essay_draft(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_revise_essay(actor, debate))
    if await find_draft(reads, debate.id) is None:
        return redirect(request, f"{debate.url}/essay/edit")
    review = await load_review(reads, debate.id)
    return render(request, actor, "revisions/review.html", debate=debate, review=review)


@router.post("/debates/{slug}/essay/draft/publish")
async def post_new_revision(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_revise_essay(actor, debate))
    assert actor.id is not None
    published = await publish_draft(db, debate.id, await _seen_version(request), actor.id)
    return redirect(request, f"{debate.url}/essay/revisions/{published.revision.number}?done=revised")


@router.post("/debates/{slug}/essay/draft/discard")
async def post_discarded_draft(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_revise_essay(actor, debate))
    await discard_draft(db, debate.id, await _seen_version(request))
    return redirect(request, f"{debate.url}/essay/revisions?done=discarded")


async def _seen_version(request: Request) -> int:
    form, _ = await parse_form(request, SeenDraftForm)
    if form is None:
        raise Conflict("This form does not say which draft it is about. Look at the draft again.")
    return form.version


@router.get("/debates/{slug}/essay/draft/passages/{passage_id}")
async def show_place_in_draft(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, passage_id: ItemId, number: ChosenParagraph = None
) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_revise_essay(actor, debate))
    await load_draft(reads, debate.id)
    placing = await load_placing_in_draft(reads, debate.id, passage_id, number)
    return _show_placing(request, actor, debate, placing, FormState())


@router.post("/debates/{slug}/essay/draft/passages/{passage_id}")
async def post_place_in_draft(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, passage_id: ItemId, number: ChosenParagraph = None
) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_revise_essay(actor, debate))
    placing = await load_placing_in_draft(db, debate.id, passage_id, number)
    form, state = await parse_form(request, PlaceForm)
    place = placing.pick(form, state) if form and form.act == "place" else None
    if form is None or state.errors:
        return _show_placing(request, actor, debate, placing, state, status=422)
    assert actor.id is not None
    if form.act == "follow":
        await follow_in_draft(db, debate.id, form.version, passage_id, actor.id)
    else:
        await place_in_draft(db, debate.id, form.version, passage_id, place, actor.id)
    return redirect(request, f"{debate.url}/essay/draft?done=placed#passage-{passage_id}")


def _show_placing(
    request: Request, actor: Actor, debate: DebateHead, placing: Placing, form: FormState, status: int = 200
) -> Response:
    url = f"{debate.url}/essay/draft/passages/{placing.standing.passage_id}"
    return render(
        request, actor, "revisions/place.html", status=status,
        debate=debate, picker=placing, form=form, url=url, back_url=f"{debate.url}/essay/draft", is_draft=True,
    )  # fmt: skip
