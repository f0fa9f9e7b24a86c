"""The page of one's own account, and its forms."""

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.accounts.changes import change_email, change_password, set_display_name
from app.accounts.forms import DisplayNameForm, EmailForm, PasswordForm, check_new_password
from app.accounts.limits import limit_name
from app.accounts.next_page import with_notice
from app.accounts.queries import find_names, load_account
from app.accounts.routes import EMAIL_NEEDED
from app.accounts.sessions import drop_cookie, end_session, end_sessions
from app.accounts.withheld_names import TAKEN, is_withheld
from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.forms import FormState, parse_form
from app.permissions import can_change_name, can_manage_own_account, require
from app.prevention.names import report_name, say_blocked, screen_names
from app.prevention.screening import Blocked, Screened
from app.rate_limits import CONFIRM_EMAIL, SIGN_IN_ACCOUNT
from app.targets import ItemId
from app.web import redirect, render

router = APIRouter()

WRONG_PASSWORD = "This is not your current password."


@router.get("/account")
async def show_account(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    return await _account_page(request, reads, actor)


@router.post("/account/display-name")
async def post_display_name(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_change_name(actor))
    form, state = await parse_form(request, DisplayNameForm)
    if form is not None and await is_withheld(db, actor.id, form.display_name or actor.username):
        state.errors["display_name"] = TAKEN
    screened = await _screen_name(db, form, state) if form is not None and not state.errors else None
    if form is None or screened is None:
        return await _account_page(request, db, actor, "display_name", state)
    await set_display_name(db, actor, form.display_name)
    assert actor.id is not None
    await report_name(db, actor.id, screened)
    return redirect(request, with_notice("/account", "saved"))


async def _screen_name(db: AsyncSession, form: DisplayNameForm, state: FormState) -> Screened | None:
    """What is watched in it; nothing, with a sentence at the field, where it is blocked."""
    try:
        return await screen_names(db, [form.display_name] if form.display_name else [])
    except Blocked as blocked:
        state.errors["display_name"] = say_blocked(blocked)
        return None


@router.post("/account/email")
async def post_email(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    form, state = await parse_form(request, EmailForm)
    if form is not None and not form.email and request.app.state.settings.require_email:
        state.errors["email"] = EMAIL_NEEDED
    if form is None or state.errors:
        return await _account_page(request, db, actor, "email", state)
    await limit_name(request, SIGN_IN_ACCOUNT, actor.username)
    if form.email:
        await limit_name(request, CONFIRM_EMAIL, f"user {actor.id}")
        await limit_name(request, CONFIRM_EMAIL, form.email)
    if not await change_email(db, actor, form):
        state.errors["email_password"] = WRONG_PASSWORD
        return await _account_page(request, db, actor, "email", state)
    return redirect(request, with_notice("/account", "email" if form.email else "saved"))


@router.post("/account/password")
async def post_password(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    assert actor.id is not None
    form, state = await parse_form(request, PasswordForm)
    known = (*await find_names(db, actor.id), request.app.state.settings.site_name)
    check_new_password(state, "new_password", known)
    if form is None or state.errors:
        return await _account_page(request, db, actor, "password", state)
    await limit_name(request, SIGN_IN_ACCOUNT, actor.username)
    if not await change_password(db, actor, form):
        state.errors["current_password"] = WRONG_PASSWORD
        return await _account_page(request, db, actor, "password", state)
    return redirect(request, with_notice("/account", "password"))


@router.post("/account/sessions/{session_id}/end")
async def post_end_session(request: Request, db: Db, actor: CurrentActor, session_id: ItemId) -> Response:
    """One of the own; an id that is not, or not any more, changes nothing."""
    require(can_manage_own_account(actor))
    assert actor.id is not None
    await end_session(db, actor.id, session_id)
    if session_id == actor.session_id:
        return drop_cookie(request, redirect(request, with_notice("/", "signed_out")))
    return redirect(request, with_notice("/account", "session_ended"))


@router.post("/account/sessions/end-others")
async def post_end_other_sessions(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    assert actor.id is not None
    await end_sessions(db, actor.id, keep=actor.session_id)
    return redirect(request, with_notice("/account", "sessions_ended"))


async def _account_page(
    request: Request, db: Reader, actor: Actor, sent: str = "", state: FormState | None = None
) -> Response:
    """All forms as they stand, but the one that was sent and has something wrong: that one as it was typed."""
    page = await load_account(db, actor)
    forms = {
        "display_name": FormState({"display_name": page.display_name}),
        "email": FormState({"email": page.email or ""}),
        "password": FormState(),
    }
    if state is not None:
        forms[sent] = state
    is_required = request.app.state.settings.require_email
    status = 200 if state is None else 422
    return render(
        request, actor, "accounts/account.html", status=status, page=page, forms=forms, is_email_required=is_required
    )
