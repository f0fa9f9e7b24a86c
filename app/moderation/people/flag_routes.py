"""Flag a person: for the name, or for what they do here, where no single text shows it."""

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db
from app.forms import FormState, parse_form
from app.models import FlagReason
from app.moderation.flag_commands import flag_person, withdraw_flag_of_person
from app.moderation.flag_routes import NOT_OFFERED, limit_flag
from app.moderation.forms import FlagForm
from app.moderation.own_flags import NothingNew, find_own_flag
from app.moderation.people.reported import Reported, find_reported
from app.permissions import can_flag_person, can_withdraw_flag, require
from app.web import redirect, render

router = APIRouter()

REASONS = (
    FlagReason.IMPERSONATION, FlagReason.SPAM, FlagReason.ABUSE, FlagReason.NAME, FlagReason.ILLEGAL, FlagReason.OTHER,
)  # fmt: skip


@router.get("/people/{username}/flag")
async def show_flag_form_of_person(request: Request, db: Db, actor: CurrentActor, username: str) -> Response:
    person = await find_reported(db, username)
    require(can_flag_person(actor, person.id))
    return await _page(request, db, actor, person, FormState(), 200)


@router.post("/people/{username}/flag")
async def post_flag_of_person(request: Request, db: Db, actor: CurrentActor, username: str) -> Response:
    person = await find_reported(db, username)
    require(can_flag_person(actor, person.id))
    form, state = await parse_form(request, FlagForm)
    if form is not None and form.reason not in REASONS:
        state.errors["reason"] = NOT_OFFERED
    if form is None or state.errors:
        return await _page(request, db, actor, person, state, 422)
    own = await find_own_flag(db, actor, person)
    try:
        if own is None or not own.says(form):  # A form sent twice is one flag.
            await limit_flag(request, actor, own, form)
            await flag_person(db, actor, person, form)
    except NothingNew as refused:
        state.errors["reason"] = refused.reason
        return await _page(request, db, actor, person, state, 409)
    return redirect(request, f"/people/{username}?done=flagged")


@router.post("/people/{username}/unflag")
async def post_unflag_of_person(request: Request, db: Db, actor: CurrentActor, username: str) -> Response:
    person = await find_reported(db, username)
    require(can_withdraw_flag(actor))
    await withdraw_flag_of_person(db, actor, person)
    return redirect(request, f"/people/{username}?done=unflagged")


async def _page(
    request: Request, db: AsyncSession, actor: Actor, person: Reported, state: FormState, status: int
) -> Response:
    return render(
        request, actor, "moderation/people/flag.html", status=status, person=person.author, form=state,
        own_flag=await find_own_flag(db, actor, person), reasons=REASONS,
    )  # fmt: skip
