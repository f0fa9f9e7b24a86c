"""Choose words of the essay, and leave a note or a question on them or go on to an argument."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.annotations.answering import load_answerable
from app.annotations.commands import PostedBefore, post_annotation
from app.annotations.forms import BODY_MAX, AnnotationForm, AnnotationPreviewForm, AnswerForm, PassageForm
from app.annotations.picker import Picker, StaleWords, load_picker
from app.annotations.picking import PASSAGE_MAX
from app.annotations.previewing import answer_preview, make_whole
from app.annotations.waiting import as_sent, hold_annotation
from app.db import Db, Reader, Reads
from app.essays.commands import find_or_make_passage
from app.essays.selectors import TextPosition
from app.forms import FormState, blank_form, parse_form, with_fresh_key
from app.models import AnnotationKind, Relation
from app.permissions import can_annotate, require
from app.prevention.reporting import report_watched
from app.prevention.screening import screen_post
from app.prevention.sent import Place
from app.rate_limits import ANNOTATE, limit_actor
from app.targets import LARGEST_ID, DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()

LEFT_BEHIND = (
    "The argument gets a form of its own. Save these words as a note first, or cut them out and take them along."
)

ParagraphNumber = Annotated[int, Query(alias="paragraph", ge=1, le=LARGEST_ID)]
Offset = Annotated[int | None, Query(ge=0, le=LARGEST_ID)]
Words = Annotated[str, Query(max_length=PASSAGE_MAX)]
STALE = "The essay has a new wording since you opened this page. Choose the words again; your text is kept."


@router.get("/debates/{slug}/paragraphs/{number}/annotate")
async def show_picker(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    number: ItemId,
    reply_to: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    kind: Literal[AnnotationKind.NOTE, AnnotationKind.QUESTION] = AnnotationKind.NOTE,
    revision: Offset = None,
    start: Offset = None,
    end: Offset = None,
    exact: Words = "",
) -> Response:
    """Choose words of the paragraph; with `reply_to` they may become the passage of a reply to that argument.

    The menu over selected words leads here with what was selected.
    """
    debate = await find_debate(reads, actor, slug)
    require(can_annotate(actor, debate))
    picker = await load_picker(reads, debate.id, number)
    form = blank_form(kind=kind, reply_to=str(reply_to or ""), **selection_fields(start, end, exact))
    say_if_stale(picker, form, revision)
    return _show_picker(request, actor, debate, picker, form)


def selection_fields(start: int | None, end: int | None, exact: str) -> dict[str, str]:
    return {"start": str(start), "end": str(end), "exact": exact} if start is not None and end is not None else {}


def say_if_stale(picker: Picker, form: FormState, revision: int | None) -> None:
    if revision not in (None, picker.revision.number):
        form.errors["first"] = STALE
        form.values = {**form.values, "start": "", "end": ""}


@router.post("/debates/{slug}/annotations")
async def annotate(request: Request, db: Db, actor: CurrentActor, slug: Slug, paragraph: ParagraphNumber) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_annotate(actor, debate))
    picker = await load_picker(db, debate.id, paragraph)
    form, state = await parse_form(request, AnnotationForm)
    try:
        place = picker.pick(form, state) if form else None
        if form is None or place is None:
            return _show_picker(request, actor, debate, picker, state, status=422)
        passage = await find_or_make_passage(db, picker.revision, place.start, place.end)
        where, sent = Place(debate.id, passage_id=passage.id), as_sent(form, state, form.tags)
        screened = await screen_post(db, actor, where, sent)
        await limit_actor(request, actor, ANNOTATE)
        if screened.hold:
            return redirect(request, await hold_annotation(db, actor, debate, where, form, screened))
        assert actor.id is not None
        annotation = await post_annotation(db, actor.id, picker.revision, place, form)
        await report_watched(db, annotation, screened)
    except StaleWords:
        say_if_stale(picker, state, 0)
        return _show_picker(request, actor, debate, picker, state, status=409)
    except PostedBefore as before:
        state = with_fresh_key(state)
        return _show_picker(request, actor, debate, picker, state, status=409, posted_before=before.annotation.id)
    return redirect(request, f"{debate.url}/essay?done=annotated#passage-{annotation.passage_id}")


@router.post("/debates/{slug}/annotations/preview")
async def preview_annotation(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, paragraph: ParagraphNumber
) -> Response:
    """The note as it would look: in its box by script, otherwise in the whole page with everything that was typed.

    With `other` the page comes back to choose other words than those that were selected.
    """
    debate = await find_debate(db, actor, slug)
    require(can_annotate(actor, debate))
    picker = await load_picker(db, debate.id, paragraph)
    form, state = await parse_form(request, AnnotationPreviewForm)

    async def show(state: FormState, **shown: Any) -> Response:
        return _show_picker(request, actor, debate, picker, state, **shown)

    if state.value("other"):
        return await show(FormState({**state.values, "start": "", "end": "", "exact": ""}))
    return await answer_preview(request, actor, form, state, show)


@router.post("/debates/{slug}/passages")
async def pick_passage_for_argument(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, paragraph: ParagraphNumber
) -> Response:
    """The words become a passage, and the way leads on to the form of an argument that cites it."""
    debate = await find_debate(db, actor, slug)
    require(can_annotate(actor, debate))
    picker = await load_picker(db, debate.id, paragraph)
    picked = await _pick_for_argument(request, actor, debate, picker)
    if isinstance(picked, Response):
        return picked
    form, place = picked
    await limit_actor(request, actor, ANNOTATE)
    passage = await find_or_make_passage(db, picker.revision, place.start, place.end)
    act = f"{form.reply_to}/reply" if form.reply_to else "new"
    return redirect(request, f"{debate.url}/arguments/{act}?passage={passage.id}")


async def _pick_for_argument(
    request: Request, actor: Actor, debate: DebateHead, picker: Picker
) -> tuple[PassageForm, TextPosition] | Response:
    """The words that an argument is to cite, or the picker once more with what is wrong."""
    form, state = await parse_form(request, PassageForm)
    try:
        place = picker.pick(form, state) if form else None
    except StaleWords:
        say_if_stale(picker, state, 0)
        return _show_picker(request, actor, debate, picker, state, status=409)
    if form is None or place is None or _would_lose_words(state):
        return _show_picker(request, actor, debate, picker, state, status=422)
    return form, place


def _would_lose_words(state: FormState) -> bool:
    """An argument has a form of its own: whoever has typed a note is asked first what shall become of it."""
    if state.value("body").strip():
        state.errors["body"] = LEFT_BEHIND
    return "body" in state.errors


@router.get("/debates/{slug}/paragraphs/{number}/answer")
async def show_answering(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    number: ItemId,
    start: Offset = None,
    end: Offset = None,
    exact: Words = "",
    relation: Relation | None = None,
    revision: Offset = None,
) -> Response:
    """Selected words are to support, rebut or undercut: choose what. Without words the picker comes first."""
    debate = await find_debate(reads, actor, slug)
    require(can_annotate(actor, debate))
    picker = await load_picker(reads, debate.id, number)
    form = blank_form(kind="note", relation=relation or "", **selection_fields(start, end, exact))
    say_if_stale(picker, form, revision)
    picker.keep_selection(form)
    if picker.selected is None:
        return _show_picker(request, actor, debate, picker, form)
    return await _show_answering(request, reads, actor, debate, picker, form)


@router.post("/debates/{slug}/paragraphs/{number}/answer")
async def post_answering(request: Request, db: Db, actor: CurrentActor, slug: Slug, number: ItemId) -> Response:
    """The words become a passage, and the way leads on to the form of the argument that is to cite it."""
    debate = await find_debate(db, actor, slug)
    require(can_annotate(actor, debate))
    picker = await load_picker(db, debate.id, number)
    picked = await _pick_for_argument(request, actor, debate, picker)
    if isinstance(picked, Response):
        return picked
    _, place = picked
    picker.choose(place)
    form, answer = await parse_form(request, AnswerForm)
    if form is None:
        is_opened = bool(answer.value("open"))  # Coming from the picker, which does not ask for more than words.
        answer = FormState(answer.values, {} if is_opened else answer.errors)
        return await _show_answering(request, db, actor, debate, picker, answer, 200 if is_opened else 422)
    await limit_actor(request, actor, ANNOTATE)
    passage = await find_or_make_passage(db, picker.revision, place.start, place.end)
    act = f"{form.answer_to}/reply?relation={form.relation}&" if form.answer_to else "new?"
    return redirect(request, f"{debate.url}/arguments/{act}passage={passage.id}")


async def _show_answering(
    request: Request, db: Reader, actor: Actor, debate: DebateHead, picker: Picker, form: FormState, status: int = 200
) -> Response:
    assert picker.selected is not None
    place = TextPosition(picker.selected.start, picker.selected.end)
    answerable = await load_answerable(db, picker.revision, place)
    return render(
        request, actor, "annotations/answer.html", status=status,
        debate=debate, picker=picker, form=form, answerable=answerable,
    )  # fmt: skip


def _show_picker(
    request: Request,
    actor: Actor,
    debate: DebateHead,
    picker: Picker,
    form: FormState,
    status: int = 200,
    **shown: Any,
) -> Response:
    if picker.selected is None and not form.errors.get("exact"):
        picker.keep_selection(form)
    form = make_whole(form)
    context = {"preview": "", "posted_before": None, **shown}
    is_for_reply = form.value("reply_to").isdigit() and not picker.selected
    template = "annotations/pick_for_reply.html" if is_for_reply else "annotations/annotate.html"
    return render(
        request, actor, template, status=status,
        debate=debate, picker=picker, form=form, body_max=BODY_MAX, **context,
    )  # fmt: skip
