"""Replies posted by 32 people at once, every fifth form sent twice, against a bare insert; then counted.

A server that is too busy refuses a form with 503 instead of keeping its sender waiting; sent again, it is posted once.
"""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx
import psycopg
from sqlalchemy.engine import make_url

from tests.benchmarks.debates import Crowd
from tests.benchmarks.load import HOST, Result, measure, post, serving
from tests.benchmarks.report import ROUNDS, show

SIZE = 1_000
WRITERS = 32
FORMS = 4_000  # More than are sent: some twenty for each of two hundred people, who may send thirty an hour.
RETRIED = 5  # Every how many-th form comes again a little later, as from somebody whose connection broke.
GROUNDS = "Because it does, as anybody can see who looks."
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
WRONG_COUNTS = """
    SELECT count(*) FROM arguments parent LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE relation = 'support') AS support,
               count(*) FILTER (WHERE relation = 'rebut') AS rebut,
               count(*) FILTER (WHERE relation = 'undercut') AS undercut
        FROM arguments reply WHERE reply.debate_id = parent.debate_id AND reply.parent_id = parent.id
    ) seen ON true
    WHERE parent.debate_id = %s AND parent.id = ANY(%s)
    AND (support_count, rebut_count, undercut_count) <> (seen.support, seen.rebut, seen.undercut)
"""
COUNTED = """
    SELECT argument_count, (SELECT count(*) FROM arguments WHERE debate_id = debates.id) FROM debates WHERE id = %s
"""
KEPT = "SELECT count(*), count(DISTINCT idempotency_key) FROM arguments WHERE idempotency_key = ANY(%s)"
Server = tuple[int, int]  # Its port and process id.


class Form(NamedTuple):
    path: str
    fields: dict[str, str]
    token: str

    def request(self, port: int) -> bytes:
        return post(self.path, port, urlencode(self.fields), Cookie=f"session={self.token}")


class Queue(list[bytes]):
    """Requests, of which every run takes those that were not sent yet; each that is taken is answered."""

    taken = 0

    def __iter__(self) -> Iterator[bytes]:
        while self.taken < len(self):
            self.taken += 1
            yield self[self.taken - 1]


def test_posts_by_many_at_once(bench_url: str, crowd: Crowd, tmp_path: Path) -> None:
    url = make_url(bench_url).set(drivername="postgresql").render_as_string(hide_password=False)
    limits = {"LIMIT_DATABASE_URL": bench_url, "LIMIT_PAGES": str(tmp_path)}
    # Two hundred people come round to the same thread sooner than they may post there again.
    settings = {"REJOINDER_DATABASE_URL": bench_url, "REJOINDER_PACE_THREADS": "false"}
    print()
    with (
        psycopg.connect(url, autocommit=True) as connection,
        serving("tests.benchmarks.limits:create_product", settings) as ours,
        serving("tests.benchmarks.limits:create_limits", limits) as limit,
    ):
        debate, parents, people = _places(connection)
        before = _one(connection, COUNTED, debate)
        for name, targets in (("spread over 100 arguments", parents), ("all under one argument", parents[:1])):
            forms = list(_forms(crowd, targets))
            mine = Queue(form.request(ours[0]) for form in forms)
            bare = [_bare(limit[0], debate, people, targets, place) for place in range(FORMS)]
            refused = sum(_compare(name, clients, ours, mine, limit, bare) for clients in (1, WRITERS))
            _check(connection, ours, forms[: mine.taken], refused)
        assert _one(connection, WRONG_COUNTS, debate, parents) == (0,)
        after = _one(connection, COUNTED, debate)
        counted, there = after[0] - before[0], after[1] - before[1]
        print(f"no parent has a wrong count; the debate counts {counted:,} more and has {there:,}")
        assert counted == there


def _compare(name: str, clients: int, ours: Server, mine: Queue, limit: Server, bare: list[bytes]) -> int:
    """In turn; gives how many forms were refused since the server was busy."""
    pairs: list[tuple[Result, Result]] = [
        (measure(*ours, mine, clients, seconds=2), measure(*limit, bare, clients, seconds=1)) for _ in range(ROUNDS)
    ]
    by_rate = sorted(pairs, key=lambda pair: pair[0].rate)[len(pairs) // 2]
    rate, cpu = (median(getattr(one, of) / getattr(other, of) for one, other in pairs) for of in ("rate", "cpu"))
    show(f"post, {name}", clients, *by_rate, rate, cpu, "")
    return sum(one.failures for one, _ in pairs)


def _check(connection: psycopg.Connection, ours: Server, sent: list[Form], refused: int) -> None:
    """What was accepted is there, and sending everything again adds what was refused and nothing else."""
    keys = {form.fields["idempotency_key"] for form in sent}
    kept, _ = _one(connection, KEPT, list(keys))
    assert kept >= len(keys) - refused, "Something that was accepted is lost."
    with httpx.Client(base_url=f"http://{HOST}:{ours[0]}", headers=SAME_ORIGIN, timeout=30) as client:
        for form in sent:
            answer = client.post(form.path, data=form.fields, headers={"Cookie": f"session={form.token}"})
            assert answer.status_code == 303, answer.status_code
    kept_now, distinct = _one(connection, KEPT, list(keys))
    print(
        f"{len(sent):,} forms sent, {len(keys):,} different ones: {kept:,} posted, {refused} refused as too busy;"
        f" sent again: {kept_now:,} posted, {kept_now - distinct} twice"
    )
    assert kept_now == distinct == len(keys)


def _forms(crowd: Crowd, parents: list[int]) -> Iterator[Form]:
    """One after the other by different people; now and then one comes again a little later."""
    made: list[Form] = []
    for place in range(FORMS):
        key = str(uuid4())
        path = f"/debates/size-{SIZE}/arguments/{parents[place % len(parents)]}/replies"
        fields = {"relation": "rebut", "claim": _claim(key), "grounds": GROUNDS, "idempotency_key": key}
        made.append(Form(path, fields, crowd.tokens[1 + place % (len(crowd.tokens) - 1)]))
        yield made[-1]
        if place % RETRIED == 0 and place >= RETRIED:
            yield made[-RETRIED]


def _bare(port: int, debate: int, people: list[int], parents: list[int], place: int) -> bytes:
    path = f"/post/{debate}/{parents[place % len(parents)]}/{people[place % len(people)]}"
    return post(path, port, urlencode({"claim": _claim(str(uuid4())), "grounds": GROUNDS}))


def _claim(key: str) -> str:
    """Like no other: what is almost the same is held up before it is posted."""
    return f"{key} speaks against {UUID(int=UUID(key).int ^ (1 << 127) - 1)}."


def _places(connection: psycopg.Connection) -> tuple[int, list[int], list[int]]:
    (debate,) = _one(connection, "SELECT id FROM debates WHERE slug = %s", f"size-{SIZE}")
    statement = "SELECT id FROM arguments WHERE debate_id = %s AND parent_id IS NULL ORDER BY id LIMIT 100"
    parents = [row[0] for row in connection.execute(statement, [debate])]
    connection.execute("UPDATE users SET created_at = created_at - interval '2 days'")  # The first day has its limits.
    return debate, parents, [row[0] for row in connection.execute("SELECT id FROM users ORDER BY id LIMIT 200")]


def _one(connection: psycopg.Connection, statement: str, *values: object) -> tuple[int, ...]:
    row = connection.execute(statement, values).fetchone()
    assert row is not None
    return tuple(row)
