"""Posts that wait for a moderator: of oneself, and of those whom one moderates."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.forms import FormState, blank_form, parse_form
from app.moderation.waiting.commands import (
    StalePost,
    decline_post,
    edit_waiting,
    lock_waiting,
    release_post,
    say_settled,
)
from app.moderation.waiting.commands import withdraw_waiting as withdraw
from app.moderation.waiting.forms import (
    DeclineForm,
    ReleaseForm,
    WaitingAnnotationForm,
    WaitingArgumentForm,
    WaitingForm,
)
from app.moderation.waiting.queries import (
    Waiting,
    find_bench,
    find_waiting,
    load_author,
    load_own_waiting,
    load_waiting,
)
from app.permissions import (
    can_be_posted,
    can_change_waiting,
    can_decide_waiting,
    can_manage_own_account,
    can_moderate,
    can_see_queue,
    can_see_waiting,
    can_withdraw_waiting,
    require,
)
from app.prevention.screening import screen_edit
from app.rate_limits import EDIT_ARGUMENT, limit_actor
from app.targets import DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


@router.get("/account/waiting")
async def show_own_waiting(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    return render(request, actor, "prevention/own_waiting.html", posts=await load_own_waiting(reads, actor))


@router.get("/moderation/waiting")
async def show_all_waiting(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_see_queue(actor))
    return render(request, actor, "prevention/all_waiting.html", posts=await load_waiting(reads, actor))


@router.get("/debates/{slug}/waiting/{post_id}")
async def show_waiting(request: Request, reads: Reads, actor: CurrentActor, slug: Slug, post_id: ItemId) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_see_waiting(actor, await find_waiting(reads, debate, post_id)))
    return await _show(request, reads, actor, debate, post_id)


@router.get("/debates/{slug}/waiting/{post_id}/edit")
async def show_edit_form(request: Request, reads: Reads, actor: CurrentActor, slug: Slug, post_id: ItemId) -> Response:
    debate = await find_debate(reads, actor, slug)
    post = await find_waiting(reads, debate, post_id)
    require(can_change_waiting(actor, debate, post))
    said = {name: post.fields.get(name, "") for name in ("claim", "grounds", "body")}
    state = FormState({**said, "version": str(post.version)})
    return _edit_page(request, actor, debate, post, state, 200)


@router.post("/debates/{slug}/waiting/{post_id}/edit")
async def post_edit(request: Request, db: Db, actor: CurrentActor, slug: Slug, post_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    row = await lock_waiting(db, debate, post_id)
    kind: type[WaitingForm] = WaitingArgumentForm if "claim" in row.fields else WaitingAnnotationForm
    form, state = await parse_form(request, kind)
    if settled := say_settled(actor, row):
        post = await find_waiting(db, debate, post_id)
        return _edit_page(request, actor, debate, post, FormState(state.values), 409, settled)
    require(can_change_waiting(actor, debate, row))
    status = 422
    if form is not None:
        await screen_edit(db, debate.id, list(form.model_dump(exclude={"version"}).values()))
        await limit_actor(request, actor, EDIT_ARGUMENT)
        try:
            await edit_waiting(db, row, form)
        except StalePost as stale:
            state, status = FormState({**state.values, "version": str(row.version)}, {"version": stale.reason}), 409
        else:
            return redirect(request, f"{debate.url}/waiting/{post_id}?done=saved")
    post = await find_waiting(db, debate, post_id)
    return _edit_page(request, actor, debate, post, state, status)


@router.post("/debates/{slug}/waiting/{post_id}/withdraw")
async def post_withdrawal(request: Request, db: Db, actor: CurrentActor, slug: Slug, post_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    row = await lock_waiting(db, debate, post_id)
    if row.is_released and say_settled(actor, row):
        return await _show(request, db, actor, debate, post_id, status=409)
    require(can_withdraw_waiting(actor, row))
    await withdraw(db, row)
    return redirect(request, f"{debate.url}/waiting/{post_id}?done=taken_back")


@router.post("/debates/{slug}/waiting/{post_id}/release")
async def post_release(request: Request, db: Db, actor: CurrentActor, slug: Slug, post_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    row = await lock_waiting(db, debate, post_id)
    require(can_decide_waiting(actor, row, bench := await find_bench(db, row)))
    form, state = await parse_form(request, ReleaseForm)
    if form is None:
        return await _show(request, db, actor, debate, post_id, state, 422)
    try:
        decision = await release_post(db, actor, debate, row, form, bench)
    except StalePost:
        return await _show(request, db, actor, debate, post_id, state, 409)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


@router.post("/debates/{slug}/waiting/{post_id}/decline")
async def post_decline(request: Request, db: Db, actor: CurrentActor, slug: Slug, post_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    row = await lock_waiting(db, debate, post_id)
    require(can_decide_waiting(actor, row, bench := await find_bench(db, row)))
    form, state = await parse_form(request, DeclineForm)
    if form is None:
        return await _show(request, db, actor, debate, post_id, state, 422)
    try:
        decision = await decline_post(db, actor, debate, row, form, bench)
    except StalePost:
        return await _show(request, db, actor, debate, post_id, state, 409)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


def _edit_page(
    request: Request,
    actor: Actor,
    debate: DebateHead,
    post: Waiting,
    state: FormState,
    status: int,
    settled: str = "",
) -> Response:
    """`settled`: what became of it meanwhile, so that nothing can be saved here."""
    return render(
        request, actor, "prevention/edit_waiting.html", status=status, post=post, form=state, debate=debate,
        settled=settled,
    )  # fmt: skip


async def _show(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead,
    post_id: int,
    state: FormState | None = None,
    status: int = 200,
) -> Response:
    post = await find_waiting(db, debate, post_id)
    state = state or blank_form()
    if status != 422:
        state.values = {**state.values, "version": str(post.version)}
    return render(
        request, actor, "prevention/waiting.html", status=status, post=post, form=state, is_stale=status == 409,
        debate=debate, is_own=post.author_id == actor.id, may_moderate=can_moderate(actor, debate.id),
        decision=can_decide_waiting(actor, post, await find_bench(db, post)),
        may_change=can_change_waiting(actor, debate, post),
        can_stand=can_be_posted(await load_author(db, post.author_id), debate.id),
    )  # fmt: skip
