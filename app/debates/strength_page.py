"""Why an argument has its strength: the page that explains the number step by step."""

from dataclasses import dataclass

from sqlalchemy import case, null, or_, select

from app.arguments.cards import ArgumentCard
from app.arguments.merged import leave_if_merged
from app.arguments.queries import find_card
from app.db import Reader
from app.errors import NotFound
from app.models import Argument
from app.standing.paths import SEMANTICS
from app.standing.strength import Semantics
from app.standing.strength_explained import Explanation, ReplyShare, explain
from app.standing.strength_tree import RatedArgument, StrengthTree
from app.targets import DebateHead
from app.votes.totals import Uncounted, load_uncounted

REPLIES_NAMED = 10  # Of each relation; the others are counted.
OTHERS = [semantics for semantics in Semantics if semantics is not SEMANTICS]
NAMES = {Semantics.DF_QUAD: "DF-QuAD", Semantics.QUADRATIC: "quadratic energy", Semantics.EULER: "Euler-based"}


@dataclass(frozen=True, slots=True)
class StrengthPage:
    """`others`: what other formulas would give, by their names. `holds`, `reaches`: the grounded labels."""

    card: ArgumentCard
    explained: Explanation
    others: dict[str, float]
    holds: bool
    reaches: bool
    claims: dict[int, str | None]
    uncounted: Uncounted

    def kinds(self) -> list[tuple[str, tuple[ReplyShare, ...]]]:
        explained = self.explained
        return [
            ("Supports", explained.supports), ("Rebuttals", explained.attacks), ("Undercuts", explained.undercuts)
        ]  # fmt: skip


async def load_strength_page(db: Reader, debate: DebateHead, argument_id: int) -> StrengthPage:
    """In five statements: the card, the thread, the labels, the words of replies, what does not count."""
    card = await find_card(db, debate.id, argument_id)
    if card is None:
        raise NotFound("There is no such argument in this debate.")
    await leave_if_merged(db, debate.id, card)
    thread = await _load_thread(db, debate.id, argument_id)
    explained = explain(StrengthTree(thread, SEMANTICS), argument_id)
    labels = select(Argument.holds, Argument.reaches).where(Argument.debate_id == debate.id, Argument.id == argument_id)
    holds, reaches = (await db.execute(labels)).one()
    shares = (*explained.supports, *explained.attacks, *explained.undercuts)
    return StrengthPage(
        card=card,
        explained=explained,
        others={NAMES[each]: StrengthTree(thread, each).strength(argument_id) for each in OTHERS},
        holds=holds,
        reaches=reaches,
        claims=await _load_words(db, debate.id, [share.argument.id for share in shares]),
        uncounted=await load_uncounted(db, debate.id, argument_id),
    )


async def _load_thread(db: Reader, debate_id: int, argument_id: int) -> list[RatedArgument]:
    root = select(Argument.root_id).where(Argument.debate_id == debate_id, Argument.id == argument_id).scalar_subquery()
    statement = (
        select(
            Argument.id, Argument.parent_id, Argument.relation, Argument.author_id,
            Argument.agree_count, Argument.disagree_count, Argument.pass_count,
            Argument.hidden_by_id.is_(None) & Argument.withdrawn_at.is_(None),
        )
        .where(
            Argument.debate_id == debate_id,
            or_(Argument.id.in_([argument_id]), Argument.id == root, Argument.root_id == root,
                Argument.root_id == argument_id),
        )
        .order_by(Argument.id)
    )  # fmt: skip
    return [RatedArgument(*row) for row in await db.execute(statement)]


async def _load_words(db: Reader, debate_id: int, ids: list[int]) -> dict[int, str | None]:
    words = case((Argument.hidden_by_id.is_(None), Argument.claim), else_=null())
    statement = select(Argument.id, words).where(Argument.debate_id == debate_id, Argument.id.in_(ids))
    return {row[0]: row[1] for row in await db.execute(statement)}
