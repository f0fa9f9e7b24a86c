"""Atom feeds (RFC 4287). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as XmlTree
from xml.etree.ElementTree import Element, SubElement

ENTRIES = 50
MEDIA_TYPE = "application/atom+xml"
ATOM, THREAD = "http://www.w3.org/2005/Atom", "http://purl.org/syndication/thread/1.0"
XmlTree.register_namespace("", ATOM)
XmlTree.register_namespace("thr", THREAD)
UNKNOWN = "Somebody"  # An entry must have an author, also when the account is gone.


@dataclass(frozen=True, slots=True)
class Entry:
    """Addresses are absolute; the entry's is its id too."""

    url: str
    title: str
    updated: datetime
    published: datetime
    author_name: str | None
    author_url: str | None
    html: str
    answers_url: str | None = None
    categories: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    url: str
    title: str
    page_url: str  # The page that shows the same to people.
    begun_at: datetime  # Its date while it has no entry.
    entries: Sequence[Entry]


def write_feed(feed: Feed) -> bytes:
    root = Element(_atom("feed"))
    _text(root, "id", feed.url)
    _text(root, "title", feed.title)
    _text(root, "updated", utc(max((entry.updated for entry in feed.entries), default=feed.begun_at)))
    _link(root, "self", feed.url, MEDIA_TYPE)
    _link(root, "alternate", feed.page_url, "text/html")
    for entry in feed.entries:
        _add_entry(root, entry)
    body: bytes = XmlTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _add_entry(feed: Element, entry: Entry) -> None:
    element = SubElement(feed, _atom("entry"))
    _text(element, "id", entry.url)
    _text(element, "title", entry.title)
    _text(element, "updated", utc(entry.updated))
    _text(element, "published", utc(entry.published))
    author = SubElement(element, _atom("author"))
    _text(author, "name", entry.author_name or UNKNOWN)
    if entry.author_url is not None:
        _text(author, "uri", entry.author_url)
    _link(element, "alternate", entry.url, "text/html")
    if (parent := entry.answers_url) is not None:
        SubElement(element, f"{{{THREAD}}}in-reply-to", {"ref": parent, "href": parent, "type": "text/html"})
    for term in entry.categories:
        SubElement(element, _atom("category"), {"term": term})
    _text(element, "content", entry.html, type="html")


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, _atom(name), attributes).text = text


def _link(parent: Element, rel: str, href: str, media_type: str) -> None:
    SubElement(parent, _atom("link"), {"rel": rel, "href": href, "type": media_type})


def _atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def utc(at: datetime) -> str:
    """As xsd:dateTime with Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
