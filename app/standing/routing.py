"""Which claim to show next to somebody who votes one after another. Plain Python: the server uses it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from random import Random

NOVELTY = 8  # A claim that nobody has seen is drawn about (1 + 8)² times as often as an old one …
NOVELTY_HALVES_EVERY = 5  # … and half of that is gone after five people.


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that the reader has not seen, by its votes. `extremity` ≥ 0, as `OpinionMap` has it; 0 if unknown."""

    id: int
    agree: int = 0
    disagree: int = 0
    passes: int = 0
    extremity: float = 0.0


def priority(candidate: Candidate) -> float:
    """[(1 − p) (1 + E) a (1 + 8 · 2^(−S/5))]² > 0 with p = (P + 1)/(S + 2), a = (A + 1)/(S + 2), S = A + D + P: Polis'
    routing. Rather what people have an opinion on, agree with, and what sets them apart; above all what is new.
    """
    seen = candidate.agree + candidate.disagree + candidate.passes
    passed, agreed = (candidate.passes + 1) / (seen + 2), (candidate.agree + 1) / (seen + 2)
    novelty = 1 + NOVELTY * 2 ** (-seen / NOVELTY_HALVES_EVERY)
    return float(((1 - passed) * (1 + candidate.extremity) * agreed * novelty) ** 2)


def draw_order(candidates: Sequence[Candidate], random: Random, most: int | None = None) -> list[Candidate]:
    """Up to `most` of them in the order in which they are shown: each is drawn from those left, with a chance in
    proportion to its priority (Efraimidis and Spirakis 2006).
    """
    keyed = [(log(1 - random.random()) / priority(candidate), candidate) for candidate in candidates]
    keyed.sort(key=lambda pair: (-pair[0], pair[1].id))
    return [candidate for _, candidate in keyed[:most]]
