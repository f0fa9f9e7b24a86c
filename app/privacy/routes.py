"""Take along all that is kept about oneself, be erased, and read what is kept for how long."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response, StreamingResponse

from app.accounts.account_routes import WRONG_PASSWORD
from app.accounts.changes import is_own_password
from app.accounts.former import name_key
from app.accounts.forms import Password
from app.accounts.limits import limit_name
from app.accounts.sessions import drop_cookie
from app.actor import Actor, CurrentActor
from app.db import Db, reading
from app.forms import Form, FormState, parse_form
from app.permissions import can_manage_own_account, require
from app.privacy.erasure import erase_person
from app.privacy.export import export_person
from app.privacy.periods import PERIODS
from app.rate_limits import EXPORT_PERSON, SIGN_IN_ACCOUNT, limit_actor
from app.web import redirect, render

router = APIRouter()


class EraseForm(Form):
    texts: Literal["keep", "erase"]
    erase_password: Password
    understood: Annotated[Literal["on"], Field()]


@router.get("/privacy")
async def show_privacy(request: Request, actor: CurrentActor) -> Response:
    return render(request, actor, "privacy/privacy.html", periods=PERIODS)


@router.get("/account/export.json")
async def download_own_record(request: Request, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    assert actor.id is not None
    await limit_actor(request, actor, EXPORT_PERSON)
    pieces = export_person(lambda: reading(request), actor.id, request.app.state.settings.origin)
    headers = {
        "Content-Disposition": 'attachment; filename="all-about-me.json"', "Cache-Control": "private, no-store"
    }  # fmt: skip
    return StreamingResponse(pieces, media_type="application/json", headers=headers)


@router.get("/account/erase")
async def show_erase_form(request: Request, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    return _erase_page(request, actor, FormState({"texts": "keep"}), 200)


@router.post("/account/erase")
async def post_erase(request: Request, db: Db, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    form, state = await parse_form(request, EraseForm)
    if form is None or not await _is_right(request, db, actor, form):
        state.errors.setdefault("erase_password", WRONG_PASSWORD) if form else None
        return _erase_page(request, actor, state, 422)
    assert actor.id is not None
    key = name_key(request.app.state.settings)
    await erase_person(db, actor.id, keeps_texts=form.texts == "keep", name_key=key)
    return drop_cookie(request, redirect(request, "/?done=erased"))


async def _is_right(request: Request, db: AsyncSession, actor: Actor, form: EraseForm) -> bool:
    await limit_name(request, SIGN_IN_ACCOUNT, actor.username)
    return await is_own_password(db, actor, form.erase_password)


def _erase_page(request: Request, actor: Actor, state: FormState, status: int) -> Response:
    return render(request, actor, "privacy/erase.html", status=status, form=state)
