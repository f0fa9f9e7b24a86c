"""The page of one's own account."""

from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Argument, Debate, Mail, MailRhythm, Position, Session, User
from tests.accounts.people import OTHER_PASSPHRASE, PASSPHRASE, is_signed_in, last_mail, make_member, path_in, sign_in
from tests.factories import make_argument, make_debate

Browsers = Callable[[User], Awaitable[AsyncClient]]
FORMS = {
    "display-name": {"display_name": "Ada"},
    "email": {"email": "ada@example.org", "email_password": PASSPHRASE},
    "password": {"current_password": PASSPHRASE, "new_password": OTHER_PASSPHRASE},
    "sessions/1/end": {},
    "sessions/end-others": {},
}


@pytest.mark.parametrize("form", FORMS)
async def test_visitor_is_asked_to_sign_in(client: AsyncClient, form: str) -> None:
    answer = await client.post(f"/account/{form}", data=FORMS[form])
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


async def test_page_is_kept_by_nobody(browser_of: Browsers, db: AsyncSession) -> None:
    browser = await browser_of(await make_member(db))
    assert (await browser.get("/account")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["עדה לאבלייס", "🦉🦉", "<b>Ada</b>", "A" * 50])
async def test_name_shown_is_changed(browser_of: Browsers, db: AsyncSession, name: str) -> None:
    user = await make_member(db)
    browser = await browser_of(user)
    answer = await browser.post("/account/display-name", data={"display_name": name})
    assert answer.headers["location"] == "/account?done=saved"
    await db.refresh(user)
    assert user.display_name == name
    assert "<b>Ada</b>" not in (await browser.get("/account")).text


@pytest.mark.parametrize("name", ["A" * 51, "\u200b", "a\0"])
async def test_odd_name_gives_the_form_back(browser_of: Browsers, db: AsyncSession, name: str) -> None:
    browser = await browser_of(await make_member(db))
    answer = await browser.post("/account/display-name", data={"display_name": name})
    assert answer.status_code == 422
    assert 'id="display_name-error"' in answer.text


async def test_new_name_shows_on_the_pages_that_are_kept(
    browser_of: Browsers, client: AsyncClient, db: AsyncSession
) -> None:
    user, debate = await make_member(db), await make_debate(db)
    argument = await make_first_argument(db, debate, user)
    await db.commit()
    path = f"/debates/mill/arguments/{argument.id}"
    assert "Ada Lovelace" not in (await client.get(path)).text
    await (await browser_of(user)).post("/account/display-name", data={"display_name": "Ada Lovelace"})
    assert "Ada Lovelace" in (await client.get(path)).text


async def make_first_argument(db: AsyncSession, debate: Debate, user: User) -> Argument:
    position = await db.scalar(select(Position).where(Position.debate_id == debate.id).limit(1))
    return await make_argument(db, debate, user, position=position)


async def test_password_is_changed_and_other_sessions_end(browser_of: Browsers, db: AsyncSession) -> None:
    user = await make_member(db, email="ada@example.org")
    here, there = await browser_of(user), await browser_of(user)
    answer = await here.post("/account/password", data=FORMS["password"])
    assert answer.headers["location"] == "/account?done=password"
    assert await is_signed_in(here)
    assert not await is_signed_in(there)
    assert (await sign_in(there, password=PASSPHRASE)).status_code == 422
    assert (await sign_in(there, password=OTHER_PASSPHRASE)).status_code == 303
    assert (await last_mail(db)).recipient == "ada@example.org"


@pytest.mark.parametrize(
    ("current", "new", "sentence"),
    [
        ("not my passphrase", OTHER_PASSPHRASE, "not your current password"),
        ("", OTHER_PASSPHRASE, "This is needed"),
        (PASSPHRASE, "", "This is needed"),
        (PASSPHRASE, "short", "5 of the 15 characters"),
        (PASSPHRASE, PASSPHRASE, "the password that you have now"),
        (PASSPHRASE, "ada ada ada ada ada", "first passwords"),
        (PASSPHRASE, "p" * 200, "128 is the most"),
    ],
)
async def test_wrong_password_form_changes_nothing(
    browser_of: Browsers, db: AsyncSession, current: str, new: str, sentence: str
) -> None:
    user = await make_member(db)
    browser = await browser_of(user)
    old = user.password_hash
    answer = await browser.post("/account/password", data={"current_password": current, "new_password": new})
    assert answer.status_code == 422
    assert sentence in answer.text
    await db.refresh(user)
    assert user.password_hash == old


