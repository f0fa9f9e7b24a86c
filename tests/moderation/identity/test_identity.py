"""Any decisions, then their undoing: content, counters, cases with their flags, people and what they are told are as
they were."""

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import Base
from app.doctor.examination import examine
from app.models import Action, Decision
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


async def test_a_decision_that_is_refused_late_leaves_the_earlier_one_to_be_undone(company: Company) -> None:
    assert await _check(company, ["rename", "suspend by two", "rename"]) == 2


async def test_each_kind_of_decision_can_be_made_and_undone(company: Company) -> None:
    for name in KINDS:
        assert await _check(company, [name]) == 1, name
    assert [found.name async for found in examine(company.scene.db) if found.count] == []


async def test_reshapings_and_discounts_are_undone_in_either_order(company: Company) -> None:
    """The earlier one first: all is as it was, at once, or that is refused and names the later one."""
    before = await _look(company)
    for names in permutations(("move", "merge", "split", "discount votes", "discount votes on the other"), 2):
        made = await _make(company, list(names))
        if len(made) == 2 and (last := await company.undo_if_nothing_is_first(made[0])) is not None:
            assert last == made[1].id, names
            made.reverse()
            await company.undo(made[0])
        for decision in made[1:] or made:
            await company.undo(decision)
        assert difference(before, await _look(company)) == {}, names
    assert [found.name async for found in examine(company.scene.db) if found.count] == []


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.sampled_from(["reply", "annotation", "credit", "source", "mark", "root", "person"]), min_size=2),
    st.sampled_from([Action.DISMISS, Action.HIDE, Action.REMOVE]),
    st.lists(st.sampled_from(sorted(KINDS)), max_size=2),
    st.lists(st.sampled_from(sorted(KINDS)), max_size=2),
)
async def test_decisions_made_together_then_their_undoing_together_are_the_identity(
    company: Company, about: set[str], action: Action, earlier: list[str], later: list[str]
) -> None:
    await _check_together(company, about, action, earlier, later)


@pytest.mark.parametrize("action", [Action.DISMISS, Action.HIDE, Action.REMOVE])
async def test_everything_that_can_be_decided_together_can_be_undone_together(company: Company, action: Action) -> None:
    about = {"reply", "annotation", "credit", "source", "mark", "root", "person"}
    made = await _check_together(company, about - (set() if action == Action.DISMISS else {"person"}), action, [], [])
    assert made is not None
    assert [found.name async for found in examine(company.scene.db) if found.count] == []


async def _check_together(
    company: Company, about: set[str], action: Action, earlier: list[str], later: list[str]
) -> Decision | None:
    """Some decisions one by one, then many together, then some again; undone in the opposite order."""
    waiting = await company.flag_all()
    chosen = [waiting[name] for name in sorted(about)]
    before = await _look(company)
    singles = await _make(company, earlier)
    together = await company.decide_together(chosen, action)
    afterwards = await _make(company, later) if together else []
    for decision in reversed(afterwards):
        await company.undo(decision)
    if together:
        await company.undo_together(together)
    for decision in reversed(singles):
        await company.undo(decision)
    if together:
        assert difference(before, await _look(company)) == {}, (about, action, earlier, later)
    return together


async def _make(company: Company, names: list[str]) -> list[Decision]:
    """Those that could be made."""
    made = []
    for name in names:
        form = await KINDS[name].prepare(company)
        if form is not None and (decision := await company.send(*form)) is not None:
            assert decision.action == KINDS[name].action, name
            made.append(decision)
    return made


async def _check(company: Company, names: list[str]) -> int:
    """How many of these decisions could be made."""
    before = await _look(company)
    made = await _make(company, names)
    if {decision.action for decision in made} - WITHOUT_TRACE:
        assert await _look(company) != before, names
    for decision in reversed(made):
        await company.undo(decision)
    assert difference(before, await _look(company)) == {}, names
    return len(made)


async def _look(company: Company) -> Rows:
    return await snapshot(company.scene.db, company.engine)
