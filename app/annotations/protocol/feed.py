"""The newest annotations of a debate as an Atom feed. Pure."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from app.annotations.protocol.places import Places
from app.annotations.protocol.records import Record
from app.atom import Entry, Feed, write_feed

TITLE_WORDS = 80  # Characters of the essay's words in a title; the content has all of them.


def make_feed(title: str, records: Sequence[Record], begun_at: datetime, places: Places) -> bytes:
    """`begun_at`: since when there is something to annotate; the feed's date while nobody has."""
    entries = [_entry(record, places) for record in records]
    return write_feed(Feed(places.feed, f"Annotations: {title}", places.essay, begun_at, entries))


def _entry(record: Record, places: Places) -> Entry:
    is_own = record.source_creator is None  # Otherwise it was written elsewhere, by whom that says.
    username = record.author_username if is_own else None
    return Entry(
        url=places.annotation(record.id),
        title=_title(record),
        updated=record.changed_at,
        published=record.created_at,
        author_name=record.author_name if is_own else record.source_creator,
        author_url=places.person(username) if username is not None else None,
        html=_content(record),
        answers_url=places.annotation(record.parent_id) if record.parent_id is not None else None,
        categories=record.tags,
    )


def _title(record: Record) -> str:
    words = " ".join(record.exact.split())
    return f"A {record.kind} on “{words if len(words) <= TITLE_WORDS else words[:TITLE_WORDS] + '…'}”"


def _content(record: Record) -> str:
    """The words of the essay, then the note about them."""
    return str(Markup("<blockquote>{}</blockquote>\n{}").format(record.exact, Markup(record.body_html)))  # noqa: S704  (sanitised at write)
