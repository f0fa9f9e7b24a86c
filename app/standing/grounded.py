"""Which arguments stand: the grounded labelling (Dung 1995). What is attacked stands once its attackers are answered.

Beside each argument there is its *step* to what it speaks to: rebuttals attack arguments, undercuts steps. A step
stands if its argument stands and every undercut of it is answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.models import Relation


class Label(StrEnum):
    """In: all attackers are out. Out: some attacker is in. Undecided: neither, which takes a circle of attacks."""

    IN = "in"
    OUT = "out"
    UNDECIDED = "undecided"


class Standing(StrEnum):
    UNANSWERED = "unanswered"
    ANSWERED = "answered"
    CONCEDED = "conceded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Step:
    """From the argument `source` to the argument `rebuts`, or to the step `undercuts`; to neither for a support. Both
    are indexes. `is_given_up`: hidden, withdrawn or conceded, so that it attacks nothing.
    """

    source: int
    rebuts: int | None = None
    undercuts: int | None = None
    is_given_up: bool = False


@dataclass(frozen=True, slots=True)
class PlacedArgument:
    """What standing has to know of an argument. `is_hidden` by moderators."""

    id: int
    parent_id: int | None = None
    relation: Relation | None = None
    is_hidden: bool = False
    is_withdrawn: bool = False
    is_conceded: bool = False


def standings(arguments: Iterable[PlacedArgument]) -> dict[int, Standing]:
    """For readers, by id: unanswered where an argument and its step stand. Raises KeyError for a parent that is not
    among the arguments.
    """
    placed = list(arguments)
    index = {argument.id: place for place, argument in enumerate(placed)}
    _, labels = label_graph(len(placed), [_step(argument, index) for argument in placed])
    return {argument.id: _standing(argument, label) for argument, label in zip(placed, labels, strict=True)}


def _step(argument: PlacedArgument, index: dict[int, int]) -> Step:
    parent = None if argument.parent_id is None else index[argument.parent_id]
    return Step(
        source=index[argument.id],
        rebuts=parent if argument.relation is Relation.REBUT else None,
        undercuts=parent if argument.relation is Relation.UNDERCUT else None,
        is_given_up=argument.is_hidden or argument.is_withdrawn or argument.is_conceded,
    )


def _standing(argument: PlacedArgument, label: Label) -> Standing:
    if argument.is_withdrawn:
        return Standing.WITHDRAWN
    if argument.is_conceded:
        return Standing.CONCEDED
    return Standing.UNANSWERED if label is Label.IN else Standing.ANSWERED


def label_graph(arguments: int, steps: Sequence[Step]) -> tuple[list[Label], list[Label]]:
    """Labels of arguments 0 … `arguments` − 1 and of the steps, for graphs with or without circles, in linear time."""
    labels = [Label.UNDECIDED] * (arguments + len(steps))  # Of arguments, and after them of steps: both are points.
    waits_for = [0] * len(labels)  # How many points have still to be settled in its favour before a point is in.
    followers: list[list[int]] = [[] for _ in labels]
    for point, step in enumerate(steps, start=arguments):
        followers[step.source].append(point)
        waits_for[point] += 2 if step.is_given_up else 1
        target = step.rebuts if step.undercuts is None else arguments + step.undercuts
        if target is not None:
            followers[point].append(target)
            waits_for[target] += 1
    decided = [(point, Label.OUT) for point, step in enumerate(steps, start=arguments) if step.is_given_up]
    decided += [(point, Label.IN) for point, waiting in enumerate(waits_for) if waiting == 0]
    while decided:
        point, label = decided.pop()
        if labels[point] is not Label.UNDECIDED:
            continue
        labels[point] = label
        is_favourable = (label is Label.IN) == (point < arguments)  # Steps follow their argument, and defeat others.
        for follower in followers[point]:
            waits_for[follower] -= is_favourable
            if not is_favourable:
                decided.append((follower, Label.OUT))
            elif waits_for[follower] == 0:
                decided.append((follower, Label.IN))
    return labels[:arguments], labels[arguments:]
