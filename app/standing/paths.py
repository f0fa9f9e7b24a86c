"""Strength and standing of arguments whose votes or replies changed, and of those above them, from what their replies
have: the path to the root, without the rest of the tree."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from app.models import Relation
from app.standing.strength import FORMULAS, Semantics, base_score, left_by, weight
from app.standing.strength_tree import RatedArgument

SEMANTICS = Semantics.QUADRATIC


@dataclass(frozen=True, slots=True)
class Kept:
    """An argument with what is kept of it: `holds` while no rebuttal of it reaches it; it `reaches` its parent while it
    is listed, holds, and no undercut of it reaches it. That is the grounded labelling of a tree.
    """

    argument: RatedArgument
    depth: int
    is_conceded: bool
    strength: float
    passed_on: float
    holds: bool
    reaches: bool


def settle(rows: Iterable[Kept], ids: Collection[int]) -> list[Kept]:
    """The arguments of these ids anew, deepest first. `rows` holds them and all replies to them; whose id is named has
    every argument above it named too."""
    by_id = {row.argument.id: row for row in rows}
    replies: defaultdict[int | None, list[int]] = defaultdict(list)
    for id in sorted(by_id):
        replies[by_id[id].argument.parent_id].append(id)
    settled = []
    for id in sorted(ids, key=lambda id: (-by_id[id].depth, id)):
        by_id[id] = _settle_one(by_id[id], [by_id[reply] for reply in replies[id]])
        settled.append(by_id[id])
    return settled


def _settle_one(row: Kept, replies: list[Kept]) -> Kept:
    argument = row.argument
    supports, attacks, undercuts = (_shares(replies, relation) for relation in Relation)
    base = base_score(argument.agree, argument.disagree)
    strength = FORMULAS[SEMANTICS].strength(base, supports, attacks)
    share = weight(argument.voters) if argument.is_listed else 0.0
    holds = not row.is_conceded and not _is_reached(replies, Relation.REBUT)
    return replace(
        row,
        strength=strength,
        passed_on=strength * share * left_by(undercuts),
        holds=holds,
        reaches=argument.is_listed and holds and not _is_reached(replies, Relation.UNDERCUT),
    )


def _shares(replies: list[Kept], relation: Relation) -> Collection[float]:
    """What replies of one relation pass on: of one author's only the most; those without an author count each."""
    shares: dict[object, float] = {}
    for reply in replies:
        argument = reply.argument
        if argument.relation == relation:
            author = ("reply", argument.id) if argument.author_id is None else argument.author_id
            shares[author] = max(shares.get(author, 0.0), reply.passed_on)
    return shares.values()


def _is_reached(replies: list[Kept], relation: Relation) -> bool:
    return any(reply.reaches for reply in replies if reply.argument.relation == relation)
