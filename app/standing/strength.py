"""How strong an argument is: votes on its claim, and how strong what supports and attacks it is, from 0 to 1.

Plain Python, so that a vote can use it in the server. docs/MATHEMATICS.md names where each formula comes from.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from math import exp, fsum, prod

FEWEST_VOTERS = 3  # Below, friends of the author could decide alone; what it passes on counts half.
SHARE_WITH_FEW_VOTERS = 0.5
_LARGEST_EXPONENT = 700.0  # e to more than this is no float any more; the strength is 1 long before.


class Semantics(StrEnum):
    """How supports and attacks move an argument away from its base score."""

    DF_QUAD = "df-quad"
    QUADRATIC = "quadratic"
    EULER = "euler"


@dataclass(frozen=True, slots=True)
class Formulas:
    """`gather`: what shares of one kind, each in [0, 1], bring together, in any order. `move`: a base score in [0, 1]
    moved towards 1 where supports prevail (`energy`, supports minus attacks, above 0), towards 0 where attacks do.
    """

    gather: Callable[[Collection[float]], float]
    move: Callable[[float, float], float]

    def strength(self, base: float, supports: Collection[float], attacks: Collection[float]) -> float:
        """In [0, 1], from what the replies pass on."""
        return self.move(base, self.gather(supports) - self.gather(attacks))


@dataclass(frozen=True, slots=True)
class Received:
    """What an argument gets of its replies: the sums of what supports and rebuttals pass on, and of each relation
    Π(1 − share), by which formulas with products go, and undercuts."""

    supported: float = 0.0
    attacked: float = 0.0
    supports_leave: float = 1.0
    attacks_leave: float = 1.0
    undercuts_leave: float = 1.0

    @classmethod
    def of(cls, supports: Collection[float], attacks: Collection[float], undercuts: Collection[float]) -> "Received":
        return cls(fsum(supports), fsum(attacks), left_by(supports), left_by(attacks), left_by(undercuts))

    def energy(self, semantics: "Semantics") -> float:
        """Supports minus attacks, as a formula gathers them."""
        if semantics is Semantics.DF_QUAD:
            return (1 - self.supports_leave) - (1 - self.attacks_leave)
        return self.supported - self.attacked


def base_score(agree: int, disagree: int) -> float:
    """(agree + 1) / (agree + disagree + 2): 0.5 without votes, 0 and 1 never. Laplace's rule of succession."""
    if agree < 0 or disagree < 0:
        raise ValueError("Votes are counted from 0.")
    return (agree + 1) / (agree + disagree + 2)


def left_by(undercuts: Collection[float]) -> float:
    """Π(1 − share): how much of what an argument passes on is left by its undercuts, given what they pass on."""
    if not undercuts:
        return 1.0
    return prod(sorted([1 - share for share in undercuts]))  # In one order, so that it is the same to the last bit.


def at_least_one(shares: Collection[float]) -> float:
    """1 − Π(1 − share)."""
    return 1 - left_by(shares)


def move_by_share(base: float, energy: float) -> float:
    """DF-QuAD: Rago, Toni, Aurisicchio and Baroni 2016. Energy in [−1, 1]."""
    return base + (1 - base) * energy if energy > 0 else base + base * energy


def move_by_square(base: float, energy: float) -> float:
    """Quadratic energy: Potyka 2018."""
    square = energy * energy
    pull = square / (1 + square)
    return base + (1 - base) * pull if energy > 0 else base - base * pull


def move_by_exponent(base: float, energy: float) -> float:
    """Euler-based: Amgoud and Ben-Naim 2018."""
    return 1 - (1 - base * base) / (1 + base * exp(min(energy, _LARGEST_EXPONENT)))


FORMULAS = {
    Semantics.DF_QUAD: Formulas(at_least_one, move_by_share),
    Semantics.QUADRATIC: Formulas(fsum, move_by_square),
    Semantics.EULER: Formulas(fsum, move_by_exponent),
}


def weight(voters: int) -> float:
    """How much of its strength an argument can pass on, by how many people voted on it."""
    return 1.0 if voters >= FEWEST_VOTERS else SHARE_WITH_FEW_VOTERS
