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
from app.moderation import log_queries
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


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("action=hide", 3),
        ("action=&rule=&moderator=&debate=&since=&until=", 5),
        ("action=lock", 0),
        ("moderator=Site_Moderator&debate=mill", 5),
        ("moderator=Nobody", 0),
        ("debate=dam", 0),
        ("rule=civil", 0),
        ("since=2020-01-01&until=2999-12-31", 5),
        ("since=2999-01-01", 0),
        ("until=2020-01-01", 0),
        ("until=9999-12-31", 5),
    ],
)
async def test_filters(scene: Scene, client: AsyncClient, query: str, count: int) -> None:
    await _fill(scene, 5)
    assert len(_entries_on((await client.get(f"/log?{query}")).text)) == count
    assert len((await client.get(f"/log.json?{query}")).json()["entries"]) == count


async def test_unknown_action_is_refused(client: AsyncClient) -> None:
    assert (await client.get("/log?action=praise")).status_code == 422
    assert (await client.get("/log?before=0")).status_code == 422


@pytest.mark.parametrize("query", ["since=yesterday", "until=99999-01-01", "moderator=%00"])
async def test_what_cannot_be_read_narrows_nothing(scene: Scene, client: AsyncClient, query: str) -> None:
    await _fill(scene, 1)
    assert (await client.get(f"/log?{query}")).text.count('id="log-') == 1


async def test_files_hold_the_same_entries(scene: Scene, client: AsyncClient) -> None:
    await _fill(scene, 3)
    answer = await client.get("/log.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    entries = json.loads((await client.get("/log.json")).text)["entries"]
    for row, entry in zip(rows, entries, strict=True):
        assert row.pop("hash") == entry.pop("chain")["hash"]
        assert row == {name: "" if value is None else str(value) for name, value in entry.items()}
    assert entries[0]["item_url"] == f"http://127.0.0.1:8000{scene.reply_url}"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝"])
async def test_cells_are_no_formulas(scene: Scene, client: AsyncClient, start: str) -> None:
    await _fill(scene, 1, f'{start}HYPERLINK("http://evil.example")')
    row = next(csv.DictReader(io.StringIO((await client.get("/log.csv")).text)))
    assert row["explanation"].startswith("'" + start)


async def test_files_hold_all_that_the_filters_leave(
    scene: Scene, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_queries, "BATCH", 2)
    await _fill(scene, 9)
    for url, count in (("/debates/mill/log.json?action=hide", 5), ("/log.json", 9), ("/log.json?before=4", 3)):
        entries = (await client.get(url)).json()["entries"]
        assert len({entry["number"] for entry in entries}) == len(entries) == count
    assert len((await client.get("/log.csv")).text.splitlines()) == 10


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