async def test_stolen_session_cannot_try_passwords_for_long(browser_of: Browsers, db: AsyncSession) -> None:
    browser = await browser_of(await make_member(db))
    form = {"current_password": "not my passphrase", "new_password": OTHER_PASSPHRASE}
    answers = [await browser.post("/account/password", data=form) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]


async def test_new_address_counts_when_confirmed_and_the_old_one_is_told(
    browser_of: Browsers, db: AsyncSession
) -> None:
    user = await make_member(db, email="old@example.org")
    browser = await browser_of(user)
    form = {"email": "new@example.org", "email_password": PASSPHRASE}
    assert (await browser.post("/account/email", data=form)).headers["location"] == "/account?done=email"
    page = (await browser.get("/account")).text
    assert "Waiting for you to follow the link in the message to <b>new@example.org</b>" in page
    await db.refresh(user)
    assert user.email == "old@example.org"
    await browser.post(path_in(await last_mail(db)))
    await db.refresh(user)
    assert user.email == "new@example.org"
    mail = await last_mail(db)
    assert (mail.recipient, "was changed" in mail.subject) == ("old@example.org", True)


async def test_taken_address_looks_like_a_free_one(browser_of: Browsers, db: AsyncSession) -> None:
    await make_member(db, "owner", email="owner@example.org")
    browser = await browser_of(await make_member(db))
    answers = []
    pages = []
    for address in ("owner@example.org", "other@example.org"):
        answers.append(await browser.post("/account/email", data={"email": address, "email_password": PASSPHRASE}))
        pages.append((await browser.get("/account")).text.replace(address, "x@example.org"))
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert pages[0] == pages[1]


async def test_address_needs_the_password(browser_of: Browsers, db: AsyncSession) -> None:
    browser = await browser_of(await make_member(db))
    answer = await browser.post("/account/email", data={"email": "ada@example.org", "email_password": "wrong"})
    assert answer.status_code == 422
    assert "not your current password" in answer.text
    assert await db.scalar(select(Mail.id)) is None


async def test_address_is_given_up(browser_of: Browsers, db: AsyncSession) -> None:
    user = await make_member(db, email="old@example.org")
    browser = await browser_of(user)
    await browser.post("/account/email", data={"email": "", "email_password": PASSPHRASE})
    await db.refresh(user)
    assert user.email is None


async def test_mail_is_a_choice_of_which_the_page_tells(browser_of: Browsers, db: AsyncSession) -> None:
    browser = await browser_of(await make_member(db, email="ada@example.org", mail_rhythm=MailRhythm.WEEKLY))
    assert "how often by mail (once a week)" in (await browser.get("/account")).text


async def test_own_sessions_are_listed_and_ended(browser_of: Browsers, db: AsyncSession) -> None:
    user = await make_member(db)
    here, there, elsewhere = [await browser_of(user) for _ in range(3)]
    assert (await here.get("/account")).text.count('action="/account/sessions/') == 3  # Two, and all at once.
    ids = (await db.scalars(select(Session.id).order_by(Session.id))).all()
    assert (await here.post(f"/account/sessions/{ids[1]}/end")).headers["location"] == "/account?done=session_ended"
    assert [await is_signed_in(browser) for browser in (here, there, elsewhere)] == [True, False, True]
    await here.post("/account/sessions/end-others")
    assert [await is_signed_in(browser) for browser in (here, elsewhere)] == [True, False]
    await here.post(f"/account/sessions/{ids[0]}/end")
    assert not await is_signed_in(here)


async def test_sessions_of_others_are_out_of_reach(browser_of: Browsers, db: AsyncSession) -> None:
    ada, bob = await make_member(db), await make_member(db, "bob")
    browser, victim = await browser_of(ada), await browser_of(bob)
    id_ = await db.scalar(select(Session.id).where(Session.user_id == bob.id))
    await browser.post(f"/account/sessions/{id_}/end")
    assert await is_signed_in(victim)


@pytest.mark.parametrize("id_", ["0", "-1", "x", "9" * 30])
async def test_unknown_session_is_not_found(browser_of: Browsers, db: AsyncSession, id_: str) -> None:
    browser = await browser_of(await make_member(db))
    assert (await browser.post(f"/account/sessions/{id_}/end")).status_code == 404
