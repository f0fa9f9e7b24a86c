"""Write arguments: reply, add one for a position, edit, withdraw; and what became of them."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments import limits
from app.arguments.alike import find_alike, is_news
from app.arguments.commands import edit_argument, lock_argument, post_argument, withdraw_argument
from app.arguments.concessions import load_concessions
from app.arguments.drafts import Draft, NotClear, draft_argument, draft_edit
from app.arguments.forms import ArgumentForm, EditForm, ReplyForm
from app.arguments.posted import find_posted
from app.arguments.quoted import Quoted
from app.arguments.sources import load_source_changes
from app.arguments.versions import load_versions
from app.arguments.writing import Target, WritingPage, load_target, load_writing_page
from app.db import Db, Reads, reading
from app.debate_heads import see_debate
from app.forms import FormState, blank_form, parse_form, with_fresh_key
from app.models import Relation
from app.pages import Fillers, SharedPage
from app.permission_terms import WithdrawableItem
from app.permissions import can_argue, can_edit_argument, can_reply, can_see_text, can_withdraw, require
from app.rate_limits import EDIT_ARGUMENT, POST_ARGUMENT, PREVIEW, limit_actor
from app.targets import LARGEST_ID, DebateHead, ItemId, Slug, find_debate
from app.web import Shared, is_fragment, redirect, render, render_shared

router = APIRouter()

Passage = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@router.get("/debates/{slug}/arguments/new")
async def show_argument_form(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    position: Annotated[str, Query(max_length=100)] = "",
    passage: Passage = None,
) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_argue(actor, debate))
    page = await load_writing_page(reads, debate, None, passage)
    return _show(request, actor, page, blank_form(position=position, passage=str(passage or "")))


@router.get("/debates/{slug}/arguments/{argument_id}/reply")
async def show_reply_form(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    relation: Relation | None = None,
    passage: Passage = None,
) -> Response:
    debate = await find_debate(reads, actor, slug)
    target = await load_target(reads, debate, argument_id)
    require(can_reply(actor, debate, target, target.is_locked))
    page = await load_writing_page(reads, debate, target, passage)
    return _show(request, actor, page, blank_form(relation=relation or "", passage=str(passage or "")))


@router.post("/debates/{slug}/arguments")
async def post_first_argument(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_argue(actor, debate))
    form, state = await parse_form(request, ArgumentForm)
    page = await load_writing_page(db, debate, None, _sent_id(state.value("passage")))
    return await _answer(request, db, actor, page, form, state)


@router.post("/debates/{slug}/arguments/{argument_id}/replies")
async def post_reply(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    target = await load_target(db, debate, argument_id)
    require(can_reply(actor, debate, target, target.is_locked))
    form, state = await parse_form(request, ReplyForm)
    page = await load_writing_page(db, debate, target, _sent_id(state.value("passage")))
    return await _answer(request, db, actor, page, form, state)


def _sent_id(text: str) -> int | None:
    """The id in a field, whatever else is wrong with the form; nothing if it is none."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


async def _answer(
    request: Request, db: AsyncSession, actor: Actor, page: WritingPage, form: ArgumentForm | None, state: FormState
) -> Response:
    """What is wrong with the form, its preview, or the argument that it posts."""
    draft = await draft_argument(db, page, form) if form else NotClear()
    if form is None or isinstance(draft, NotClear):
        return _show_errors(request, actor, page, state, draft)
    alike = await find_alike(db, page.debate.id, form.claim)
    if form.act == "preview":
        await limit_actor(request, actor, PREVIEW)
        return _show(request, actor, page, state, preview=draft, alike=alike)
    posted = await find_posted(db, actor, page, form)
    if posted is None:
        if is_news(alike, form.seen):
            return _show(request, actor, page, state, status=409, alike=alike, is_held=True)
        await limit_actor(request, actor, POST_ARGUMENT)
        argument = await post_argument(db, actor, page.debate, page.target.id if page.target else None, draft)
        return redirect(request, f"{page.debate.url}/arguments/{argument.id}?done=posted")
    if posted.says(page, form):
        return redirect(request, f"{posted.url}?done=posted")
    return _show(request, actor, page, with_fresh_key(state), status=409, posted=posted)


def _show_errors(
    request: Request, actor: Actor, page: WritingPage, state: FormState, draft: NotClear | Draft
) -> Response:
    """The form with its text and a sentence beside each field."""
    places: tuple[Quoted, ...] = ()
    if isinstance(draft, NotClear):
        state.errors |= draft.errors
        places = draft.places
    if "idempotency_key" in state.errors:
        state.errors["idempotency_key"] = "This form was incomplete. It is whole now: please send it again."
        state = with_fresh_key(state)
    return _show(request, actor, page, state, status=422, places=places)


