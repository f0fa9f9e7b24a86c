"""The moderators' queue with a hundred thousand open cases against the same with a hundred, run in turn.

Two databases on one server: what is measured is how much longer a page, or a hundred decisions at once, takes when a
thousand times as many cases wait.
"""

import asyncio
import os
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial
from html import unescape
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from app import schema
from app.db import make_engine, transaction
from app.models import EssayRevision, Role
from tests.benchmarks.load import HOST, serving
from tests.factories import make_debate, make_passage, make_session, make_user

FEW, MANY = 100, 100_000
AIM = 1.5  # Times the p95 with few.
ROUNDS = 3
REQUESTS = 15  # In turn to each of the two.
BULKS = 8  # Of a hundred decisions each.
DEBATES = 3  # So that each has a full page of cases even among a hundred.
ORDERS = ("oldest", "newest", "weightiest")
FILTERS = {
    "everything": "",
    "one debate": "debate=cases-2",
    "arguments": "kind=argument",
    "notes": "kind=note",
    "replies, of which there are none": "kind=reply",
    "credits, of which there are none": "kind=credit",
    "flagged as spam": "reason=spam",
    "flagged as abuse": "reason=abuse",
    "a reason of one in a thousand": "reason=illegal",
    "a reason of none": "reason=off_topic",
    "score of 3 or more": "score=3",
    "score of 5 or more": "score=5",
    "score of 8.3 or more": "score=8.3",
    "waiting over a day": "age=day",
    "waiting over three days": "age=three-days",
    "waiting over a week": "age=week",
    "nobody works on it": "holder=free",
    "mine": "holder=mine",
    "others work on it": "holder=others",
    "escalated": "escalated=yes",
    "view: abuse of a day, free": "reason=abuse&age=day&holder=free",
    "view: heavy ones of one debate": "debate=cases-2&score=8.3",
    "view: mine, escalated": "holder=mine&escalated=yes",
    "view: old notes of one debate": "debate=cases-2&kind=note&age=week",
    "view of what excludes each other": "reason=spam&escalated=yes",
    "view of replies flagged as spam, of which there are none": "kind=reply&reason=spam",
    "view of people flagged as spam, of whom there are none": "kind=person&reason=spam",
}
ARGUMENTS = """
INSERT INTO arguments (debate_id, position_id, origin, author_id, claim, grounds_markdown, grounds_html)
SELECT d.id, p.id, 'person', %(author)s, 'Claim number ' || n, 'Because.', '<p>Because.</p>'
FROM generate_series(1, %(count)s) n
JOIN debates d ON d.slug = 'cases-' || (n %% %(debates)s + 1)
JOIN positions p ON p.debate_id = d.id AND p.number = 1
WHERE n %% 3 <> 0
"""
NOTES = """
INSERT INTO annotations (debate_id, passage_id, author_id, kind, body_markdown, body_html)
SELECT d.id, (SELECT min(id) FROM passages WHERE debate_id = d.id), %(author)s, 'note', 'Note ' || n, '<p>Note</p>'
FROM generate_series(1, %(count)s / 3) n JOIN debates d ON d.slug = 'cases-' || (n %% %(debates)s + 1)
"""
CASES = """
INSERT INTO cases (debate_id, {column}, flag_count, score, reasons, version, opened_at, claimed_by_id, claimed_until,
                   assigned_to_id, escalated_at)
SELECT debate_id, id, 1, 1 + id %% 130 / 10.0,
       ARRAY[CASE WHEN id %% 1000 = 1 THEN 'illegal' WHEN id %% 3 = 0 THEN 'abuse' ELSE 'spam' END], 1,
       now() - id * 7919 %% 14400 * interval '1 minute',
       CASE id %% 4 WHEN 0 THEN %(moderator)s WHEN 1 THEN %(other)s END, now() + interval '9 hours',
       CASE WHEN id %% 9 = 0 THEN %(moderator)s END, CASE WHEN id %% 3 = 0 THEN now() END
FROM {table} t WHERE NOT EXISTS (SELECT FROM cases c WHERE c.debate_id = t.debate_id AND c.{column} = t.id)
"""
FLAGS = """
INSERT INTO flags (debate_id, argument_id, annotation_id, case_id, reporter_id, reason, words, weight)
SELECT debate_id, argument_id, annotation_id, id, %(reporter)s, reasons[1], '', score FROM cases c
WHERE NOT EXISTS (SELECT FROM flags f WHERE f.case_id = c.id)
"""
COUNTS_OF_POSITIONS = """
UPDATE positions p SET argument_count = (SELECT count(*) FROM arguments a
    WHERE a.debate_id = p.debate_id AND a.position_id = p.id AND hidden_by_id IS NULL)
"""
COUNTS_OF_DEBATES = """
UPDATE debates d SET
    argument_count = (SELECT count(*) FROM arguments a WHERE a.debate_id = d.id AND hidden_by_id IS NULL),
    annotation_count = (SELECT count(*) FROM annotations n WHERE n.debate_id = d.id AND hidden_by_id IS NULL)
"""


