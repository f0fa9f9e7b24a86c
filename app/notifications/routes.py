"""The page of one's own notifications."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import CurrentActor
from app.db import Db, Reads
from app.forms import parse_form
from app.notifications.commands import mark_all_read, mark_read
from app.notifications.forms import ReadForm
from app.notifications.kinds import NEWS, verb
from app.notifications.queries import find_own_notice, load_notifications
from app.notifications.words import GONE, url_of, way_to, what_happened
from app.permissions import can_manage_own_account, require
from app.targets import LARGEST_ID, ItemId
from app.web import redirect, render

router = APIRouter()


@router.get("/notifications")
async def show_notifications(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    require(can_manage_own_account(actor))
    assert actor.id is not None
    page = await load_notifications(reads, actor.id, before)
    words: dict[str, Any] = {"news": NEWS, "verb": verb, "what_happened": what_happened, "way_to": way_to}
    words |= {"url_of": url_of, "gone": GONE}
    return render(request, actor, "notifications/notifications.html", page=page, **words)


@router.post("/notifications/read")
async def post_read(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    assert actor.id is not None
    form, _ = await parse_form(request, ReadForm)
    if form is None:
        return redirect(request, "/notifications")
    await mark_all_read(db, actor.id, form.up_to)
    return redirect(request, "/notifications?done=read")


@router.post("/notifications/{notification_id}/open")
async def post_opening(request: Request, db: Db, actor: CurrentActor, notification_id: ItemId) -> Response:
    """Lead to what it is about and mark it as read: a form, since following a link changes nothing here."""
    require(can_manage_own_account(actor))
    assert actor.id is not None
    notice = await find_own_notice(db, actor.id, notification_id)
    await mark_read(db, actor.id, notice.id)
    return redirect(request, url_of(notice))
