"""The HTML of every page type is valid, and no link of the site leads nowhere.

What .htmlvalidate.json switches off of the recommended rules: buttons without `type` (in our forms they submit, which
is what HTML says), several buttons of one name (how a vote says which), the length of titles (a motion is a sentence).
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

from tests.e2e.markup import Markup
from tests.e2e.pages import PAGES, PageType, page_routes
from tests.e2e.people import browser
from tests.e2e.site import ROOT, Site


def test_every_page_of_the_site_is_in_the_table() -> None:
    assert page_routes() - {page.route for page in PAGES} == set()


async def test_html_is_valid(site: Site, places: dict[str, str], tmp_path: Path) -> None:
    for index, page in enumerate(PAGES):
        name = f"{index:02}-" + re.sub(r"\W+", "-", page.path).strip("-")
        (tmp_path / f"{name}.html").write_text(await _fetch(site, page, places))
    assert "\n".join(_validate(tmp_path)) == ""


def _validate(folder: Path) -> list[str]:
    """What html-validate says of each file; into a file, since it ends before a pipe has taken a long answer."""
    program = ROOT / "node_modules" / ".bin" / "html-validate"
    said = folder / "said.json"
    options = ["--config", str(ROOT / ".htmlvalidate.json"), "--formatter", f"json={said}"]
    subprocess.run([program, *options, folder], capture_output=True, check=False)
    return [
        f"{Path(file['filePath']).name}:{message['line']}: {message['message']} {message.get('selector')}"
        for file in json.loads(said.read_text())
        for message in file["messages"]
    ]


async def _fetch(site: Site, page: PageType, places: dict[str, str]) -> str:
    """The page; where it is to be seen with errors, as it comes back when its form is sent untouched."""
    async with browser(site, await site.session_of(page.user) if page.user else "") as client:
        answer = await client.get(page.path.format(**places))
        if page.submits:
            form = next(form for form in Markup(answer.text).forms if page.submits in form.label)
            answer = await client.post(form.action, data=form.sent)
    assert answer.status_code == page.status, f"{page.path} gave {answer.status_code}"
    return answer.text


FILES_LIMIT = 429  # The log has a file for each choice: so many at once meet a limit.


async def test_every_link_leads_somewhere(site: Site, places: dict[str, str]) -> None:
    """Followed from the front page, as a visitor: no dead address, and every #fragment names something there."""
    found = await _crawl(site)
    broken = [
        f"{link.address} gave {found[link.address].status}, linked from {link.source}"
        for link in _links(found)
        if found[link.address].status >= 400 and found[link.address].status != FILES_LIMIT
    ]
    lost = [
        f"{link.address}#{link.fragment}, linked from {link.source}"
        for link in _links(found)
        if link.fragment and link.fragment not in found[link.address].ids
    ]
    assert broken + lost == []

    assert len(found) > 50


class Link(NamedTuple):
    address: str
    fragment: str
    source: str


class Found(NamedTuple):
    status: int
    ids: set[str]
    links: list[Link]


def _links(found: dict[str, Found]) -> Iterator[Link]:
    return (link for page in found.values() for link in page.links)


async def _crawl(site: Site) -> dict[str, Found]:
    found: dict[str, Found] = {}
    waiting = {"/"}
    async with browser(site) as client:
        while waiting:
            address = waiting.pop()
            answer = await client.get(address)
            is_page = "html" in answer.headers.get("content-type", "")
            markup = Markup(answer.text if is_page else "")
            hrefs = markup.links + [answer.headers.get("location", "")] * (answer.status_code == 303)
            links = [link for href in hrefs if (link := _own_link(site, address, href))]
            found[address] = Found(answer.status_code, markup.ids, links)
            waiting |= {link.address for link in links} - set(found)
    return found


def _own_link(site: Site, source: str, href: str) -> Link | None:
    """A link to the site itself. Where it leads back to is left out: every page has a way to sign in from there."""
    target, fragment = urldefrag(urljoin(site.origin + source, href))
    if not target.startswith(site.origin):
        return None
    return Link(re.sub(r"\?next=.*", "", target.removeprefix(site.origin)), unquote(fragment), source)
