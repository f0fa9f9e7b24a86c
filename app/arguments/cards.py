"""An argument as lists show it: one row, one small card."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, null, select, true

from app.models import Argument, Citation, HouseRule, Origin, Placement, Position, Relation, User
from app.models.argument import IS_UNANSWERED
from app.taken import name_taken, what_was_done


def name_standing(
    *,
    is_hidden: bool,
    removed_under: HouseRule | None,
    is_withdrawn: bool,
    is_conceded: bool,
    is_unanswered: bool,
) -> str:
    """hidden, removed, withdrawn, conceded, unanswered (also where each answer has been answered in turn), answered."""
    if is_hidden:
        return what_was_done(removed_under)
    if is_withdrawn:
        return "withdrawn"
    if is_conceded:
        return "conceded"
    return "unanswered" if is_unanswered else "answered"


class ArgumentCard(NamedTuple):
    """A row of `select_cards()`. A tuple, since pages of hundreds are made from them.

    The claim is missing when moderators have hidden the argument: cards are the same for everyone.
    """

    id: int
    parent_id: int | None
    depth: int
    relation: Relation | None
    side: int | None  # The position's number.
    side_name: str | None
    origin: Origin
    author_username: str | None
    author_name: str | None
    is_simulated: bool | None
    claim: str | None
    created_at: datetime
    withdrawn_at: datetime | None
    conceded_at: datetime | None
    hidden_by_id: int | None
    removed_under: HouseRule | None  # Of what moderators removed: by which rule.
    edit_asked_id: int | None
    agree_count: int
    disagree_count: int
    pass_count: int
    support_count: int
    rebut_count: int
    undercut_count: int
    bears_count: int
    bears_not_count: int
    credit_count: int
    steelman_accepted_at: datetime | None
    version: int
    earlier_vote_count: int
    strength: float
    is_unanswered: bool
    passage_id: int | None
    paragraph_number: int | None  # On the newest revision; missing where the passage stands there no more.

    @property
    def shown(self) -> str:
        """Its claim, or what stands in its place."""
        return self.claim or name_taken("An argument", self.removed_under)

    @property
    def answer_count(self) -> int:
        return self.rebut_count + self.undercut_count

    @property
    def vote_count(self) -> int:
        return self.agree_count + self.disagree_count + self.pass_count

    @property
    def reply_count(self) -> int:
        return self.support_count + self.rebut_count + self.undercut_count

    @property
    def standing(self) -> str:
        return name_standing(
            is_hidden=self.hidden_by_id is not None,
            removed_under=self.removed_under,
            is_withdrawn=self.withdrawn_at is not None,
            is_conceded=self.conceded_at is not None,
            is_unanswered=self.is_unanswered,
        )


@cache
def select_cards() -> Select[*tuple[Any, ...]]:
    """All columns of ArgumentCard, in order; callers add the conditions and the order."""
    passage = (
        select(Placement.passage_id, Placement.paragraph_number)
        .join(Citation, and_(Citation.debate_id == Placement.debate_id, Citation.passage_id == Placement.passage_id))
        .where(Citation.debate_id == Argument.debate_id, Citation.argument_id == Argument.id)
        .order_by(Placement.revision_id.desc(), Placement.start.nulls_last())
        .limit(1)
        .lateral("passage")
    )
    return (
        select(
            Argument.id, Argument.parent_id, Argument.depth, Argument.relation,
            Position.number, Position.name, Argument.origin,
            User.username, User.display_name, User.is_simulated,
            case((Argument.hidden_by_id.is_(None), Argument.claim), else_=null()),
            Argument.created_at, Argument.withdrawn_at, Argument.conceded_at, Argument.hidden_by_id,
            Argument.removed_under, Argument.edit_asked_id,
            Argument.agree_count, Argument.disagree_count, Argument.pass_count,
            Argument.support_count, Argument.rebut_count, Argument.undercut_count,
            Argument.bears_count, Argument.bears_not_count, Argument.credit_count,
            Argument.steelman_accepted_at, Argument.version, Argument.earlier_vote_count,
            Argument.strength, IS_UNANSWERED,
            passage.c.passage_id, passage.c.paragraph_number,
        )
        .select_from(Argument)
        .outerjoin(
            Position, and_(Position.debate_id == Argument.debate_id, Position.id == Argument.position_id)
        )
        .outerjoin(User, User.id == Argument.author_id)
        .outerjoin(passage, true())
    )  # fmt: skip
