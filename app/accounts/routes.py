"""Signing up, in and out."""

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.accounts.commands import sign_in, sign_up
from app.accounts.former import is_name_kept, name_key
from app.accounts.forms import SignInForm, SignUpForm, blank_sign_up, check_new_password
from app.accounts.limits import limit_address, limit_name
from app.accounts.networks import note_network
from app.accounts.next_page import own_path, with_notice
from app.accounts.queries import words_known
from app.accounts.sessions import drop_cookie, end_session, set_cookie
from app.actor import Actor, CurrentActor
from app.db import Db
from app.forms import FormState, blank_form, parse_form
from app.permissions import can_come_and_go, require
from app.prevention.names import report_name, say_blocked, screen_names
from app.prevention.screening import Blocked, Screened
from app.prevention.watched_words import Match
from app.rate_limits import CONFIRM_EMAIL, SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, SIGN_UP_ADDRESS
from app.settings import Settings
from app.web import redirect, render

router = APIRouter()

NAME_TAKEN = "Somebody has this user name already. Please choose another one."
BY_PROGRAM = (
    "This came as fast as from a program. If you are a person, please give your password again and press the button."
)
EMAIL_NEEDED = "This site asks for an address for mail."
WRONG = "Name and password do not belong together. Check both and try again."


@router.get("/sign-up")
async def show_sign_up(request: Request, actor: CurrentActor, next: str = "") -> Response:
    if actor.is_signed_in:
        return redirect(request, own_path(next))
    return _sign_up_page(request, actor, blank_sign_up(next))


@router.post("/sign-up")
async def post_sign_up(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_come_and_go(actor))
    form, state = await read_sign_up(request)
    if form is None:
        return _sign_up_page(request, actor, state, 422)
    await limit_sign_up(request, form)
    screened = await screen_sign_up(db, form, state)
    is_kept = await is_name_kept(db, name_key(request.app.state.settings), form.username)
    agent = request.headers.get("user-agent", "")
    session = await sign_up(db, form, agent) if screened is not None and not is_kept else None
    if session is None or screened is None:
        state.errors = state.errors or {"username": NAME_TAKEN}
        return _sign_up_page(request, actor, state, 422)
    await report_name(db, session.user_id, screened)
    await note_network(request, db, session.user_id)
    return set_cookie(request, redirect(request, with_notice(own_path(form.next), "welcome")), session)


async def read_sign_up(request: Request) -> tuple[SignUpForm | None, FormState]:
    """The form, if all of it is in order; also of the page on which the first administrator signs up."""
    settings: Settings = request.app.state.settings
    form, state = await parse_form(request, SignUpForm)
    known = words_known(state.value("username"), state.value("display_name"), state.value("email"))
    check_new_password(state, "password", (*known, settings.site_name))
    if settings.require_email and not state.value("email").strip():
        state.errors.setdefault("email", EMAIL_NEEDED)
    if form is not None and form.is_by_program:
        state = FormState({**state.values, **blank_sign_up().values}, {"form": BY_PROGRAM})
    state.errors = {name: state.errors[name] for name in (*SignUpForm.model_fields, "form") if name in state.errors}
    return (None if state.errors else form), state


async def screen_sign_up(db: AsyncSession, form: SignUpForm, state: FormState) -> Screened | None:
    """What is watched in the names; nothing, with a sentence at its field, where one is blocked."""
    found: list[Match] = []
    for field, name in (("username", form.username), ("display_name", form.display_name)):
        try:
            found += (await screen_names(db, (name,))).matches if name else ()
        except Blocked as blocked:
            state.errors[field] = say_blocked(blocked)
    return None if state.errors else Screened(matches=found)


async def limit_sign_up(request: Request, form: SignUpForm) -> None:
    await limit_address(request, SIGN_UP_ADDRESS)
    await limit_name(request, SIGN_IN_ACCOUNT, form.username)  # It may be tried with the password of a taken name.
    if form.email:
        await limit_name(request, CONFIRM_EMAIL, form.email)


def _sign_up_page(request: Request, actor: Actor, state: FormState, status: int = 200) -> Response:
    is_required = request.app.state.settings.require_email
    return render(request, actor, "accounts/sign_up.html", status=status, form=state, is_email_required=is_required)


@router.get("/sign-in")
async def show_sign_in(request: Request, actor: CurrentActor, next: str = "") -> Response:
    if actor.is_signed_in:
        return redirect(request, own_path(next))
    return render(request, actor, "accounts/sign_in.html", form=blank_form(next=next), has_next=own_path(next) != "/")


@router.post("/sign-in")
async def post_sign_in(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_come_and_go(actor))
    form, state = await parse_form(request, SignInForm)
    session = None
    if form is not None:
        await limit_address(request, SIGN_IN_ADDRESS)
        await limit_name(request, SIGN_IN_ACCOUNT, form.name)
        session = await sign_in(db, form, request.headers.get("user-agent", ""))
        if session is None:
            state.errors["form"] = WRONG
    if form is None or session is None:
        return render(request, actor, "accounts/sign_in.html", status=422, form=state, has_next=False)
    await note_network(request, db, session.user_id)
    if actor.id is not None and actor.session_id is not None:
        await end_session(db, actor.id, actor.session_id)
    return set_cookie(request, redirect(request, own_path(form.next)), session)


@router.post("/sign-out")
async def post_sign_out(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_come_and_go(actor))
    if actor.id is not None and actor.session_id is not None:
        await end_session(db, actor.id, actor.session_id)
    return drop_cookie(request, redirect(request, with_notice("/", "signed_out")))
