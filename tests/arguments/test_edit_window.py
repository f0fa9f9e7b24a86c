"""Editing freely at first, and in the open later."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.arguments.edit_window import EDIT_WINDOW
from app.models import Action, Argument, Notification, NotificationKind, Relation, Role, User
from tests.arguments.conftest import BrowserOf
from tests.arguments.stage import CLAIM, GROUNDS, SCRIPT, Stage
from tests.factories import make_argument, make_user

NEW_CLAIM = "The mill feeds far fewer people than it once did."
FREE = {"claim": NEW_CLAIM, "grounds": GROUNDS, "revision": "1", "is_free": "yes"}
OPEN = {name: value for name, value in FREE.items() if name != "is_free"}


async def _told(stage: Stage, user: User) -> list[str]:
    statement = select(Notification.kind).where(Notification.user_id == user.id).order_by(Notification.id)
    kinds = list((await stage.db.scalars(statement)).all())
    await stage.db.commit()
    return kinds


async def test_edit_in_the_first_minutes_leaves_one_public_version(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted()
    url = f"{stage.url}/arguments/{reply.id}"
    form = (await stage.page.get(f"{url}/edit")).text
    assert "for 10 more minutes" in form
    assert 'name="is_free" value="yes"' in form
    answer = await stage.page.post(f"{url}/edit", data=FREE)
    assert answer.headers["location"] == f"{url}?done=edited_freely"
    edited = await stage.argument(reply.id)
    assert (edited.claim, edited.version, edited.edited_at) == (NEW_CLAIM, 1, None)
    assert "edited" not in (await client.get(url)).text
    history = (await client.get(f"{url}/history")).text
    assert "Version 1" in history
    assert "Worded anew by its author in the first 10 minutes" in history
    assert "Version 2" not in history
    assert CLAIM not in history
    assert "<ins>" not in history.partition('class="versions"')[2]
    assert await stage.wrong_counts() == []


async def test_moderators_see_what_was_replaced_freely(stage: Stage, browser_of: BrowserOf) -> None:
    reply = await stage.posted()
    url = f"{stage.url}/arguments/{reply.id}"
    await stage.page.post(f"{url}/edit", data=FREE)
    moderator = await make_user(stage.db, role=Role.MODERATOR)
    await stage.db.commit()
    keeper = await browser_of(moderator)
    history = (await keeper.get(f"{url}/history")).text
    assert CLAIM in history
    assert "Replaced in its first minutes" in history


@pytest.mark.parametrize("act", ["vote", "bears", "reply", "time"])
async def test_edit_is_public_once_somebody_has_acted_on_it_or_its_time_is_over(stage: Stage, act: str) -> None:
    reply = await stage.posted()
    url = f"{stage.url}/arguments/{reply.id}"
    if act == "time":
        reply.created_at -= EDIT_WINDOW
        await stage.db.commit()
    elif act == "reply":
        fields = stage.fields(relation="support", claim="Whoever has seen it will agree.")
        await stage.author_page.post(f"{url}/replies", data=fields)
    else:
        data = {"value": "agree"} if act == "vote" else {"bears": "no"}
        await stage.author_page.post(f"{url}/vote", data=data)
    refused = await stage.page.post(f"{url}/edit", data=FREE, headers=SCRIPT)
    assert refused.status_code == 409
    assert "it can no longer be edited freely" in refused.text
    assert NEW_CLAIM in refused.text
    assert 'name="is_free"' not in refused.text
    assert (await stage.argument(reply.id)).claim == CLAIM
    assert (await stage.page.post(f"{url}/edit", data=OPEN)).headers["location"] == f"{url}?done=edited"
    edited = await stage.argument(reply.id)
    assert (edited.claim, edited.version, edited.edited_at is not None) == (NEW_CLAIM, 2, True)
    assert await stage.wrong_counts() == []


async def test_vote_that_waits_ends_the_free_edits_too(stage: Stage) -> None:
    reply = await stage.posted()
    await stage.author_page.post(f"{stage.url}/arguments/{reply.id}/vote", data={"value": "agree"})
    await stage.author_page.post(f"{stage.url}/arguments/{reply.id}/vote", data={"value": "none"})
    answer = await stage.page.post(f"{stage.url}/arguments/{reply.id}/edit", data=FREE)
    assert answer.headers["location"].endswith("?done=edited_freely"), "a vote that was taken back is none"


async def test_those_who_voted_or_replied_are_told_once_and_nobody_else(stage: Stage) -> None:
    reply = await stage.posted_earlier()
    url = f"{stage.url}/arguments/{reply.id}"
    await stage.author_page.post(f"{url}/vote", data={"value": "agree"})
    replier = await make_user(stage.db)
    bystander = await make_user(stage.db)
    await make_argument(stage.db, stage.debate, replier, parent=reply, relation=Relation.SUPPORT)
    await stage.db.commit()
    form = (await stage.page.get(f"{url}/edit")).text
    assert "1 vote and 1 reply stand here" in form
    await stage.page.post(f"{url}/edit", data=OPEN)
    await stage.page.post(f"{url}/edit", data={**OPEN, "revision": "2", "claim": "The mill feeds nobody any more."})
    assert await _told(stage, stage.author) == [NotificationKind.REPLY, NotificationKind.EDIT]
    assert await _told(stage, replier) == [NotificationKind.EDIT]
    assert await _told(stage, bystander) == []
    assert NotificationKind.EDIT not in await _told(stage, stage.member)
    page = (await stage.author_page.get("/notifications")).text
    assert "An argument that you voted on or replied to was edited" in page
    assert "The mill feeds nobody any more." in page
    assert await stage.wrong_counts() == []


async def test_notice_of_an_edit_says_nothing_of_what_was_hidden_since(stage: Stage) -> None:
    reply = await stage.posted_earlier()
    await stage.author_page.post(f"{stage.url}/arguments/{reply.id}/vote", data={"value": "agree"})
    await stage.page.post(f"{stage.url}/arguments/{reply.id}/edit", data=OPEN)
    argument = await stage.db.get_one(Argument, (stage.debate.id, reply.id), populate_existing=True)
    await stage.decide(argument, Action.HIDE)
    page = (await stage.author_page.get("/notifications")).text
    assert NEW_CLAIM not in page
    assert "This argument is hidden." in page
