"""The map of a debate with 10,000 arguments against one with 100.

A page is rendered once per version of its debate, so that there are two times: of the first view of a new version, for
which the whole tree is read, and of every other. What is drawn is bounded, and with it the weight.
"""

import asyncio
import time
from random import Random
from statistics import median, quantiles

import httpx
import psycopg

from tests.benchmarks.debates import Crowd, fill
from tests.benchmarks.essay_writing import Writer
from tests.benchmarks.load import HOST, cpu_seconds, get, measure, serving, undisturbed

SMALL, LARGE = 100, 10_000
BUSHY = "size-bushy"  # As large, with replies to replies everywhere and claims of varied words.
COPY_BUSHY = """
COPY arguments (debate_id, id, parent_id, root_id, depth, relation, position_id, origin, claim, grounds_markdown,
                grounds_html, strength) FROM STDIN
"""
FIRST_VIEWS = 30
AIM, MOST_KILOBYTES = 1.5, 100
CHANGE = "UPDATE debates SET version = version + 1 WHERE slug = %s"

PLACE = """
INSERT INTO debates (slug, title, motion, summary_markdown, summary_html) VALUES (%s, 'Bushy', 'Is it?', '', '')
RETURNING id
"""
POSITIONS = """
INSERT INTO positions (debate_id, number, key, name, summary_markdown, summary_html)
SELECT %s, n, 'side-' || n, 'Side ' || n, '', '' FROM generate_series(1, 2) n RETURNING id
"""

Times = tuple[float, float, float]  # Median, p95 and the server's processor time, in milliseconds.


def test_map_of_a_large_debate(bench_url: str, crowd: Crowd) -> None:
    asyncio.run(fill(bench_url, (SMALL,)))
    _make_bushy(bench_url)
    _settle(bench_url)
    addresses = {
        "all of it": {size: f"/debates/size-{size}/map" for size in (SMALL, LARGE)},
        "a part of it": {
            SMALL: f"/debates/size-{SMALL}/map?at={_first(bench_url, SMALL)}",
            LARGE: f"/debates/size-{LARGE}/map?at={_first(bench_url, LARGE)}",
        },
    }
    print()
    with serving("tests.benchmarks.limits:create_product", {"REJOINDER_DATABASE_URL": bench_url}) as (port, pid):
        _show_weight(port, f"all of it, bushy, {LARGE:,} arguments", f"/debates/{BUSHY}/map")
        for name, of_size in addresses.items():
            for size, address in of_size.items():
                _show_weight(port, f"{name}, {size:,} arguments", address)
            first = {size: _first_views(bench_url, port, pid, size, of_size[size]) for size in (SMALL, LARGE) * 2}
            _show(f"{name}, first view of a version", first)
            _show(f"{name}, every other view", {size: _others(port, pid, path) for size, path in of_size.items()})


def _settle(url: str) -> None:
    """As the server does by itself after a while, so that its indexes suffice to read from."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE arguments")


def _first(url: str, size: int) -> int:
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        row = connection.execute(
            "SELECT parent_id FROM arguments JOIN debates ON debates.id = debate_id WHERE slug = %s"
            " AND parent_id IS NOT NULL GROUP BY parent_id ORDER BY count(*) DESC LIMIT 1",
            [f"size-{size}"],
        ).fetchone()
    assert row is not None
    return int(row[0])


def _make_bushy(url: str) -> None:
    """Each argument answers any earlier one by chance; one in fifty stands on the first level."""
    random, writer = Random(5), Writer(Random(6))
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        made = connection.execute(PLACE, [BUSHY]).fetchone()
        assert made is not None
        debate = made[0]
        positions = [row[0] for row in connection.execute(POSITIONS, [debate])]
        base = connection.execute("SELECT max(id) FROM arguments").fetchone()
        assert base is not None
        rows: list[tuple[int, int | None, int | None, int, int]] = []
        for id in range(base[0] + 1_000_001, base[0] + 1_000_001 + LARGE):
            above = random.choice(rows) if rows and random.random() > 0.02 else None
            if above is None:
                rows.append((id, None, None, 0, random.choice(positions)))
            else:
                rows.append((id, above[0], above[2] or above[0], above[3] + 1, random.choice(positions)))
        connection.execute("ALTER TABLE arguments DISABLE TRIGGER USER")
        with connection.cursor().copy(COPY_BUSHY) as copy:
            for id, parent, root, depth, position in rows:
                relation = random.choice(["support", "rebut", "undercut"]) if parent else None
                claim, strength = writer.sentence(), random.random()
                place = (debate, id, parent, root, depth, relation, position)
                copy.write_row((*place, "essay", claim, "", "", strength))
        connection.execute("ALTER TABLE arguments ENABLE TRIGGER USER")


def _show_weight(port: int, name: str, address: str) -> None:
    answer = httpx.get(f"http://{HOST}:{port}{address}", headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200
    cells = answer.text.count('class="picture-tree-edge" data-mark') - 2  # Less those of the legend.
    packed = int(answer.headers["content-length"]) / 1000
    print(
        f"map, {name:<32} {packed:>5.1f} kB compressed ({len(answer.content) / 1000:.0f} kB of HTML, "
        f"{cells} cells in both frames), "
        f"{packed / MOST_KILOBYTES:.2f} of the limit"
    )


def _first_views(url: str, port: int, pid: int, size: int, address: str) -> Times:
    """One at a time, each after the debate has changed."""
    conninfo = url.replace("postgresql+psycopg://", "postgresql://")
    with undisturbed(), psycopg.connect(conninfo, autocommit=True) as connection, httpx.Client() as client:

        def view() -> float:
            connection.execute(CHANGE, [f"size-{size}"])
            begun = time.perf_counter()
            answer = client.get(f"http://{HOST}:{port}{address}", headers={"Accept-Encoding": "br"})
            assert answer.status_code == 200
            return 1000 * (time.perf_counter() - begun)

        view()
        cpu = cpu_seconds(pid)
        times = [view() for _ in range(FIRST_VIEWS)]
        return median(times), quantiles(times, n=20)[-1], 1000 * (cpu_seconds(pid) - cpu) / len(times)


def _others(port: int, pid: int, address: str) -> Times:
    result = measure(port, pid, [get(address, port, Accept_Encoding="br")], clients=1)
    assert not result.failures
    return result.p50, result.p95, result.cpu


def _show(case: str, times: dict[int, Times]) -> None:
    for size, (middle, p95, cpu) in times.items():
        print(f"{case:<44} {size:>6,}: median {middle:>6.1f} ms, p95 {p95:>6.1f} ms, cpu {cpu:>6.1f} ms")
    small, large = times[SMALL], times[LARGE]
    print(f"{'':<44} p95 {large[1] / small[1]:.2f} times, cpu {large[2] / small[2]:.2f} times (aim: {AIM})")
