"""Why an argument has its strength: the page that explains the number step by step."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.arguments.cards import ArgumentCard
from app.arguments.merged import leave_if_merged
from app.arguments.queries import find_card
from app.db import Reader
from app.errors import NotFound
from app.models import Argument, Relation
from app.standing.paths import SEMANTICS
from app.standing.strength import Received, Semantics
from app.standing.strength_explained import Explanation, explain
from app.standing.strength_replies import StrongReplies, load_following_shares, load_strongest_shares
from app.standing.strength_tree import RatedArgument
from app.targets import DebateHead
from app.votes.totals import Uncounted, load_uncounted

REPLIES_SHOWN = 10  # Of each relation: they say most about the number.
REPLIES_FURTHER = 50  # On each of the pages that follow.
NAMES = {Semantics.DF_QUAD: "DF-QuAD", Semantics.QUADRATIC: "quadratic energy", Semantics.EULER: "Euler-based"}
KINDS = {Relation.SUPPORT: "Supports", Relation.REBUT: "Rebuttals", Relation.UNDERCUT: "Undercuts"}

_RATED_WIDTH = 8
_OWN_FIGURES: Select[*tuple[Any, ...]] = select(
    Argument.id, Argument.parent_id, Argument.relation, Argument.author_id,
    Argument.agree_count, Argument.disagree_count, Argument.pass_count,
    Argument.hidden_by_id.is_(None) & Argument.withdrawn_at.is_(None),
    Argument.holds, Argument.reaches,
    Argument.supported, Argument.attacked, Argument.supports_leave, Argument.attacks_leave, Argument.undercuts_leave,
).where(Argument.debate_id == bindparam("debate"), Argument.id == bindparam("argument"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class StrengthPage:
    """`others`: what other formulas would give, by their names. `holds`, `reaches`: the grounded labels."""

    card: ArgumentCard
    explained: Explanation
    others: dict[str, float]
    holds: bool
    reaches: bool
    replies: dict[Relation, StrongReplies]
    uncounted: Uncounted

    def kinds(self) -> list[tuple[Relation, str, int, StrongReplies]]:
        """Each with the number of its replies that are listed."""
        counts = self.card.support_count, self.card.rebut_count, self.card.undercut_count
        return [
            (relation, KINDS[relation], count, self.replies[relation])
            for relation, count in zip(Relation, counts, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class FurtherReplies:
    """Weaker replies of one relation than those that the page of the strength itself shows."""

    card: ArgumentCard
    relation: Relation
    kind: str
    replies: StrongReplies


async def load_strength_page(db: Reader, debate: DebateHead, argument_id: int) -> StrengthPage:
    """In four statements, whatever the thread: the card, its own figures, its strongest replies, what does not count.

    The steps follow from what is kept of its replies, a moment after the votes (docs/adr/0005).
    """
    card = await _find(db, debate, argument_id)
    row = (await db.execute(_OWN_FIGURES, {"debate": debate.id, "argument": argument_id})).one()
    holds, reaches, *received = row[_RATED_WIDTH:]
    explained = explain(RatedArgument(*row[:_RATED_WIDTH]), Received(*received), SEMANTICS)
    return StrengthPage(
        card=card,
        explained=explained,
        others={NAMES[semantics]: strength for semantics, strength in explained.others.items()},
        holds=holds,
        reaches=reaches,
        replies=await load_strongest_shares(db, debate.id, argument_id, REPLIES_SHOWN),
        uncounted=await load_uncounted(db, debate.id, argument_id),
    )


async def load_further_replies(
    db: Reader, debate: DebateHead, argument_id: int, relation: Relation, after: int
) -> FurtherReplies:
    card = await _find(db, debate, argument_id)
    replies = await load_following_shares(db, debate.id, argument_id, relation, after, REPLIES_FURTHER)
    return FurtherReplies(card, relation, KINDS[relation], replies)


async def _find(db: Reader, debate: DebateHead, argument_id: int) -> ArgumentCard:
    card = await find_card(db, debate.id, argument_id)
    if card is None:
        raise NotFound("There is no such argument in this debate.")
    await leave_if_merged(db, debate.id, card)
    return card
