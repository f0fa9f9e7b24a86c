"""Why an argument has the strength that it has: the steps of the number, for a page to put in words.

From the argument's votes and from what it is kept to get of its replies, without what stands below it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.standing.strength import FORMULAS, Received, Semantics, base_score, weight
from app.standing.strength_tree import RatedArgument
from app.taken import name_taken, what_was_done


@dataclass(frozen=True, slots=True)
class ReplyShare:
    """What one reply brings: `strength` × `weight` (1; ½ while few voted on it; 0 where hidden or withdrawn) × `left`
    (by undercuts of it) is `passed_on`. `outdone_by` is the stronger reply of the same kind by the same author that
    counts in its stead; none where it counts itself.
    """

    id: int
    claim: str | None
    removed_under: str | None
    voters: int
    is_listed: bool
    strength: float
    left: float
    passed_on: float
    outdone_by: int | None

    @property
    def words(self) -> str:
        return self.claim or name_taken("An argument", self.removed_under)

    @property
    def why_not_listed(self) -> str:
        return "withdrawn" if self.claim is not None else what_was_done(self.removed_under)

    @property
    def counts(self) -> bool:
        return self.is_listed and self.outdone_by is None and self.passed_on > 0

    @property
    def weight(self) -> float:
        return weight(self.voters) if self.is_listed else 0.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """In this order: votes give the `base` score; what is `received` of supports and rebuttals brings `energy`
    together, which moves the base score by `step` to `strength`; `weight` and what undercuts leave say how much of that
    is `passed_on` to the argument above. `others`: what other formulas would make of the same votes and replies.
    """

    base: float
    received: Received
    energy: float
    strength: float
    weight: float
    others: Mapping[Semantics, float] = field(default_factory=dict)

    @property
    def step(self) -> float:
        return self.strength - self.base

    @property
    def passed_on(self) -> float:
        return self.strength * self.weight * self.received.undercuts_leave


def explain(argument: RatedArgument, received: Received, semantics: Semantics = Semantics.QUADRATIC) -> Explanation:
    base = base_score(argument.agree, argument.disagree)
    strengths = {each: formulas.move(base, received.energy(each)) for each, formulas in FORMULAS.items()}
    return Explanation(
        base=base,
        received=received,
        energy=received.energy(semantics),
        strength=strengths.pop(semantics),
        weight=weight(argument.voters) if argument.is_listed else 0.0,
        others=strengths,
    )
