"""The essay with its notes, and what readers leave at its passages."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.annotations.commands import post_annotation, withdraw_annotation
from app.annotations.contested import load_contested_page
from app.annotations.filters import NoteFilter
from app.annotations.forms import BODY_MAX, AnnotationForm, AnnotationPreviewForm, PassageForm
from app.annotations.personal import AnnotationLayer, fill_hidden_bodies
from app.annotations.picker import Picker, load_picker
from app.annotations.protocol.answers import name_service, vary_by_accept
from app.annotations.protocol.routes import answer_annotation
from app.annotations.queries import load_annotation_page, load_essay_page, load_paragraph_page, load_passage_page
from app.db import Db, Reads, reading
from app.debate_heads import see_debate
from app.essays.commands import find_or_make_passage
from app.forms import FormState, blank_form, parse_form
from app.markdown import render_markdown
from app.pages import Fillers, SharedPage
from app.permissions import can_annotate, can_withdraw, require
from app.programs import prefers_json
from app.rate_limits import ANNOTATE, PREVIEW, limit_actor
from app.targets import LARGEST_ID, DebateHead, ItemId, Slug, find_annotation, find_debate
from app.web import Shared, is_fragment, redirect, render, render_shared

router = APIRouter()

PageOfNotes = Annotated[int, Query(ge=1, le=LARGEST_ID)]
ParagraphNumber = Annotated[int, Query(alias="paragraph", ge=1, le=LARGEST_ID)]


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
        return await fill_hidden_bodies(request, actor, debate.id, shown)

    template = "essays/_said.html" if is_fragment(request) else "essays/passage.html"
    key = f"{request.url.path}?{page}&{template}"
    return await render_shared(request, actor, Shared(key, debate.version, template, load, personal))


@router.get("/debates/{slug}/annotations/{annotation_id}")
async def show_annotation(request: Request, actor: CurrentActor, slug: Slug, annotation_id: ItemId) -> Response:
    """A page for people; JSON-LD for programs that ask for it."""
    debate = await see_debate(request, actor, slug)
    if prefers_json(request):
        return await answer_annotation(request, debate, annotation_id)

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            return {"debate": debate, "page": await load_annotation_page(db, debate, annotation_id)}

    async def personal(actor: Actor, shown: SharedPage) -> Fillers:
        return (await AnnotationLayer.load(request, actor, debate, annotation_id)).fillers()

    shared = Shared(request.url.path, debate.version, "annotations/annotation.html", load, personal)
    return vary_by_accept(await render_shared(request, actor, shared))


@router.get("/debates/{slug}/paragraphs/{number}/annotate")
async def show_picker(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    number: ItemId,
    reply_to: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """Choose words of the paragraph; with `reply_to` they may become the passage of a reply to that argument."""
    debate = await find_debate(reads, actor, slug)
    require(can_annotate(actor, debate))
    picker = await load_picker(reads, debate.id, number)
    form = blank_form(kind="note", reply_to=str(reply_to or ""))
    return _show_picker(request, actor, debate, picker, form)


@router.post("/debates/{slug}/annotations")
async def annotate(request: Request, db: Db, actor: CurrentActor, slug: Slug, paragraph: ParagraphNumber) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_annotate(actor, debate))
    await limit_actor(request, actor, ANNOTATE)
    picker = await load_picker(db, debate.id, paragraph)
    form, state = await parse_form(request, AnnotationForm)
    place = picker.pick(form, state) if form else None
    if form is None or place is None:
        return _show_picker(request, actor, debate, picker, state, status=422)
    assert actor.id is not None
    annotation = await post_annotation(db, actor.id, picker.revision, place, form)
    return redirect(request, f"{debate.url}/essay?done=annotated#passage-{annotation.passage_id}")


@router.post("/debates/{slug}/annotations/preview")
async def preview_annotation(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, paragraph: ParagraphNumber
) -> Response:
    """The note as it would look: in its box by script, otherwise in the whole page with everything that was typed."""
    debate = await find_debate(db, actor, slug)
    require(can_annotate(actor, debate))
    await limit_actor(request, actor, PREVIEW)
    picker = await load_picker(db, debate.id, paragraph)
    form, state = await parse_form(request, AnnotationPreviewForm)
    preview = Markup(render_markdown(form.body)) if form else Markup("")  # noqa: S704  (sanitised)
    if is_fragment(request):
        return render(request, actor, "annotations/_preview.html", preview=preview, form=state)
    status = 200 if form else 422
    return _show_picker(request, actor, debate, picker, state, status=status, preview=preview)


@router.post("/debates/{slug}/passages")
async def pick_passage_for_argument(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, paragraph: ParagraphNumber
) -> Response:
    """The words become a passage, and the way leads on to the form of an argument that cites it."""
    debate = await find_debate(db, actor, slug)
    require(can_annotate(actor, debate))
    await limit_actor(request, actor, ANNOTATE)
    picker = await load_picker(db, debate.id, paragraph)
    form, state = await parse_form(request, PassageForm)
    place = picker.pick(form, state) if form else None
    if form is None or place is None:
        return _show_picker(request, actor, debate, picker, state, status=422)
    passage = await find_or_make_passage(db, picker.revision, place.start, place.end)
    act = f"{form.reply_to}/reply" if form.reply_to else "new"
    return redirect(request, f"{debate.url}/arguments/{act}?passage={passage.id}")


@router.post("/debates/{slug}/annotations/{annotation_id}/withdraw")
async def withdraw(request: Request, db: Db, actor: CurrentActor, slug: Slug, annotation_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    annotation = await find_annotation(db, debate, annotation_id)
    require(can_withdraw(actor, debate, annotation))
    await withdraw_annotation(db, annotation)
    return redirect(request, f"{debate.url}/annotations/{annotation_id}?done=withdrawn")


def _show_picker(
    request: Request,
    actor: Actor,
    debate: DebateHead,
    picker: Picker,
    form: FormState,
    status: int = 200,
    preview: str = "",
) -> Response:
    return render(
        request, actor, "annotations/annotate.html", status=status,
        debate=debate, picker=picker, form=form, preview=preview, body_max=BODY_MAX,
    )  # fmt: skip
