"""Every page of a debate with 10,000 arguments in one chain and 5,000 answers to one of them, against one with 100.

Both show as many cards on a page. For each page: the first view of a version and every other, the statements, how deep
its elements lie in each other, and what a first visit weighs with everything that it loads.
"""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from statistics import mean, median, quantiles

import httpx
import psycopg
import pytest
from httpx import ASGITransport, AsyncClient

from app.db import make_engine, transaction
from app.main import create_app
from app.settings import Settings
from tests.benchmarks.load import HOST, cpu_seconds, get, measure, serving, undisturbed
from tests.factories import make_debate
from tests.statements import counted_statements

SIZES = {"small": (39, 60), "large": (10_000, 5_000)}  # The chain, and the answers to its first argument.
WARM_UPS = 6  # The driver prepares a statement after five.
FIRST_VIEWS = 100  # Of thirty the twentieth part would be little more than the slowest one.
AIM, MOST_KILOBYTES, DEEPEST = 1.5, 100, 100
FIRST_ID = {"small": 10_000_001, "large": 20_000_001}
COPY = """
COPY arguments (debate_id, id, parent_id, root_id, depth, relation, position_id, origin, claim, grounds_markdown,
                grounds_html, strength, is_strength_due) FROM STDIN
"""
COUNTS = """
UPDATE arguments SET rebut_count = seen.count FROM (
    SELECT parent_id, count(*) FROM arguments WHERE debate_id = %(debate)s AND parent_id IS NOT NULL GROUP BY 1
) seen WHERE debate_id = %(debate)s AND id = seen.parent_id
"""
CHANGE = "UPDATE debates SET version = version + 1 WHERE slug = %s"
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "rect", "use", "wbr", "source", "col"}


@dataclass(frozen=True)
class Times:
    """Of first views, in milliseconds, and of every other: median and p95. The processor time is the server's."""

    first: float
    first_p95: float
    cpu: float
    other: float
    other_p95: float


@pytest.fixture(scope="module")
def threads(bench_url: str) -> str:
    asyncio.run(_make_debates(bench_url))
    with psycopg.connect(_plain(bench_url), autocommit=True) as connection:
        for name in SIZES:
            _fill(connection, name)
        connection.execute("VACUUM ANALYZE arguments")
    return bench_url


def _pages(name: str) -> dict[str, str]:
    chain, _ = SIZES[name]
    debate, first = f"/debates/{name}", FIRST_ID[name]
    return {
        "front": debate,
        "first argument": f"{debate}/arguments/{first}",
        "… its replies, contested": f"{debate}/arguments/{first}?relation=rebut&sort=contested",
        "middle of the chain": f"{debate}/arguments/{first + chain // 2}",
        "end of the chain": f"{debate}/arguments/{first + chain - 1}",
        "path to the end": f"{debate}/arguments/{first + chain - 1}/path",
        "strength": f"{debate}/arguments/{first}/strength",
        "strength at the chain's end": f"{debate}/arguments/{first + chain - 3}/strength",
        "outline": f"{debate}/outline",
        "map": f"{debate}/map",
        "map of the chain's end": f"{debate}/map?at={first + chain - 3}",
        "new": f"{debate}/new?since=0",
        "search": f"/search?q=answer&debate={name}",
        "standing": f"{debate}/standing",
        "essay": f"{debate}/essay",
    }


def test_threads_of_a_large_debate(threads: str) -> None:
    statements = asyncio.run(_count_statements(threads))
    print()
    with serving("tests.benchmarks.limits:create_product", {"REJOINDER_DATABASE_URL": threads}) as (port, pid):
        pages = {name: _pages(name) | _more(port, name) for name in SIZES}
        for page in pages["large"]:
            times = _times(threads, port, pid, {name: pages[name][page] for name in SIZES})
            counts = [statements[name].get(page) for name in SIZES]
            _show(page, times, counts, _weight(port, pages["large"][page]))


def _show(page: str, times: dict[str, Times], counts: list[int | None], weight: tuple[float, int]) -> None:
    small, large = times["small"], times["large"]
    said = "" if None in counts else f", {counts[0]} and {counts[1]} statements"
    print(
        f"{page:<26} first view {small.first:>5.1f} -> {large.first:>6.1f} ms, median {large.first / small.first:.2f},"
        f" p95 {large.first_p95 / small.first_p95:.2f}, cpu {large.cpu / small.cpu:.2f} times;"
        f" others {small.other:.1f} -> {large.other:.1f} ms, median {large.other / small.other:.2f},"
        f" p95 {large.other_p95 / small.other_p95:.2f} times (aim: {AIM}) | {weight[0]:.0f} kB with everything"
        f" ({weight[0] / MOST_KILOBYTES:.2f} of the limit), depth {weight[1]} ({weight[1] / DEEPEST:.2f}){said}"
    )


