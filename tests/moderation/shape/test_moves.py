"""Moving an argument with its replies: everything follows, nothing is lost, and undoing it is the identity."""

import asyncio
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models import Action, Bearing, Case, Decision, LogEntry, Notification, NotificationKind, Relation, Vote
from tests.moderation.shape.conftest import WHY, Grove, Plant, grow_tree
from tests.statements import counted_statements

relations = st.sampled_from(Relation)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.none() | st.integers(0, 20), min_size=2, max_size=9),
    kinds=st.lists(relations, min_size=9, max_size=9),
    moved=st.integers(0, 8),
    to=st.integers(0, 9),
    relation=relations,
    votes=st.dictionaries(st.tuples(st.integers(0, 8), st.integers(0, 3)), st.booleans(), max_size=6),
    later=st.booleans(),
)  # fmt: skip
async def test_move_then_undo_is_the_identity(
    plant: Plant, parents: list[int | None], kinds: list[Relation], moved: int, to: int, relation: Relation,
    votes: dict[tuple[int, int], bool], later: bool,
) -> None:  # fmt: skip
    """Whatever the tree, what is moved and where to, or else it is refused and nothing happens."""
    grove = await plant()
    await grow_tree(grove, parents, kinds)
    size = len(grove.arguments)
    for (number, voter), bears in {(key[0] % size, key[1]): bears for key, bears in votes.items()}.items():
        await grove.vote(grove.arguments[number], voter)
        if grove.arguments[number].parent_id is not None:
            await grove.judge(grove.arguments[number], voter, bears=bears)
    before = await grove.state()
    argument = grove.arguments[moved % size]
    target = grove.sides[to % 2] if to >= size else grove.arguments[to]
    form = {"to": target.id} if to < size else {"position": grove.sides[to % 2].key}
    page = await grove.moderator.get(grove.url(argument, "move"), params=form)
    if 'name="seen"' not in page.text:
        assert "That does not work" in page.text
        return
    answer = await grove.move(argument, target, relation)
    if answer.status_code == 409:
        assert await grove.state() == before
        return
    assert await grove.state() != before
    assert await grove.wrong() == []
    if later:
        await grove.judge(argument, 0, bears=True)
    assert (await grove.undo(answer)).status_code == 303
    assert await grove.state() == before
    assert await grove.wrong() == []


async def test_votes_on_the_claim_stay_and_judgements_of_the_old_link_do_not_count(grove: Grove) -> None:
    root, other = await grove.grow(grove.cast["member"]), await grove.grow(grove.cast["member"])
    reply = await grove.grow(grove.cast["author"], root, relation=Relation.REBUT)
    below = await grove.grow(grove.cast["member"], reply, relation=Relation.SUPPORT)
    await grove.vote(reply, 0)
    await grove.judge(reply, 1, bears=False)
    answer = await grove.move(reply, other, Relation.SUPPORT)
    assert answer.status_code == 303
    reply, below = await grove.fresh(reply), await grove.fresh(below)
    assert (reply.parent_id, reply.root_id, reply.depth, reply.relation) == (other.id, other.id, 1, Relation.SUPPORT)
    assert (below.parent_id, below.root_id, below.depth) == (reply.id, other.id, 2)
    assert (reply.agree_count, reply.bears_not_count) == (1, 0)
    assert ((await grove.fresh(root)).rebut_count, (await grove.fresh(other)).support_count) == (0, 1)
    assert (await grove.db.scalars(select(Vote.user_id))).all() == [grove.voters[0].id]
    assert (await grove.db.scalars(select(Bearing.user_id))).all() == []


async def test_it_is_refused_under_one_of_its_own_replies(grove: Grove) -> None:
    root = await grove.grow(grove.cast["author"])
    reply = await grove.grow(grove.cast["member"], root)
    below = await grove.grow(grove.cast["member"], reply)
    page = (await grove.moderator.get(grove.url(root, "move"), params={"to": below.id})).text
    assert "cannot be moved under one of its own replies" in page
    sent = {"to": below.id, "relation": "rebut", "seen": "0", "explanation": WHY, "idempotency_key": str(uuid4())}
    assert (await grove.moderator.post(grove.url(root, "move"), data=sent)).status_code == 409
    assert (await grove.fresh(root)).parent_id is None


