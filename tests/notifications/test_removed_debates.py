"""Of a debate that moderators removed, news says neither title nor words, on the page and by mail."""

from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import AnnotationKind, Debate, DebateState, Interest, NotificationKind, User
from app.notifications.choices import choose, load_told_page
from app.notifications.commands import notify
from app.notifications.gathering import write_due_letters
from app.notifications.kinds import NEWS
from app.notifications.listeners import Place
from tests.factories import make_annotation
from tests.notifications.people import Post, Thread, make_thread, words_of

TITLE, WORDS, OWN = "The mill", "Rivers carry more than water.", "The mill feeds the town."


async def set_state(thread: Thread, state: DebateState) -> None:
    await thread.db.execute(update(Debate).where(Debate.id == thread.debate.id).values(state=state))
    await thread.db.commit()


async def tell_of_everything(thread: Thread) -> None:
    """Each kind of news once, about a reply to Ada's argument; about a note what is told of notes."""
    reply = await thread.reply(WORDS)
    for kind in NEWS:
        about = {"debate_id": thread.debate.id, "actor_id": thread.bob.id, "argument_id": reply.id}
        await notify(thread.db, user_id=thread.ada.id, kind=kind, **about)
    note = await make_annotation(thread.db, thread.debate, thread.bob, WORDS, kind=AnnotationKind.NOTE)
    kind = NotificationKind.ANNOTATION_REPLY
    place = {"debate_id": thread.debate.id, "annotation_id": note.id}
    await notify(thread.db, user_id=thread.ada.id, kind=kind, actor_id=thread.bob.id, **place)
    await thread.db.commit()


async def test_the_page_says_neither_title_nor_words(
    db: AsyncSession, browser_of: Callable[[User], Awaitable[AsyncClient]]
) -> None:
    thread = await make_thread(db)
    await tell_of_everything(thread)
    browser = await browser_of(thread.ada)
    page = (await browser.get("/notifications")).text
    assert all(words in page for words in (TITLE, WORDS, OWN))
    await set_state(thread, DebateState.REMOVED)
    page = (await browser.get("/notifications")).text
    assert not any(words in page for words in (TITLE, WORDS, OWN))
    assert "invites you to moderate a removed debate" in page
    assert "A case in a removed debate was handed to you" in page
    assert "The debate of this reply was removed." in page
    await set_state(thread, DebateState.OPEN)
    page = (await browser.get("/notifications")).text
    assert all(words in page for words in (TITLE, WORDS, OWN))


@pytest.mark.parametrize("kind", ["plain", "html"])
async def test_letters_say_neither_title_nor_words(db: AsyncSession, post: Post, kind: str) -> None:
    thread = await make_thread(db)
    await tell_of_everything(thread)
    await write_due_letters(post.work)
    await set_state(thread, DebateState.REMOVED)
    (message,) = await post.go_round()
    said = words_of(message, kind)
    assert not any(words in said for words in (TITLE, WORDS, OWN))
    assert "invites you to moderate a removed debate" in said
    assert "Thread:" not in said


async def test_a_letter_about_its_texts_alone_is_not_sent(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    await thread.reply(WORDS)
    await write_due_letters(post.work)
    await set_state(thread, DebateState.REMOVED)
    assert await post.go_round() == []


async def test_a_proposal_about_it_is_told_without_its_title(
    db: AsyncSession, browser_of: Callable[[User], Awaitable[AsyncClient]]
) -> None:
    thread = await make_thread(db)
    about = {"actor_id": thread.bob.id, "debate_id": thread.debate.id}
    await notify(db, user_id=thread.ada.id, kind=NotificationKind.PROPOSAL, **about)
    await db.commit()
    browser = await browser_of(thread.ada)
    assert f"somebody in “{TITLE}”" in (await browser.get("/notifications")).text
    await set_state(thread, DebateState.REMOVED)
    assert "somebody in a removed debate" in (await browser.get("/notifications")).text


async def test_what_one_chose_there_is_out_of_sight_with_it(db: AsyncSession) -> None:
    thread = await make_thread(db)
    await choose(db, thread.ada.id, Place(thread.debate.id, None), Interest.NOTHING, None)
    await set_state(thread, DebateState.REMOVED)
    assert (await load_told_page(db, thread.ada.id)).choices == ()
    await set_state(thread, DebateState.OPEN)
    assert len((await load_told_page(db, thread.ada.id)).choices) == 1
