"""Strengths of all arguments of a tree, computed leaves first, and kept up by walking from a change to the root."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.models import Relation
from app.standing.strength import FORMULAS, Semantics, base_score, left_by, weight


@dataclass(frozen=True, slots=True)
class RatedArgument:
    """What strength has to know of an argument. `author_id` is none where nobody can flood by it (the essay's own);
    `is_listed` is false where it is hidden or withdrawn: it keeps its place and passes nothing on.
    """

    id: int
    parent_id: int | None = None
    relation: Relation | None = None
    author_id: int | None = None
    agree: int = 0
    disagree: int = 0
    passes: int = 0
    is_listed: bool = True

    @property
    def voters(self) -> int:
        return self.agree + self.disagree + self.passes

    @property
    def place(self) -> tuple[int | None, Relation | None, int | None]:
        return self.parent_id, self.relation, self.author_id


class Node:
    """An argument in its tree, and what its replies pass on to it: of one author's replies of one relation only the
    strongest, of replies without an author each. `rivals` are the replies that it competes with, itself among them,
    and `siblings` the shares of its parent to which the strongest of them is written.
    """

    __slots__ = (
        "argument", "author", "base", "by_author", "parent", "passed_on", "replies", "rivals", "shares", "siblings",
        "strength", "weight",
    )  # fmt: skip

    def __init__(self, argument: RatedArgument, parent: "Node | None") -> None:
        self.parent: Final = parent
        self.author: Final = self if argument.author_id is None else argument.author_id
        self.passed_on = 0.0
        self.replies: list[Node] = []
        self.rivals: list[Node] = [self]
        self.by_author: dict[tuple[int, Node | int], list[Node]] = {}  # The rivals among its replies.
        self.shares: tuple[Shares, Shares, Shares] = ({}, {}, {})  # Supports, attacks, undercuts.
        self.siblings: Shares = {} if parent is None else parent.shares[_PLACES[argument.relation]]
        self.rate(argument)

    def rate(self, argument: RatedArgument) -> None:
        self.argument = argument
        self.base = self.strength = base_score(argument.agree, argument.disagree)
        self.weight = weight(argument.voters) if argument.is_listed else 0.0


Shares = dict[Node | int, float]
_PLACES: dict[Relation | None, int] = {Relation.SUPPORT: 0, Relation.REBUT: 1, Relation.UNDERCUT: 2}


class StrengthTree:
    """Strengths in [0, 1] by id. `update` and `add` cost the path to the root, the constructor every argument once.

    However the same arguments came to their present state, their strengths are equal to the last bit.
    """

    def __init__(self, arguments: Iterable[RatedArgument], semantics: Semantics = Semantics.QUADRATIC) -> None:
        """Arguments in any order. Raises ValueError on an id twice, a parent that is not among them, a circle of
        parents, or a relation without a parent or the other way round.
        """
        self.semantics = semantics
        self._formulas = FORMULAS[semantics]
        self._nodes: dict[int, Node] = {}
        for argument in _parents_first(arguments):
            self._attach(argument)
        for node in reversed(self._nodes.values()):
            self._settle(node)

    def __iter__(self) -> Iterator[Node]:
        """Parents before their replies."""
        return iter(self._nodes.values())

    def __getitem__(self, id: int) -> Node:
        return self._nodes[id]

    def strength(self, id: int) -> float:
        return self._nodes[id].strength

    def update(self, argument: RatedArgument) -> list[Node]:
        """Take over votes and listing of an argument that is there; its place and author cannot change. Gives the
        arguments that were computed anew, from it towards the root, as far as anything changed.
        """
        node = self._nodes[argument.id]
        if argument.place != node.argument.place:
            raise ValueError(f"Argument {argument.id} cannot change its place or author.")
        node.rate(argument)
        return self._climb(node)

    def add(self, argument: RatedArgument) -> list[Node]:
        """A new argument, of which the parent is there. Gives what `update` gives."""
        return self._climb(self._attach(argument))

    def _attach(self, argument: RatedArgument) -> Node:
        parent_id = argument.parent_id
        if argument.id in self._nodes:
            raise ValueError(f"Argument {argument.id} is there twice.")
        if (parent_id is None) != (argument.relation is None):
            raise ValueError(f"Argument {argument.id} needs both a parent and a relation to it, or neither.")
        if parent_id is not None and parent_id not in self._nodes:
            raise ValueError(f"The parent of argument {argument.id} is not there.")
        parent = None if parent_id is None else self._nodes[parent_id]
        node = self._nodes[argument.id] = Node(argument, parent)
        if parent is not None:
            parent.replies.append(node)
            node.rivals = parent.by_author.setdefault((_PLACES[argument.relation], node.author), node.rivals)
            if node.rivals[0] is not node:
                node.rivals.append(node)
            node.siblings.setdefault(node.author, 0.0)
        return node

    def _settle(self, node: Node) -> bool:
        """Compute a node from what it received and hand its share up. False if that changed nothing there."""
        supports, attacks, undercuts = node.shares
        node.strength = self._formulas.strength(node.base, supports.values(), attacks.values())
        before, node.passed_on = node.passed_on, node.strength * node.weight * left_by(undercuts.values())
        strongest = node.siblings.get(node.author, 0.0)
        if node.passed_on == before or (before < strongest and node.passed_on <= strongest):
            return False
        if node.passed_on < strongest:
            strongest = max([rival.passed_on for rival in node.rivals])
        node.siblings[node.author] = max(node.passed_on, strongest)
        return True

    def _climb(self, node: Node) -> list[Node]:
        climbed = [node]
        while self._settle(climbed[-1]) and (parent := climbed[-1].parent) is not None:
            climbed.append(parent)
        return climbed


def _parents_first(arguments: Iterable[RatedArgument]) -> Iterator[RatedArgument]:
    """Depth by depth, in the order given: without recursion, as chains can be longer than Python's stack."""
    replies: defaultdict[int | None, list[RatedArgument]] = defaultdict(list)
    for argument in arguments:
        replies[argument.parent_id].append(argument)
    waiting = replies.pop(None, [])
    while waiting:
        yield from waiting
        waiting = [reply for argument in waiting for reply in replies.pop(argument.id, ())]
    if replies:
        stranded = next(iter(replies.values()))[0]
        raise ValueError(f"Argument {stranded.id} hangs from no first-level argument.")
