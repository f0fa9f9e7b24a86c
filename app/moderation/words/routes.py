"""Watched words, of the site and of each debate, with a box to try them on a text."""

from fastapi import APIRouter, Request
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.moderation.conflicts import find_bench
from app.moderation.measures.targets import of_word, of_words, show_version
from app.moderation.words.commands import lock_word, unwatch_word, watch_word
from app.moderation.words.forms import GIVES_AWAY, RemovalForm, TryForm, WordForm, gives_away
from app.moderation.words.queries import find_word, load_word_page
from app.permission_terms import Bench
from app.permissions import can_guard_debate, can_guard_site, can_switch, can_take_measures, require
from app.prevention.screening import load_watched
from app.prevention.watched_words import Match, find_watched
from app.rate_limits import PREVIEW, limit_actor
from app.targets import DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()
SITE_URL = "/moderation/prevention"


@router.get("/moderation/prevention")
async def show_site_words(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_guard_site(actor))
    return await _show(request, reads, actor, None)


@router.post("/moderation/prevention/words")
async def post_site_word(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_guard_site(actor))
    return await _add(request, db, actor, None)


@router.get("/moderation/prevention/words/{word_id}/remove")
async def show_site_word_removal(request: Request, reads: Reads, actor: CurrentActor, word_id: ItemId) -> Response:
    require(can_guard_site(actor))
    return await _show_removal(request, reads, actor, None, word_id, blank_form(), 200)


@router.post("/moderation/prevention/words/{word_id}/remove")
async def post_site_word_removal(request: Request, db: Db, actor: CurrentActor, word_id: ItemId) -> Response:
    require(can_guard_site(actor))
    return await _remove(request, db, actor, None, word_id)


@router.post("/moderation/prevention/test")
async def post_site_test(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_guard_site(actor))
    return await _try(request, reads, actor, None)


@router.get("/debates/{slug}/prevention")
async def show_debate_words(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_guard_debate(actor, debate.id))
    return await _show(request, reads, actor, debate)


@router.post("/debates/{slug}/prevention/words")
async def post_debate_word(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    bench = await find_bench(db, actor, debate.id)
    require(can_take_measures(actor, debate.id, bench))
    return await _add(request, db, actor, debate, bench)


@router.get("/debates/{slug}/prevention/words/{word_id}/remove")
async def show_debate_word_removal(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, word_id: ItemId
) -> Response:
    debate = await find_debate(reads, actor, slug)
    bench = await find_bench(reads, actor, debate.id)
    require(can_take_measures(actor, debate.id, bench))
    return await _show_removal(request, reads, actor, debate, word_id, blank_form(), 200)


@router.post("/debates/{slug}/prevention/words/{word_id}/remove")
async def post_debate_word_removal(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, word_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    bench = await find_bench(db, actor, debate.id)
    require(can_take_measures(actor, debate.id, bench))
    return await _remove(request, db, actor, debate, word_id, bench)


@router.post("/debates/{slug}/prevention/test")
async def post_debate_test(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_guard_debate(actor, debate.id))
    return await _try(request, reads, actor, debate)


def _url(debate: DebateHead | None) -> str:
    return f"{debate.url}/prevention" if debate else SITE_URL


async def _add(
    request: Request, db: AsyncSession, actor: Actor, debate: DebateHead | None, bench: Bench | None = None
) -> Response:
    form, state = await parse_form(request, WordForm)
    if form is None:
        return await _show(request, db, actor, debate, state, status=422)
    try:
        await watch_word(db, actor, debate, form, bench)
    except Conflict as stale:
        return await _show(request, db, actor, debate, state, status=409, conflict=stale.reason)
    return redirect(request, f"{_url(debate)}?done=saved")


async def _remove(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    debate: DebateHead | None,
    word_id: int,
    bench: Bench | None = None,
) -> Response:
    """The page of a word that is gone is gone too: what was written is then shown beside the words that are left."""
    form, state = await parse_form(request, RemovalForm)
    word = await lock_word(db, debate.id if debate else None, word_id)
    if word is not None and form is not None and gives_away(form.explanation, word.pattern):
        state.errors["explanation"] = GIVES_AWAY
    if form is None or state.errors:
        show = _show_removal if word is not None else _show_words_left
        return await show(request, db, actor, debate, word_id, state, 422)
    try:
        await unwatch_word(db, actor, debate, word, form, bench)
    except Conflict as stale:
        show = _show_removal if word is not None else _show_words_left
        return await show(request, db, actor, debate, word_id, state, 409, stale.reason)
    return redirect(request, f"{_url(debate)}?done=saved")


async def _show_removal(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead | None,
    word_id: int,
    state: FormState,
    status: int,
    conflict: str = "",
) -> Response:
    debate_id = debate.id if debate else None
    word = await find_word(db, debate_id, word_id)
    await _with_version(db, state, of_word(debate_id, word.pattern), status)
    return render(
        request, actor, "prevention/remove_word.html", status=status, word=word, debate=debate, url=_url(debate),
        form=state, conflict=conflict,
    )  # fmt: skip


async def _show_words_left(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead | None,
    word_id: int,
    state: FormState,
    status: int,
    conflict: str = "",
) -> Response:
    return await _show(request, db, actor, debate, state, status=status, conflict=conflict)


async def _with_version(db: Reader, state: FormState, which: ColumnElement[bool], status: int) -> None:
    """A form with errors goes again with what its sender saw, if it says so; any other one with what is shown now."""
    if status != 422 or not state.value("version") or "version" in state.errors:
        await show_version(db, state, which)


async def _try(request: Request, db: Reader, actor: Actor, debate: DebateHead | None) -> Response:
    """What would happen to a text. Nothing is kept of it."""
    await limit_actor(request, actor, PREVIEW)
    form, state = await parse_form(request, TryForm)
    if form is None:
        return await _show(request, db, actor, debate, state, status=422)
    matches = find_watched([form.text], await load_watched(db, debate.id if debate else None))
    return await _show(request, db, actor, debate, state, matches)


async def _show(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead | None,
    state: FormState | None = None,
    matches: list[Match] | None = None,
    status: int = 200,
    conflict: str = "",
) -> Response:
    debate_id, state = debate.id if debate else None, state or blank_form()
    await _with_version(db, state, of_words(debate_id), status)
    bench = await find_bench(db, actor, debate.id) if debate else None
    return render(
        request, actor, "prevention/words.html", status=status,
        page=await load_word_page(db, debate_id), debate=debate, url=_url(debate), form=state, matches=matches,
        conflict=conflict,
        switching=can_switch(actor, debate.id, bench) if debate and bench else None,
        watching=can_take_measures(actor, debate.id, bench) if debate and bench else can_guard_site(actor),
    )  # fmt: skip
