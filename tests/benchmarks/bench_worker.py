"""One worker: the first view of a new version of a page, and how much memory it holds under minutes of load."""

import time
from pathlib import Path
from random import Random
from statistics import median

import httpx
import psycopg
import pytest

from tests.benchmarks.conftest import SIZES
from tests.benchmarks.debates import Crowd
from tests.benchmarks.load import HOST, cpu_seconds, get, measure, serving

VIEWS = 60
MINUTES = 10
TURN = 20.0  # Seconds of load between two looks at the memory.
NEW_VERSION = "UPDATE debates SET version = version + 1 WHERE slug = %s"
# What makes the version new: a vote on one of the replies shown, or on each of them.
VOTES = {
    "one card": """UPDATE arguments SET pass_count = pass_count + 1 WHERE (debate_id, id) =
                   (SELECT debate_id, id FROM arguments WHERE parent_id = %s ORDER BY random() LIMIT 1)""",
    "every card": "UPDATE arguments SET pass_count = pass_count + 1 WHERE parent_id = %s",
}


@pytest.mark.parametrize("changed", VOTES)
def test_first_view_of_a_version_against_query_and_template(
    bench_url: str, crowd: Crowd, tmp_path: Path, changed: str
) -> None:
    """The page of an argument with 150 replies: a new version for each view, against the plain rows rendered."""
    size = SIZES[-1]
    limits = {"LIMIT_DATABASE_URL": bench_url, "LIMIT_PAGES": str(tmp_path)}
    with (
        serving("tests.benchmarks.limits:create_product", {"REJOINDER_DATABASE_URL": bench_url}) as ours,
        serving("tests.benchmarks.limits:create_limits", limits) as limit,
        psycopg.connect(bench_url.replace("+psycopg", ""), autocommit=True) as connection,
        httpx.Client(headers={"Accept-Encoding": "identity"}) as client,
    ):
        mine = f"http://{HOST}:{ours[0]}{crowd.argument_url(size)}"
        bare = f"http://{HOST}:{limit[0]}/rendered/size-{size}/{crowd.first_arguments[size]}"

        def view(address: str) -> float:
            connection.execute(VOTES[changed], [crowd.first_arguments[size]])
            connection.execute(NEW_VERSION, [f"size-{size}"])
            begun = time.perf_counter()
            assert client.get(address).status_code == 200
            return 1000 * (time.perf_counter() - begun)

        for address in (mine, bare):
            view(address)
        before = cpu_seconds(ours[1]), cpu_seconds(limit[1])
        times = [(view(mine), view(bare)) for _ in range(VIEWS)]
        cpus = [1000 * (cpu_seconds(pid) - cpu) / VIEWS for (_, pid), cpu in zip((ours, limit), before, strict=True)]
        ratio = median(one / other for one, other in times)
        print(
            f"\nfirst view of a version with {changed} new: "
            f"median {median(one for one, _ in times):.1f} ms, cpu {cpus[0]:.1f} ms"
            f" | query and template {median(other for _, other in times):.1f} ms, cpu {cpus[1]:.1f} ms"
            f" | {ratio:.2f} times, cpu {cpus[0] / cpus[1]:.2f} times (aim: at most 1.3)"
        )


def test_memory_of_a_worker_under_load(bench_url: str, crowd: Crowd) -> None:
    """Visitors and members read front and argument pages of debates that change now and then."""
    with (
        serving("tests.benchmarks.limits:create_product", {"REJOINDER_DATABASE_URL": bench_url}) as (port, pid),
        psycopg.connect(bench_url.replace("+psycopg", ""), autocommit=True) as connection,
    ):
        pages = [url for size in SIZES for url in (crowd.url(size), crowd.argument_url(size))]
        requests = [get(page, port, Accept_Encoding="br") for page in pages]
        requests += [get(page, port, Cookie=f"session={token}") for page in pages for token in crowd.tokens[:20]]
        Random(5).shuffle(requests)
        held, begun = [], time.monotonic()
        while time.monotonic() - begun < 60 * MINUTES:
            connection.execute(NEW_VERSION, [f"size-{SIZES[len(held) % len(SIZES)]}"])
            assert not measure(port, pid, requests, 16, TURN).failures
            held.append(_megabytes(pid))
    third = len(held) // 3
    print(
        f"\nmemory of one worker in {MINUTES} minutes at 16 clients: {held[0]} MB after {TURN:.0f} s, "
        f"{median(held[:third]):.0f} MB in the first third, {median(held[-third:]):.0f} MB in the last, "
        f"{max(held)} MB at most (aim: 200 MB, flat)"
    )


def _megabytes(pid: int) -> int:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024
