"""Being told of replies and decisions."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db import transaction
from app.models import (
    Action,
    Argument,
    Decision,
    HouseRule,
    Notification,
    NotificationKind,
    Position,
    Relation,
    User,
)
from app.notifications.commands import mark_all_read, notify
from app.notifications.queries import SHOWN, find_own_notice
from app.notifications.words import sentence
from tests.factories import make_argument, make_debate, make_user

Browsers = Callable[[User], Awaitable[AsyncClient]]


async def make_reply(db: AsyncSession, relation: Relation = Relation.REBUT, claim: str = "") -> tuple[User, Argument]:
    """An argument's author, and a reply to it by somebody named Bob."""
    author, bob, debate = await make_user(db, "ada"), await make_user(db, "bob"), await make_debate(db)
    position = await db.scalar(select(Position).where(Position.debate_id == debate.id).limit(1))
    parent = await make_argument(db, debate, author, position=position)
    reply = await make_argument(db, debate, bob, parent=parent, relation=relation, claim=claim)
    return author, reply


async def tell_of_reply(db: AsyncSession, author: User, reply: Argument) -> None:
    await notify(
        db,
        user_id=author.id,
        kind=NotificationKind.REPLY,
        actor_id=reply.author_id,
        debate_id=reply.debate_id,
        argument_id=reply.id,
    )
    await db.commit()


async def make_decision(db: AsyncSession, action: Action, reply: Argument) -> Decision:
    decision = Decision(
        action=action,
        house_rule=HouseRule.CIVIL,
        explanation="",
        debate_id=reply.debate_id,
        argument_id=reply.id,
        concerned_id=reply.author_id,
    )
    db.add(decision)
    await db.flush()
    return decision


@pytest.mark.parametrize(
    ("relation", "verb"),
    [(Relation.SUPPORT, "supports"), (Relation.REBUT, "rebuts"), (Relation.UNDERCUT, "undercuts")],
)
async def test_reply_is_told(browser_of: Browsers, db: AsyncSession, relation: Relation, verb: str) -> None:
    author, reply = await make_reply(db, relation, "Rivers carry more than water.")
    await tell_of_reply(db, author, reply)
    browser = await browser_of(author)
    page = (await browser.get("/notifications")).text
    assert f'data-relation="{relation}">{verb}</span> your argument' in page
    assert "Rivers carry more than water.</button>" in page
    assert await _open(browser) == f"/debates/mill/arguments/{reply.id}"
    assert '<a href="/people/bob"><bdi>Bob</bdi></a>' in page
    assert '<span class="count-badge">1' in page


async def _open(browser: AsyncClient) -> str:
    """Follow the first unread notification; where it leads."""
    found = re.search(r'action="(/notifications/\d+/open)"', (await browser.get("/notifications")).text)
    assert found
    answer = await browser.post(found[1])
    assert answer.status_code == 303
    return answer.headers["location"]


async def test_opening_one_marks_it_read(browser_of: Browsers, db: AsyncSession) -> None:
    author, reply = await make_reply(db, claim="Rivers carry more than water.")
    for _ in range(2):
        await tell_of_reply(db, author, reply)
    browser = await browser_of(author)
    url = await _open(browser)
    await db.refresh(author)
    assert author.unread_count == 1
    page = (await browser.get("/notifications")).text
    assert page.count('class="is-unread"') == 1
    assert f'<a href="{url}" dir="auto">Rivers carry more than water.</a>' in page
    newest = (await db.scalars(select(Notification.id).order_by(Notification.id.desc()).limit(1))).one()
    assert (await browser.post(f"/notifications/{newest}/open")).headers["location"] == url
    await db.refresh(author)
    assert author.unread_count == 1


async def test_own_act_is_not_told(db: AsyncSession) -> None:
    author, reply = await make_reply(db)
    await notify(db, user_id=author.id, kind=NotificationKind.REPLY, actor_id=author.id, argument_id=reply.id)
    assert await db.scalar(select(Notification.id)) is None
    await db.refresh(author)
    assert author.unread_count == 0


async def test_hidden_reply_is_not_quoted(browser_of: Browsers, db: AsyncSession) -> None:
    author, reply = await make_reply(db, claim="Words that moderators hid.")
    decision = await make_decision(db, Action.HIDE, reply)
    await tell_of_reply(db, author, reply)
    await db.execute(update(Argument).where(Argument.id == reply.id).values(hidden_by_id=decision.id))
    await db.commit()
    page = (await (await browser_of(author)).get("/notifications")).text
    assert "Words that moderators hid." not in page
    assert "This reply is hidden." in page


@pytest.mark.parametrize("action", [each for each in Action if each != Action.REDACT])  # It is no decision.
@pytest.mark.parametrize("kind", [NotificationKind.DECISION, NotificationKind.FLAG_OUTCOME])
async def test_every_decision_has_its_words(
    browser_of: Browsers, db: AsyncSession, action: Action, kind: NotificationKind
) -> None:
    author, reply = await make_reply(db)
    decision = await make_decision(db, action, reply)
    await notify(
        db,
        user_id=author.id,
        kind=kind,
        actor_id=None,
        debate_id=reply.debate_id,
        argument_id=reply.id,
        decision_id=decision.id,
    )
    await db.commit()
    browser = await browser_of(author)
    page = (await browser.get("/notifications")).text
    assert await _open(browser) == f"/decisions/{decision.id}"
    assert "{item}" not in page
    assert sentence(await find_own_notice(db, author.id, 1)) in page


