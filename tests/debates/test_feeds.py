"""Atom feeds of debates, threads and people."""

from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as XmlTree

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.atom import ATOM, ENTRIES
from app.models import Action, Argument, Debate, DebateState, Decision
from app.settings import Settings
from tests.factories import make_annotation
from tests.notifications.people import Thread, make_first_argument, make_thread
from tests.statements import counted_statements

NAMES = {"a": ATOM}
FEEDS = ("/debates/mill/arguments.atom", "/debates/mill/arguments/{id}/replies.atom", "/people/ada/writings.atom")


async def read(client: AsyncClient, path: str) -> XmlTree.Element:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = XmlTree.fromstring(answer.content)
    check(feed)
    return feed


def check(feed: XmlTree.Element) -> None:
    """What RFC 4287 asks of a feed and of each entry."""
    assert feed.tag == f"{{{ATOM}}}feed"
    assert one(feed, "link[@rel='self']").get("href") == words(feed, "id")
    for element in (feed, *feed.findall("a:entry", NAMES)):
        assert urlsplit(words(element, "id")).netloc
        assert words(element, "title")
        assert datetime.fromisoformat(words(element, "updated")).tzinfo
        for link in element.findall("a:link", NAMES):
            assert urlsplit(link.get("href", "")).netloc
        assert one(element, "link[@rel='alternate']").get("type") == "text/html"
    for entry in feed.findall("a:entry", NAMES):
        assert datetime.fromisoformat(words(entry, "published")) <= datetime.fromisoformat(words(entry, "updated"))
        assert words(one(entry, "author"), "name")
        assert one(entry, "content").get("type") == "html"
    ids = [words(entry, "id") for entry in feed.findall("a:entry", NAMES)]
    assert len(ids) == len(set(ids)) <= ENTRIES


def one(element: XmlTree.Element, path: str) -> XmlTree.Element:
    [found] = element.findall(f"a:{path}", NAMES)
    return found


def words(element: XmlTree.Element, path: str) -> str:
    return one(element, path).text or ""


def titles(feed: XmlTree.Element) -> list[str]:
    return [words(entry, "title") for entry in feed.findall("a:entry", NAMES)]


async def changed(thread: Thread) -> None:
    """As every command says of what it does."""
    await thread.db.execute(update(Debate).values(version=Debate.version + 1))
    await thread.db.commit()


@pytest.mark.parametrize("path", FEEDS)
async def test_every_feed_is_valid_also_when_it_is_empty(client: AsyncClient, db: AsyncSession, path: str) -> None:
    thread = await make_thread(db)
    await read(client, path.format(id=thread.argument.id))
    await db.execute(update(Argument).values(hidden_by_id=await hide(thread)))
    await changed(thread)
    assert titles(await read(client, path.format(id=thread.argument.id))) == []


async def hide(thread: Thread) -> int:
    decision = Decision(action=Action.HIDE, explanation="", debate_id=thread.debate.id, argument_id=thread.argument.id)
    thread.db.add(decision)
    await thread.db.flush()
    return decision.id


async def test_a_debates_feed_has_its_arguments_newest_first(
    client: AsyncClient, db: AsyncSession, settings: Settings
) -> None:
    thread = await make_thread(db)
    reply = await thread.reply("Rivers carry more than water & <wood>.")
    feed = await read(client, "/debates/mill/arguments.atom")
    assert titles(feed) == ["Rivers carry more than water & <wood>.", "The mill feeds the town."]
    entry = feed.findall("a:entry", NAMES)[0]
    assert words(entry, "id") == f"{settings.origin}/debates/mill/arguments/{reply.id}"
    assert words(one(entry, "author"), "name") == "Bob"
    assert [each.get("term") for each in entry.findall("a:category", NAMES)] == ["rebut"]
    thread_link = entry.find("{http://purl.org/syndication/thread/1.0}in-reply-to")
    assert thread_link is not None
    assert thread_link.get("ref") == f"{settings.origin}/debates/mill/arguments/{thread.argument.id}"


