"""Flag an argument, an annotation, a credit, a source or a mark."""

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db
from app.errors import NotFound
from app.forms import FormState, parse_form
from app.models import FlagReason
from app.moderation.casework.automation import is_by_program
from app.moderation.flag_commands import flag_item, withdraw_flag
from app.moderation.forms import FlagForm
from app.moderation.items import Item, ItemKind, find_item
from app.moderation.own_flags import NothingNew, OwnFlag, find_own_flag
from app.permissions import can_flag, can_see_text, can_withdraw_flag, require
from app.rate_limits import FLAG, FLAG_ILLEGAL, limit_actor
from app.targets import DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()

# Notes and credits cannot be merged, moved or split by moderators.
OF_PLACES = (FlagReason.DUPLICATE, FlagReason.MISPLACED, FlagReason.SEVERAL)
OF_MARKS = [FlagReason.SPAM, FlagReason.ABUSE, FlagReason.ILLEGAL, FlagReason.OTHER]
OF_TEXTS = [reason for reason in FlagReason if reason != FlagReason.NAME]
NOT_OFFERED = "Please choose one of these."


@router.get("/debates/{slug}/{kind}/{item_id}/flag")
async def show_flag_form(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, kind: ItemKind, item_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    item = await _find(db, actor, debate, kind, item_id)
    if not await _waits_hidden(db, actor, item):
        by_program = await _is_by_program(db, item)
        require(can_flag(actor, debate, item, is_from_essay=item.is_from_essay, is_hidden_by_program=by_program))
    return await _page(request, db, actor, debate, item, FormState(), 200)


@router.post("/debates/{slug}/{kind}/{item_id}/flag")
async def post_flag(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, kind: ItemKind, item_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    item = await _find(db, actor, debate, kind, item_id)
    if not await _waits_hidden(db, actor, item):
        by_program = await _is_by_program(db, item)
        require(can_flag(actor, debate, item, is_from_essay=item.is_from_essay, is_hidden_by_program=by_program))
    form, state = await parse_form(request, FlagForm)
    if form is not None and form.reason not in _reasons(item):
        state.errors["reason"] = NOT_OFFERED
    if form is None or state.errors:
        return await _page(request, db, actor, debate, item, state, 422)
    own = await find_own_flag(db, actor, item)
    try:
        if own is None or not own.says(form):  # A form sent twice is one flag.
            await limit_flag(request, actor, own, form)
            await flag_item(db, actor, item, form)
    except NothingNew as refused:
        state.errors["reason"] = refused.reason
        return await _page(request, db, actor, debate, item, state, 409)
    return redirect(request, f"{debate.url}/{item.path}?done=flagged")


@router.post("/debates/{slug}/{kind}/{item_id}/unflag")
async def post_unflag(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, kind: ItemKind, item_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    item = await find_item(db, debate.id, kind, item_id)
    require(can_withdraw_flag(actor))
    await withdraw_flag(db, actor, item)
    return redirect(request, f"{debate.url}/{item.path}?done=unflagged")


async def limit_flag(request: Request, actor: Actor, own: OwnFlag | None, form: FlagForm) -> None:
    """What would not be written takes nothing from what one may send. What breaks the law is heard however many other
    flags somebody has sent, also from new members."""
    if own is not None:
        own.refuse_the_same(form)
    await limit_actor(request, actor, FLAG_ILLEGAL if form.reason == FlagReason.ILLEGAL else FLAG)


def _reasons(item: Item) -> list[FlagReason]:
    if item.kind == ItemKind.MARKS:
        return OF_MARKS
    return [reason for reason in OF_TEXTS if item.kind == ItemKind.ARGUMENTS or reason not in OF_PLACES]


async def _find(db: AsyncSession, actor: Actor, debate: DebateHead, kind: ItemKind, item_id: int) -> Item:
    """What can be read can be flagged; marks are out of sight with the argument on which they stand."""
    item = await find_item(db, debate.id, kind, item_id)
    if kind == ItemKind.MARKS and item.beside_id is not None:
        require(can_see_text(actor, await find_item(db, debate.id, ItemKind.ARGUMENTS, item.beside_id)))
    if item.is_taken_back:
        raise NotFound(f"This {item.word} does not stand any more.")
    return item


async def _is_by_program(db: AsyncSession, item: Item) -> bool:
    return item.hidden_by_id is not None and await is_by_program(db, item.hidden_by_id)


async def _waits_hidden(db: AsyncSession, actor: Actor, item: Item) -> bool:
    """Hidden while the person's flag waits, for example by it: they still find the flag, and can take it back."""
    if item.hidden_by_id is None or not actor.is_signed_in:
        return False
    own = await find_own_flag(db, actor, item)
    return own is not None and own.is_open


async def _page(
    request: Request, db: AsyncSession, actor: Actor, debate: DebateHead, item: Item, state: FormState, status: int
) -> Response:
    own = await find_own_flag(db, actor, item)
    hidden = can_flag(actor, debate, item, is_hidden_by_program=await _is_by_program(db, item))
    return render(
        request,
        actor,
        "moderation/flag.html",
        status=status,
        debate=debate,
        item=item,
        form=state,
        own_flag=own,
        out_of_sight="" if can_see_text(actor, item) else hidden.reason,
        reasons=[reason for reason in _reasons(item) if own is None or reason not in own.given],
    )
