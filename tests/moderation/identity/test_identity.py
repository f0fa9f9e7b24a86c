"""Any decisions, then their undoing: content, counters, cases with their flags, people and what they are told are as
they were."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import Base
from app.doctor.examination import examine
from app.models import Action
from app.moderation.undo_commands import REVERSALS
from tests.moderation.conftest import BrowserOf, Scene
from tests.moderation.identity.company import Company, gather
from tests.moderation.identity.kinds import KINDS
from tests.moderation.identity.state import NOT_COMPARED, Rows, compared_tables, difference, snapshot

# They change no row that is compared: a warning is the decision alone.
WITHOUT_TRACE = {Action.WARN}


@pytest.fixture
async def company(scene: Scene, engine: AsyncEngine, browser_of: BrowserOf) -> Company:
    return await gather(scene, engine, browser_of)


def test_every_decision_that_can_be_undone_has_a_place_here() -> None:
    assert {kind.action for kind in KINDS.values()} == set(REVERSALS)


def test_every_table_is_compared_or_says_why_not() -> None:
    assert {*compared_tables(), *NOT_COMPARED} == {mapper.class_ for mapper in Base.registry.mappers}
    assert not {*compared_tables()} & {*NOT_COMPARED}
    assert all(NOT_COMPARED.values())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=5))
async def test_decisions_then_their_undoing_are_the_identity(company: Company, names: list[str]) -> None:
    await _check(company, names)


async def test_each_kind_of_decision_can_be_made_and_undone(company: Company) -> None:
    for name in KINDS:
        assert await _check(company, [name]) == 1, name
    assert [found.name async for found in examine(company.scene.db) if found.count] == []


async def _check(company: Company, names: list[str]) -> int:
    """How many of these decisions could be made."""
    before = await _look(company, names)
    made = []
    for name in names:
        form = await KINDS[name].prepare(company)
        if form is not None and (decision := await company.send(*form)) is not None:
            assert decision.action == KINDS[name].action, name
            made.append(decision)
    if {decision.action for decision in made} - WITHOUT_TRACE:
        assert await _look(company, names) != before, names
    for decision in reversed(made):
        await company.undo(decision)
    assert difference(before, await _look(company, names)) == {}, names
    return len(made)


async def _look(company: Company, names: list[str]) -> Rows:
    return await snapshot(company.scene.db, company.engine, was_split="split" in names)
