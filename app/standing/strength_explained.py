"""Why an argument has the strength that it has: the steps of the number, for a page to put in words."""

from dataclasses import dataclass

from app.models import Relation
from app.standing.strength import FORMULAS, Semantics, left_by
from app.standing.strength_tree import Node, RatedArgument, StrengthTree


@dataclass(frozen=True, slots=True)
class ReplyShare:
    """What one reply brings: `strength` × `weight` (1; ½ while few voted on it; 0 where hidden or withdrawn) × `left`
    (by undercuts of it) is `passed_on`. `outdone_by` is the stronger reply of the same kind by the same author that
    counts in its stead; none where it counts itself.
    """

    argument: RatedArgument
    strength: float
    weight: float
    left: float
    passed_on: float
    outdone_by: int | None

    @property
    def counts(self) -> bool:
        return self.outdone_by is None and self.passed_on > 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """In this order: votes give the `base` score; the supports that count bring `supported` together, the rebuttals
    `attacked`; their difference `energy` moves the base score by `step` to `strength`; `weight` and `left`, after the
    undercuts, say how much of that is `passed_on` to the argument above. Replies are sorted by what they pass on.
    """

    argument: RatedArgument
    semantics: Semantics
    base: float
    supports: tuple[ReplyShare, ...]
    attacks: tuple[ReplyShare, ...]
    undercuts: tuple[ReplyShare, ...]
    supported: float
    attacked: float
    energy: float
    strength: float
    weight: float
    left: float
    passed_on: float

    @property
    def step(self) -> float:
        return self.strength - self.base


def explain(tree: StrengthTree, id: int) -> Explanation:
    """Raises KeyError where the tree has no such argument."""
    node = tree[id]
    supports, attacks, undercuts = node.shares
    gather = FORMULAS[tree.semantics].gather
    supported, attacked = gather(supports.values()), gather(attacks.values())
    return Explanation(
        argument=node.argument,
        semantics=tree.semantics,
        base=node.base,
        supports=_replies(node, Relation.SUPPORT),
        attacks=_replies(node, Relation.REBUT),
        undercuts=_replies(node, Relation.UNDERCUT),
        supported=supported,
        attacked=attacked,
        energy=supported - attacked,
        strength=node.strength,
        weight=node.weight,
        left=left_by(undercuts.values()),
        passed_on=node.passed_on,
    )


def _replies(node: Node, relation: Relation) -> tuple[ReplyShare, ...]:
    replies = [_share(reply) for reply in node.replies if reply.argument.relation is relation]
    return tuple(sorted(replies, key=lambda reply: (not reply.counts, -reply.passed_on, reply.argument.id)))


def _share(reply: Node) -> ReplyShare:
    strongest = min(reply.rivals, key=lambda rival: (-rival.passed_on, rival.argument.id))
    return ReplyShare(
        argument=reply.argument,
        strength=reply.strength,
        weight=reply.weight,
        left=left_by(reply.shares[2].values()),
        passed_on=reply.passed_on,
        outdone_by=None if strongest is reply else strongest.argument.id,
    )
