"""The essay with its notes, and what readers leave at its passages."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.annotations.contested import load_contested_page
from app.annotations.filters import NoteFilter
from app.annotations.personal import ThreadLayer, fill_hidden_bodies, fill_place_buttons
from app.annotations.protocol.answers import name_service, vary_by_accept
from app.annotations.protocol.routes import answer_annotation
from app.annotations.queries import load_essay_page, load_paragraph_page, load_passage_page
from app.annotations.threads import load_annotation_page
from app.db import reading
from app.debate_heads import see_debate
from app.essays.queries import load_revision
from app.pages import Fillers, SharedPage
from app.programs import prefers_json
from app.targets import LARGEST_ID, ItemId, Slug
from app.web import Shared, is_fragment, render, render_shared

router = APIRouter()

PageOfNotes = Annotated[int, Query(ge=1, le=LARGEST_ID)]
After = Annotated[int, Query(ge=0, le=LARGEST_ID)]


@router.get("/debates/{slug}/essay")
async def show_essay(
    request: Request, actor: CurrentActor, slug: Slug, position: str = "", kind: str = "", show: str = ""
) -> Response:
    debate = await see_debate(request, actor, slug)
    chosen = NoteFilter.parse(position, kind, show)
    chosen = chosen if actor.is_signed_in else chosen.for_visitors()

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            return {"debate": debate, "page": await load_essay_page(db, debate, chosen, actor.id)}

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        return {}

    if chosen.is_personal:
        return name_service(render(request, actor, "essays/essay.html", **await load()), debate)
    shared = Shared(f"{request.url.path}?{chosen.key}", debate.version, "essays/essay.html", load, personal)
    return name_service(await render_shared(request, actor, shared), debate)


@router.get("/debates/{slug}/essay/print")
async def show_essay_for_print(
    request: Request, actor: CurrentActor, slug: Slug, position: str = "", kind: str = "", show: str = ""
) -> Response:
    """The text first and then all notes in full, which the essay's own page has no room for."""
    debate = await see_debate(request, actor, slug)
    chosen = NoteFilter.parse(position, kind, show)
    chosen = chosen if actor.is_signed_in else chosen.for_visitors()

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            revision = await load_revision(db, debate.id)
            return {"debate": debate, "page": await load_essay_page(db, debate, chosen, actor.id, revision)}

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        return {}

    if chosen.is_personal:
        return render(request, actor, "essays/print.html", **await load())
    shared = Shared(f"{request.url.path}?{chosen.query}", debate.version, "essays/print.html", load, personal)
    return await render_shared(request, actor, shared)


@router.get("/debates/{slug}/essay/contested")
async def show_contested_sentences(request: Request, actor: CurrentActor, slug: Slug) -> Response:
    debate = await see_debate(request, actor, slug)

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            return {"debate": debate, "page": await load_contested_page(db, debate)}

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        return {}

    shared = Shared(request.url.path, debate.version, "essays/contested.html", load, personal)
    return await render_shared(request, actor, shared)


@router.get("/debates/{slug}/paragraphs/{number}")
async def show_paragraph(
    request: Request, actor: CurrentActor, slug: Slug, number: ItemId, page: PageOfNotes = 1
) -> Response:
    """One paragraph with all that points at it, hidden and withdrawn ones too."""
    debate = await see_debate(request, actor, slug)

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            return {"debate": debate, "page": await load_paragraph_page(db, debate, number, page)}

    async def personal(actor: Actor, shown: SharedPage) -> Fillers:
        return await fill_hidden_bodies(request, actor, debate.id, shown)

    key = f"{request.url.path}?{page}"
    return await render_shared(request, actor, Shared(key, debate.version, "essays/paragraph.html", load, personal))


@router.get("/debates/{slug}/passages/{passage_id}")
async def show_passage(
    request: Request, actor: CurrentActor, slug: Slug, passage_id: ItemId, page: PageOfNotes = 1
) -> Response:
    """The passage with all that was said about it; for a note on the essay, what was said alone."""
    debate = await see_debate(request, actor, slug)

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            return {"debate": debate, "page": await load_passage_page(db, debate, passage_id, page)}

    async def personal(actor: Actor, shown: SharedPage) -> Fillers:
        hidden = await fill_hidden_bodies(request, actor, debate.id, shown)
        return {**hidden, **await fill_place_buttons(request, actor, debate, shown)}

    template = "essays/_said.html" if is_fragment(request) else "essays/passage.html"
    key = f"{request.url.path}?{page}&{template}"
    return await render_shared(request, actor, Shared(key, debate.version, template, load, personal))


@router.get("/debates/{slug}/annotations/{annotation_id}")
async def show_annotation(
    request: Request, actor: CurrentActor, slug: Slug, annotation_id: ItemId, after: After = 0
) -> Response:
    """A page for people, with the replies after the one of that id; JSON-LD for programs that ask for it."""
    debate = await see_debate(request, actor, slug)
    if prefers_json(request):
        return await answer_annotation(request, debate, annotation_id)

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            return {"debate": debate, "page": await load_annotation_page(db, debate, annotation_id, after)}

    async def personal(actor: Actor, shown: SharedPage) -> Fillers:
        thread = (await ThreadLayer.load(request, actor, debate, shown)).fillers()
        return {**thread, **await fill_place_buttons(request, actor, debate, shown)}

    key = f"{request.url.path}?{after}"
    shared = Shared(key, debate.version, "annotations/annotation.html", load, personal)
    return vary_by_accept(await render_shared(request, actor, shared))
