"""Streams of open pages: what they are told, what they are not, and that they cost no connection each."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.arguments.counters import count_argument
from app.db import touch_debate, transaction
from app.live import Live, TooManyReaders
from app.main import create_app
from app.models import Argument, Debate, DebateState, Stance, User
from app.settings import Settings
from tests.cli_server import free_port
from tests.factories import make_argument, make_session
from tests.live_streams import served, stream
from tests.notifications.people import Thread, make_thread

FRONT = "/debates/mill/live"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def site(settings: Settings, port: int) -> AsyncIterator[FastAPI]:
    app = create_app(settings.model_copy(update={"origin": f"http://127.0.0.1:{port}"}))
    async with app.router.lifespan_context(app), served(app, port):
        yield app


async def post_reply(site: FastAPI, thread: Thread) -> None:
    """As the command does it: the row, the counts, and the change of the debate in one transaction."""
    async with transaction(site.state.engine) as db:
        parent = await db.get_one(Argument, (thread.debate.id, thread.argument.id))
        reply = await make_argument(db, thread.debate, None, parent=parent)
        await count_argument(db, reply, 0)
        touch_debate(db, thread.debate.id)


async def vote(site: FastAPI, thread: Thread) -> None:
    async with transaction(site.state.engine) as db:
        await db.execute(update(Argument).values(agree_count=Argument.agree_count + 1))
        touch_debate(db, thread.debate.id)


def live_path(thread: Thread) -> str:
    return f"/debates/mill/arguments/{thread.argument.id}/live"


async def test_an_open_argument_hears_of_a_reply(site: FastAPI, db: AsyncSession, port: int) -> None:
    thread = await make_thread(db)
    async with stream(port, live_path(thread)) as opened:
        assert "content-type: text/event-stream" in opened.head
        assert "cache-control: no-store" in opened.head
        assert (await opened.state())["total"] == 0
        await post_reply(site, thread)
        state = await opened.state()
    assert state["total"] == 1
    assert state["texts"] == {
        "support": "0", "rebut": "1", "undercut": "0", "agree": "0", "disagree": "0", "pass": "0"
    }  # fmt: skip


async def test_an_open_front_page_hears_of_an_argument(site: FastAPI, db: AsyncSession, port: int) -> None:
    thread = await make_thread(db)
    async with stream(port, FRONT) as opened:
        before = await opened.state()
        await post_reply(site, thread)
        assert (await opened.state())["total"] == before["total"] + 1
    assert before["texts"] == {"arguments": "1 argument", "annotations": "0 annotations", "votes": "0 votes"}


async def test_who_has_the_present_version_is_told_nothing_until_it_changes(
    site: FastAPI, db: AsyncSession, port: int
) -> None:
    thread = await make_thread(db)
    async with stream(port, f"{live_path(thread)}?version=0") as opened:
        assert await opened.is_silent()
        await post_reply(site, thread)
        assert (await opened.state())["total"] == 1
        last_id = opened.last_id
    await post_reply(site, thread)  # While the browser slept.
    async with stream(port, f"{live_path(thread)}?version=0", Last_Event_ID=last_id) as again:
        assert (await again.state())["total"] == 2


async def test_a_burst_is_a_few_messages_and_the_last_is_right(site: FastAPI, db: AsyncSession, port: int) -> None:
    thread = await make_thread(db)
    async with stream(port, f"{live_path(thread)}?version=0") as opened:
        await asyncio.sleep(0.2)
        for _ in range(20):
            await vote(site, thread)
        heard = [await opened.state()]
        while heard[-1]["texts"]["agree"] != "20":
            heard.append(await opened.state())
    assert len(heard) < 15


async def test_what_moves_nothing_on_the_page_is_not_told(site: FastAPI, db: AsyncSession, port: int) -> None:
    thread = await make_thread(db)
    async with stream(port, FRONT) as opened:
        await opened.state()
        await vote(site, thread)  # The count of the debate's votes is not moved by this.
        await opened.is_silent()
        await vote(site, thread)
        assert await opened.is_silent()


async def test_another_debate_is_not_heard(site: FastAPI, db: AsyncSession, port: int) -> None:
    thread = await make_thread(db)
    async with stream(port, f"{FRONT}?version=0") as opened:
        async with transaction(site.state.engine) as own:
            await own.execute(text("SELECT pg_notify('debate_changes', '999')"))
        assert await opened.is_silent()
    assert thread.debate.id != 999


async def hide_results(db: AsyncSession) -> None:
    await db.execute(update(Debate).values(hides_results=True))
    await db.commit()


@pytest.mark.parametrize("has_stance", [True, False])
async def test_hidden_results_are_told_to_those_with_a_stance_alone(
    site: FastAPI, db: AsyncSession, port: int, has_stance: bool
) -> None:
    thread = await make_thread(db)
    if has_stance:
        db.add(Stance(debate_id=thread.debate.id, user_id=thread.bob.id))
    await hide_results(db)
    token = await make_session(db, thread.bob)
    await db.commit()
    for path, name in ((live_path(thread), "agree"), (FRONT, "votes")):
        async with stream(port, path, Cookie=f"session={token}") as opened:
            assert (name in (await opened.state())["texts"]) == has_stance


async def test_results_hidden_while_the_page_is_open_are_told_no_more(
    site: FastAPI, db: AsyncSession, port: int
) -> None:
    thread = await make_thread(db)
    async with stream(port, live_path(thread)) as opened:
        assert "agree" in (await opened.state())["texts"]
        await hide_results(db)
        await vote(site, thread)
        assert "agree" not in (await opened.state())["texts"]


async def test_a_hidden_arguments_votes_are_not_told(site: FastAPI, db: AsyncSession, port: int) -> None:
    thread = await make_thread(db)
    await db.execute(text("UPDATE arguments SET withdrawn_at = now()"))
    await db.commit()
    async with stream(port, live_path(thread)) as opened:
        assert "agree" not in (await opened.state())["texts"]


async def test_streams_end_when_the_debate_is_closed_to_readers(site: FastAPI, db: AsyncSession, port: int) -> None:
    thread = await make_thread(db)
    async with stream(port, live_path(thread)) as opened:
        await opened.state()
        await db.execute(update(Debate).values(state=DebateState.DRAFT))
        await db.commit()
        await vote(site, thread)
        await opened.ends()


async def test_fifty_streams_cost_one_connection_and_leave_nothing(
    site: FastAPI, db: AsyncSession, engine: AsyncEngine, port: int
) -> None:
    thread = await make_thread(db)
    before = await connections(db)
    opened = [stream(port, live_path(thread)) for _ in range(50)]
    streams = [await each.__aenter__() for each in opened]
    for each in streams:
        await each.state()
    assert await connections(db) - before <= 3  # The one that listens; the pools of pages grow as they are asked.
    assert site.state.live.reader_count == 50
    for each in opened:
        await each.__aexit__(None, None, None)
    async with asyncio.timeout(5):
        while site.state.live.reader_count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def connections(db: AsyncSession) -> int:
    counted = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    return int((await db.execute(counted)).scalar_one())


async def test_a_lost_connection_is_opened_again_and_nothing_is_missed(
    site: FastAPI, db: AsyncSession, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.LISTEN_AGAIN", 0.3)
    thread = await make_thread(db)
    async with stream(port, live_path(thread)) as opened:
        await opened.state()
        await db.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"))
        await db.commit()
        await post_reply(site, thread)  # While nobody listens.
        assert (await opened.state())["total"] == 1


async def test_a_stream_too_many_is_told_to_come_later(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.live.MOST_READERS", 0)
    live = Live(settings.sqlalchemy_url)
    with pytest.raises(TooManyReaders):
        await live.follow("page", 1, _nothing, None)


async def _nothing() -> None:
    return None


async def test_drafts_and_what_is_not_there_have_no_stream(site: FastAPI, db: AsyncSession, port: int) -> None:
    thread: Thread = await make_thread(db)
    await db.execute(update(Debate).values(state=DebateState.DRAFT))
    await db.commit()
    for path in (FRONT, live_path(thread), "/debates/none/live"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        assert b" 404 " in await reader.readline()
        writer.close()
    assert isinstance(thread.ada, User)
