"""What somebody is told: the page of all settings, and the form on a debate's and a thread's page."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reads
from app.debate_heads import see_debate
from app.errors import Invalid
from app.forms import parse_form
from app.notifications.choices import choose, choose_rhythm, load_told_page
from app.notifications.forms import ChoiceForm, RhythmForm
from app.notifications.listeners import Place, find_place
from app.notifications.rhythm import DIGEST_HOUR
from app.notifications.unsubscribing import find_rhythm, read_token, unsubscribe
from app.permissions import can_come_and_go, can_manage_own_account, require
from app.targets import LARGEST_ID, ItemId, Slug, find_argument
from app.web import redirect, render

router = APIRouter()

SETTINGS = "/notifications/settings"


@router.get(SETTINGS)
async def show_settings(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    require(can_manage_own_account(actor))
    assert actor.id is not None
    page = await load_told_page(reads, actor.id, before)
    return render(request, actor, "notifications/settings.html", page=page, hour=DIGEST_HOUR)


@router.post(SETTINGS)
async def post_rhythm(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    assert actor.id is not None
    form, _ = await parse_form(request, RhythmForm)
    if form is None:
        raise Invalid("Choose one of these ways of being told by mail.")
    await choose_rhythm(db, actor.id, form.rhythm)
    return redirect(request, f"{SETTINGS}?done=saved")


@router.post("/debates/{slug}/follow")
async def post_debate_choice(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    require(can_manage_own_account(actor))
    debate = await see_debate(request, actor, slug)
    return await _choose(request, db, actor, Place(debate.id), debate.url)


@router.post("/debates/{slug}/arguments/{argument_id}/follow")
async def post_thread_choice(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId
) -> Response:
    """For the whole thread in which the argument stands."""
    require(can_manage_own_account(actor))
    debate = await see_debate(request, actor, slug)
    argument = await find_argument(db, debate, argument_id)
    place = await find_place(db, debate.id, argument.id)
    return await _choose(request, db, actor, place, f"{debate.url}/arguments/{argument.id}")


async def _choose(request: Request, db: Db, actor: Actor, place: Place, url: str) -> Response:
    assert actor.id is not None
    form, _ = await parse_form(request, ChoiceForm)
    back = SETTINGS if form is not None and form.page == "settings" else url
    if form is None:
        raise Invalid("Choose what you want to be told, and how, from the lists.")
    wanted: tuple[Any, Any] = (None, None) if form.act == "reset" else (form.interest, form.rhythm)
    await choose(db, actor.id, place, *wanted)
    return redirect(request, f"{back}?done=told#told")


@router.get("/unsubscribe/{token}")
async def show_unsubscribe(request: Request, reads: Reads, actor: CurrentActor, token: str) -> Response:
    """A page to confirm, since mail programs and scanners follow links by themselves."""
    user_id = read_token(request.app.state.settings, token)
    rhythm = await find_rhythm(reads, user_id)
    return render(request, actor, "notifications/unsubscribe.html", rhythm=rhythm, is_done=False)


@router.post("/unsubscribe/{token}")
async def post_unsubscribe(request: Request, db: Db, actor: CurrentActor, token: str) -> Response:
    """By the page's button, or by a mail program in one press (RFC 8058), which has no session."""
    require(can_come_and_go(actor))
    user_id = read_token(request.app.state.settings, token)
    await unsubscribe(db, user_id)
    return render(request, actor, "notifications/unsubscribe.html", rhythm=None, is_done=True)
