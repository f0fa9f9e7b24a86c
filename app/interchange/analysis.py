"""What opinion groups there are in votes, what each stands for and what all agree on: for a command, from any votes.

Only commands import this (numpy).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.interchange.polis import Conversation
from app.spreadsheets import write_csv
from app.standing.bridging import Bridge, rank_bridges
from app.standing.opinion_groups import OpinionGroups, find_opinion_groups
from app.standing.representative import (
    Agreed,
    GroupVotes,
    Representative,
    consensus,
    count_by_group,
    group_aware_consensus,
    representative_statements,
)
from app.standing.shown_groups import choose_shown
from app.standing.stability import Stability, measure_stability
from app.standing.vote_table import VoteTable, make_vote_table

SHOWN = 10  # Of lists that go on.
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Analysis:
    """`statements`: number and text of each index of the table."""

    statements: Sequence[tuple[int, str]]
    votes: VoteTable
    found: OpinionGroups
    stability: Stability
    counted: GroupVotes
    representative: dict[int, tuple[Representative, ...]]
    united: list[tuple[int, float]]  # Statements by group-aware consensus, and that.
    consensus: list[Agreed]
    bridges: list[Bridge]


def analyse_votes(statements: Sequence[tuple[int, str]], votes: VoteTable) -> Analysis:
    found = find_opinion_groups(votes)
    stability = measure_stability(votes, found)
    shown = choose_shown(votes, found, are_reliable=stability.is_reliable)
    counted = count_by_group(votes, found.groups, shown)
    scores = group_aware_consensus(counted) if shown else np.zeros(0)
    united = sorted(enumerate(scores.tolist()), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]
    agreed = [each for sign in (1, -1) for each in consensus(votes, sign)[:SHOWN]]
    bridges = [bridge for bridge in rank_bridges(votes) if bridge.can_be_shown][:SHOWN]
    representative = representative_statements(counted) if shown else {}
    return Analysis(statements, votes, found, stability, counted, representative, united, agreed, bridges)


def of_conversation(conversation: Conversation) -> tuple[list[tuple[int, str]], VoteTable]:
    """The statements that were not rejected, and the votes on these."""
    kept = [each for each in conversation.statements if not each.is_rejected]
    place = {each.number: index for index, each in enumerate(kept)}
    person = {voter: index for index, voter in enumerate(sorted(conversation.voters))}
    votes = [vote for vote in conversation.votes if vote.statement in place]
    table = make_vote_table(
        [person[vote.voter] for vote in votes],
        [place[vote.statement] for vote in votes],
        [vote.sign for vote in votes],
        len(person),
        len(kept),
    )
    return [(each.number, each.text) for each in kept], table


COLUMNS = (
    "section", "group", "statement", "text", "opinion", "votes", "seen", "share", "rest_share", "score", "factor",
)  # fmt: skip
OPINIONS = {1: "agree", -1: "disagree"}


def to_records(analysis: Analysis) -> Iterator[dict[str, Any]]:
    """One flat record for each finding."""
    for number, found in analysis.representative.items():
        for each in found:
            numbers = {"share": each.share, "rest_share": each.rest_share, "score": each.rank}
            yield _record(analysis, "representative", each.statement, each.sign, each.votes, each.seen, numbers, number)
    for statement, score in analysis.united:
        agree = int(analysis.counted.agree[:, statement].sum())
        seen = int(analysis.counted.seen[:, statement].sum())
        yield _record(analysis, "group-aware consensus", statement, 1, agree, seen, {"score": score})
    for agreed in analysis.consensus:
        numbers = {"share": agreed.share, "score": agreed.share * agreed.z}
        yield _record(analysis, "consensus", agreed.statement, agreed.sign, agreed.votes, agreed.seen, numbers)
    for bridge in analysis.bridges:
        numbers = {"score": bridge.score, "factor": bridge.factor}
        agree = sum(side.agree for side in bridge.sides)
        yield _record(analysis, "bridging", bridge.statement, 1, agree, bridge.seen, numbers)


def _record(
    analysis: Analysis, section: str, statement: int, sign: int, votes: int, seen: int, numbers: dict[str, float],
    group: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    number, text = analysis.statements[statement]
    rounded = {name: round(float(value), DIGITS) for name, value in numbers.items()}
    return {
        "section": section, "group": group, "statement": number, "text": text, "opinion": OPINIONS[sign],
        "votes": votes, "seen": seen, **rounded,
    }  # fmt: skip


def to_json(analysis: Analysis) -> dict[str, Any]:
    found, stability = analysis.found, analysis.stability
    return {
        "people": analysis.votes.people,
        "votes": len(analysis.votes.sign),
        "statements": len(analysis.statements),
        "mathematics_version": found.mathematics_version,
        "stability": None if np.isnan(stability.score) else round(stability.score, DIGITS),
        "groups_are_reliable": bool(analysis.representative),
        "groups": [
            {"number": number, "people": size} for number, size in zip(found.numbers, found.sizes, strict=True)
        ] if analysis.representative else [],
        "findings": list(to_records(analysis)),
    }  # fmt: skip


def to_csv(analysis: Analysis) -> str:
    return write_csv(COLUMNS, to_records(analysis))
