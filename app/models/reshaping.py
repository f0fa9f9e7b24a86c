"""What decisions changed in the shape of a debate, kept so that undoing them puts back exactly that."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.argument import Relation, VoteValue
from app.models.columns import by_value


class Reshaping(Base):
    """An argument that was moved, merged or split: where it stood, where it came to, and what of it went along."""

    __tablename__ = "reshapings"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "other_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "from_parent_id"], ["arguments.debate_id", "arguments.id"]),
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    debate_id: Mapped[int]
    argument_id: Mapped[int]
    other_id: Mapped[
        int | None
    ]  # The new parent (none directly under a position), the survivor of a merge, what was split off.
    from_parent_id: Mapped[int | None]
    from_relation: Mapped[Relation | None] = mapped_column(by_value(Relation, "from_relation"))
    from_position_id: Mapped[int | None]
    to_relation: Mapped[Relation | None] = mapped_column(by_value(Relation, "to_relation"))
    to_position_id: Mapped[int | None]
    # By a merge or a split; replies of a moved argument stay with it.
    reply_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    passage_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    source_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")  # Citations of sources.
    credit_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    use_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")  # Where it is used elsewhere.
    answer_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")  # What is used under it.


class SetAsideBearing(Base):
    """A judgement of a link that a move or a split dissolved. It counts nowhere, and comes back with the link."""

    __tablename__ = "set_aside_bearings"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    argument_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True
    )  # Whose link it is, in the decision's debate.
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    bears: Mapped[bool]
    is_counted: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class MergedVote(Base):
    """A vote that a merge handed on to the surviving argument, as it was then."""

    __tablename__ = "merged_votes"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    value: Mapped[VoteValue] = mapped_column(by_value(VoteValue, "value"))
    is_counted: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