async def test_two_moderators_moving_crosswise_make_no_circle(grove: Grove) -> None:
    first, second = await grove.grow(grove.cast["author"]), await grove.grow(grove.cast["author"])
    forms = [
        {**await grove.form("move", each, to=other.id), "relation": "rebut"}
        for each, other in ((first, second), (second, first))
    ]
    other_moderator = await grove.browser_of(grove.cast["administrator"])
    answers = await asyncio.gather(
        grove.moderator.post(grove.url(first, "move"), data=forms[0]),
        other_moderator.post(grove.url(second, "move"), data=forms[1]),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert await grove.wrong() == []


async def test_reply_that_is_posted_meanwhile_goes_along(grove: Grove) -> None:
    root, other = await grove.grow(grove.cast["member"]), await grove.grow(grove.cast["member"])
    reply = await grove.grow(grove.cast["author"], root)
    writer = await grove.browser_of(grove.cast["member"])

    async def write(number: int) -> int:
        words = {"claim": f"Nobody has counted {number} of them in {uuid4()}.", "grounds": "They say so themselves."}
        sent = {"relation": "rebut", **words, "idempotency_key": str(uuid4())}
        return (await writer.post(f"{grove.url(reply)}/replies", data=sent)).status_code

    form = await grove.form("move", reply, to=other.id)
    moving = grove.moderator.post(grove.url(reply, "move"), data={**form, "relation": "rebut"})
    answer, *written = await asyncio.gather(moving, *(write(number) for number in range(4)))
    assert [answer.status_code, *written] == [303] * 5
    await grove.state()
    assert await grove.wrong() == []


async def test_version_is_needed_and_a_stale_one_is_a_conflict(grove: Grove) -> None:
    root, other = await grove.grow(grove.cast["member"]), await grove.grow(grove.cast["member"])
    reply = await grove.grow(grove.cast["author"], root)
    form = {**await grove.form("move", reply, to=other.id), "relation": "rebut"}
    missing = await grove.moderator.post(grove.url(reply, "move"), data={**form, "seen": ""})
    assert missing.status_code == 422
    await (await grove.browser_of(grove.cast["author"])).post(f"{grove.url(reply)}/withdraw")
    stale = await grove.moderator.post(grove.url(reply, "move"), data=form)
    assert stale.status_code == 409
    assert "it changed while you read it" in stale.text
    assert WHY in stale.text
    again = await grove.move(reply, other)
    assert again.status_code == 303


async def test_reason_and_relation_are_needed(grove: Grove) -> None:
    root, other = await grove.grow(grove.cast["member"]), await grove.grow(grove.cast["member"])
    reply = await grove.grow(grove.cast["author"], root)
    for missing in ({"explanation": "No."}, {"relation": ""}):
        answer = await grove.move(reply, other, **missing)  # type: ignore[arg-type]
        assert answer.status_code == 422
        assert "Not saved yet" in answer.text
    assert (await grove.fresh(reply)).parent_id == root.id


async def test_authors_are_told_and_the_log_names_it(grove: Grove, client: AsyncClient) -> None:
    root, other = await grove.grow(grove.cast["member"]), await grove.grow(grove.cast["host"])
    reply = await grove.grow(grove.cast["author"], root)
    answer = await grove.move(reply, other)
    decision = (await grove.db.scalars(select(Decision).filter_by(argument_id=reply.id))).one()
    told = select(Notification.user_id, Notification.kind).filter_by(decision_id=decision.id)
    people = {grove.cast["author"].id, grove.cast["host"].id}
    assert {tuple(row) for row in await grove.db.execute(told)} == {(id, NotificationKind.DECISION) for id in people}
    assert (await grove.db.scalars(select(LogEntry.action))).all() == [Action.MOVE]
    page = (await client.get(answer.headers["location"])).text
    assert WHY in page
    for claim in (root.claim, other.claim):
        assert claim in page


async def test_open_case_is_decided_by_it_and_those_who_flagged_are_told(grove: Grove) -> None:
    root, other = await grove.grow(grove.cast["host"]), await grove.grow(grove.cast["host"])
    reply = await grove.grow(grove.cast["author"], root)
    member = await grove.browser_of(grove.cast["member"])
    form = {**await grove.form("move", reply, to=other.id), "relation": "rebut"}
    await member.post(f"{grove.url(reply)}/flag", data={"reason": "off_topic"})
    assert (await grove.moderator.post(grove.url(reply, "move"), data=form)).status_code == 409
    assert (await grove.move(reply, other)).status_code == 303
    assert (await grove.db.scalars(select(Case.closed_at))).one() is not None
    told = select(Notification.user_id).filter_by(kind=NotificationKind.FLAG_OUTCOME)
    assert (await grove.db.scalars(told)).all() == [grove.cast["member"].id]


async def test_what_was_moved_again_is_undone_in_turn(grove: Grove) -> None:
    root, second, third = [await grove.grow(grove.cast["member"]) for _ in range(3)]
    reply = await grove.grow(grove.cast["author"], root)
    first_move = await grove.move(reply, second)
    second_move = await grove.move(reply, third)
    early = await grove.undo(first_move)
    assert early.status_code == 409
    assert (await grove.undo(second_move)).status_code == 303
    assert (await grove.undo(first_move)).status_code == 303
    assert (await grove.fresh(reply)).parent_id == root.id


async def test_same_form_sent_twice_moves_once(grove: Grove) -> None:
    root, other = await grove.grow(grove.cast["member"]), await grove.grow(grove.cast["member"])
    reply = await grove.grow(grove.cast["author"], root)
    form = {**await grove.form("move", reply, to=other.id), "relation": "rebut"}
    answers = [await grove.moderator.post(grove.url(reply, "move"), data=form) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert (await grove.fresh(other)).rebut_count == 1


async def test_locked_thread_keeps_its_place(grove: Grove) -> None:
    root, other = await grove.grow(grove.cast["author"]), await grove.grow(grove.cast["member"])
    sent = {"explanation": WHY, "idempotency_key": str(uuid4())}
    assert (await grove.moderator.post(f"{grove.url(root)}/lock", data=sent)).status_code == 303
    page = (await grove.moderator.get(grove.url(root, "move"), params={"to": other.id})).text
    assert "unlock the thread first" in page


@pytest.mark.parametrize(("words", "found"), [("windmill", True), ("nothing like it", False)])
async def test_place_is_found_by_words(grove: Grove, words: str, found: bool) -> None:
    root = await grove.grow(grove.cast["author"])
    await grove.grow(grove.cast["member"], claim="The windmill is older than the town.")
    page = (await grove.moderator.get(grove.url(root, "move"), params={"q": words})).text
    assert ("The windmill is older" in page) == found


async def test_place_is_found_by_its_address(grove: Grove) -> None:
    root, other = await grove.grow(grove.cast["author"]), await grove.grow(grove.cast["member"])
    pasted = f"https://debates.example{grove.url(other)}?sort=newest#replies"
    answer = await grove.moderator.get(grove.url(root, "move"), params={"q": pasted})
    assert answer.headers["location"].endswith(f"/move?to={other.id}")


async def test_statements_do_not_grow_with_what_is_moved(app: FastAPI, grove: Grove) -> None:
    counts = []
    for size in (1, 40):
        root, other = await grove.grow(grove.cast["member"]), await grove.grow(grove.cast["member"])
        reply = await grove.grow(grove.cast["author"], root)
        for _ in range(size):
            await grove.grow(grove.cast["member"], reply)
        form = {**await grove.form("move", reply, to=other.id), "relation": "rebut"}
        with counted_statements(app) as statements:
            assert (await grove.moderator.post(grove.url(reply, "move"), data=form)).status_code == 303
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["member", "other_moderator", "author"])
async def test_others_cannot_move(grove: Grove, name: str) -> None:
    root, other = await grove.grow(grove.cast["author"]), await grove.grow(grove.cast["member"])
    browser = await grove.browser_of(grove.cast[name])
    assert (await browser.get(grove.url(root, "move"))).status_code == 403
    sent = {"to": other.id, "relation": "rebut", "seen": "0", "explanation": WHY, "idempotency_key": str(uuid4())}
    assert (await browser.post(grove.url(root, "move"), data=sent)).status_code == 403
