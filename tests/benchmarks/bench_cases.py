"""The moderators' queue with a hundred thousand open cases against the same with a hundred, run in turn.

Two databases on one server: what is measured is how much longer a page, or a hundred decisions at once, takes when a
thousand times as many cases wait.
"""

import asyncio
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from statistics import median
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
from tests.benchmarks.load import HOST, Result, get, measure, serving
from tests.factories import make_debate, make_passage, make_session, make_user

FEW, MANY = 100, 100_000
AIM = 1.5  # Times the p95 with few.
ROUNDS = 3
BULKS = 8  # Of a hundred decisions each.
DEBATES = 3  # So that each has a full page of cases even among a hundred.
VIEWS = {
    "oldest first": "",
    "newest first": "order=newest",
    "highest score first": "order=weightiest",
    "one debate": "debate=cases-2",
    "one debate, by score": "debate=cases-2&order=weightiest",
    "arguments": "kind=argument",
    "notes": "kind=note",
    "credits, of which there are none": "kind=credit",
    "flagged as spam": "reason=spam",
    "a reason of one in a thousand, by score": "reason=illegal&order=weightiest",
    "score of 5 or more": "score=5",
    "score of 8.3 or more, oldest": "score=8.3",
    "waiting over a week": "age=week",
    "nobody works on it": "holder=free",
    "mine": "holder=mine",
    "others work on it": "holder=others",
    "escalated": "escalated=yes",
    "three filters, by score": "reason=abuse&age=day&holder=free&order=weightiest",
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
        desk = asyncio.run(_staff(whole, url.set(drivername="postgresql").render_as_string(hide_password=False)))
        desk.fill(count)
        desks[count] = desk
    return desks


async def _staff(url: str, plain_url: str) -> Desk:
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
    return Desk(url, plain_url, token, people)


async def _mark_passage(db: AsyncSession, debate_id: int) -> None:
    revision = (await db.execute(select(EssayRevision).filter_by(debate_id=debate_id))).scalar_one()
    await make_passage(db, revision, "The mill should stay.")


def test_queue_page_with_many_cases(desks: dict[int, Desk]) -> None:
    print()
    with _serving(desks[FEW]) as few, _serving(desks[MANY]) as many:
        for name, query in VIEWS.items():
            pairs = [(_measure(few, desks[FEW], query), _measure(many, desks[MANY], query)) for _ in range(ROUNDS)]
            ratio = median(large.p95 / small.p95 for small, large in pairs)
            usual = median(large.p50 / small.p50 for small, large in pairs)
            small, large = sorted(pairs, key=lambda pair: pair[1].p95)[ROUNDS // 2]
            print(
                f"queue, {name:<36} p95 {large.p95:>6.1f} ms with {MANY:,} open, {small.p95:>6.1f} ms with {FEW}: "
                f"{ratio:.2f} times it (aim: at most {AIM}), medians {usual:.2f} times"
            )


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


def _measure(place: tuple[int, int], desk: Desk, query: str) -> Result:
    page = get(f"/moderation?{query}", place[0], Cookie=f"session={desk.token}")
    measure(*place, [page], 1, 1.5)
    result = measure(*place, [page], 1, 1.5)
    assert not result.failures
    return result


def _decide(desk: Desk, port: int, refill: int) -> float:
    """How long it takes to hide a hundred; of few, as many new ones come first."""
    if refill:
        desk.fill(refill + refill // 5)
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
