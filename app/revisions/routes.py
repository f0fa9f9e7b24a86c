"""The essay's revisions for readers, and the places of passages whose words have changed."""

from collections.abc import Awaitable, Callable, Collection
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.annotations.personal import fill_hidden_bodies, fill_place_buttons
from app.annotations.pointers import load_authors
from app.db import Db, Reader, Reads, reading
from app.debate_heads import see_debate
from app.errors import Conflict
from app.forms import FormState, parse_form
from app.pages import Fillers, SharedPage
from app.permissions import can_place_passage, can_revise_essay, require
from app.revisions.commands import place_passage
from app.revisions.draft_commands import find_newest
from app.revisions.draft_routes import ChosenParagraph
from app.revisions.forms import PlaceForm
from app.revisions.placing import Placing, load_placing
from app.revisions.queries import load_difference, load_old_revision, load_orphans, load_revisions
from app.targets import LARGEST_ID, DebateHead, ItemId, Slug, find_debate
from app.web import Shared, redirect, render, render_part, render_shared

router = APIRouter()

Number = Annotated[int, Query(ge=1, le=LARGEST_ID)]


@router.get("/debates/{slug}/essay/revisions")
async def show_revisions(request: Request, actor: CurrentActor, slug: Slug) -> Response:
    debate = await see_debate(request, actor, slug)
    return await _show(request, actor, debate, "revisions/revisions.html", lambda db: load_revisions(db, debate.id))


@router.get("/debates/{slug}/essay/revisions/{number}")
async def show_revision(request: Request, actor: CurrentActor, slug: Slug, number: ItemId) -> Response:
    debate = await see_debate(request, actor, slug)
    return await _show(
        request, actor, debate, "revisions/revision.html", lambda db: load_old_revision(db, debate, number)
    )


@router.get("/debates/{slug}/essay/revisions/{number}/changes")
async def show_changes(
    request: Request, actor: CurrentActor, slug: Slug, number: ItemId, since: Number | None = None
) -> Response:
    """What the revision changed, compared with the one before it or with another one."""
    debate = await see_debate(request, actor, slug)
    return await _show(
        request, actor, debate, "revisions/changes.html", lambda db: load_difference(db, debate.id, number, since),
        f"?{since or ''}",
    )  # fmt: skip


@router.get("/debates/{slug}/essay/orphans")
async def show_orphans(request: Request, actor: CurrentActor, slug: Slug, page: Number = 1) -> Response:
    debate = await see_debate(request, actor, slug)
    return await _show(
        request, actor, debate, "revisions/orphans.html", lambda db: load_orphans(db, debate.id, page), f"?{page}"
    )


async def _show(
    request: Request,
    actor: Actor,
    debate: DebateHead,
    template: str,
    load_page: Callable[[Reader], Awaitable[Any]],
    query: str = "",
) -> Response:
    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            return {"debate": debate, "page": await load_page(db)}

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        hidden = await fill_hidden_bodies(request, actor, debate.id, page)
        buttons = await fill_place_buttons(request, actor, debate, page)
        return {**hidden, **buttons, "host_tools": lambda: _host_tools(request, actor, debate)}

    shared = Shared(request.url.path + query, debate.version, template, load, personal)
    return await render_shared(request, actor, shared)


def _host_tools(request: Request, actor: Actor, debate: DebateHead) -> str:
    return render_part(request, "revisions/_host_tools.html", debate=debate) if can_revise_essay(actor, debate) else ""


@router.get("/debates/{slug}/passages/{passage_id}/place")
async def show_place(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, passage_id: ItemId, number: ChosenParagraph = None
) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_place_passage(actor, debate, await _authors(reads, debate, passage_id)))
    placing = await load_placing(reads, debate.id, passage_id, number)
    return _show_placing(request, actor, debate, placing, FormState())


@router.post("/debates/{slug}/passages/{passage_id}/place")
async def post_place(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, passage_id: ItemId, number: ChosenParagraph = None
) -> Response:
    """Everything that points at the passage goes along with it."""
    debate = await find_debate(db, actor, slug)
    require(can_place_passage(actor, debate, await _authors(db, debate, passage_id)))
    placing = await load_placing(db, debate.id, passage_id, number)
    form, state = await parse_form(request, PlaceForm)
    if form is not None and form.version != placing.version:
        raise Conflict("The essay has a new wording. Please choose the words again in it.")
    place = placing.pick(form, state) if form and form.act == "place" else None
    if form is None or state.errors:
        return _show_placing(request, actor, debate, placing, state, status=422)
    assert actor.id is not None
    await place_passage(db, await find_newest(db, debate.id), passage_id, place, actor.id)
    return redirect(request, f"{debate.url}/passages/{passage_id}?done=placed")


async def _authors(db: Reader, debate: DebateHead, passage_id: int) -> Collection[int]:
    return (await load_authors(db, debate.id, [passage_id]))[passage_id]


def _show_placing(
    request: Request, actor: Actor, debate: DebateHead, placing: Placing, form: FormState, status: int = 200
) -> Response:
    passage_url = f"{debate.url}/passages/{placing.standing.passage_id}"
    return render(
        request, actor, "revisions/place.html", status=status,
        debate=debate, picker=placing, form=form, url=f"{passage_url}/place", back_url=passage_url, is_draft=False,
    )  # fmt: skip
