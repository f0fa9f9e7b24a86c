"""Every visible_* selects just the rows that its can_see_* allows: for the whole cast, on rows in every state."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor, Restriction
from app.db import make_engine
from app.models import (
    Action,
    Annotation,
    Argument,
    Case,
    Credit,
    Debate,
    DebateState,
    Decision,
    HouseRule,
    Position,
    Role,
    SanctionKind,
    Source,
    User,
)
from app.moderation.items import ItemKind, find_item
from app.permissions import (
    can_decide,
    can_moderate,
    can_see_debate,
    can_see_text,
    decidable,
    visible_annotations,
    visible_arguments,
    visible_cases,
    visible_credits,
    visible_debates,
    visible_sources,
)
from tests.cast import NAMES, VISITOR_NAME, actors_of, make_cast
from tests.factories import make_annotation, make_argument, make_credit, make_debate

STAFF = ("debate_moderator", "other_moderator", "host", "site_moderator", "administrator")


@dataclass
class World:
    db: AsyncSession
    actors: dict[str, Actor]


@pytest.fixture(scope="module")
async def world(shared_database_url: str) -> AsyncIterator[World]:
    engine = make_engine(shared_database_url.replace("postgresql://", "postgresql+psycopg://", 1), 1)
    async with AsyncSession(engine, expire_on_commit=False) as db:
        debates = [await make_debate(db), await make_debate(db, "dam")]
        cast = await make_cast(db, *debates)
        for state in DebateState:
            await make_debate(db, f"in-state-{state}", state=state)
        for debate in debates:
            await _fill(db, debate, cast)
        yield World(db, _with_suspended_staff(await actors_of(db, cast), debates[0]))
        await db.rollback()
    await engine.dispose()


async def _fill(db: AsyncSession, debate: Debate, cast: dict[str, User]) -> None:
    """An argument, an annotation and a credit, shown, hidden and removed, by everybody and nobody; a case of each
    argument."""
    debate.state = DebateState.DRAFT if debate.slug == "dam" else DebateState.OPEN
    hiding = Decision(action=Action.HIDE, debate_id=debate.id, explanation="For the tests.")
    db.add(hiding)
    await db.flush()
    side = (await db.execute(select(Position).filter_by(debate_id=debate.id, number=1))).scalar_one()
    for author in (None, *cast.values()):
        for hidden_by, rule in ((None, None), (hiding.id, None), (hiding.id, HouseRule.PRIVACY)):
            hidden = {"hidden_by_id": hidden_by, "removed_under": rule}
            argument = await make_argument(db, debate, author, **hidden, position=side)
            annotation = await make_annotation(db, debate, author)
            annotation.hidden_by_id, annotation.removed_under = hidden_by, rule
            credit = await make_credit(db, argument, author)
            credit.hidden_by_id, credit.removed_under = hidden_by, rule
            db.add(Case(debate_id=debate.id, argument_id=argument.id))
            described = {"title": "Survey", "address": f"https://example.org/{argument.id}"}
            adder = author.id if author else None
            db.add(Source(debate_id=debate.id, **described, added_by_id=adder, hidden_by_id=hidden_by))
    if debate.slug == "dam":
        db.add(Case(person_id=cast["author"].id))
    await db.flush()


def _with_suspended_staff(actors: dict[str, Actor], debate: Debate) -> dict[str, Actor]:
    """Besides the cast: its staff, suspended on the site and in the first debate."""
    until = datetime.now(UTC) + timedelta(days=1)
    for name in STAFF:
        for where, debate_id in (("site", None), ("debate", debate.id)):
            restriction = Restriction(SanctionKind.SUSPEND, debate_id, until, 1)
            actors[f"{name}_suspended_on_{where}"] = replace(actors[name], restrictions=(restriction,))
    return actors


EVERYBODY = [VISITOR_NAME, *NAMES, *(f"{name}_suspended_on_{where}" for name in STAFF for where in ("site", "debate"))]


KINDS: Any = (
    (Argument, visible_arguments), (Annotation, visible_annotations), (Credit, visible_credits),
    (Source, visible_sources),
)  # fmt: skip


@pytest.mark.parametrize("name", EVERYBODY)
async def test_twins_agree(world: World, name: str) -> None:
    actor, db = world.actors[name], world.db
    for kind, visible in KINDS:
        seen = set(await db.scalars(select(kind.id).where(visible(actor))))
        rows = (await db.scalars(select(kind))).all()
        assert len(rows) == 66
        assert seen == {row.id for row in rows if can_see_text(actor, row)}
    debates = (await db.scalars(select(Debate))).all()
    seen = set(await db.scalars(select(Debate.id).where(visible_debates(actor))))
    assert seen == {debate.id for debate in debates if can_see_debate(actor, debate)}
    cases = (await db.scalars(select(Case))).all()
    seen = set(await db.scalars(select(Case.id).where(visible_cases(actor))))
    assert seen == {case.id for case in cases if can_moderate(actor, case.debate_id)}


WAITS: Any = (datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) - timedelta(days=2))


@pytest.mark.parametrize("waiting_since", WAITS, ids=["since an hour", "since two days"])
@pytest.mark.parametrize("staff", [STAFF, STAFF[:1], STAFF[3:4], ()], ids=lambda names: "+".join(names) or "nobody")
async def test_those_who_may_decide_are_the_same_in_sql(world: World, staff: Any, waiting_since: datetime) -> None:
    """With everybody's arguments and with those of nobody on the staff, and with staff of whom some are suspended."""
    db = world.db
    async with db.begin_nested() as nested:
        gone = [world.actors[name].id for name in STAFF if name not in staff]
        moved = update(Argument).where(Argument.author_id.in_(gone), Argument.debate_id == 1)
        await db.execute(moved.values(author_id=world.actors["member"].id))
        await db.execute(update(User).where(User.id.in_(gone[1:2])).values(role=Role.MEMBER))
        items = [
            await find_item(db, argument.debate_id, ItemKind.ARGUMENTS, argument.id)
            for argument in (await db.scalars(select(Argument).execution_options(populate_existing=True))).all()
        ]
        for name in EVERYBODY:
            actor = world.actors[name]
            may = decidable(actor, Argument.debate_id, Argument.author_id, literal(waiting_since))
            found = set(await db.scalars(select(Argument.id).where(may)))
            waiting = [replace(item, bench=replace(item.bench, waiting_since=waiting_since)) for item in items]
            assert found == {item.id for item in waiting if can_decide(actor, item, item.author)}, name
        await nested.rollback()
