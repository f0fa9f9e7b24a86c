"""The page behind the one-time link of the first administrator. What it gives is a decision, like every role."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.accounts.commands import sign_up
from app.accounts.forms import blank_sign_up
from app.accounts.links import can_become_administrator
from app.accounts.next_page import with_notice
from app.accounts.routes import NAME_TAKEN, limit_sign_up, read_sign_up
from app.accounts.sessions import set_cookie
from app.actor import Actor, CurrentActor
from app.db import Db, Reads
from app.errors import NotFound
from app.forms import FormState
from app.moderation.measures.by_operator import become_administrator
from app.permissions import can_come_and_go, require
from app.web import redirect, render

router = APIRouter()

ADMINISTRATOR_LINK_GONE = "This link has been used or is too old, or there is an administrator already."


@router.get("/become-administrator/{token}")
async def show_become_administrator(request: Request, reads: Reads, actor: CurrentActor, token: str) -> Response:
    if not await can_become_administrator(reads, token):
        raise NotFound(ADMINISTRATOR_LINK_GONE)
    return _administrator_page(request, actor, blank_sign_up())


@router.post("/become-administrator/{token}")
async def post_become_administrator(request: Request, db: Db, actor: CurrentActor, token: str) -> Response:
    """By the account that is signed in, or by one that is made here; all or nothing."""
    require(can_come_and_go(actor))
    if not await can_become_administrator(db, token):
        raise NotFound(ADMINISTRATOR_LINK_GONE)
    if actor.id is not None:
        return await _promote(request, db, actor.id, token)
    await db.rollback()
    form, state = await read_sign_up(request)
    if form is None:
        return _administrator_page(request, actor, state, 422)
    await limit_sign_up(request, form)
    session = await sign_up(db, form, request.headers.get("user-agent", ""))
    if session is None:
        state.errors["username"] = NAME_TAKEN
        return _administrator_page(request, actor, state, 422)
    return await _promote(request, db, session.user_id, token)


async def _promote(request: Request, db: Db, user_id: int, token: str) -> Response:
    session = await become_administrator(db, user_id, token, request.headers.get("user-agent", ""))
    if session is None:
        raise NotFound(ADMINISTRATOR_LINK_GONE)
    return set_cookie(request, redirect(request, with_notice("/", "administrator")), session)


def _administrator_page(request: Request, actor: Actor, state: FormState, status: int = 200) -> Response:
    is_required = request.app.state.settings.require_email
    return render(
        request, actor, "accounts/become_administrator.html", status=status, form=state, is_email_required=is_required
    )
