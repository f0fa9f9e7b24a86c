"""Reads the targets of an annotation that another program sends: what it names, and which words of it. Pure."""

from dataclasses import dataclass
from typing import Any

from app.annotations.protocol.problems import Problem, Way
from app.essays.selectors import TextPosition, TextQuote

LONGEST_QUOTE = 20_000  # Characters; what may be marked is far shorter, and is told so when it is found.
CONTEXT_READ = 500  # Characters of prefix and suffix; more tell nothing apart.
NO_TARGET = "An annotation has a target: words of the essay, or the annotation that it answers."
NO_QUOTE = "A position alone cannot be checked: add a TextQuoteSelector with the words that stand there."


@dataclass(frozen=True, slots=True)
class SentTarget:
    """A resource, and its words if the target has selectors. `way` names the target in problems."""

    way: Way
    source: str | None
    quote: TextQuote | None = None
    position: TextPosition | None = None


def read_targets(document: dict[str, Any], way: Way) -> list[SentTarget]:
    sent = document.get("target")
    if sent in (None, []):
        raise Problem((*way, "target"), NO_TARGET)
    if isinstance(sent, list):
        return [_read_target(one, (*way, "target", index)) for index, one in enumerate(sent)]
    return [_read_target(sent, (*way, "target"))]


def _read_target(target: object, way: Way) -> SentTarget:
    if isinstance(target, str):
        return SentTarget(way, target)
    if not isinstance(target, dict):
        raise Problem(way, "A target is an IRI or an object.")
    if "source" not in target:
        return SentTarget(way, _iri_of(target, way))
    source = _iri_of(target["source"], (*way, "source"))
    selectors = target.get("selector")
    if selectors is None:
        return SentTarget(way, source)
    return _read_selectors(selectors, way, source)


def _iri_of(resource: object, way: Way) -> str:
    iri = resource.get("id") if isinstance(resource, dict) else resource
    if not isinstance(iri, str):
        raise Problem(way, "This has to be an IRI, or an object that has one as its “id”.")
    return iri


def _read_selectors(selectors: object, way: Way, source: str) -> SentTarget:
    """The first of each kind that we can check; others, such as for pages of HTML, say nothing about our text."""
    quote: TextQuote | None = None
    position: TextPosition | None = None
    for index, one in enumerate(selectors if isinstance(selectors, list) else [selectors]):
        place = (*way, "selector", index) if isinstance(selectors, list) else (*way, "selector")
        kind = one.get("type") if isinstance(one, dict) else None
        if kind == "TextQuoteSelector":
            quote = quote or _read_quote(one, place)
        elif kind == "TextPositionSelector":
            position = position or _read_position(one, place)
    if quote is None:
        raise Problem((*way, "selector"), NO_QUOTE)
    return SentTarget(way, source, quote, position)


def _read_quote(selector: dict[str, Any], way: Way) -> TextQuote:
    exact = selector.get("exact")
    if not isinstance(exact, str) or not exact.strip() or len(exact) > LONGEST_QUOTE:
        raise Problem((*way, "exact"), "A TextQuoteSelector has the words of the essay as its “exact”.")
    prefix, suffix = (_context(selector, name, way) for name in ("prefix", "suffix"))
    return TextQuote(exact, prefix[-CONTEXT_READ:], suffix[:CONTEXT_READ])


def _context(selector: dict[str, Any], name: str, way: Way) -> str:
    words = selector.get(name, "")
    if not isinstance(words, str):
        raise Problem((*way, name), "This has to be text.")
    return words


def _read_position(selector: dict[str, Any], way: Way) -> TextPosition:
    start, end = (_offset(selector, name, way) for name in ("start", "end"))
    if end < start:
        raise Problem((*way, "end"), "The end comes after the start.")
    return TextPosition(start, end)


def _offset(selector: dict[str, Any], name: str, way: Way) -> int:
    offset = selector.get(name)
    if not isinstance(offset, int) or isinstance(offset, bool) or offset < 0:
        raise Problem((*way, name), "This has to be a number of characters, from 0.")
    return offset
