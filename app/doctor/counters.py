"""What every counter on a row counts, written once more as a plain query over the rows that it counts.

Arguments and annotations count while they are listed: neither hidden nor withdrawn. A debate counts its notes and
questions, and each of these its replies. Votes count on their claim unless they wait or are discounted; a debate's
number of votes has them all. Credits count likewise, stances until they are withdrawn.
"""

from dataclasses import dataclass
from typing import Any
from typing import cast as typed

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Numeric,
    Select,
    Update,
    and_,
    cast,
    func,
    inspect,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.db import Base, touch_debate
from app.models import (
    Annotation,
    Argument,
    Bearing,
    Case,
    CaseCount,
    Credit,
    Debate,
    DebateChange,
    Flag,
    Notification,
    Position,
    Relation,
    Stance,
    User,
    Vote,
    VoteValue,
)
from app.moderation.flag_weights import SCORE_DIGITS

Counted = Select[*tuple[Any, ...]]  # The keys of the counter's row under the names they have there, then `counted`.


@dataclass(frozen=True, slots=True)
class Counter:
    column: InstrumentedAttribute[int] | InstrumentedAttribute[float]
    counted: Counted

    @property
    def model(self) -> type[Base]:
        return typed(type[Base], self.column.class_)

    @property
    def name(self) -> str:
        return f"{self.model.__tablename__}.{self.column.key}"

    @property
    def keys(self) -> list[str]:
        return [str(column.key) for column in inspect(self.model).primary_key]

    @property
    def debate_key(self) -> ColumnElement[int] | None:
        """Which debate the row is in, where that is the first part of its key."""
        if self.model not in (Argument, Annotation, Position, Debate):
            return None
        return typed(ColumnElement[int], self.model.__table__.c[self.keys[0]])


_IS_NOTE = Annotation.parent_id.is_(None)  # Or a question.
_STANDS = Stance.withdrawn_at.is_(None)
_IS_REPLY = Annotation.parent_id.is_not(None)


def _listed(model: type[Argument] | type[Annotation] | type[Credit]) -> ColumnElement[bool]:
    return and_(model.hidden_by_id.is_(None), model.withdrawn_at.is_(None))


def _votes(value: VoteValue) -> Counted:
    keys = (Vote.debate_id, Vote.argument_id)
    return (
        select(Vote.debate_id, Vote.argument_id.label("id"), func.count().label("counted"))
        .where(Vote.value == value, Vote.is_counted)
        .group_by(*keys)
    )


def _votes_on_earlier_versions() -> Counted:
    keys = (Vote.debate_id, Vote.argument_id)
    is_voted_on = and_(Argument.debate_id == Vote.debate_id, Argument.id == Vote.argument_id)
    return (
        select(Vote.debate_id, Vote.argument_id.label("id"), func.count().label("counted"))
        .join(Argument, is_voted_on)
        .where(Vote.is_counted, Vote.version < Argument.version)
        .group_by(*keys)
    )


def _replies(relation: Relation) -> Counted:
    keys = (Argument.debate_id, Argument.parent_id)
    return (
        select(Argument.debate_id, Argument.parent_id.label("id"), func.count().label("counted"))
        .where(Argument.relation == relation, _listed(Argument))
        .group_by(*keys)
    )


def _on_argument(model: type[Bearing] | type[Credit], where: ColumnElement[bool]) -> Counted:
    return _per(model.debate_id, model.argument_id, where=where)


def _per(*keys: InstrumentedAttribute[Any], where: ColumnElement[bool] | None = None) -> Counted:
    """How many rows there are for each value of `keys`, of which the last is the id of the counter's row."""
    *others, id_ = keys
    counted = select(*others, id_.label("id"), func.count().label("counted")).group_by(*keys)
    return counted if where is None else counted.where(where)


def _votes_on_the_row() -> Counted:
    """Votes less those that are still noted beside the debate (docs/adr/0002): what its own column has to say."""
    votes = select(Vote.debate_id.label("id"), func.count().label("votes")).group_by(Vote.debate_id)
    noted = select(DebateChange.debate_id, -func.sum(DebateChange.vote_step)).group_by(DebateChange.debate_id)
    both = union_all(votes, noted).subquery()
    return select(both.c.id, cast(func.sum(both.c.votes), BigInteger).label("counted")).group_by(both.c.id)


def _open_cases() -> Counted:
    counted = select(Case.debate_id, func.count().label("counted"))
    return counted.where(Case.closed_at.is_(None)).group_by(Case.debate_id)


