"""Whether newcomers' first posts wait for a moderator, in one debate: a measure like slowing it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.moderation.conflicts import find_bench
from app.moderation.measures.commands import switch_first_posts
from app.moderation.measures.forms import FirstPostsForm
from app.moderation.measures.targets import find_debate_target, find_version, of_first_posts
from app.moderation.words.queries import holds_first_posts
from app.permissions import can_guard_debate, can_hold_first_posts, require
from app.targets import DebateHead, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


@router.get("/debates/{slug}/prevention/first-posts")
async def show_first_posts(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_guard_debate(actor, debate.id))
    return await _page(request, reads, actor, debate, blank_form(), 200)


@router.post("/debates/{slug}/prevention/first-posts")
async def post_first_posts(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    target = await find_debate_target(db, actor, debate)
    require(can_hold_first_posts(actor, debate.id, target.bench))
    form, state = await parse_form(request, FirstPostsForm)
    if form is None:
        return await _page(request, db, actor, debate, state, 422)
    try:
        decision = await switch_first_posts(db, actor, target, form)
    except Conflict as stale:
        return await _page(request, db, actor, debate, state, 409, stale.reason)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


async def _page(
    request: Request, db: Reader, actor: Actor, debate: DebateHead, state: FormState, status: int, conflict: str = ""
) -> Response:
    """A form with errors goes again with what its sender saw, if it says so; any other one with what is shown now."""
    if status != 422 or "version" in state.errors:
        state.values = {**state.values, "version": str(await find_version(db, of_first_posts(debate.id)))}
    return render(
        request, actor, "prevention/first_posts.html", status=status, debate=debate, form=state, conflict=conflict,
        holds=await holds_first_posts(db, debate.id),
        permission=can_hold_first_posts(actor, debate.id, await find_bench(db, actor, debate.id)),
    )  # fmt: skip
