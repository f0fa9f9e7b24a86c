"""Reads an annotation that another program sends: JSON-LD to plain values, or a Problem that names the member. Pure.

Members that are not read here are allowed and not kept; docs/INTERCHANGE.md lists what is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.annotations.protocol.documents import CONTEXT
from app.annotations.protocol.problems import Problem, Way
from app.annotations.protocol.targets import SentTarget, read_targets
from app.markdown import clean_line
from app.models import AnnotationKind

LONGEST_IRI = 2_000  # What browsers and servers take.
LONGEST_CREATOR = 100  # Twice the longest name here: of institutions, and of several people.

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20\ud800-\udfff]+")
_TEXTS = ("text/markdown", "text/plain", "")


@dataclass(frozen=True, slots=True)
class SentAnnotation:
    """`kind` is what it is unless it answers another one, which only the targets can tell."""

    kind: AnnotationKind
    body: str
    tags: list[str]
    targets: list[SentTarget]
    iri: str | None
    via: str | None
    canonical: str | None
    creator: str | None
    created: datetime | None
    target_as_sent: object

    @property
    def came_from(self) -> str | None:
        """What it was called where it came from."""
        return self.iri or self.via


def read_annotation(document: object, way: Way = (), *, needs_context: bool = True) -> SentAnnotation:
    """`way` leads to it within a larger document, for the pointers. Raises Problem."""
    if not isinstance(document, dict):
        raise Problem(way, "An annotation is an object.")
    if needs_context and CONTEXT not in _as_list(document.get("@context")):
        raise Problem((*way, "@context"), f"The context of an annotation is {CONTEXT}.")
    if "Annotation" not in _as_list(document.get("type")):
        raise Problem((*way, "type"), "The type of an annotation is “Annotation”.")
    motivations = _as_list(document.get("motivation"))
    body, tags = _read_bodies(document, way, motivations)
    return SentAnnotation(
        kind=AnnotationKind.QUESTION if "questioning" in motivations else AnnotationKind.NOTE,
        body=body,
        tags=tags,
        targets=read_targets(document, way),
        iri=_read_iri(document, way, "id"),
        via=_read_iri(document, way, "via"),
        canonical=_read_iri(document, way, "canonical"),
        creator=_read_creator(document.get("creator")),
        created=_read_time(document, way, "created"),
        target_as_sent=document.get("target"),
    )


def _as_list(value: object) -> Sequence[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _read_bodies(document: dict[str, Any], way: Way, motivations: Sequence[Any]) -> tuple[str, list[str]]:
    """The words, several texts with a blank line between them, and the tags."""
    if "bodyValue" in document:
        if "body" in document:
            raise Problem((*way, "bodyValue"), "An annotation has either “body” or “bodyValue”, not both.")
        return _text(document["bodyValue"], (*way, "bodyValue")), []
    body = document.get("body")
    words: list[str] = []
    tags: list[str] = []
    for index, one in enumerate(_as_list(body)):
        place = (*way, "body", index) if isinstance(body, list) else (*way, "body")
        purposes = _as_list(one.get("purpose")) if isinstance(one, dict) else []
        is_tag = "tagging" in purposes if purposes else list(motivations) == ["tagging"]
        (tags if is_tag else words).append(_read_text_body(one, place))
    return "\n\n".join(words), tags


def _read_text_body(body: object, way: Way) -> str:
    if not isinstance(body, dict) or "value" not in body:
        raise Problem(way, "A body has to be text that stands in the annotation: a TextualBody with its “value”.")
    media_type = body.get("format", "")
    if not isinstance(media_type, str) or media_type.partition(";")[0].strip().lower() not in _TEXTS:
        raise Problem((*way, "format"), "Texts are kept as text/markdown or text/plain.")
    return _text(body["value"], (*way, "value"))


def _text(value: object, way: Way) -> str:
    if not isinstance(value, str):
        raise Problem(way, "This has to be text.")
    return value


def _read_iri(document: dict[str, Any], way: Way, name: str) -> str | None:
    """Of several, as `via` may have, the first."""
    values = _as_list(document.get(name))
    if not values:
        return None
    iri = values[0].get("id") if isinstance(values[0], dict) else values[0]
    if not isinstance(iri, str) or len(iri) > LONGEST_IRI or not _IRI.fullmatch(iri):
        raise Problem((*way, name), f"This has to be an IRI of at most {LONGEST_IRI:,} characters.")
    return iri


def _read_creator(creator: object) -> str | None:
    """The name that the first of them goes by."""
    first = next(iter(_as_list(creator)), None)
    names = [first.get(key) for key in ("name", "nickname", "id")] if isinstance(first, dict) else [first]
    for name in names:
        one = next(iter(_as_list(name)), None)
        if isinstance(one, str) and (shown := _clean_name(one)):
            return shown
    return None


def _clean_name(name: str) -> str:
    try:
        return clean_line(name)[:LONGEST_CREATOR]
    except ValueError:
        return ""


def _read_time(document: dict[str, Any], way: Way, name: str) -> datetime | None:
    value = document.get(name)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(_text(value, (*way, name)))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Problem((*way, name), "This has to be a date and time with its zone, such as 2026-03-01T12:00:00Z.")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise Problem((*way, name), "This date is beyond all calendars.") from None
