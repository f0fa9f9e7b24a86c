"""Choosing what one is told: on the pages of debates and threads, in one place, and by one press in a mail program."""

import re
from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Interest, MailRhythm, NotificationChoice, User
from app.notifications.choices import SHOWN
from app.notifications.unsubscribing import unsubscribe_path
from app.settings import Settings
from tests.notifications.people import make_first_argument, make_thread

Browsers = Callable[[User], Awaitable[AsyncClient]]
SETTINGS = "/notifications/settings"


async def choices(db: AsyncSession) -> list[tuple[int | None, Interest | None, MailRhythm | None]]:
    columns = (NotificationChoice.argument_id, NotificationChoice.interest, NotificationChoice.mail_rhythm)
    return [(row[0], row[1], row[2]) for row in await db.execute(select(*columns).order_by(NotificationChoice.id))]


async def test_a_thread_is_followed_by_a_form_on_any_of_its_arguments(browser_of: Browsers, db: AsyncSession) -> None:
    thread = await make_thread(db)
    reply = await thread.reply()
    browser = await browser_of(thread.ada)
    url = f"/debates/mill/arguments/{reply.id}"
    page = (await browser.get(url)).text
    assert "Follow or mute this thread" in page
    assert f'action="{url}/follow"' in page
    answer = await browser.post(f"{url}/follow", data={"interest": "everything", "rhythm": "daily"})
    assert answer.headers["location"] == f"{url}?done=told#told"
    assert await choices(db) == [(thread.argument.id, Interest.EVERYTHING, MailRhythm.DAILY)]
    for id_ in (thread.argument.id, reply.id):
        page = (await browser.get(f"/debates/mill/arguments/{id_}")).text
        assert "You follow this thread" in page
        assert '<option value="daily" selected>' in page


async def test_a_debate_is_muted_and_its_threads_say_so(browser_of: Browsers, db: AsyncSession) -> None:
    thread = await make_thread(db)
    browser = await browser_of(thread.ada)
    await browser.post("/debates/mill/follow", data={"interest": "nothing"})
    assert await choices(db) == [(None, Interest.NOTHING, None)]
    assert "You have muted this debate" in (await browser.get("/debates/mill")).text
    page = (await browser.get(f"/debates/mill/arguments/{thread.argument.id}")).text
    assert "You have muted this thread" in page
    assert "As in the debate: nothing (muted)" in page


async def test_choosing_again_changes_and_a_reset_forgets(browser_of: Browsers, db: AsyncSession) -> None:
    thread = await make_thread(db)
    browser = await browser_of(thread.ada)
    for interest in ("everything", "nothing"):
        await browser.post("/debates/mill/follow", data={"interest": interest, "page": "settings"})
    assert await choices(db) == [(None, Interest.NOTHING, None)]
    answer = await browser.post("/debates/mill/follow", data={"interest": "own", "act": "reset", "page": "settings"})
    assert answer.headers["location"] == f"{SETTINGS}?done=told#told"
    assert await choices(db) == []


@pytest.mark.parametrize("sent", [{"interest": "some"}, {"rhythm": "hourly"}, {"act": "x"}])
async def test_an_odd_form_changes_nothing(browser_of: Browsers, db: AsyncSession, sent: dict[str, str]) -> None:
    thread = await make_thread(db)
    browser = await browser_of(thread.ada)
    assert (await browser.post("/debates/mill/follow", data=sent)).status_code == 422
    assert await choices(db) == []


async def test_everything_that_is_set_stands_on_one_page(browser_of: Browsers, db: AsyncSession) -> None:
    thread = await make_thread(db, MailRhythm.WEEKLY)
    browser = await browser_of(thread.ada)
    await browser.post("/debates/mill/follow", data={"interest": "everything"})
    await browser.post(f"/debates/mill/arguments/{thread.argument.id}/follow", data={"rhythm": "never"})
    page = (await browser.get(SETTINGS)).text
    assert 'value="weekly" checked' in page
    assert "The mill feeds the town." in page
    assert "Should the mill stay?" in page
    assert page.count('value="reset"') == 2
    assert "As in the debate: every new argument" in page
    await browser.post(SETTINGS, data={"rhythm": "immediate"})
    await db.refresh(thread.ada)
    assert thread.ada.mail_rhythm == MailRhythm.IMMEDIATE


