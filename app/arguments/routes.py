"""Write arguments: reply, add one for a position, withdraw."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments import limits
from app.arguments.alike import find_alike, is_news
from app.arguments.commands import lock_argument, post_argument, withdraw_argument
from app.arguments.drafts import Draft, NotClear, draft_argument
from app.arguments.forms import ArgumentForm, ReplyForm
from app.arguments.posted import find_posted
from app.arguments.quoted import Quoted
from app.arguments.quoting import begin_with_quote
from app.arguments.slow_mode import Slowing, find_slowing
from app.arguments.thread_pace import Wait, find_wait, hold_thread, is_paced
from app.arguments.waiting import as_sent, hold_argument, place_of
from app.arguments.writing import WritingPage, is_overtaken, load_target, load_writing_page
from app.db import Db, Reader, Reads
from app.errors import TooMany
from app.forms import FormState, blank_form, parse_form, with_fresh_key
from app.models import Relation
from app.permission_terms import WithdrawableItem
from app.permissions import can_argue, can_reply, can_withdraw, require
from app.prevention.reporting import report_watched
from app.prevention.screening import screen_post
from app.rate_limits import POST_ARGUMENT, PREVIEW, limit_actor
from app.targets import LARGEST_ID, ItemId, Slug, find_debate
from app.web import is_fragment, redirect, render

router = APIRouter()

Words = Annotated[str, Query(max_length=limits.QUOTE_MAX)]
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
    form = blank_form(position=position, passage=str(passage or ""))
    return _show(request, actor, page, form, slow=await _find_slowing(reads, actor, page))


@router.get("/debates/{slug}/arguments/{argument_id}/reply")
async def show_reply_form(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    relation: Relation | None = None,
    passage: Passage = None,
    words: Words = "",
) -> Response:
    """With `words` of the argument, the reply begins with a quotation of them."""
    debate = await find_debate(reads, actor, slug)
    target = await load_target(reads, debate, argument_id)
    require(can_reply(actor, debate, target, target.is_locked))
    page = await load_writing_page(reads, debate, target, passage)
    quote = begin_with_quote(target.wording, words)
    form = blank_form(relation=relation or "", passage=str(passage or ""), grounds=quote)
    wait = await _find_wait(request, reads, actor, page)
    slow = await _find_slowing(reads, actor, page)
    return _show(request, actor, page, form, is_quoting=bool(quote), wait=wait, slow=slow)


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
        return _show_errors(request, actor, page, state, draft, await _find_slowing(db, actor, page))
    alike = await find_alike(db, page.debate.id, form.claim)
    if form.act == "preview":
        await limit_actor(request, actor, PREVIEW)
        slow = await _find_slowing(db, actor, page)
        return _show(request, actor, page, state, preview=draft, alike=alike, slow=slow)
    if page.target is not None:
        await hold_thread(db, actor, page.target)
    posted = await find_posted(db, actor, page, form)
    if posted is None:
        if (wait := await _find_wait(request, db, actor, page)) is not None:
            return _show(request, actor, page, state, status=429, wait=wait)
        is_held = is_news(alike, form.seen)
        if is_held or is_overtaken(page, state.value("answers")):
            return _show(request, actor, page, state, status=409, alike=alike, is_held=is_held)
        slow = await _find_slowing(db, actor, page)
        if slow is not None and slow.seconds_left:
            return _show(request, actor, page, state, status=429, slow=slow)
        screened = await screen_post(db, actor, place_of(page), as_sent(form, state))
        await limit_actor(request, actor, POST_ARGUMENT)
        if screened.hold:
            return redirect(request, await hold_argument(db, actor, page, form, screened))
        argument = await post_argument(db, actor, page.debate, page.target.id if page.target else None, draft)
        await report_watched(db, argument, screened)
        return redirect(request, f"{page.debate.url}/arguments/{argument.id}?done=posted")
    if posted.says(page, form):
        return redirect(request, f"{posted.url}?done=posted")
    return _show(request, actor, page, with_fresh_key(state), status=409, posted=posted)


async def _find_wait(request: Request, db: Reader, actor: Actor, page: WritingPage) -> Wait | None:
    """Between one's own posts in a thread; who begins another one need not wait."""
    if page.target is None or not is_paced(actor, request.app.state.settings, page.target):
        return None
    return await find_wait(db, actor, page.target)


async def _find_slowing(db: Reader, actor: Actor, page: WritingPage) -> Slowing | None:
    """That of the debate, also for who begins a thread."""
    return await find_slowing(db, actor, page.debate.id, page.target.root_id if page.target else None)


def _show_errors(
    request: Request, actor: Actor, page: WritingPage, state: FormState, draft: NotClear | Draft, slow: Slowing | None
) -> Response:
    """The form with its text and a sentence beside each field."""
    places: tuple[Quoted, ...] = ()
    if isinstance(draft, NotClear):
        state.errors |= draft.errors
        places = draft.places
    if "idempotency_key" in state.errors:
        state.errors["idempotency_key"] = "This form was incomplete. It is whole now: please send it again."
        state = with_fresh_key(state)
    return _show(request, actor, page, state, status=422, places=places, slow=slow)


def _show(
    request: Request,
    actor: Actor,
    page: WritingPage,
    state: FormState,
    *,
    status: int = 200,
    wait: Wait | None = None,
    slow: Slowing | None = None,
    **shown: Any,
) -> Response:
    template = "arguments/_form.html" if is_fragment(request) else "arguments/write.html"
    context: dict[str, Any] = {
        "reply_to": page.target.id if page.target else None,
        "preview": None,
        "posted": None,
        "places": (),
        "alike": (),
        "is_held": False,
        "is_quoting": False,
        "is_overtaken": is_overtaken(page, state.value("answers")),
    }
    context |= {**shown, "limits": limits, "wait": wait, "slow": slow, "is_refused": status == TooMany.status}
    answer = render(request, actor, template, status=status, page=page, form=state, debate=page.debate, **context)
    if status == TooMany.status:
        seconds = (wait.seconds if wait else 0, slow.seconds_left if slow else 0)
        answer.headers["Retry-After"] = str(max(seconds))
    return answer


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
