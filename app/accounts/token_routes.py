"""The page of one's access tokens."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.accounts.account_routes import WRONG_PASSWORD
from app.accounts.changes import is_own_password
from app.accounts.forms import TokenForm
from app.accounts.limits import limit_name
from app.accounts.next_page import with_notice
from app.accounts.tokens import load_tokens, make_token, revoke_token
from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.forms import FormState, blank_form, parse_form
from app.models import TokenScope
from app.permissions import can_manage_own_account, require
from app.rate_limits import SIGN_IN_ACCOUNT
from app.secret import site_key
from app.targets import ItemId
from app.web import redirect, render

router = APIRouter()


@router.get("/account/tokens")
async def show_tokens(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    return await _tokens_page(request, reads, actor, blank_form(days="90", scopes=TokenScope.ANNOTATIONS_WRITE))


@router.post("/account/tokens")
async def post_token(request: Request, db: Db, actor: CurrentActor) -> Response:
    """The page with the new token on it, which no other page will show: a redirect would lose it."""
    require(can_manage_own_account(actor))
    form, state = await parse_form(request, TokenForm)
    if form is None:
        return await _tokens_page(request, db, actor, state, 422)
    await limit_name(request, SIGN_IN_ACCOUNT, actor.username)
    if not await is_own_password(db, actor, form.token_password):
        state.errors["token_password"] = WRONG_PASSWORD
        return await _tokens_page(request, db, actor, state, 422)
    token = await make_token(db, actor, form, site_key(request.app.state.settings, "access tokens"))
    fresh = blank_form(days=form.days, scopes=TokenScope.ANNOTATIONS_WRITE)
    return await _tokens_page(request, db, actor, fresh, token=token)


@router.post("/account/tokens/{token_id}/revoke")
async def post_revoke_token(request: Request, db: Db, actor: CurrentActor, token_id: ItemId) -> Response:
    require(can_manage_own_account(actor))
    assert actor.id is not None
    await revoke_token(db, actor.id, token_id)
    return redirect(request, with_notice("/account/tokens", "token_revoked"))


async def _tokens_page(
    request: Request, db: Reader, actor: Actor, form: FormState, status: int = 200, token: str = ""
) -> Response:
    tokens = await load_tokens(db, actor)
    return render(request, actor, "accounts/tokens.html", status=status, tokens=tokens, form=form, token=token)
