"""A real browser on a real server. Whatever a page complains about fails the test that opened it."""

import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.arranged import arrange, quick_fingers
from tests.e2e.site import Site, open_site
from tests.e2e.visits import Visits
from tests.e2e.waiting import SECONDS

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


expect.set_options(timeout=SECONDS * 1000)


@pytest.fixture(autouse=True)
def type_quickly() -> Iterator[None]:
    """For each test here alone: others in the same process type as slowly as people."""
    with quick_fingers():
        yield


@pytest.fixture(scope="module")
async def site(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """One for each file of tests: what another one posts, flags or decides changes nothing here."""
    async with open_site(shared_database_url, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
async def places(site: Site) -> dict[str, str]:
    """What the names in PAGES stand for, in a debate that people have used."""
    return await arrange(site)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "The browser tests need Chromium; make test finds or installs it."
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS.split())
        yield browser
        await browser.close()


@pytest.fixture
async def visits(chromium: Browser, site: Site) -> AsyncIterator[Visits]:
    """The browsers of one test: `page = await visits.open(user="member", javascript=False)`."""
    visits = Visits(chromium, site)
    yield visits
    await visits.close()
    assert visits.problems == []


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    is_on: bool = request.param
    return is_on
