"""The newest annotations of a debate as an Atom feed (RFC 4287). Pure."""

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as XmlTree
from xml.etree.ElementTree import Element, SubElement

from markupsafe import Markup

from app.annotations.protocol.documents import utc
from app.annotations.protocol.places import Places
from app.annotations.protocol.records import Record

ENTRIES = 50
TITLE_WORDS = 80  # Characters of the essay's words in a title; the content has all of them.
MEDIA_TYPE = "application/atom+xml"
ATOM, THREAD = "http://www.w3.org/2005/Atom", "http://purl.org/syndication/thread/1.0"
XmlTree.register_namespace("", ATOM)
XmlTree.register_namespace("thr", THREAD)
UNKNOWN = "Somebody"  # An entry must have an author, also when the account is gone.


def make_feed(title: str, records: Sequence[Record], begun_at: datetime, places: Places) -> bytes:
    """`begun_at`: since when there is something to annotate; the feed's date while nobody has."""
    feed = Element(_atom("feed"))
    _text(feed, "id", places.feed)
    _text(feed, "title", f"Annotations: {title}")
    _text(feed, "updated", utc(max((record.changed_at for record in records), default=begun_at)))
    _link(feed, "self", places.feed, MEDIA_TYPE)
    _link(feed, "alternate", places.essay, "text/html")
    for record in records:
        _add_entry(feed, record, places)
    body: bytes = XmlTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _add_entry(feed: Element, record: Record, places: Places) -> None:
    entry = SubElement(feed, _atom("entry"))
    _text(entry, "id", places.annotation(record.id))
    _text(entry, "title", _title(record))
    _text(entry, "updated", utc(record.changed_at))
    _text(entry, "published", utc(record.created_at))
    _add_author(entry, record, places)
    _link(entry, "alternate", places.annotation(record.id), "text/html")
    if record.parent_id is not None:
        parent = places.annotation(record.parent_id)
        SubElement(entry, f"{{{THREAD}}}in-reply-to", {"ref": parent, "href": parent, "type": "text/html"})
    for tag in record.tags:
        SubElement(entry, _atom("category"), {"term": tag})
    _text(entry, "content", _content(record), type="html")


def _add_author(entry: Element, record: Record, places: Places) -> None:
    author = SubElement(entry, _atom("author"))
    own_name = record.author_name if record.source_creator is None else record.source_creator
    _text(author, "name", own_name or UNKNOWN)
    if record.source_creator is None and record.author_username is not None:
        _text(author, "uri", places.person(record.author_username))


def _title(record: Record) -> str:
    words = " ".join(record.exact.split())
    return f"A {record.kind} on “{words if len(words) <= TITLE_WORDS else words[:TITLE_WORDS] + '…'}”"


def _content(record: Record) -> str:
    """The words of the essay, then the note about them."""
    return str(Markup("<blockquote>{}</blockquote>\n{}").format(record.exact, Markup(record.body_html)))  # noqa: S704  (sanitised at write)


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, _atom(name), attributes).text = text


def _link(parent: Element, rel: str, href: str, media_type: str) -> None:
    SubElement(parent, _atom("link"), {"rel": rel, "href": href, "type": media_type})


def _atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"