def _scores() -> Counted:
    """What the flags of a case weigh, rounded as there: sums of fractions differ in their last digits."""
    weight = cast(func.round(cast(func.sum(Flag.weight), Numeric), SCORE_DIGITS), Double)
    standing = select(Flag.case_id.label("id"), weight.label("counted")).where(Flag.withdrawn_at.is_(None))
    return standing.group_by(Flag.case_id)


COUNTERS = [
    Counter(Argument.agree_count, _votes(VoteValue.AGREE)),
    Counter(Argument.disagree_count, _votes(VoteValue.DISAGREE)),
    Counter(Argument.pass_count, _votes(VoteValue.PASS)),
    Counter(Argument.earlier_vote_count, _votes_on_earlier_versions()),
    Counter(Argument.support_count, _replies(Relation.SUPPORT)),
    Counter(Argument.rebut_count, _replies(Relation.REBUT)),
    Counter(Argument.undercut_count, _replies(Relation.UNDERCUT)),
    Counter(Argument.bears_count, _on_argument(Bearing, Bearing.bears & Bearing.is_counted)),
    Counter(Argument.bears_not_count, _on_argument(Bearing, ~Bearing.bears & Bearing.is_counted)),
    Counter(Argument.credit_count, _on_argument(Credit, _listed(Credit))),
    Counter(Position.argument_count, _per(Argument.debate_id, Argument.position_id, where=_listed(Argument))),
    Counter(Position.stance_count, _per(Stance.debate_id, Stance.latest_position_id, where=_STANDS)),
    Counter(Debate.argument_count, _per(Argument.debate_id, where=_listed(Argument))),
    Counter(Debate.annotation_count, _per(Annotation.debate_id, where=_IS_NOTE & _listed(Annotation))),
    Counter(
        Annotation.reply_count, _per(Annotation.debate_id, Annotation.parent_id, where=_IS_REPLY & _listed(Annotation))
    ),
    Counter(Debate.vote_count, _votes_on_the_row()),
    Counter(Debate.undecided_count, _per(Stance.debate_id, where=Stance.latest_position_id.is_(None) & _STANDS)),
    Counter(Case.flag_count, _per(Flag.case_id, where=Flag.withdrawn_at.is_(None))),
    Counter(Case.score, _scores()),
    Counter(CaseCount.open_count, _open_cases()),
    Counter(User.unread_count, _per(Notification.user_id, where=Notification.read_at.is_(None))),
]


def differing(counter: Counter) -> Counted:
    """The rows whose counter is wrong: their keys, what is `kept` there, what was `counted`."""
    row = counter.model.__table__
    counted = counter.counted.subquery("counted")
    found = func.coalesce(counted.c.counted, 0)
    is_same_row = and_(*(row.c[key] == counted.c[key] for key in counter.keys))
    return (
        select(*(row.c[key] for key in counter.keys), counter.column.label("kept"), found.label("counted"))
        .select_from(row)
        .outerjoin(counted, is_same_row)
        .where(counter.column != found)
    )


async def mend(db: AsyncSession, debate_id: int | None = None) -> None:
    """Set wrong counters to what was counted, everywhere or in one debate.

    Whoever changes a counter first writes what it counts and then waits for the counter's row. So with the row locked
    a fresh statement counts exactly what the counter has to say.
    """
    for counter in COUNTERS:
        if debate_id is None:
            await _mend(db, counter, differing(counter))
        elif counter.debate_key is not None:
            await _mend(db, counter, differing(counter).where(counter.debate_key == debate_id))


async def _mend(db: AsyncSession, counter: Counter, rows: Counted) -> None:
    # Replies before the arguments that they answer, as those lock who write them.
    columns = counter.model.__table__.c
    order = [columns[name].desc() for name in ("depth", counter.keys[-1]) if name in columns]
    lock = rows.order_by(*order).with_for_update(of=counter.model, key_share=True)
    if wrong := (await db.execute(lock)).all():
        await db.execute(_correction(counter, rows))
        for row in wrong if counter.debate_key is not None else []:
            touch_debate(db, row[0])


def _correction(counter: Counter, rows: Counted) -> Update:
    wrong = rows.subquery("wrong")
    is_same_row = and_(*(counter.model.__table__.c[key] == wrong.c[key] for key in counter.keys))
    return update(counter.model).where(is_same_row).values({counter.column: wrong.c.counted})
