"""What a run says beyond the map: what groups stand for, what unites and divides, bridges, cruxes, the swing."""

from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np

from app.standing import cruxes, swing
from app.standing.bridging import Bridge, rank_bridges
from app.standing.group_names import Groups
from app.standing.representative import GroupVotes, consensus, count_by_group, representative_statements
from app.standing.run_input import NO_STANCE, UNDECIDED, RunInput
from app.standing.vote_table import VoteTable

Result = dict[str, Any]

MOST_SHOWN = 5  # Statements of each kind: more would not be read.
FEWEST_VOTES_EACH = 5  # Of each group, before a statement is said to unite or divide them.


def find_all(run: RunInput, votes: VoteTable, groups: Groups, shown: tuple[int, ...]) -> Result:
    """`shown`: the groups of which something may be said."""
    counted = count_by_group(votes, groups, shown)
    return {
        "representative": _representative(run, counted),
        "uniting": _uniting(run, counted),
        "dividing": _dividing(run, counted),
        "consensus": _consensus(run, votes),
        "bridges": [_bridge(run, bridge) for bridge in _worth_showing(rank_bridges(votes))],
        "cruxes": _cruxes(run, votes),
        "swing": _swing(run),
    }


def _representative(run: RunInput, counted: GroupVotes) -> Result:
    return {
        str(number): [{**asdict(each), "id": run.statements[each.statement]} for each in found]
        for number, found in representative_statements(counted).items()
    }


def _uniting(run: RunInput, counted: GroupVotes) -> list[Result]:
    """Group-aware consensus: more than half of each group, and enough of each, think so; by the product of shares."""
    found: list[Result] = []
    for sign, opinion in ((1, counted.agree), (-1, counted.disagree)):
        shares = (opinion + 1) / (counted.seen + 2)
        are_uniting = _are_enough(counted) & (shares > 0.5).all(axis=0)
        found += [
            {"id": run.statements[place], "sign": sign, "score": float(shares[:, place].prod())}
            for place in np.flatnonzero(are_uniting)
        ]
    return sorted(found, key=lambda each: (-each["score"], each["id"]))[:MOST_SHOWN]


def _dividing(run: RunInput, counted: GroupVotes) -> list[Result]:
    """Where shares of agreement differ most: one group mostly agrees, another mostly does not."""
    if len(counted.numbers) < 2:
        return []
    shares = (counted.agree + 1) / (counted.seen + 2)
    spread = shares.max(axis=0) - shares.min(axis=0)
    is_divided = _are_enough(counted) & (shares.max(axis=0) > 0.5) & (shares.min(axis=0) < 0.5)
    found = [{"id": run.statements[place], "spread": float(spread[place])} for place in np.flatnonzero(is_divided)]
    return sorted(found, key=lambda each: (-each["spread"], each["id"]))[:MOST_SHOWN]


def _are_enough(counted: GroupVotes) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    if len(counted.numbers) < 2:
        return np.zeros(counted.seen.shape[1], bool)
    return np.asarray((counted.seen >= FEWEST_VOTES_EACH).all(axis=0))


def _consensus(run: RunInput, votes: VoteTable) -> list[Result]:
    found = sorted(consensus(votes) + consensus(votes, -1), key=lambda each: (-each.share * each.z, each.statement))
    return [{**asdict(each), "id": run.statements[each.statement]} for each in found[:MOST_SHOWN]]


def _worth_showing(bridges: list[Bridge]) -> list[Bridge]:
    """Only with the two-sided minimum."""
    return [bridge for bridge in bridges if bridge.can_be_shown][:MOST_SHOWN]


def _bridge(run: RunInput, bridge: Bridge) -> Result:
    return {**asdict(bridge), "id": run.statements[bridge.statement], "is_helpful": bridge.is_helpful}


def _cruxes(run: RunInput, votes: VoteTable) -> list[Result]:
    index = {number: place for place, number in enumerate(run.positions)}
    index |= {UNDECIDED: cruxes.UNDECIDED, NO_STANCE: cruxes.NO_STANCE}
    stances = np.array([index[number] for number in run.latest], dtype=np.int8)
    found = cruxes.find_cruxes(votes, stances, len(run.positions))
    return [
        {
            **asdict(crux),
            "id": run.statements[crux.statement],
            "position": run.positions[crux.position],
            "is_clear": crux.is_clear,
        }
        for crux in found[:MOST_SHOWN]
    ]


def _swing(run: RunInput) -> Result:
    """Of people with a first and a latest stance. Margins are given for each pair of positions."""
    index: dict[int, int | None] = {number: place for place, number in enumerate(run.positions)}
    index[UNDECIDED] = None
    both = [
        (index[first], index[latest])
        for first, latest in zip(run.first, run.latest, strict=True)
        if NO_STANCE not in (first, latest)
    ]
    measured = swing.measure_swing(swing.transition_matrix(both, len(run.positions)))
    margins = [swing.compare(measured.matrix, *pair) for pair in combinations(range(len(run.positions)), 2)]
    return {
        "positions": run.positions,
        "matrix": measured.matrix,
        "people": measured.people,
        "churn": measured.churn,
        "changes": [_change(change) for change in measured.changes],
        "margins": [
            {
                "one": run.positions[margin.one],
                "other": run.positions[margin.other],
                "to_one": margin.switched_to_one,
                "to_other": margin.switched_to_other,
                "p_value": margin.p_value,
                **_change(margin.change),
            }
            for margin in margins
        ],
    }


def _change(change: swing.Change) -> Result:
    return {
        "points": change.points,
        "error": change.standard_error,
        "interval": change.interval,
        "is_too_close": change.is_too_close,
    }