async def test_a_threads_feed_has_the_argument_and_what_is_below(client: AsyncClient, db: AsyncSession) -> None:
    thread = await make_thread(db)
    reply = await thread.reply("First answer.")
    await thread.reply("Below it.", to=reply, by=thread.ada)
    await make_first_argument(db, thread.debate, None, "Another thread.")
    await db.commit()
    assert titles(await read(client, f"/debates/mill/arguments/{reply.id}/replies.atom")) == [
        "Below it.",
        "First answer.",
    ]
    assert (await client.get("/debates/mill/arguments/999/replies.atom")).status_code == 404


async def test_a_persons_feed_has_arguments_and_notes(client: AsyncClient, db: AsyncSession) -> None:
    thread = await make_thread(db)
    await make_annotation(db, thread.debate, thread.ada, "Who *counted*?")
    await thread.reply("By Bob.")
    assert titles(await read(client, "/people/ada/writings.atom")) == [
        "A note: Who counted?",
        "The mill feeds the town.",
    ]
    assert (await client.get("/people/nobody/writings.atom")).status_code == 404


async def test_hidden_is_left_out_and_withdrawn_says_so(client: AsyncClient, db: AsyncSession) -> None:
    thread = await make_thread(db)
    hidden, withdrawn = await thread.reply("Hidden."), await thread.reply("Taken back.")
    await db.execute(update(Argument).where(Argument.id == hidden.id).values(hidden_by_id=await hide(thread)))
    await db.execute(update(Argument).where(Argument.id == withdrawn.id).values(withdrawn_at=func.now()))
    await changed(thread)
    feed = await read(client, "/debates/mill/arguments.atom")
    assert titles(feed) == ["Withdrawn: Taken back.", "The mill feeds the town."]


@pytest.mark.parametrize("path", FEEDS)
async def test_who_has_it_already_gets_304_until_something_changes(
    client: AsyncClient, db: AsyncSession, path: str
) -> None:
    thread = await make_thread(db)
    address = path.format(id=thread.argument.id)
    tag = (await client.get(address)).headers["etag"]
    assert (await client.get(address, headers={"If-None-Match": tag})).status_code == 304
    await thread.reply(by=thread.ada)
    await changed(thread)
    assert (await client.get(address, headers={"If-None-Match": tag})).status_code == 200


@pytest.mark.parametrize("path", FEEDS)
async def test_the_number_of_statements_does_not_grow(
    app: FastAPI, client: AsyncClient, db: AsyncSession, path: str
) -> None:
    thread = await make_thread(db)
    counts = []
    for replies in (1, 60):
        parent = thread.argument
        for _ in range(replies):
            parent = await thread.reply(to=parent, by=thread.ada)
        await changed(thread)
        with counted_statements(app) as statements:
            await read(client, path.format(id=thread.argument.id))
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 3


async def test_drafts_have_no_feed(client: AsyncClient, db: AsyncSession) -> None:
    thread = await make_thread(db)
    await db.execute(update(Debate).values(state=DebateState.DRAFT))
    await db.commit()
    assert (await client.get("/debates/mill/arguments.atom")).status_code == 404
    assert titles(await read(client, "/people/ada/writings.atom")) == []
    assert thread.ada.id


@pytest.mark.parametrize("page", ["/debates/mill", "/debates/mill/arguments/{id}", "/people/ada"])
async def test_pages_name_their_feed(client: AsyncClient, db: AsyncSession, page: str) -> None:
    thread = await make_thread(db)
    html = (await client.get(page.format(id=thread.argument.id))).text
    for path in FEEDS:
        address = path.format(id=thread.argument.id)
        if address.startswith(page.format(id=thread.argument.id) + "/") and html.count(address) >= 2:
            assert '<link rel="alternate" type="application/atom+xml" title=' in html
            return
    raise AssertionError(html[:500])
