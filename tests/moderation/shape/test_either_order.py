"""Two reshapings, the earlier one undone first: that is refused and says what to undo before, or all ends as it began.
Whatever happens, nobody's reply is out of reach."""

import re
from html import unescape
from typing import NamedTuple

from httpx import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models import Argument, Relation
from tests.moderation.shape.conftest import Grove, Plant, grow_tree

relations = st.sampled_from(Relation)


class Act(NamedTuple):
    kind: str
    argument: int
    other: int  # Where it is moved to, or merged into.
    going: frozenset[int]  # Which replies go to what is split off.


acts = st.builds(
    Act, st.sampled_from(["move", "merge", "split"]), st.integers(0, 9), st.integers(0, 9),
    st.frozensets(st.integers(0, 3)),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.none() | st.integers(0, 20), min_size=3, max_size=6),
    kinds=st.lists(relations, min_size=6, max_size=6),
    first=acts,
    second=acts,
    judged=st.dictionaries(st.tuples(st.integers(1, 6), st.integers(0, 3)), st.booleans(), max_size=4),
    voted=st.sets(st.tuples(st.integers(0, 6), st.integers(0, 3)), max_size=4),
)
async def test_two_reshapings_undone_in_either_order_are_the_identity(
    plant: Plant, parents: list[int | None], kinds: list[Relation], first: Act, second: Act,
    judged: dict[tuple[int, int], bool], voted: set[tuple[int, int]],
) -> None:  # fmt: skip
    grove = await plant()
    await grow_tree(grove, parents, kinds)
    size = len(grove.arguments)
    for number, voter in {(number % size, voter) for number, voter in voted}:
        await grove.vote(grove.arguments[number], voter)
    for (number, voter), bears in {(n % size, v): bears for (n, v), bears in judged.items()}.items():
        if grove.arguments[number].parent_id is not None:
            await grove.judge(grove.arguments[number], voter, bears=bears)
    before = await grove.state()
    made = [answer for act in (first, second) if (answer := await _try(grove, act)) is not None]
    waiting = list(made)
    while waiting:
        waiting.remove(await _undo_one(grove, waiting))
        assert await grove.wrong() == []
    parts = await _parts(grove)
    assert await grove.state(without=parts) == before


async def _try(grove: Grove, act: Act) -> Response | None:
    """Nothing where it is refused. What was split off can be meant as well."""
    there = [*grove.arguments, *[await grove.argument(id) for id in await _parts(grove)]]
    argument, other = there[act.argument % len(there)], there[act.other % len(there)]
    to = {"move": {"to": other.id}, "merge": {"into": other.id}, "split": {}}[act.kind]
    page = await grove.moderator.get(grove.url(argument, act.kind), params=to)
    if 'name="seen"' not in page.text:
        return None
    if act.kind == "split":
        claims = {"claim": f"The mill feeds {len(there)} towns.", "other_claim": f"It has {len(there)} wheels."}
        answer = await grove.split(argument, await _replies(grove, argument, act.going), **claims)
    else:
        answer = await (grove.move if act.kind == "move" else grove.merge)(argument, other)
    return answer if answer.status_code == 303 else None


async def _replies(grove: Grove, argument: Argument, going: frozenset[int]) -> list[Argument]:
    statement = select(Argument).filter_by(debate_id=grove.debate.id, parent_id=argument.id, hidden_by_id=None)
    found = list(await grove.db.scalars(statement.order_by(Argument.id)))
    await grove.db.commit()
    return [reply for number, reply in enumerate(found) if number in going]


async def _undo_one(grove: Grove, waiting: list[Response]) -> Response:
    """The earliest, or the one that the refusal names."""
    answer = waiting[0]
    for _ in range(len(waiting)):
        undone = await grove.undo(answer)
        if undone.status_code == 303:
            return answer
        assert undone.status_code == 409, undone.text
        named = re.search(r"Undo decision (\d+) first", unescape(undone.text))
        assert named, undone.text
        answer = next(each for each in waiting if grove.number(each) == int(named[1]))
    raise AssertionError("Each asks for another one to be undone first.")


async def _parts(grove: Grove) -> list[int]:
    await grove.db.commit()
    statement = select(Argument.id).where(Argument.debate_id == grove.debate.id, Argument.split_from_id.is_not(None))
    found = list(await grove.db.scalars(statement.order_by(Argument.id)))
    await grove.db.commit()
    return found
