"""Who a program acts for, by the token that it shows: `Authorization: Bearer …`.

Only routes for programs ask here, and they never look at the cookie: a page of another site, which cannot know a
token, can therefore not write in anybody's name. Pages for people in turn never look at the token.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from fastapi import Request
from sqlalchemy import bindparam, func, select, update

from app.accounts.tokens import is_valid
from app.actor import LAST_SEEN_STEP, LONG_AGO, PERSON, Actor, hash_token, person_of
from app.db import reading
from app.errors import Forbidden, SignInNeeded
from app.models import AccessToken, TokenScope, User

LONGEST_TOKEN = 200  # Characters; ours have a quarter of that.
NO_TOKEN = "Send an access token: “Authorization: Bearer …”. Your account has a page where you make one."
NOT_VALID = "This access token is unknown, revoked or no longer valid."
NARROW = "This access token may not do that: it lacks the scope “{scope}”."

_OWNER = (
    select(*PERSON, AccessToken.id.label("token_id"), AccessToken.scopes, AccessToken.last_used_at)
    .join(User, User.id == AccessToken.user_id)
    .where(AccessToken.token_hash == bindparam("token_hash"), is_valid())
)


class NotAuthenticated(SignInNeeded):
    """401 with a challenge, as programs expect it."""

    title = "An access token is needed"

    def __init__(self, reason: str, challenge: str) -> None:
        super().__init__(reason)
        self.challenge = challenge


class NarrowToken(Forbidden):
    def __init__(self, scope: TokenScope) -> None:
        super().__init__(NARROW.format(scope=scope))
        self.challenge = f'Bearer error="insufficient_scope", scope="{scope}"'


def token_with(scope: TokenScope) -> Callable[[Request], Awaitable[Actor]]:
    """A dependency: the owner of the request's token, which must have this scope."""

    async def get_owner(request: Request) -> Actor:
        token = _shown_token(request.headers.get("authorization", ""))
        async with reading(request) as reads:
            row = (await reads.execute(_OWNER, {"token_hash": hash_token(token)})).one_or_none()
            if row is None:
                raise NotAuthenticated(NOT_VALID, 'Bearer error="invalid_token"')
            if scope not in row.scopes:
                raise NarrowToken(scope)
            if datetime.now(UTC) - (row.last_used_at or LONG_AGO) > LAST_SEEN_STEP:
                used = update(AccessToken).where(AccessToken.id == row.token_id)
                await reads.execute(used.values(last_used_at=func.now()))
        return person_of(row)

    return get_owner


def _shown_token(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated(NO_TOKEN, "Bearer")
    if len(token) > LONGEST_TOKEN:
        raise NotAuthenticated(NOT_VALID, 'Bearer error="invalid_token"')
    return token.strip()
