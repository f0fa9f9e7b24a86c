"""Word an annotation anew, and the public history of what it has said."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.annotations.commands import edit_annotation, lock_annotation
from app.annotations.forms import BODY_MAX, AnnotationEditForm, ReplyEditForm
from app.annotations.previewing import answer_preview
from app.annotations.revisions import Wording, newest_number
from app.annotations.tags import write_tags
from app.annotations.threads import find_place_url, load_annotation_page
from app.annotations.versions import find_subject, load_versions
from app.db import Db, reading
from app.debate_heads import see_debate
from app.forms import FormState, parse_form
from app.models import Annotation
from app.pages import Fillers, SharedPage
from app.permissions import can_edit_annotation, can_see_text, require
from app.prevention.edit_requests import load_edit_request
from app.prevention.reporting import report_watched
from app.prevention.screening import screen_edit
from app.rate_limits import EDIT_ANNOTATION, limit_actor
from app.targets import LARGEST_ID, DebateHead, ItemId, Slug, find_annotation, find_debate
from app.web import Shared, redirect, render, render_shared

router = APIRouter()


@router.get("/debates/{slug}/annotations/{annotation_id}/edit")
async def show_edit_form(request: Request, db: Db, actor: CurrentActor, slug: Slug, annotation_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    annotation = await find_annotation(db, debate, annotation_id)
    require(can_edit_annotation(actor, debate, annotation))
    said = {"kind": annotation.kind, "body": annotation.body_markdown, "tags": write_tags(annotation.tags)}
    state = FormState({**said, "revision": str(await newest_number(db, annotation))})
    return await _show_edit(request, db, actor, debate, annotation, state)


@router.post("/debates/{slug}/annotations/{annotation_id}/edit")
async def post_edit(request: Request, db: Db, actor: CurrentActor, slug: Slug, annotation_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    annotation = await lock_annotation(db, debate, annotation_id)
    require(can_edit_annotation(actor, debate, annotation))
    form, state = await parse_form(request, AnnotationEditForm if annotation.parent_id is None else ReplyEditForm)
    if state.value("act") == "preview":
        show = partial(_show_edit, request, db, actor, debate, annotation)
        return await answer_preview(request, actor, form, state, show)
    if form is None:
        return await _show_edit(request, db, actor, debate, annotation, state, status=422)
    return await _save_edit(request, db, actor, debate, annotation, form, state)


async def _save_edit(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    debate: DebateHead,
    annotation: Annotation,
    form: ReplyEditForm,
    state: FormState,
) -> Response:
    """What is as it was is saved already; what somebody has changed meanwhile is shown beside what was typed."""
    assert actor.id is not None
    newest, wording = await newest_number(db, annotation), form.word(annotation.passage_id)
    if Wording.of(annotation) == wording:
        done = "edited" if form.revision != newest else "unchanged"
        return redirect(request, await find_place_url(db, debate, annotation, done))
    if form.revision != newest:
        state = FormState({**state.values, "revision": str(newest)})
        return await _show_edit(request, db, actor, debate, annotation, state, status=409)
    screened = await screen_edit(db, debate.id, (*wording.tags, wording.body))
    await limit_actor(request, actor, EDIT_ANNOTATION)
    await edit_annotation(db, annotation, actor.id, wording)
    await report_watched(db, annotation, screened)
    return redirect(request, await find_place_url(db, debate, annotation, "edited"))


async def _show_edit(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    debate: DebateHead,
    annotation: Annotation,
    form: FormState,
    *,
    status: int = 200,
    preview: str = "",
) -> Response:
    page = await load_annotation_page(db, debate, annotation.id)
    return render(
        request, actor, "annotations/edit.html", status=status,
        debate=debate, page=page, url=f"{debate.url}/annotations/{annotation.id}", form=form,
        back_url=await find_place_url(db, debate, annotation),
        preview=preview, is_stale=status == 409, body_max=BODY_MAX,
        asked=await load_edit_request(db, annotation.edit_asked_id),
    )  # fmt: skip


@router.get("/debates/{slug}/annotations/{annotation_id}/history")
async def show_history(
    request: Request,
    actor: CurrentActor,
    slug: Slug,
    annotation_id: ItemId,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """Public; of a hidden annotation only for those who may see its text."""
    debate = await see_debate(request, actor, slug)
    async with reading(request) as db:
        subject = await find_subject(db, debate, annotation_id)
    require(can_see_text(actor, subject))

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            versions, more_before = await load_versions(db, debate.id, annotation_id, before)
        url = f"{debate.url}/annotations/{annotation_id}"
        return {"debate": debate, "subject": subject, "url": url, "versions": versions, "more_before": more_before}

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        return {}

    key = f"{request.url.path}?{before or ''}"
    return await render_shared(request, actor, Shared(key, debate.version, "annotations/history.html", load, personal))
