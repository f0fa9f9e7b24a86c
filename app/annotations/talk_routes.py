"""What becomes of an annotation: it is answered, resolved and opened again, withdrawn."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.annotations.commands import (
    PostedBefore,
    lock_annotation,
    post_annotation_reply,
    reopen_annotation,
    resolve_annotation,
    withdraw_annotation,
)
from app.annotations.forms import BODY_MAX, AnnotationReplyForm
from app.annotations.previewing import answer_preview, make_whole
from app.annotations.threads import find_place_url, load_annotation_page
from app.annotations.waiting import as_sent, hold_annotation
from app.db import Db, Reader
from app.forms import FormState, blank_form, parse_form, with_fresh_key
from app.permissions import can_reply_to_annotation, can_resolve_annotation, can_withdraw, require
from app.prevention.reporting import report_watched
from app.prevention.screening import screen_post
from app.prevention.sent import Place
from app.rate_limits import ANNOTATE, limit_actor
from app.targets import DebateHead, ItemId, Slug, find_annotation, find_debate
from app.web import redirect, render

router = APIRouter()


@router.get("/debates/{slug}/annotations/{annotation_id}/reply")
async def show_reply_form(request: Request, db: Db, actor: CurrentActor, slug: Slug, annotation_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    annotation = await find_annotation(db, debate, annotation_id)
    require(can_reply_to_annotation(actor, debate, annotation))
    return await _show_reply(request, db, actor, debate, annotation_id, blank_form())


@router.post("/debates/{slug}/annotations/{annotation_id}/replies")
async def post_reply(request: Request, db: Db, actor: CurrentActor, slug: Slug, annotation_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    annotation = await find_annotation(db, debate, annotation_id)
    require(can_reply_to_annotation(actor, debate, annotation))
    form, state = await parse_form(request, AnnotationReplyForm)
    if state.value("act") == "preview":
        show = partial(_show_reply, request, db, actor, debate, annotation_id)
        return await answer_preview(request, actor, form, state, show)
    if form is None:
        return await _show_reply(request, db, actor, debate, annotation_id, state, status=422)
    where = Place(debate.id, annotation_id=annotation_id, passage_id=annotation.passage_id)
    screened = await screen_post(db, actor, where, as_sent(form, state))
    await limit_actor(request, actor, ANNOTATE)
    if screened.hold:
        return redirect(request, await hold_annotation(db, actor, debate, where, form, screened))
    try:
        reply = await post_annotation_reply(db, actor, debate, annotation_id, form)
    except PostedBefore as before:
        state, shown = with_fresh_key(state), {"posted_before": before.annotation.id}
        return await _show_reply(request, db, actor, debate, annotation_id, state, status=409, **shown)
    await report_watched(db, reply, screened)
    return redirect(request, await find_place_url(db, debate, reply, "replied"))


async def _show_reply(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead,
    annotation_id: int,
    form: FormState,
    status: int = 200,
    **shown: Any,
) -> Response:
    form, page = make_whole(form), await load_annotation_page(db, debate, annotation_id)
    context = {"url": f"{debate.url}/annotations/{annotation_id}", "preview": "", "posted_before": None, **shown}
    return render(
        request, actor, "annotations/reply.html", status=status,
        debate=debate, page=page, form=form, body_max=BODY_MAX, **context,
    )  # fmt: skip


@router.post("/debates/{slug}/annotations/{annotation_id}/resolve")
async def resolve(request: Request, db: Db, actor: CurrentActor, slug: Slug, annotation_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    annotation = await lock_annotation(db, debate, annotation_id)
    require(can_resolve_annotation(actor, debate, annotation))
    await resolve_annotation(db, annotation, actor)
    return redirect(request, f"{debate.url}/annotations/{annotation_id}?done=resolved")


@router.post("/debates/{slug}/annotations/{annotation_id}/reopen")
async def reopen(request: Request, db: Db, actor: CurrentActor, slug: Slug, annotation_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    annotation = await lock_annotation(db, debate, annotation_id)
    require(can_resolve_annotation(actor, debate, annotation))
    await reopen_annotation(db, annotation)
    return redirect(request, f"{debate.url}/annotations/{annotation_id}?done=reopened")


@router.post("/debates/{slug}/annotations/{annotation_id}/withdraw")
async def withdraw(request: Request, db: Db, actor: CurrentActor, slug: Slug, annotation_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    annotation = await find_annotation(db, debate, annotation_id)
    is_done = annotation.author_id is not None and annotation.author_id == actor.id and annotation.withdrawn_at
    if not is_done:  # Asked a second time, it has been done already.
        require(can_withdraw(actor, debate, annotation))
        await withdraw_annotation(db, annotation)
    return redirect(request, await find_place_url(db, debate, annotation, "withdrawn"))
