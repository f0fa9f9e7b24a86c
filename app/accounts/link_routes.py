"""Pages behind one-time links, but that of the first administrator, and asking for one. The page only shows the form:
GET never writes, and programs that look at links before people do use nothing up."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.accounts.changes import confirm_email
from app.accounts.commands import ask_for_reset, reset_password
from app.accounts.forms import ForgotPasswordForm, ResetPasswordForm, check_new_password
from app.accounts.limits import limit_address, limit_name
from app.accounts.links import find_link
from app.accounts.next_page import with_notice
from app.accounts.queries import find_names
from app.accounts.sessions import drop_cookie
from app.actor import Actor, CurrentActor
from app.db import Db, Reads
from app.forms import blank_form, parse_form
from app.models import LinkPurpose
from app.permissions import can_come_and_go, require
from app.rate_limits import RESET_ACCOUNT, RESET_ADDRESS
from app.web import redirect, render

router = APIRouter()


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
