"""Being told of new arguments where one follows, and of texts that link to what one wrote."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.jobs import Work
from app.models import Announcement, Argument, Interest, Notification, NotificationKind, User
from app.notifications.announcing import announce, tell_followers
from app.notifications.choices import choose
from app.notifications.citing import MOST_CITED, cited_items
from app.notifications.listeners import Place
from app.settings import Settings
from tests.factories import make_annotation, make_argument, make_user
from tests.notifications.people import Post, Thread, make_first_argument, make_thread, words_of

HOSTS = {"127.0.0.1:8000", "localhost:8000"}


async def told(db: AsyncSession) -> list[tuple[str, NotificationKind]]:
    statement = select(User.username, Notification.kind).join(Notification, Notification.user_id == User.id)
    return [(name, kind) for name, kind in await db.execute(statement.order_by(Notification.id))]


async def follow(thread: Thread, user: User, *, debate: bool = False) -> None:
    place = Place(thread.debate.id, None if debate else thread.argument.id)
    await choose(thread.db, user.id, place, Interest.EVERYTHING, None)
    await thread.db.commit()


async def post_argument(thread: Thread, parent: Argument, author: User | None = None, grounds: str = "") -> Argument:
    reply = await make_argument(thread.db, thread.debate, author or thread.bob, parent=parent, grounds=grounds)
    await announce(thread.db, reply, grounds)
    await thread.db.commit()
    return reply


async def test_followers_of_a_thread_are_told_of_everything_in_it(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    await follow(thread, thread.ada)
    reply = await post_argument(thread, thread.argument)
    await post_argument(thread, reply)
    other = await make_first_argument(db, thread.debate, None)
    await post_argument(thread, other)
    (message,) = await post.go_round()
    assert await told(db) == [("ada", NotificationKind.NEW_ARGUMENT)] * 2
    assert message["subject"] == "2 new arguments"
    assert "Bob rebuts an argument where you follow" in words_of(message)


async def test_followers_of_a_debate_are_told_but_for_threads_that_they_muted(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    await follow(thread, thread.ada, debate=True)
    await choose(db, thread.ada.id, Place(thread.debate.id, thread.argument.id), Interest.OWN, None)
    await post_argument(thread, thread.argument)
    other = await make_first_argument(db, thread.debate, thread.bob)
    await announce(db, other, "")
    await db.commit()
    await post.go_round()
    rows = (await db.execute(select(Notification.kind, Notification.argument_id))).all()
    assert [tuple(row) for row in rows] == [(NotificationKind.NEW_ARGUMENT, other.id)]


async def test_nothing_is_put_down_where_nobody_follows(db: AsyncSession) -> None:
    thread = await make_thread(db)
    await post_argument(thread, thread.argument)
    assert await db.scalar(select(func.count()).select_from(Announcement)) == 0


async def test_own_acts_are_not_told_to_oneself(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    await follow(thread, thread.ada)
    own = f"As I said in [this](/debates/mill/arguments/{thread.argument.id})."
    await post_argument(thread, thread.argument, thread.ada, own)
    await post.go_round()
    assert await told(db) == []


async def test_a_reply_that_cites_and_is_followed_is_one_notification(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    await follow(thread, thread.ada)
    reply = await thread.reply()
    await announce(db, reply, f"See /debates/mill/arguments/{thread.argument.id}")
    await db.commit()
    await post.go_round()
    assert await told(db) == [("ada", NotificationKind.REPLY)]


async def test_who_is_cited_is_told_once_also_after_an_edit(db: AsyncSession, post: Post, settings: Settings) -> None:
    thread = await make_thread(db)
    other = await make_first_argument(db, thread.debate, None)
    grounds = f"{settings.origin}/debates/mill/arguments/{thread.argument.id} says the same."
    citing = await post_argument(thread, other, grounds=grounds)
    (message,) = await post.go_round()
    assert message["subject"] == "Bob cites what you wrote"
    await announce(db, citing, grounds, is_new=False)
    await db.commit()
    assert await post.go_round() == []
    assert await told(db) == [("ada", NotificationKind.CITATION)]


async def test_a_note_can_be_cited_and_can_cite(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    note = await make_annotation(db, thread.debate, thread.ada)
    body = f"Compare [this](/debates/mill/annotations/{note.id})."
    citing = await make_annotation(db, thread.debate, thread.bob, body=body)
    await announce(db, citing, body)
    await db.commit()
    (message,) = await post.go_round()
    assert message["subject"] == "Bob cites what you wrote, in a note"
    assert f"/debates/mill/annotations/{citing.id}" in words_of(message)


async def test_nobody_is_told_of_what_was_hidden_before_the_turn(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    await follow(thread, thread.ada)
    reply = await post_argument(thread, thread.argument)
    reply.withdrawn_at = func.now()
    await db.commit()
    await post.go_round()
    assert await told(db) == []


async def test_two_workers_tell_each_follower_once(db: AsyncSession, engine: AsyncEngine, settings: Settings) -> None:
    thread = await make_thread(db)
    for _ in range(20):
        await follow(thread, await make_user(db))
    for _ in range(5):
        await post_argument(thread, thread.argument)
    await asyncio.gather(*(tell_followers(Work(engine, settings)) for _ in range(4)))
    told_of = select(Notification.user_id, Notification.argument_id)
    rows = [tuple(row) for row in await db.execute(told_of)]
    assert len(rows) == len(set(rows)) == 100
    unread = await db.scalar(select(func.sum(User.unread_count)))
    assert unread == 100


async def test_many_followers_are_told_in_parts(db: AsyncSession, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.notifications.announcing.TOLD_AT_ONCE", 3)
    thread = await make_thread(db)
    for _ in range(7):
        await follow(thread, await make_user(db))
    await post_argument(thread, thread.argument)
    await post.go_round()
    assert len(await told(db)) == 7
    assert await db.scalar(select(func.count()).select_from(Announcement)) == 0


@pytest.mark.parametrize(
    ("words", "cited"),
    [
        ("See [it](/debates/mill/arguments/7).", [("mill", 7)]),
        ("<http://localhost:8000/debates/mill/arguments/7#replies>", [("mill", 7)]),
        ("http://127.0.0.1:8000/debates/mill/arguments/7, twice: /debates/mill/arguments/7", [("mill", 7)]),
        ("https://elsewhere.example/debates/mill/arguments/7", []),
        ("elsewhere.example/debates/mill/arguments/7", []),
        ("/debates/mill/arguments/new", []),
        ("/debates/mill/arguments/" + "9" * 30, []),
        (" ".join(f"/debates/mill/arguments/{n}" for n in range(50)), [("mill", n) for n in range(MOST_CITED)]),
    ],
)
def test_links_to_the_sites_own_texts_are_found(words: str, cited: list[tuple[str, int]]) -> None:
    assert cited_items(words, HOSTS)["arguments"] == cited
