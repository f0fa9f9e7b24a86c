"""Front page and argument page of small, large and huge debates, for visitors and members, against the limits.

The aims are those of docs/PERFORMANCE.md; nothing here fails on time.
"""

from pathlib import Path

import httpx

from tests.benchmarks.conftest import SIZES
from tests.benchmarks.debates import REPLIES, Crowd
from tests.benchmarks.load import HOST, Result, get, measure, serving
from tests.benchmarks.report import compare, show


def test_pages_against_the_limits(bench_url: str, crowd: Crowd, tmp_path: Path) -> None:
    with serving("tests.benchmarks.limits:create_product", {"REJOINDER_DATABASE_URL": bench_url}) as (port, pid):
        _keep_pages(crowd, port, tmp_path)
        _show_weights(crowd, port)
        limits = {"LIMIT_DATABASE_URL": bench_url, "LIMIT_PAGES": str(tmp_path)}
        with serving("tests.benchmarks.limits:create_limits", limits) as (limit_port, limit_pid):
            _visitors(crowd, (port, pid), (limit_port, limit_pid))
            _members(crowd, (port, pid), (limit_port, limit_pid))


def _keep_pages(crowd: Crowd, port: int, folder: Path) -> None:
    for size in SIZES:
        for name, url in ((f"front-{size}", crowd.url(size)), (f"argument-{size}", crowd.argument_url(size))):
            answer = httpx.get(f"http://{HOST}:{port}{url}")
            assert answer.status_code == 200, answer.text
            (folder / f"{name}.html").write_bytes(answer.content)


def _show_weights(crowd: Crowd, port: int) -> None:
    url = f"http://{HOST}:{port}{crowd.argument_url(10_000)}"
    plain = httpx.get(url, headers={"Accept-Encoding": "identity"})
    packed = httpx.get(url, headers={"Accept-Encoding": "br"})
    shown = plain.text.count('<article class="card"')
    assert shown == REPLIES
    print(f"\nA page of {shown} replies: {len(plain.content) / shown:.0f} bytes of HTML each (aim: at most 1,500),")
    print(f"{int(packed.headers['content-length']) / 1000:.1f} kB compressed\n")


def _visitors(crowd: Crowd, ours: tuple[int, int], limit: tuple[int, int]) -> None:
    for size in SIZES:
        for name, url in (("front", crowd.url(size)), ("argument", crowd.argument_url(size))):
            for clients in (1, 16):
                mine = get(url, ours[0], Accept_Encoding="br")
                bare = get(f"/cached/{name}-{size}/size-{size}", limit[0], Accept_Encoding="br")
                pair = compare(lambda mine=mine, c=clients: measure(*ours, [mine], c),  # type: ignore[misc]
                               lambda bare=bare, c=clients: measure(*limit, [bare], c))  # type: ignore[misc]  # fmt: skip
                show(f"visitor, {name} page, {size:,} arguments", clients, *pair, "(aim: at least 0.6)")


def _members(crowd: Crowd, ours: tuple[int, int], limit: tuple[int, int]) -> None:
    cookie = f"session={crowd.tokens[0]}"
    times: dict[int, Result] = {}
    for size in SIZES:
        for clients in (1, 16):
            mine = get(crowd.argument_url(size), ours[0], Cookie=cookie)
            bare = get(f"/rendered/size-{size}/{crowd.first_arguments[size]}", limit[0])
            pair = compare(lambda mine=mine, c=clients: measure(*ours, [mine], c),  # type: ignore[misc]
                           lambda bare=bare, c=clients: measure(*limit, [bare], c))  # type: ignore[misc]  # fmt: skip
            show(f"member, argument page, {size:,} arguments", clients, *pair, "(aim: at least 0.8)")
            times[size] = pair[0]
    print(f"10,000 arguments against 1,000, same page size: cpu {times[10_000].cpu / times[1_000].cpu:.2f} (aim: 1.5)")