async def test_more_settings_follow_by_a_link(browser_of: Browsers, db: AsyncSession) -> None:
    thread = await make_thread(db)
    for _ in range(SHOWN + 1):
        argument = await make_first_argument(db, thread.debate, None)
        place = {"user_id": thread.ada.id, "debate_id": thread.debate.id, "argument_id": argument.id}
        db.add(NotificationChoice(**place, interest=Interest.NOTHING))
    await db.commit()
    browser = await browser_of(thread.ada)
    found = re.search(r'href="(/notifications/settings\?before=\d+)#told"', (await browser.get(SETTINGS)).text)
    assert found
    assert (await browser.get(found[1])).text.count('value="reset"') == 1


async def test_an_address_that_is_not_confirmed_is_said(browser_of: Browsers, db: AsyncSession) -> None:
    thread = await make_thread(db)
    thread.ada.email_verified_at = None
    thread.bob.email = None
    await db.commit()
    assert "not confirmed yet" in (await (await browser_of(thread.ada)).get(SETTINGS)).text
    assert "no address for mail" in (await (await browser_of(thread.bob)).get(SETTINGS)).text


async def test_visitors_are_asked_to_sign_in(client: AsyncClient, db: AsyncSession) -> None:
    await make_thread(db)
    assert "Sign in to follow this debate" in (await client.get("/debates/mill")).text
    for path in ("/debates/mill/follow", "/debates/mill/arguments/1/follow", SETTINGS):
        assert (await client.post(path)).headers["location"].startswith("/sign-in")


async def test_what_is_not_there_cannot_be_followed(browser_of: Browsers, db: AsyncSession) -> None:
    thread = await make_thread(db)
    browser = await browser_of(thread.ada)
    for path in ("/debates/none/follow", "/debates/mill/arguments/999/follow"):
        assert (await browser.post(path)).status_code == 404


async def test_one_press_without_a_session_ends_all_letters(
    client: AsyncClient, db: AsyncSession, settings: Settings
) -> None:
    thread = await make_thread(db)
    place = {"user_id": thread.ada.id, "debate_id": thread.debate.id}
    db.add(NotificationChoice(**place, interest=Interest.EVERYTHING, mail_rhythm=MailRhythm.DAILY))
    await db.commit()
    path = unsubscribe_path(settings, thread.ada.id)
    assert (
        "Get no more messages by mail?" in (await client.get(path)).text
    )  # A scanner that follows it changes nothing.
    await db.refresh(thread.ada)
    assert thread.ada.mail_rhythm == MailRhythm.IMMEDIATE
    del client.headers["Sec-Fetch-Site"]
    for _ in range(2):
        answer = await client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    await db.refresh(thread.ada)
    assert thread.ada.mail_rhythm == MailRhythm.NEVER
    assert await choices(db) == [(None, Interest.EVERYTHING, None)]
    assert "No more messages by mail" in (await client.get(path)).text


@pytest.mark.parametrize("token", ["x", "AAAA", "%F0%9F%A6%89", "A" * 32])
async def test_a_token_of_ones_own_making_does_nothing(client: AsyncClient, db: AsyncSession, token: str) -> None:
    await make_thread(db)
    for answer in (await client.get(f"/unsubscribe/{token}"), await client.post(f"/unsubscribe/{token}")):
        assert answer.status_code == 404
    assert await db.scalar(select(func.count()).where(User.mail_rhythm == MailRhythm.NEVER)) == 0


async def test_anothers_token_is_not_made_from_ones_own(
    client: AsyncClient, db: AsyncSession, settings: Settings
) -> None:
    thread = await make_thread(db)
    own, other = unsubscribe_path(settings, thread.bob.id), unsubscribe_path(settings, thread.ada.id)
    forged = other[: len("/unsubscribe/") + 11] + own[len("/unsubscribe/") + 11 :]
    assert (await client.post(forged)).status_code == 404