def _show(
    request: Request, actor: Actor, page: WritingPage, state: FormState, *, status: int = 200, **shown: Any
) -> Response:
    template = "arguments/_form.html" if is_fragment(request) else "arguments/write.html"
    reply_to = page.target.id if page.target else None
    context = {
        "reply_to": reply_to,
        "preview": None,
        "posted": None,
        "places": (),
        "alike": (),
        "is_held": False,
        "limits": limits,
        **shown,
    }
    return render(request, actor, template, status=status, page=page, form=state, debate=page.debate, **context)


@router.get("/debates/{slug}/arguments/{argument_id}/edit")
async def show_edit_form(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, argument_id: ItemId
) -> Response:
    debate = await find_debate(reads, actor, slug)
    target = await load_target(reads, debate, argument_id)
    require(can_edit_argument(actor, debate, target, target.is_locked))
    said = target.wording
    state = FormState({"claim": said.claim, "grounds": said.grounds_markdown, "revision": str(said.revision)})
    return _show_edit(request, actor, debate, target, state)


@router.post("/debates/{slug}/arguments/{argument_id}/edit")
async def post_edit(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    target = await load_target(db, debate, argument_id)
    require(can_edit_argument(actor, debate, target, target.is_locked))
    form, state = await parse_form(request, EditForm)
    if form is None:
        return _show_edit(request, actor, debate, target, state, status=422)
    if form.act == "preview":
        await limit_actor(request, actor, PREVIEW)
        return _show_edit(request, actor, debate, target, state, preview=draft_edit(target, form))
    argument = await lock_argument(db, debate, argument_id)
    target = await load_target(db, debate, argument_id)  # As it is now that nobody else can change it.
    require(can_edit_argument(actor, debate, target, target.is_locked))
    if target.wording.says(form.claim, form.grounds):
        is_sent_twice = form.revision != target.wording.revision
        return redirect(
            request, f"{debate.url}/arguments/{argument_id}?done={'edited' if is_sent_twice else 'unchanged'}"
        )
    if form.revision != target.wording.revision:
        state = FormState({**state.values, "revision": str(target.wording.revision)})
        return _show_edit(request, actor, debate, target, state, status=409)
    await limit_actor(request, actor, EDIT_ARGUMENT)
    await edit_argument(db, argument, form.revision + 1, form.claim, form.grounds)
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=edited")


def _show_edit(
    request: Request,
    actor: Actor,
    debate: DebateHead,
    target: Target,
    state: FormState,
    *,
    status: int = 200,
    preview: Draft | None = None,
) -> Response:
    url = f"{debate.url}/arguments/{target.id}"
    template = "arguments/_edit_form.html" if is_fragment(request) else "arguments/edit.html"
    return render(
        request, actor, template, status=status,
        debate=debate, target=target, url=url, form=state, preview=preview, is_stale=status == 409, limits=limits,
    )  # fmt: skip


@router.get("/debates/{slug}/arguments/{argument_id}/withdraw")
async def show_withdrawal(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, argument_id: ItemId
) -> Response:
    debate = await find_debate(reads, actor, slug)
    target = await load_target(reads, debate, argument_id)
    url = f"{debate.url}/arguments/{argument_id}"
    if _has_withdrawn(actor, target):
        return redirect(request, url)
    require(can_withdraw(actor, debate, target))
    return render(request, actor, "arguments/withdraw.html", debate=debate, target=target, url=url)


@router.post("/debates/{slug}/arguments/{argument_id}/withdraw")
async def post_withdrawal(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    argument = await lock_argument(db, debate, argument_id)
    if not _has_withdrawn(actor, argument):
        require(can_withdraw(actor, debate, argument))
        await withdraw_argument(db, argument)
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=withdrawn")


def _has_withdrawn(actor: Actor, argument: WithdrawableItem) -> bool:
    """Asked a second time, withdrawing has been done already."""
    return actor.is_signed_in and argument.author_id == actor.id and argument.withdrawn_at is not None


@router.get("/debates/{slug}/arguments/{argument_id}/history")
async def show_history(
    request: Request,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """Public; of a hidden argument only for those who may see its text."""
    debate = await see_debate(request, actor, slug)
    async with reading(request) as db:
        target = await load_target(db, debate, argument_id)
    require(can_see_text(actor, target))

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            versions, more_before = await load_versions(db, debate.id, argument_id, before)
            concessions = await load_concessions(db, debate.id, argument_id) if before is None else []
            sources = await load_source_changes(db, debate.id, argument_id) if before is None else []
        url = f"{debate.url}/arguments/{argument_id}"
        return {"debate": debate, "target": target, "url": url, "versions": versions, "more_before": more_before,
                "concessions": concessions, "sources": sources}  # fmt: skip

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        return {}

    key = f"{request.url.path}?{before or ''}"
    return await render_shared(request, actor, Shared(key, debate.version, "arguments/history.html", load, personal))
