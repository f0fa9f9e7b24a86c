"""Strengths where arguments attack and support each other in circles, as in imported graphs: no leaf to begin with."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.models import Relation
from app.standing.strength import FORMULAS, Semantics, left_by

_STEP = 0.5
_MOST_STEPS = 2_000
_SETTLED = 1e-10

State = list[float]


@dataclass(frozen=True, slots=True)
class Link:
    """From the argument `source` to the argument `target`; an undercut goes to the link `target`. All are indexes."""

    source: int
    target: int
    relation: Relation
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class GraphStrengths:
    """`strengths` of the arguments and what each link passes on, in [0, 1]. If they have not settled, they go on
    changing whatever the time: no page should show them as if they were final.
    """

    strengths: tuple[float, ...]
    passed_on: tuple[float, ...]
    has_settled: bool


def graph_strengths(
    base: Sequence[float], links: Sequence[Link], semantics: Semantics = Semantics.QUADRATIC
) -> GraphStrengths:
    """Where ds/dt = f(s) − s comes to rest, started from the base scores in [0, 1] (Potyka 2018). On a tree that is
    what the leaves-first computation gives. What links pass on is part of the state. By Runge–Kutta of order 4.
    """
    circuit = _Circuit(base, links, semantics)
    state = [*base, *(base[link.source] * link.weight for link in links)]
    for _ in range(_MOST_STEPS):
        slope = circuit.slope(state)
        if max(map(abs, slope), default=0.0) < _SETTLED:
            return _result(state, len(base), has_settled=True)
        state = _next_state(circuit, state, slope)
    return _result(state, len(base), has_settled=False)


class _Circuit:
    def __init__(self, base: Sequence[float], links: Sequence[Link], semantics: Semantics) -> None:
        self.base, self.links, self.formulas = base, links, FORMULAS[semantics]
        self.supports: list[list[int]] = [[] for _ in base]
        self.attacks: list[list[int]] = [[] for _ in base]
        self.undercuts: list[list[int]] = [[] for _ in links]
        into = {Relation.SUPPORT: self.supports, Relation.REBUT: self.attacks, Relation.UNDERCUT: self.undercuts}
        for place, link in enumerate(links):
            into[link.relation][link.target].append(place)

    def slope(self, state: State) -> State:
        """f(s) − s, for the arguments and then for the links."""
        strengths, shares = state[: len(self.base)], state[len(self.base) :]
        aims = [
            self.formulas.strength(base, [shares[link] for link in supports], [shares[link] for link in attacks])
            for base, supports, attacks in zip(self.base, self.supports, self.attacks, strict=True)
        ] + [
            strengths[link.source] * link.weight * left_by([shares[undercut] for undercut in undercuts])
            for link, undercuts in zip(self.links, self.undercuts, strict=True)
        ]
        return [aim - value for aim, value in zip(aims, state, strict=True)]


def _next_state(circuit: _Circuit, state: State, first: State) -> State:
    second = circuit.slope(_moved(state, first, _STEP / 2))
    third = circuit.slope(_moved(state, second, _STEP / 2))
    fourth = circuit.slope(_moved(state, third, _STEP))
    mean = [(a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(first, second, third, fourth, strict=True)]
    return _moved(state, mean, _STEP)


def _moved(state: State, slope: State, step: float) -> State:
    return [value + step * change for value, change in zip(state, slope, strict=True)]


def _result(state: State, arguments: int, *, has_settled: bool) -> GraphStrengths:
    return GraphStrengths(tuple(state[:arguments]), tuple(state[arguments:]), has_settled)
