"""The public log: for everyone, newest first, with files for those who check it."""

import csv
import io
import json
import re

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.models import Action, DebateState, LogEntry
from app.moderation import log_routes
from app.moderation.log_queries import ENTRIES_SHOWN
from tests.moderation.conftest import BrowserOf, Scene, decision


async def _fill(scene: Scene, count: int, explanation: str = "For a reason.") -> None:
    scene.db.add_all(
        LogEntry(
            moderator_name="Site_Moderator",
            action=(Action.HIDE, Action.RESTORE)[number % 2],
            debate_id=scene.debate.id,
            debate_slug="mill",
            decision_id=1,
            item={"kind": "argument", "id": scene.reply.id},
            explanation=explanation,
        )
        for number in range(count)
    )
    await scene.db.commit()


def _entries_on(page: str) -> list[int]:
    return [int(id) for id in re.findall(r'id="log-(\d+)"', page)]


async def test_empty_log_says_so(scene: Scene, client: AsyncClient) -> None:
    assert "Moderators have not done anything here yet." in (await client.get("/log")).text


async def test_entry_says_who_did_what_and_why(scene: Scene, browser_of: BrowserOf, client: AsyncClient) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    await browser.post(f"{scene.reply_url}/hide", data=decision())
    for path in ("/log", "/debates/mill/log"):
        page = (await client.get(path)).text
        assert "<b><bdi>Site_Moderator</bdi></b> hid" in page
        assert f'<a href="{scene.reply_url}">an argument by <bdi>Author</bdi></a>' in page
        assert "/house-rules#civil" in page
    assert _entries_on((await client.get("/debates/dam/log")).text) == []


async def test_newest_first_page_by_page(scene: Scene, client: AsyncClient) -> None:
    await _fill(scene, 2 * ENTRIES_SHOWN + 5)
    seen: list[int] = []
    url: str | None = "/debates/mill/log"
    while url:
        page = (await client.get(url)).text
        seen += _entries_on(page)
        following = re.search(r'href="([^"]*\?before=\d+)"', page)
        url = following[1] if following else None
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 2 * ENTRIES_SHOWN + 5


@pytest.mark.parametrize(("query", "count"), [("action=hide", 3), ("action=", 5), ("action=lock", 0)])
async def test_filter_by_action(scene: Scene, client: AsyncClient, query: str, count: int) -> None:
    await _fill(scene, 5)
    assert len(_entries_on((await client.get(f"/log?{query}")).text)) == count
    assert len((await client.get(f"/log.json?{query}")).json()["entries"]) == count


async def test_unknown_action_is_refused(client: AsyncClient) -> None:
    assert (await client.get("/log?action=praise")).status_code == 422
    assert (await client.get("/log?before=0")).status_code == 422


async def test_files_hold_the_same_entries(scene: Scene, client: AsyncClient) -> None:
    await _fill(scene, 3)
    answer = await client.get("/log.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    entries = json.loads((await client.get("/log.json")).text)["entries"]
    assert rows == [{name: "" if value is None else str(value) for name, value in entry.items()} for entry in entries]
    assert entries[0]["item_url"] == f"http://127.0.0.1:8000{scene.reply_url}"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝"])
async def test_cells_are_no_formulas(scene: Scene, client: AsyncClient, start: str) -> None:
    await _fill(scene, 1, f'{start}HYPERLINK("http://evil.example")')
    row = next(csv.DictReader(io.StringIO((await client.get("/log.csv")).text)))
    assert row["explanation"].startswith("'" + start)


async def test_files_are_bounded_and_name_what_follows(
    scene: Scene, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_routes, "ENTRIES_IN_A_FILE", 4)
    await _fill(scene, 9)
    seen: list[int] = []
    url: str | None = "/debates/mill/log.json?action=hide"
    while url:
        answer = await client.get(url)
        page = answer.json()
        seen += [entry["id"] for entry in page["entries"]]
        url = page["next"]
        assert ("link" in answer.headers) == bool(url)
    assert len(seen) == len(set(seen)) == 5


async def test_log_of_a_draft_is_for_its_hosts(scene: Scene, client: AsyncClient, browser_of: BrowserOf) -> None:
    await _fill(scene, 1)
    scene.debate.state = DebateState.DRAFT
    await scene.db.commit()
    assert (await client.get("/debates/mill/log")).status_code == 404
    assert _entries_on((await client.get("/log")).text) == []
    host = await browser_of(scene.cast["host"])
    assert len(_entries_on((await host.get("/log")).text)) == 1


@pytest.mark.parametrize("change", ["UPDATE log_entries SET explanation = ''", "DELETE FROM log_entries"])
async def test_database_refuses_to_change_the_log(scene: Scene, change: str) -> None:
    await _fill(scene, 1)
    with pytest.raises(DBAPIError, match="append-only"):
        await scene.db.execute(text(change))
