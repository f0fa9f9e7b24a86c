"""Everything that a run computes, as one value that JSON can hold. Only processes of their own import this (numpy)."""

from array import array
from random import Random
from typing import Any

import numpy as np

from app.standing.findings import find_all
from app.standing.opinion_groups import (
    MATHEMATICS_VERSION,
    GroupCount,
    OpinionGroups,
    Previous,
    find_opinion_groups,
)
from app.standing.run_input import RunInput
from app.standing.shown_groups import choose_shown
from app.standing.stability import measure_stability
from app.standing.vote_table import VoteTable

__all__ = ["MATHEMATICS_VERSION", "Result", "analyse", "carry_over"]

Result = dict[str, Any]

GRID = 50  # Steps from the middle of the map to its edge: fine enough to see, too coarse to recognise votes by.
REACH_SHARE, EDGE = 0.97, 1.1  # The few who stand farther out are drawn at the edge, so that the others have room.
JITTER = 4  # Tenths of a step by which a dot is moved, so that people at one place are seen as several.
MOST_DOTS = 800  # More would only be black. People are in random order, so the first ones are a fair sample.
DIGITS = 6  # Of every number: what another machine's arithmetic leaves alone.


def analyse(run: RunInput) -> Result:
    votes = vote_table(run)
    found = find_opinion_groups(votes, _previous(run))
    stability = measure_stability(votes, found)
    shown = choose_shown(votes, found, are_reliable=stability.is_reliable)
    result = {
        **find_all(run, votes, found.groups, shown),
        "people": int((votes.votes_by_person() > 0).sum()),
        "votes": len(votes.sign),
        "statements": _statements(run, votes, found, shown),
        "map": _map(run, votes, found, shown),
        "groups": {
            "numbers": found.numbers,
            "shown": shown,
            "sizes": found.sizes,
            "centers": found.centers.tolist(),
            "count": [found.count.held, found.count.challenger, found.count.wins],
            "stability": stability.score,
            "is_reliable": stability.is_reliable,
            "grouped": int((found.groups > 0).sum()),
        },
    }
    rounded: Result = _rounded(result)
    return rounded


def vote_table(run: RunInput) -> VoteTable:
    starts = np.asarray(run.starts)
    person = np.repeat(np.arange(run.people, dtype=np.int32), np.diff(starts))
    statement, sign = np.asarray(run.statement, dtype=np.int32), np.asarray(run.sign, dtype=np.int8)
    return VoteTable(run.people, len(run.statements), person, statement, sign)


def _previous(run: RunInput) -> Previous | None:
    return Previous(np.asarray(run.before, dtype=np.int8), GroupCount(*run.count)) if run.count else None


def carry_over(run: RunInput, previous: Result) -> tuple["array[int]", tuple[int, int, int]]:
    """In which group of the run before each person would stand with today's votes, and the state of their number.

    Who was in which group is not kept anywhere: it follows from where their votes put them on the map of that run.
    """
    known = {each["id"]: each for each in previous["statements"]}
    votes = vote_table(run)
    loadings = np.array([known[id]["place"] if id in known else (0.0, 0.0) for id in run.statements]).reshape(-1, 2)
    means = np.array([known[id]["mean"] if id in known else 0.0 for id in run.statements])
    cast = votes.votes_by_person()
    values = (votes.sign - means[votes.statement])[:, np.newaxis] * loadings[votes.statement]
    places = np.stack([np.bincount(votes.person, values[:, axis], run.people) for axis in (0, 1)], axis=1)
    places *= np.sqrt(len(known) / np.maximum(cast, 1))[:, np.newaxis]
    centers, numbers = np.array(previous["groups"]["centers"]), np.array(previous["groups"]["numbers"], np.int8)
    distances = ((places[:, np.newaxis, :] - centers[np.newaxis]) ** 2).sum(axis=2)
    before = np.where(cast > 0, numbers[distances.argmin(axis=1)], 0)
    held, challenger, wins = previous["groups"]["count"]
    return array("b", before.astype(np.int8).tobytes()), (held, challenger, wins)


def _statements(run: RunInput, votes: VoteTable, found: OpinionGroups, shown: tuple[int, ...]) -> list[Result]:
    """Of each statement its votes over all and by group, its mean, and where the map's directions get it from."""
    everybody = _counts(votes, np.ones(votes.people, bool))
    of_group = {number: _counts(votes, found.groups == number) for number in shown}
    return [
        {
            "id": id,
            "votes": everybody[place].tolist(),
            "groups": {str(number): counts[place].tolist() for number, counts in of_group.items()},
            "mean": float(found.map.means[place]),
            "place": found.map.loadings[place].tolist(),
            "extremity": float(found.map.extremity[place]),
        }
        for place, id in enumerate(run.statements)
    ]


def _counts(votes: VoteTable, are_chosen: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """(statements, 3): agree, disagree, pass of these people."""
    chosen = are_chosen[votes.person]
    counted = [
        np.bincount(votes.statement[chosen & (votes.sign == sign)], minlength=votes.statements) for sign in (1, -1, 0)
    ]
    return np.stack(counted, axis=1)


def _map(run: RunInput, votes: VoteTable, found: OpinionGroups, shown: tuple[int, ...]) -> Result:
    """Dots in steps of the grid, moved a little, of people who voted; `scale` is the length of a step."""
    voted = np.flatnonzero(votes.votes_by_person() > 0)
    places = found.map.places[voted]
    reach = np.abs(places).max(axis=1, initial=0)
    scale = max(EDGE * float(np.quantile(reach, REACH_SHARE)) if len(reach) else 0.0, 1e-9) / GRID
    random = Random(run.seed)  # noqa: S311  (nobody gains by guessing it; the run has to be the same again)
    dots = [
        [
            *(round(min(max(step, -GRID), GRID)) + random.randint(-JITTER, JITTER) / 10 for step in place / scale),
            int(group),
        ]
        for place, group in zip(places[:MOST_DOTS], found.groups[voted], strict=False)
    ]
    named = [[x, y, group if group in shown else 0] for x, y, group in dots]
    return {"scale": scale, "explained": found.map.explained.tolist(), "dots": named}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list | tuple) else value