async def test_names_and_claims_are_text(browser_of: Browsers, db: AsyncSession) -> None:
    author, reply = await make_reply(db, claim="<script>alert(1)</script>")
    await db.execute(update(User).where(User.id == reply.author_id).values(display_name="<i>\u05d3\u05df</i>🦉"))
    await tell_of_reply(db, author, reply)
    page = (await (await browser_of(author)).get("/notifications")).text
    assert "<script>alert" not in page
    assert "<i>" not in page


async def test_a_reply_says_which_argument_it_answers(browser_of: Browsers, db: AsyncSession) -> None:
    author, reply = await make_reply(db)
    await tell_of_reply(db, author, reply)
    answered = await db.scalar(select(Argument.claim).where(Argument.id == reply.parent_id))
    assert f"“<bdi>{answered}</bdi>”" in (await (await browser_of(author)).get("/notifications")).text


async def test_account_that_is_gone_has_no_name(browser_of: Browsers, db: AsyncSession) -> None:
    author, reply = await make_reply(db)
    await tell_of_reply(db, author, reply)
    await db.execute(update(Notification).values(actor_id=None))
    await db.commit()
    assert "Somebody <span" in (await (await browser_of(author)).get("/notifications")).text


async def test_marked_as_read_up_to_what_was_seen(browser_of: Browsers, db: AsyncSession) -> None:
    author, reply = await make_reply(db)
    for _ in range(3):
        await tell_of_reply(db, author, reply)
    ids = (await db.scalars(select(Notification.id).order_by(Notification.id))).all()
    browser = await browser_of(author)
    answer = await browser.post("/notifications/read", data={"up_to": str(ids[1])})
    assert answer.headers["location"] == "/notifications?done=read"
    await db.refresh(author)
    assert author.unread_count == 1
    page = (await browser.get("/notifications")).text
    assert page.count('class="is-unread"') == 1
    await browser.post("/notifications/read", data={"up_to": str(ids[2])})
    page = (await browser.get("/notifications")).text
    assert "Mark all as read" not in page


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 30])
async def test_odd_mark_changes_nothing(browser_of: Browsers, db: AsyncSession, up_to: str) -> None:
    author, reply = await make_reply(db)
    await tell_of_reply(db, author, reply)
    browser = await browser_of(author)
    assert (await browser.post("/notifications/read", data={"up_to": up_to})).status_code == 303
    await db.refresh(author)
    assert author.unread_count == 1


async def test_others_notifications_are_out_of_reach(browser_of: Browsers, db: AsyncSession) -> None:
    author, reply = await make_reply(db, claim="Rivers carry more than water.")
    await tell_of_reply(db, author, reply)
    eve = await make_user(db, "eve")
    await db.commit()
    browser = await browser_of(eve)
    assert "Rivers carry" not in (await browser.get("/notifications")).text
    await browser.post("/notifications/read", data={"up_to": "999"})
    mine = (await db.scalars(select(Notification.id))).one()
    assert (await browser.post(f"/notifications/{mine}/open")).status_code == 404
    await db.refresh(author)
    assert author.unread_count == 1


async def test_count_is_right_after_many_at_once(db: AsyncSession, engine: AsyncEngine) -> None:
    author, reply = await make_reply(db)
    await tell_of_reply(db, author, reply)

    async def tell() -> None:
        async with transaction(engine) as own:
            await tell_of_reply_in(own, author, reply)

    async def read() -> None:
        async with transaction(engine) as own:
            await mark_all_read(own, author.id, 2**62)

    await asyncio.gather(*(tell() for _ in range(20)), *(read() for _ in range(5)))
    await db.refresh(author)
    unread = await db.scalars(select(Notification.id).where(Notification.read_at.is_(None)))
    assert author.unread_count == len(unread.all())


async def tell_of_reply_in(db: AsyncSession, author: User, reply: Argument) -> None:
    await notify(
        db,
        user_id=author.id,
        kind=NotificationKind.REPLY,
        actor_id=None,
        debate_id=reply.debate_id,
        argument_id=reply.id,
    )


async def test_earlier_ones_follow_by_a_link(browser_of: Browsers, db: AsyncSession) -> None:
    author, reply = await make_reply(db)
    for _ in range(SHOWN + 2):
        await tell_of_reply_in(db, author, reply)
    await db.commit()
    browser = await browser_of(author)
    first = (await browser.get("/notifications")).text
    assert first.count("<li class=") == SHOWN
    assert 'href="/notifications?before=3"' in first
    second = (await browser.get("/notifications?before=3")).text
    assert second.count("<li class=") == 2
    assert "Earlier notifications" not in second


@pytest.mark.parametrize("before", ["0", "x", "9" * 30])
async def test_odd_address_is_refused(browser_of: Browsers, db: AsyncSession, before: str) -> None:
    user = await make_user(db)
    await db.commit()
    browser = await browser_of(user)
    assert (await browser.get(f"/notifications?before={before}")).status_code == 422


async def test_visitor_signs_in_first(client: AsyncClient) -> None:
    assert (await client.get("/notifications")).headers["location"] == "/sign-in?next=/notifications"
    assert (await client.post("/notifications/read")).status_code == 303


async def test_nobody_told_anything_sees_what_will_come(browser_of: Browsers, db: AsyncSession) -> None:
    user = await make_user(db)
    await db.commit()
    assert "Nothing here yet" in (await (await browser_of(user)).get("/notifications")).text
