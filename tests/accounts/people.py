"""What the tests of accounts do over and over."""

import re
import time
from http.cookies import SimpleCookie

from httpx import AsyncClient, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.passwords import hash_password
from app.mail.outbox import ORIGIN
from app.models import Mail, User
from tests.factories import make_user

PASSPHRASE = "tapeworm lantern glue sky"
OTHER_PASSPHRASE = "seven quiet pumpkins dancing"


async def make_member(db: AsyncSession, name: str = "ada", **values: object) -> User:
    """Somebody who can sign in with PASSPHRASE."""
    user = await make_user(db, name, **values)
    user.password_hash = await hash_password(PASSPHRASE)
    await db.commit()
    return user


async def sign_up(client: AsyncClient, **fields: str) -> Response:
    """The form as a person sends it, some time after it was shown."""
    sent = {"username": "ada", "password": PASSPHRASE, "rules": "on", "shown_at": str(int(time.time()) - 10)}
    return await client.post("/sign-up", data=sent | fields)


async def sign_in(client: AsyncClient, name: str = "ada", password: str = PASSPHRASE, **fields: str) -> Response:
    return await client.post("/sign-in", data={"name": name, "password": password} | fields)


def session_cookie(answer: Response, name: str = "session") -> SimpleCookie:
    cookie = SimpleCookie(answer.headers["set-cookie"])
    assert name in cookie
    return cookie


async def is_signed_in(client: AsyncClient) -> bool:
    return (await client.get("/account")).status_code == 200


async def last_mail(db: AsyncSession) -> Mail:
    mail = await db.scalar(select(Mail).order_by(Mail.id.desc()).limit(1))
    assert mail is not None
    return mail


def path_in(mail: Mail) -> str:
    """The link of the message, as a path."""
    match = re.search(re.escape(ORIGIN) + r"(/\S+)", mail.body)
    assert match is not None
    return match[1]