@dataclass(frozen=True)
class Desk:
    """A database with open cases, and the session of a moderator of the site."""

    count: int
    url: str
    plain_url: str
    token: str
    people: dict[str, int]

    def fill(self, count: int) -> None:
        with psycopg.connect(self.plain_url, options="-c statement_timeout=0", autocommit=True) as connection:
            values = {"count": count, "debates": DEBATES, **self.people}
            for table in ("arguments", "annotations"):
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            connection.execute(ARGUMENTS, values)
            connection.execute(NOTES, values)
            for table in ("arguments", "annotations"):
                connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            connection.execute(CASES.format(column="argument_id", table="arguments"), self.people)
            connection.execute(CASES.format(column="annotation_id", table="annotations"), self.people)
            connection.execute(FLAGS, self.people)
            connection.execute(COUNTS_OF_POSITIONS)
            connection.execute(COUNTS_OF_DEBATES)
            connection.execute("VACUUM ANALYZE")

    def browser(self, port: int) -> httpx.Client:
        return httpx.Client(base_url=f"http://{HOST}:{port}", cookies={"session": self.token}, timeout=30)

    def backends(self) -> list[int]:
        with psycopg.connect(self.plain_url) as connection:
            statement = (
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return [row[0] for row in connection.execute(statement)]

    def release(self) -> None:
        """So that all that is open can be decided, and nothing is left over to add up."""
        with psycopg.connect(self.plain_url) as connection:
            connection.execute("UPDATE cases SET claimed_by_id = NULL, claimed_until = NULL WHERE closed_at IS NULL")

    def free_cases(self) -> list[tuple[int, int]]:
        with psycopg.connect(self.plain_url) as connection:
            statement = "SELECT id, version FROM cases WHERE closed_at IS NULL AND claimed_by_id IS NULL LIMIT 100"
            return [(row[0], row[1]) for row in connection.execute(statement)]


@pytest.fixture(scope="module")
def desks(bench_url: str) -> dict[int, Desk]:
    desks = {}
    for count in (FEW, MANY):
        url = make_url(bench_url).set(database=f"cases_{count}")
        plain = make_url(bench_url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE cases_{count}")
        whole = url.render_as_string(hide_password=False)
        schema.upgrade(whole)
        desk = asyncio.run(_staff(count, whole, url.set(drivername="postgresql").render_as_string(hide_password=False)))
        desk.fill(count)
        desks[count] = desk
    return desks


async def _staff(count: int, url: str, plain_url: str) -> Desk:
    engine = make_engine(url, 2)
    async with transaction(engine) as db:
        moderator, other = await make_user(db, role=Role.MODERATOR), await make_user(db, role=Role.MODERATOR)
        author, reporter = await make_user(db), await make_user(db)
        for number in range(1, DEBATES + 1):
            debate = await make_debate(db, f"cases-{number}")
            await _mark_passage(db, debate.id)
        token = await make_session(db, moderator)
        people = {"moderator": moderator.id, "other": other.id, "author": author.id, "reporter": reporter.id}
    await engine.dispose()
    return Desk(count, url, plain_url, token, people)


async def _mark_passage(db: AsyncSession, debate_id: int) -> None:
    revision = (await db.execute(select(EssayRevision).filter_by(debate_id=debate_id))).scalar_one()
    await make_passage(db, revision, "The mill should stay.")


def test_queue_pages_with_many_cases(desks: dict[int, Desk]) -> None:
    """Each filter in each order, and what "More cases" leads to where there is more."""
    print()
    pages: list[tuple[str, Find]] = []
    for order in ORDERS:
        for name, query in FILTERS.items():
            path = f"/moderation?{query}&order={order}"
            pages += [
                (f"queue, {order}, {name}", partial(_plain, path)),
                (f"  more of it, {order}", partial(_more, path)),
            ]
    _compare_all(desks, pages)


def test_pages_of_cases_with_many_cases(desks: dict[int, Desk]) -> None:
    print()
    chosen = {count: desk.free_cases() for count, desk in desks.items()}
    cases = {count: f"/moderation/cases/{found[0][0]}?order=weightiest" for count, found in chosen.items()}
    bulk = {
        count: "/moderation/bulk?" + urlencode([("action", "hide"), *(("case", f"{id}-{seen}") for id, seen in found)])
        for count, found in chosen.items()
    }
    # Half of a hundred cases are free, so both are asked for as many.
    least = min(len(found) for found in chosen.values())
    bulk = {count: "&".join(path.split("&")[: least + 1]) for count, path in bulk.items()}
    many = partial(_plain, "/moderation?show=many")
    pages: list[tuple[str, Find]] = [
        ("a case", lambda desk, _: cases[desk.count]),
        (f"what would happen to {least} cases", lambda desk, _: bulk[desk.count]),
        ("queue, a hundred at once", many),
        ("who works on 30 cases", lambda desk, _: "/moderation/claims?cases=" + "-".join(map(str, range(1, 31)))),
    ]
    _compare_all(desks, pages)


Find = Callable[["Desk", httpx.Client], str]


class Compared(NamedTuple):
    """A page, how many times it takes with many cases, and whether it then shows as many lines as with few."""

    name: str
    ratio: float
    is_alike: bool


def _plain(path: str, desk: Desk, client: httpx.Client) -> str:
    return path


def _more(path: str, desk: Desk, client: httpx.Client) -> str:
    """Where "More cases" leads; nowhere if everything stands on one page."""
    found = re.search(r'href="(/moderation\?[^"]*after=[^"]*)">More cases', client.get(path).text)
    return unescape(found[1]) if found else ""


def _compare_all(desks: dict[int, Desk], pages: list[tuple[str, Find]]) -> None:
    found = []
    with _serving(desks[FEW]) as few, _serving(desks[MANY]) as many:
        clients = {FEW: desks[FEW].browser(few[0]), MANY: desks[MANY].browser(many[0])}
        pids = {FEW: few[1], MANY: many[1]}
        for name, find in pages:
            paths = {count: find(desk, clients[count]) for count, desk in desks.items()}
            if all(paths.values()):
                found.append(_compare(name, desks, clients, pids, paths))
    alike = [each for each in found if each.is_alike]
    for said, pages_there in (("with as many lines", alike), ("with more lines", [e for e in found if e not in alike])):
        ratios = [each.ratio for each in pages_there]
        slow = [each.name.strip() for each in pages_there if each.ratio > AIM]
        if ratios:
            print(
                f"{len(ratios)} pages {said}, by processor time median {median(ratios):.2f}, at most {max(ratios):.2f} "
                f"times; more than {AIM} times: {', '.join(slow) or 'none'}"
            )


def _compare(
    name: str, desks: dict[int, Desk], clients: dict[int, httpx.Client], pids: dict[int, int], paths: dict[int, str]
) -> Compared:
    """The ratio of processor time, of the program and its database together, which other work does not touch."""
    took: dict[int, list[float]] = {FEW: [], MANY: []}
    spent = {FEW: 0.0, MANY: 0.0}
    lines = {count: client.get(paths[count]).text.count('<li id="case-') for count, client in clients.items()}
    for turn in range(ROUNDS + 1):
        for count, client in clients.items():
            before = _processor_time(pids[count], desks[count])
            times = [_ask(client, paths[count]) for _ in range(REQUESTS)]
            if turn:  # The first one warms up.
                spent[count] += _processor_time(pids[count], desks[count]) - before
                took[count] += times
    p95 = {count: sorted(times)[int(len(times) * 0.95)] for count, times in took.items()}
    ratio = spent[MANY] / max(spent[FEW], 0.01)
    each = {count: 1000 * spent[count] / (ROUNDS * REQUESTS) for count in spent}
    print(
        f"{name:<58} p95 {1000 * p95[MANY]:>6.1f} ms with {MANY:,} open, {1000 * p95[FEW]:>6.1f} ms with {FEW}: "
        f"{p95[MANY] / p95[FEW]:.2f} times it; processor {each[MANY]:.1f} ms, {each[FEW]:.1f} ms: {ratio:.2f} times it"
        f"; {lines[MANY]} and {lines[FEW]} lines"
    )
    return Compared(name, ratio, lines[MANY] == lines[FEW])


def _ask(client: httpx.Client, path: str) -> float:
    begun = time.perf_counter()
    answer = client.get(path)
    assert answer.status_code == 200
    return time.perf_counter() - begun


def _processor_time(pid: int, desk: Desk) -> float:
    """Seconds that the program and the database's processes for it have used."""
    ticks = 0
    for each in [pid, *desk.backends()]:
        with suppress(FileNotFoundError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def test_hundred_decisions_together(desks: dict[int, Desk]) -> None:
    print()
    took: dict[int, list[float]] = {FEW: [], MANY: []}
    with _serving(desks[FEW]) as few, _serving(desks[MANY]) as many:
        for _ in range(BULKS):
            for count, place in ((FEW, few), (MANY, many)):
                took[count].append(_decide(desks[count], place[0], FEW if count == FEW else 0))
    p95 = {count: max(times) for count, times in took.items()}
    ratio = median(large / small for small, large in zip(took[FEW], took[MANY], strict=True))
    print(
        f"100 decisions together, the slowest of {BULKS}: {1000 * p95[MANY]:.0f} ms with {MANY:,} open cases, "
        f"{1000 * p95[FEW]:.0f} ms with {FEW}; {p95[MANY] / p95[FEW]:.2f} times it, in the middle {ratio:.2f} "
        f"(aim: at most {AIM})"
    )


def _serving(desk: Desk) -> AbstractContextManager[tuple[int, int]]:
    return serving("tests.benchmarks.limits:create_product", {"REJOINDER_DATABASE_URL": desk.url})


def _decide(desk: Desk, port: int, refill: int) -> float:
    """How long it takes to hide a hundred; of few, as many new ones come first."""
    if refill:
        desk.fill(refill + refill // 5)
        desk.release()
    chosen = desk.free_cases()
    assert len(chosen) >= 90
    form = {
        "cases": " ".join(f"{id}-{version}" for id, version in chosen), "action": "hide", "house_rule": "no_spam",
        "explanation": "It advertises something and does not take part.", "idempotency_key": str(uuid4()),
    }  # fmt: skip
    headers = {"Cookie": f"session={desk.token}", "Sec-Fetch-Site": "same-origin"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    begun = time.perf_counter()
    answer = httpx.post(f"http://{HOST}:{port}/moderation/bulk", content=urlencode(form), headers=headers, timeout=30)
    took = time.perf_counter() - begun
    assert f"{len(chosen)} decisions made, 0 left alone" in answer.text
    return took
