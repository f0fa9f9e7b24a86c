"""Annotations, their collection and its pages as JSON-LD of the W3C's Web Annotation Data Model. Pure.

docs/INTERCHANGE.md says why what is how, and which test holds each requirement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.annotations.protocol.places import Places
from app.annotations.protocol.records import Newest, Record, Summary
from app.atom import utc
from app.essays.selectors import Selectors, TextPosition, TextQuote, describe
from app.models import AnnotationKind, PlacementState

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
LDP_CONTEXT = "http://www.w3.org/ns/ldp.jsonld"
MOTIVATIONS = {
    AnnotationKind.NOTE: "commenting",
    AnnotationKind.QUESTION: "questioning",
    AnnotationKind.REPLY: "replying",
}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PageBounds:
    """Where a page stands: pages are named by the annotation that they come after, so that none shifts another."""

    after: int
    start_index: int
    previous: int | None
    next: int | None


def annotation_document(record: Record, newest: Newest, places: Places) -> Json:
    """An annotation that stands alone, with its context."""
    return {"@context": CONTEXT, **annotation_item(record, newest, places)}


def annotation_item(record: Record, newest: Newest, places: Places) -> Json:
    document: Json = {
        "id": places.annotation(record.id),
        "type": "Annotation",
        "motivation": MOTIVATIONS[record.kind],
        "creator": _creator(record, places),
        "created": utc(record.source_created_at or record.created_at),
        "modified": utc(record.edited_at) if record.edited_at else None,
        "canonical": record.canonical_iri,
        "via": record.source_iri,
        "body": _bodies(record),
        "target": _target(record, newest, places),
    }
    return {name: value for name, value in document.items() if value is not None}


def _creator(record: Record, places: Places) -> Json | None:
    """Of an imported annotation the name that came with it; nothing when there was none, or the account is gone."""
    if record.source_creator is not None:
        return {"type": "Person", "name": record.source_creator} if record.source_creator else None
    if record.author_username is None:
        return None
    return {
        "id": places.person(record.author_username),
        "type": "Software" if record.is_simulated else "Person",
        "name": record.author_name,
        "nickname": record.author_username,
    }


def _bodies(record: Record) -> Json | list[Json]:
    words = {
        "type": "TextualBody",
        "purpose": MOTIVATIONS[record.kind],
        "format": "text/markdown",
        "value": record.body_markdown,
    }
    tags = [{"type": "TextualBody", "purpose": "tagging", "format": "text/plain", "value": tag} for tag in record.tags]
    return [words, *tags] if tags else words


def _target(record: Record, newest: Newest, places: Places) -> Json | list[Json] | str:
    """The words where they were marked, and in the newest wording of the essay where they stand there.

    The first is always true, since a revision never changes. An orphan has no second: it stands nowhere else.
    """
    if record.parent_id is not None:
        return places.annotation(record.parent_id)
    marked = Selectors(
        TextPosition(record.start, record.end), TextQuote(record.exact, record.prefix, record.suffix)
    )  # fmt: skip
    target = _specific_resource(marked, record.marked_on, places)
    if record.marked_on == newest.number or record.state is None or record.placed_start is None:
        return target
    assert record.placed_end is not None
    placed = describe(newest.text, record.placed_start, record.placed_end)
    return [target, _specific_resource(placed, newest.number, places) | _state(record)]


def _specific_resource(selectors: Selectors, revision: int, places: Places) -> Json:
    quote, position = selectors.quote, selectors.position
    return {
        "type": "SpecificResource",
        "source": places.revision(revision),
        "scope": places.essay,
        "selector": [
            {"type": "TextQuoteSelector", "exact": quote.exact, "prefix": quote.prefix, "suffix": quote.suffix},
            {"type": "TextPositionSelector", "start": position.start, "end": position.end},
        ],
    }


def _state(record: Record) -> Json:
    """How truly the passage stands there. The vocabulary has no words for it: these are ours."""
    score = {"rejoinder:score": record.score} if record.state == PlacementState.FUZZY else {}
    return {"rejoinder:state": str(record.state), **score}


def collection_document(
    label: str, summary: Summary, places: Places, first: Json | str | None, last: int, *, only_iris: bool
) -> Json:
    """`first` is the address of the first page, or that page to be embedded; nothing where there are no annotations."""
    document: Json = {
        "@context": [CONTEXT, LDP_CONTEXT],
        "id": places.collection(only_iris=only_iris),
        "type": ["BasicContainer", "AnnotationCollection"],
        "label": label,
        "total": summary.total,
        "modified": utc(summary.modified) if summary.modified else None,
        "first": first,
        "last": places.page(last, only_iris=only_iris) if first is not None else None,
    }
    return {name: value for name, value in document.items() if value is not None}


def page_document(embedded: Json, summary: Summary, label: str, places: Places, *, only_iris: bool) -> Json:
    """A page that stands alone: with its context, and with the collection as an object."""
    collection: Json = {
        "id": places.collection(only_iris=only_iris),
        "type": "AnnotationCollection",
        "label": label,
        "total": summary.total,
    }
    if summary.modified:
        collection["modified"] = utc(summary.modified)
    return {"@context": CONTEXT, **embedded, "partOf": collection}


def page_item(
    records: Sequence[Record], newest: Newest, places: Places, bounds: PageBounds, *, only_iris: bool
) -> Json:
    """A page as it is embedded in its collection."""
    document: Json = {
        "id": places.page(bounds.after, only_iris=only_iris),
        "type": "AnnotationPage",
        "startIndex": bounds.start_index,
        "prev": places.page(bounds.previous, only_iris=only_iris) if bounds.previous is not None else None,
        "next": places.page(bounds.next, only_iris=only_iris) if bounds.next is not None else None,
        "items": [
            places.annotation(record.id) if only_iris else annotation_item(record, newest, places) for record in records
        ],
    }
    return {name: value for name, value in document.items() if value is not None}
