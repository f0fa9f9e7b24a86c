"""The sources of a debate: looked up, read with what cites them, added to an argument of one's own, removed from it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments import limits
from app.arguments.commands import lock_argument
from app.arguments.forms import SourceForm
from app.arguments.source_pages import load_source_list, load_source_page
from app.arguments.sources import SourceProblem, cite_source, draft_source, load_sources, load_titles, remove_source
from app.arguments.writing import Target, load_target
from app.db import Db, Reader, Reads
from app.forms import FormState, parse_form
from app.open_cases import note_rewording
from app.permissions import can_edit_argument, can_moderate, can_see_text, require
from app.rate_limits import EDIT_ARGUMENT, limit_actor
from app.targets import LARGEST_ID, DebateHead, ItemId, Searched, Slug, find_debate
from app.web import is_fragment, redirect, render

router = APIRouter()

LastSeen = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]  # Where the next page begins.


@router.get("/debates/{slug}/sources")
async def show_sources(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, q: Searched = "", after: LastSeen = None
) -> Response:
    debate = await find_debate(reads, actor, slug)
    wanted = q.replace("\0", "").strip()
    sources, more_after = await load_source_list(reads, debate.id, wanted, after)
    return render(
        request, actor, "arguments/sources.html",
        debate=debate, sources=sources, more_after=more_after, wanted=wanted, is_continued=after is not None,
    )  # fmt: skip


@router.get("/debates/{slug}/sources/{source_id}")
async def show_source(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    source_id: ItemId,
    before: LastSeen = None,
) -> Response:
    debate = await find_debate(reads, actor, slug)
    source, citing, more_before = await load_source_page(reads, debate.id, source_id, before)
    return render(
        request, actor, "arguments/source.html", debate=debate, source=source, citing=citing, more_before=more_before,
        may_see=can_see_text(actor, source), may_moderate=can_moderate(actor, debate.id),
    )  # fmt: skip


@router.get("/debates/{slug}/arguments/{argument_id}/sources")
async def show_own_sources(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, argument_id: ItemId
) -> Response:
    debate = await find_debate(reads, actor, slug)
    target = await load_target(reads, debate, argument_id)
    require(can_edit_argument(actor, debate, target, target.is_locked))
    return await _show(request, reads, actor, debate, target, FormState())


@router.post("/debates/{slug}/arguments/{argument_id}/sources")
async def post_source(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate, target = await _lock(db, actor, slug, argument_id)
    require(can_edit_argument(actor, debate, target, target.is_locked))
    form, state = await parse_form(request, SourceForm)
    if form is None:
        return await _show(request, db, actor, debate, target, state)
    source = await draft_source(db, debate.id, form.source_title, form.source_address, form.source_words)
    if source is None:
        source = SourceProblem("source_title", "This is needed.")
    if not isinstance(source, SourceProblem):
        await limit_actor(request, actor, EDIT_ARGUMENT)
        problem = await cite_source(db, debate.id, target.id, source)
        if problem is None:
            await note_rewording(db, debate_id=debate.id, argument_id=target.id)
            return redirect(request, f"{debate.url}/arguments/{argument_id}/sources?done=source_added")
        source = problem
    state.errors[source.field] = source.sentence
    return await _show(request, db, actor, debate, target, state)


@router.post("/debates/{slug}/arguments/{argument_id}/sources/{source_id}/remove")
async def post_source_removal(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId, source_id: ItemId
) -> Response:
    debate, target = await _lock(db, actor, slug, argument_id)
    require(can_edit_argument(actor, debate, target, target.is_locked))
    await limit_actor(request, actor, EDIT_ARGUMENT)
    await remove_source(db, debate.id, target.id, source_id)
    await note_rewording(db, debate_id=debate.id, argument_id=target.id)
    return redirect(request, f"{debate.url}/arguments/{argument_id}/sources?done=source_removed")


async def _lock(db: Db, actor: Actor, slug: str, argument_id: int) -> tuple[DebateHead, Target]:
    """So that two windows do not count past the limit."""
    debate = await find_debate(db, actor, slug)
    await lock_argument(db, debate, argument_id)
    return debate, await load_target(db, debate, argument_id)


async def _show(
    request: Request, db: Reader, actor: Actor, debate: DebateHead, target: Target, state: FormState
) -> Response:
    template = "arguments/_source_form.html" if is_fragment(request) else "arguments/own_sources.html"
    return render(
        request, actor, template, status=422 if state.errors else 200, debate=debate, target=target, form=state,
        url=f"{debate.url}/arguments/{target.id}", limits=limits,
        sources=await load_sources(db, debate.id, target.id), titles=await load_titles(db, debate.id),
    )  # fmt: skip
