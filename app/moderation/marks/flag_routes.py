"""Report what somebody wrote in a quality mark, without learning who that is."""

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db
from app.errors import NotFound
from app.forms import FormState, parse_form
from app.models import FlagReason
from app.moderation.flag_commands import flag_mark, withdraw_flag_of_mark
from app.moderation.flag_routes import NOT_OFFERED, limit_flag
from app.moderation.forms import FlagForm
from app.moderation.items import ItemKind, find_item
from app.moderation.mark_commands import find_mark
from app.moderation.marks.reported import ReportedMark
from app.moderation.own_flags import NothingNew, find_own_flag
from app.permissions import can_flag_mark, can_withdraw_flag, require
from app.targets import DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()

REASONS = (FlagReason.ABUSE, FlagReason.SPAM, FlagReason.ILLEGAL, FlagReason.OTHER)


@router.get("/debates/{slug}/arguments/{argument_id}/marks/{mark_id}/flag")
async def show_flag_form_of_mark(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId, mark_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    mark = await find_mark(db, debate.id, argument_id, mark_id)
    item = await find_item(db, debate.id, ItemKind.ARGUMENTS, argument_id)
    require(can_flag_mark(actor, item, mark.marker_id))
    return await _page(request, db, actor, debate, ReportedMark.of(mark, item.bench), FormState(), 200)


@router.post("/debates/{slug}/arguments/{argument_id}/marks/{mark_id}/flag")
async def post_flag_of_mark(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId, mark_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    mark = await find_mark(db, debate.id, argument_id, mark_id)
    item = await find_item(db, debate.id, ItemKind.ARGUMENTS, argument_id)
    require(can_flag_mark(actor, item, mark.marker_id))
    reported = ReportedMark.of(mark, item.bench)
    form, state = await parse_form(request, FlagForm)
    if form is not None and form.reason not in REASONS:
        state.errors["reason"] = NOT_OFFERED
    if form is None or state.errors:
        return await _page(request, db, actor, debate, reported, state, 422)
    own = await find_own_flag(db, actor, reported)
    try:
        if own is None or not own.says(form):  # A form sent twice is one flag.
            await limit_flag(request, actor, own, form)
            await flag_mark(db, actor, reported, form)
    except NothingNew as refused:
        state.errors["reason"] = refused.reason
        return await _page(request, db, actor, debate, reported, state, 409)
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=flagged")


@router.post("/debates/{slug}/arguments/{argument_id}/marks/{mark_id}/unflag")
async def post_unflag_of_mark(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId, mark_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    mark = await find_mark(db, debate.id, argument_id, mark_id)
    require(can_withdraw_flag(actor))
    if mark.marker_id is not None:
        item = await find_item(db, debate.id, ItemKind.ARGUMENTS, argument_id)
        await withdraw_flag_of_mark(db, actor, ReportedMark.of(mark, item.bench))
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=unflagged")


async def _page(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    debate: DebateHead,
    mark: ReportedMark,
    state: FormState,
    status: int,
) -> Response:
    """A mark that was taken back is shown to nobody but whoever reported it before."""
    own_flag = await find_own_flag(db, actor, mark)
    if own_flag is None and not mark.is_open:
        raise NotFound("This mark does not stand on the argument any more.")
    return render(
        request, actor, "moderation/flag_mark.html", status=status, debate=debate, mark=mark, form=state,
        own_flag=own_flag, reasons=REASONS,
    )  # fmt: skip
