"""Pages behind one-time links, and asking for one. The page only shows the form: GET never writes, and programs that
look at links before people do use nothing up."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.accounts.changes import confirm_email
from app.accounts.commands import ask_for_reset, reset_password, sign_up
from app.accounts.forms import ForgotPasswordForm, ResetPasswordForm, blank_sign_up, check_new_password
from app.accounts.limits import limit_address, limit_name
from app.accounts.links import can_become_administrator, find_link
from app.accounts.next_page import with_notice
from app.accounts.queries import find_names
from app.accounts.roles import become_administrator
from app.accounts.routes import NAME_TAKEN, limit_sign_up, read_sign_up
from app.accounts.sessions import drop_cookie, set_cookie
from app.actor import Actor, CurrentActor
from app.db import Db, Reads
from app.errors import NotFound
from app.forms import FormState, blank_form, parse_form
from app.models import LinkPurpose
from app.permissions import can_come_and_go, require
from app.rate_limits import RESET_ACCOUNT, RESET_ADDRESS
from app.web import redirect, render

router = APIRouter()

ADMINISTRATOR_LINK_GONE = "This link has been used or is too old, or there is an administrator already."


@router.get("/forgot-password")
async def show_forgot_password(request: Request, actor: CurrentActor) -> Response:
    return render(request, actor, "accounts/forgot_password.html", form=blank_form())


@router.post("/forgot-password")
async def post_forgot_password(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_come_and_go(actor))
    form, state = await parse_form(request, ForgotPasswordForm)
    if form is None:
        return render(request, actor, "accounts/forgot_password.html", status=422, form=state)
    await limit_address(request, RESET_ADDRESS)
    await limit_name(request, RESET_ACCOUNT, form.name)
    await ask_for_reset(db, form.name)
    return redirect(request, with_notice("/sign-in", "mail_sent"))


@router.get("/reset-password/{token}")
async def show_reset_password(request: Request, reads: Reads, actor: CurrentActor, token: str) -> Response:
    link = await find_link(reads, LinkPurpose.RESET_PASSWORD, token)
    if link is None:
        return _link_gone(request, actor, LinkPurpose.RESET_PASSWORD)
    return render(request, actor, "accounts/reset_password.html", form=blank_form(), username=link.username)


@router.post("/reset-password/{token}")
async def post_reset_password(request: Request, db: Db, actor: CurrentActor, token: str) -> Response:
    require(can_come_and_go(actor))
    link = await find_link(db, LinkPurpose.RESET_PASSWORD, token)
    if link is None:
        return _link_gone(request, actor, LinkPurpose.RESET_PASSWORD)
    form, state = await parse_form(request, ResetPasswordForm)
    known = (*await find_names(db, link.user_id), request.app.state.settings.site_name)
    check_new_password(state, "password", known)
    if form is None or state.errors:
        return render(request, actor, "accounts/reset_password.html", status=422, form=state, username=link.username)
    if not await reset_password(db, link, token, form.password):
        return _link_gone(request, actor, LinkPurpose.RESET_PASSWORD)
    return drop_cookie(request, redirect(request, with_notice("/sign-in", "reset")))


@router.get("/verify-email/{token}")
async def show_verify_email(request: Request, reads: Reads, actor: CurrentActor, token: str) -> Response:
    link = await find_link(reads, LinkPurpose.VERIFY_EMAIL, token)
    if link is None:
        return _link_gone(request, actor, LinkPurpose.VERIFY_EMAIL)
    return render(request, actor, "accounts/verify_email.html", link=link)


@router.post("/verify-email/{token}")
async def post_verify_email(request: Request, db: Db, actor: CurrentActor, token: str) -> Response:
    require(can_come_and_go(actor))
    link = await find_link(db, LinkPurpose.VERIFY_EMAIL, token)
    if link is None or not await confirm_email(db, link, token):
        return _link_gone(request, actor, LinkPurpose.VERIFY_EMAIL)
    return redirect(request, with_notice("/account" if actor.is_signed_in else "/sign-in", "verified"))


def _link_gone(request: Request, actor: Actor, purpose: LinkPurpose) -> Response:
    return render(request, actor, "accounts/link_gone.html", status=404, purpose=purpose)


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
