"""The replies to an argument, by relation, in one of the orders, a page at a time."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Double,
    Executable,
    Select,
    and_,
    bindparam,
    func,
    select,
    tuple_,
    union_all,
)

from app.arguments.cards import ArgumentCard, select_cards
from app.arguments.sorting import ORDERS, Sort, tie_of
from app.db import Reader
from app.models import Argument, Relation
from app.models.argument import LISTED

REPLIES_SHOWN = 50  # Of each relation on one page; the rest follows by "more".


class Replies(NamedTuple):
    relation: Relation
    cards: list[ArgumentCard]
    more_after: str | None  # The keyset of the last card when there are more.


async def load_replies(
    db: Reader,
    debate_id: int,
    argument_id: int,
    relations: list[Relation],
    after: tuple[float, int] | None = None,
    sort: Sort = Sort.STRONGEST,
    mix: int = 0,
) -> list[Replies]:
    """The first replies of each relation in one statement; `after` continues behind (score, id) of the same mix."""
    place = {"after_score": after[0], "after_id": after[1]} if after else {}
    statement = _select_replies(tuple(relations), sort, after is not None)
    values = {"debate": debate_id, "argument": argument_id, "mix": mix, **place}
    rows = (await db.execute(statement, values)).all()
    scored = [(ArgumentCard._make(row[:-1]), row[-1]) for row in rows]
    return [_page([each for each in scored if each[0].relation == relation], relation) for relation in relations]


@cache
def _select_replies(relations: tuple[Relation, ...], sort: Sort, is_continued: bool) -> Executable:
    """The page is chosen by what stands in the index, before anything is read or joined for its cards."""
    chosen = [select(_choose(relation, sort, is_continued).subquery()) for relation in relations]
    page = union_all(*chosen).subquery("page") if len(chosen) > 1 else chosen[0].subquery("page")
    return (
        select_cards()
        .add_columns(page.c.score)
        .join(page, and_(page.c.id == Argument.id, Argument.debate_id == bindparam("debate")))
        .order_by(page.c.score.desc(), page.c.tie, page.c.id)
    )


def _choose(relation: Relation, sort: Sort, is_continued: bool) -> Select[*tuple[Any, ...]]:
    score, tie = ORDERS[sort].score, tie_of(sort, Argument.id)
    chosen = select(Argument.id, score.label("score"), tie.label("tie")).where(
        Argument.debate_id == bindparam("debate"),
        Argument.parent_id == bindparam("argument"),
        Argument.relation == relation,
        Argument.merged_into_id.is_(None),
    )
    if is_continued:
        after_score, after_id = bindparam("after_score", type_=Double), bindparam("after_id", type_=BigInteger)
        after = tuple_(-after_score, tie_of(sort, after_id), after_id)
        chosen = chosen.where(tuple_(-score, tie, Argument.id) > after, score <= after_score)
    return chosen.order_by(score.desc(), tie, Argument.id).limit(REPLIES_SHOWN + 1)


def _page(scored: list[tuple[ArgumentCard, float]], relation: Relation) -> Replies:
    shown = [card for card, _ in scored[:REPLIES_SHOWN]]
    last = scored[REPLIES_SHOWN - 1] if len(scored) > REPLIES_SHOWN else None
    return Replies(relation, shown, f"{last[1]!r}:{last[0].id}" if last else None)


async def load_strongest_replies(
    db: Reader, debate_id: int, argument_id: int, limit: int
) -> tuple[list[ArgumentCard], int]:
    """The strongest listed replies of any relation, and how many there are."""
    is_reply = and_(Argument.debate_id == debate_id, Argument.parent_id == argument_id, LISTED)
    statement = select_cards().where(is_reply).order_by(Argument.strength.desc(), Argument.id).limit(limit)
    cards = [ArgumentCard._make(row) for row in await db.execute(statement)]
    count = (await db.execute(select(func.count()).select_from(Argument).where(is_reply))).scalar_one()
    return cards, count
