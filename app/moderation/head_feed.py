"""The log's daily heads as an Atom feed (RFC 4287): whoever subscribes keeps them where this site cannot change them.

Pure.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as XmlTree
from xml.etree.ElementTree import Element, SubElement

from app.moderation.chain_queries import DayHead

MEDIA_TYPE = "application/atom+xml"
ATOM = "http://www.w3.org/2005/Atom"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # A feed has to have a date, also while it is empty.


def make_head_feed(site_name: str, origin: str, heads: Sequence[DayHead]) -> bytes:
    feed = Element("feed", xmlns=ATOM)
    _text(feed, "id", f"{origin}/log/heads.atom")
    _text(feed, "title", f"{site_name}: heads of the public log")
    _text(feed, "updated", _utc(heads[0].taken_at if heads else BEGINNING))
    SubElement(feed, "link", {"rel": "self", "href": f"{origin}/log/heads.atom", "type": MEDIA_TYPE})
    SubElement(feed, "link", {"rel": "alternate", "href": f"{origin}/log/head", "type": "text/html"})
    author = SubElement(feed, "author")
    _text(author, "name", site_name)
    for head in heads:
        entry = SubElement(feed, "entry")
        _text(entry, "id", f"{origin}/log/head#day-{head.day:%Y-%m-%d}")
        _text(entry, "title", f"{head.day:%Y-%m-%d}: entry {head.number}")
        _text(entry, "updated", _utc(head.taken_at))
        SubElement(entry, "link", {"rel": "alternate", "href": f"{origin}/log/head", "type": "text/html"})
        _text(entry, "content", f"{head.number}:{head.hash}")
    body: bytes = XmlTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
