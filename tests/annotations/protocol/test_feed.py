"""The Atom feed: valid by RFC 4287 whatever people write, newest first, kept by readers."""

from datetime import UTC, datetime
from xml.etree import ElementTree as XmlTree

from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from app.annotations.protocol.feed import make_feed
from app.annotations.protocol.records import Record
from app.markdown import clean_line, clean_text, render_markdown
from app.models import AnnotationKind, PlacementState
from tests.annotations.conftest import MILL, Mill
from tests.annotations.protocol.conftest import PLACES, annotate

FEED = f"{MILL}/annotations.atom"
ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "{http://purl.org/syndication/thread/1.0}"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def read(client: AsyncClient) -> XmlTree.Element:
    answer = await client.get(FEED)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return XmlTree.fromstring(answer.content)


def text(element: XmlTree.Element, name: str) -> str:
    [found] = element.findall(ATOM + name)
    assert found.text
    return found.text


async def test_a_feed_and_each_entry_have_what_they_must_once(client: AsyncClient, mill: Mill) -> None:
    annotation = await annotate(mill, "Who *counted*?", tags=["grain"])
    feed = await read(client)
    assert text(feed, "id") == PLACES.feed
    assert text(feed, "title") == "Annotations: The mill"
    assert [link.get("href") for link in feed.findall(f"{ATOM}link[@rel='self']")] == [PLACES.feed]
    [entry] = feed.findall(f"{ATOM}entry")
    assert text(entry, "id") == PLACES.annotation(annotation.id)
    assert text(entry, "title") == "A note on “feeds the town”"
    assert text(entry, "updated") == text(entry, "published") == text(feed, "updated")
    assert text(entry.find(f"{ATOM}author"), "name") == "Author"  # type: ignore[arg-type]
    assert [tag.get("term") for tag in entry.findall(f"{ATOM}category")] == ["grain"]
    [content] = entry.findall(f"{ATOM}content")
    assert content.get("type") == "html"
    assert "<em>counted</em>" in (content.text or "")
    assert "<blockquote>feeds the town</blockquote>" in (content.text or "")


async def test_an_empty_feed_has_the_essays_date(client: AsyncClient, mill: Mill) -> None:
    feed = await read(client)
    assert datetime.fromisoformat(text(feed, "updated")) == mill.revision.published_at
    assert feed.findall(f"{ATOM}entry") == []


async def test_the_newest_come_first_and_an_edit_is_an_update(client: AsyncClient, mill: Mill) -> None:
    edited = datetime(2099, 1, 1, tzinfo=UTC)
    first = await annotate(mill, "First", edited_at=edited)
    second = await annotate(mill, "Second", kind=AnnotationKind.REPLY, parent_id=first.id)
    feed = await read(client)
    entries = feed.findall(f"{ATOM}entry")
    assert [text(entry, "id") for entry in entries] == [PLACES.annotation(one.id) for one in (second, first)]
    assert text(feed, "updated") == text(entries[1], "updated") == "2099-01-01T00:00:00Z"
    [thread] = entries[0].findall(f"{THREAD}in-reply-to")
    assert thread.get("ref") == PLACES.annotation(first.id)


async def test_at_most_fifty_are_in_it(client: AsyncClient, mill: Mill) -> None:
    for number in range(52):
        await annotate(mill, f"Note {number}")
    assert len((await read(client)).findall(f"{ATOM}entry")) == 50


async def test_readers_that_have_it_already_are_told_so(client: AsyncClient, mill: Mill) -> None:
    tag = (await client.get(FEED)).headers["etag"]
    assert (await client.get(FEED, headers={"If-None-Match": tag})).status_code == 304
    await annotate(mill)
    assert (await client.get(FEED, headers={"If-None-Match": tag})).status_code == 200


async def test_an_author_without_a_name_is_somebody(client: AsyncClient, mill: Mill) -> None:
    await annotate(mill, author_id=None)
    [entry] = (await read(client)).findall(f"{ATOM}entry")
    assert text(entry.find(f"{ATOM}author"), "name") == "Somebody"  # type: ignore[arg-type]


def storable(clean: object) -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(clean)  # type: ignore[arg-type]


@given(
    body=storable(clean_text),
    exact=storable(clean_text).filter(bool),
    name=storable(clean_line),
    tag=storable(clean_line),
)
def test_whatever_is_written_the_feed_is_well_formed(body: str, exact: str, name: str, tag: str) -> None:
    record = Record(
        id=1, kind=AnnotationKind.NOTE, parent_id=None, body_markdown=body, body_html=render_markdown(body), tags=[tag],
        source_iri=None, canonical_iri=None, source_creator=None, source_created_at=None, created_at=LONG_AGO,
        edited_at=None, author_username="ada", author_name=name, is_simulated=False, marked_on=1, start=0, end=1,
        exact=exact, prefix="", suffix="", state=PlacementState.EXACT, score=1.0, placed_start=0, placed_end=1,
    )  # fmt: skip
    feed = XmlTree.fromstring(make_feed(name, [record], LONG_AGO, PLACES))
    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}category").get("term") == tag  # type: ignore[union-attr]
