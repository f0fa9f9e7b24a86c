"""Strength and standing of arguments whose votes or replies changed, and of those above them, from what their replies
have: the path to the root, without the rest of the tree."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from app.models import Relation
from app.standing.strength import FORMULAS, Received, Semantics, base_score, weight
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
    received: Received = field(default_factory=Received)


@dataclass(frozen=True, slots=True)
class UsedElsewhere:
    """An argument, `source`, that answers `target` too. While it is listed and holds, it reaches that; it passes no
    strength on (docs/adr/0011). No argument may come to itself by replies and such links."""

    source: int
    target: int
    relation: Relation


def settle(rows: Iterable[Kept], ids: Collection[int], links: Collection[UsedElsewhere] = ()) -> list[Kept]:
    """The arguments of these ids anew, answers before what they answer. `rows` holds them, all replies to them, and
    what `links` use under them; whose id is named has every argument named too that it answers, there or elsewhere."""
    by_id = {row.argument.id: row for row in rows}
    replies: defaultdict[int | None, list[int]] = defaultdict(list)
    for id in sorted(by_id):
        replies[by_id[id].argument.parent_id].append(id)
    used: defaultdict[int, list[UsedElsewhere]] = defaultdict(list)
    for link in links:
        used[link.target].append(link)
    settled = []
    for id in _answers_first(by_id, ids, links):
        answering = [link.relation for link in used[id] if _stands(by_id[link.source])]
        by_id[id] = _settle_one(by_id[id], [by_id[reply] for reply in replies[id]], answering)
        settled.append(by_id[id])
    return settled


def _answers_first(by_id: dict[int, Kept], ids: Collection[int], links: Collection[UsedElsewhere]) -> list[int]:
    """Deepest first, which is enough in a tree; a link can lead to any depth, so with links what is answered waits."""
    deepest_first = sorted(ids, key=lambda id: (-by_id[id].depth, id))
    if not links:
        return deepest_first
    named = set(ids)
    answered: defaultdict[int, list[int]] = defaultdict(list)
    for id in deepest_first:
        if (parent := by_id[id].argument.parent_id) in named and parent is not None:
            answered[id].append(parent)
    for link in links:
        if link.source in named and link.target in named:
            answered[link.source].append(link.target)
    waits_for = Counter(target for targets in answered.values() for target in targets)
    ready = [id for id in reversed(deepest_first) if not waits_for[id]]
    order = []
    while ready:
        order.append(ready.pop())
        for target in answered[order[-1]]:
            waits_for[target] -= 1
            if not waits_for[target]:
                ready.append(target)
    # There can be no circle; were there one, it must not hold up all the others.
    return order + sorted(named - set(order), key=lambda id: (-by_id[id].depth, id))


def _stands(row: Kept) -> bool:
    return row.argument.is_listed and row.holds


def _settle_one(row: Kept, replies: list[Kept], answering: Collection[Relation] = ()) -> Kept:
    argument = row.argument
    received = Received.of(*(_shares(replies, relation) for relation in Relation))
    base = base_score(argument.agree, argument.disagree)
    strength = FORMULAS[SEMANTICS].move(base, received.energy(SEMANTICS))
    share = weight(argument.voters) if argument.is_listed else 0.0
    holds = not row.is_conceded and Relation.REBUT not in answering and not _is_reached(replies, Relation.REBUT)
    is_undercut = Relation.UNDERCUT in answering or _is_reached(replies, Relation.UNDERCUT)
    return replace(
        row,
        strength=strength,
        passed_on=strength * share * received.undercuts_leave,
        holds=holds,
        reaches=argument.is_listed and holds and not is_undercut,
        received=received,
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
