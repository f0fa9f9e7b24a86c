"""A server with its default durability, and debates of several sizes, for the benchmarks."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import schema
from app.embedded_postgres import EmbeddedPostgres
from tests.benchmarks.debates import Crowd, fill

SIZES = (50, 1_000, 10_000)


@pytest.fixture(scope="session")
def bench_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("bench")
    for place in (folder, *folder.parents[:-1]):
        if place.owner() == folder.owner():
            place.chmod(place.stat().st_mode | 0o055)  # The server runs as a user of its own when we are root.
    server = EmbeddedPostgres(Path(folder))
    url = server.start()
    schema.upgrade(url)
    yield url
    server.stop()


@pytest.fixture(scope="session")
def crowd(bench_url: str) -> Crowd:
    return asyncio.run(fill(bench_url, SIZES))