def _times(url: str, port: int, pid: int, addresses: dict[str, str]) -> dict[str, Times]:
    """In turn, so that a machine whose speed drifts slows both."""
    first: dict[str, list[tuple[float, float]]] = {name: [] for name in SIZES}
    with (
        undisturbed(),
        psycopg.connect(_plain(url), autocommit=True) as connection,
        httpx.Client(base_url=f"http://{HOST}:{port}", headers={"Accept-Encoding": "br"}, timeout=60) as client,
    ):
        for _ in range(WARM_UPS + FIRST_VIEWS):
            for name, address in addresses.items():
                connection.execute(CHANGE, [name])
                cpu, begun = cpu_seconds(pid), time.perf_counter()
                assert client.get(address).status_code == 200, address
                first[name].append((1000 * (time.perf_counter() - begun), 1000 * (cpu_seconds(pid) - cpu)))
    results = {}
    for name, address in addresses.items():
        clocks, processor = zip(*first[name][WARM_UPS:], strict=True)
        other = measure(port, pid, [get(address, port, Accept_Encoding="br")], clients=1, seconds=1)
        assert not other.failures
        results[name] = Times(median(clocks), quantiles(clocks, n=20)[-1], mean(processor), other.p50, other.p95)
    return results


def _more(port: int, name: str) -> dict[str, str]:
    """The page that follows the first answers, and one far behind where there is one."""
    address = f"{_pages(name)['first argument']}?relation=rebut"
    found, pages = {}, 1 if name == "small" else 60
    for page in range(pages):
        html = httpx.get(f"http://{HOST}:{port}{address}").text
        more = re.search(r'class="more" aria-label="More of rebuts"><a class="button" href="([^"#]+)', html)
        assert more is not None
        address = more[1].replace("&amp;", "&")
        found["… more" if page == 0 else "… far behind"] = address
    return found | ({"… far behind": address} if name == "small" else {})


def _weight(port: int, address: str) -> tuple[float, int]:
    """Kilobytes of a first visit, compressed, with all that the page names, and how deep its elements lie."""
    headers = {"Accept-Encoding": "br"}
    page = httpx.get(f"http://{HOST}:{port}{address}", headers=headers)
    named = {match for match in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text) if "touch-icon" not in match}
    answers = [page, *(httpx.get(f"http://{HOST}:{port}{path}", headers=headers) for path in named)]
    return sum(int(answer.headers["content-length"]) for answer in answers) / 1000, depth_of(page.text)


class _Depth(HTMLParser):
    deepest = open = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open += 1
            self.deepest = max(self.deepest, self.open)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.deepest = max(self.deepest, self.open + 1)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open -= 1


def depth_of(html: str) -> int:
    parser = _Depth()
    parser.feed(html)
    return parser.deepest


async def _count_statements(url: str) -> dict[str, dict[str, int]]:
    """Of each page of both debates, in this process, where they can be counted."""
    settings = Settings(_env_file=None, database_url=url, data=Path("var"), origin=f"http://{HOST}", run_jobs=False)
    app, counts = create_app(settings), {name: dict[str, int]() for name in SIZES}
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url=f"http://{HOST}") as client,
    ):
        for name in SIZES:
            for page, address in _pages(name).items():
                with counted_statements(app) as statements:
                    assert (await client.get(address)).status_code == 200, address
                counts[name][page] = len(statements)
    return counts


async def _make_debates(url: str) -> None:
    engine = make_engine(url, 1)
    async with transaction(engine) as db:
        for name in SIZES:
            await make_debate(db, name)
    await engine.dispose()


def _fill(connection: psycopg.Connection, name: str) -> None:
    found = connection.execute("SELECT id FROM debates WHERE slug = %s", [name]).fetchone()
    assert found is not None
    positions = connection.execute("SELECT id FROM positions WHERE debate_id = %s ORDER BY number", found).fetchall()
    connection.execute("ALTER TABLE arguments DISABLE TRIGGER USER")
    with connection.cursor().copy(COPY) as copy:
        for row in _rows(found[0], [position[0] for position in positions], name):
            copy.write_row(row)
    connection.execute("ALTER TABLE arguments ENABLE TRIGGER USER")
    connection.execute("ANALYZE arguments")  # Else PostgreSQL may go through all replies for each argument.
    connection.execute(COUNTS, {"debate": found[0]})
    connection.execute("UPDATE debates SET argument_count = %s WHERE id = %s", [sum(SIZES[name]), found[0]])


def _rows(debate: int, positions: list[int], name: str) -> Iterator[tuple[object, ...]]:
    """A chain, in which the two positions take turns, and the answers to its first argument."""
    (chain, answers), first = SIZES[name], FIRST_ID[name]
    said = "<p>Because it does, as everybody can see who looks at it for long enough.</p>"
    for place in range(chain + answers):
        depth = 0 if place == 0 else place if place < chain else 1
        parent = None if place == 0 else first + place - 1 if place < chain else first
        claim = f"The answer of place {place} says something of the length that claims have."
        kin = (parent, None if place == 0 else first, depth, "rebut" if place else None, positions[place % 2])
        yield (debate, first + place, *kin, "essay", claim, "Because.", said, 0.3 + place % 7 / 20, False)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
