"""Finds a seed's quotes in the essay's text: exactly, in one place, or not at all."""

from collections.abc import Iterator

from app.essays.nearest import nearest_words
from app.interchange.seed import SeedArgument, SeedDebate, SeedError, SeedQuote

Span = tuple[int, int]  # Code points of the canonical text, end exclusive.


def check_quotes(seed: SeedDebate, canonical_text: str) -> dict[str, tuple[Span, ...]]:
    """Where each argument's quotes stand, by the argument's key and in the quotes' order, or a SeedError.

    `canonical_text` is the essay's plain text: NFC, blocks separated by a blank line.
    """
    return {argument.key: _spans(seed, argument, canonical_text) for argument in seed.arguments}


def _spans(seed: SeedDebate, argument: SeedArgument, text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    for quote in argument.quotes:
        span = _span(seed, argument, quote, text)
        if span in spans:
            problem = f"quotes the same place twice: “{quote.text}”."
            raise SeedError(seed.file, f"argument {argument.key}", problem, "Remove one of the two.")
        spans.append(span)
    return tuple(spans)


def _span(seed: SeedDebate, argument: SeedArgument, quote: SeedQuote, text: str) -> Span:
    starts = list(_occurrences(quote.text, text))
    if not starts:
        raise _not_found(seed, argument, quote, text)
    if quote.occurrence is None and len(starts) > 1:
        raise _ambiguous(seed, argument, quote, len(starts))
    if (quote.occurrence or 1) > len(starts):
        problem = f"occurrence {quote.occurrence} of “{quote.text}” does not exist."
        remedy = f"{seed.essay.file} holds these words {len(starts)} times: count from 1."
        raise SeedError(seed.file, f"argument {argument.key}", problem, remedy)
    start = starts[(quote.occurrence or 1) - 1]
    return start, start + len(quote.text)


def _occurrences(words: str, text: str) -> Iterator[int]:
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + 1)


def _not_found(seed: SeedDebate, argument: SeedArgument, quote: SeedQuote, text: str) -> SeedError:
    nearest = nearest_words(quote.text, text)
    problem = f"{seed.essay.file} does not hold the exact words “{quote.text}”."
    remedy = f"The nearest text is “{nearest}”: copy from there." if nearest else "Copy the words from the essay."
    return SeedError(seed.file, f"argument {argument.key}", problem, remedy)


def _ambiguous(seed: SeedDebate, argument: SeedArgument, quote: SeedQuote, count: int) -> SeedError:
    problem = f"the words “{quote.text}” stand in {seed.essay.file} {count} times."
    remedy = "Quote a few more words, or say which: {text: …, occurrence: 2}."
    return SeedError(seed.file, f"argument {argument.key}", problem, remedy)
