"""Splitting an argument with several claims: each can be voted on apart, nothing is lost, undoing is the identity."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models import (
    Action,
    Argument,
    ArgumentRevision,
    Bearing,
    Case,
    LogEntry,
    Notification,
    NotificationKind,
    Relation,
    SetAsideBearing,
    Vote,
    VoteValue,
)
from tests.moderation.shape.conftest import PARTS, WHY, Grove, Plant, furnish, grow_tree
from tests.statements import counted_statements

relations = st.sampled_from(Relation)
values = st.sampled_from(VoteValue)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.none() | st.integers(0, 20), min_size=1, max_size=9),
    kinds=st.lists(relations, min_size=9, max_size=9),
    split=st.integers(0, 8),
    going=st.sets(st.integers(0, 8)),
    votes=st.dictionaries(st.tuples(st.integers(0, 8), st.integers(0, 3)), values, max_size=8),
    judged=st.dictionaries(st.tuples(st.integers(1, 8), st.integers(0, 3)), st.booleans(), max_size=6),
    given_to=st.lists(st.integers(0, 8), max_size=3, unique=True),
    links=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), relations), max_size=3),
)  # fmt: skip
async def test_split_then_undo_is_the_identity(
    plant: Plant, parents: list[int | None], kinds: list[Relation], split: int, going: set[int],
    votes: dict[tuple[int, int], VoteValue], judged: dict[tuple[int, int], bool], given_to: list[int],
    links: list[tuple[int, int, Relation]],
) -> None:  # fmt: skip
    """Whatever the tree, the votes, judgements, credits, citations and links, and whichever replies go."""
    grove = await plant()
    await grow_tree(grove, parents, kinds)
    size = len(grove.arguments)
    for (number, voter), value in {(n % size, v): value for (n, v), value in votes.items()}.items():
        await grove.vote(grove.arguments[number], voter, value)
    for (number, voter), bears in {(n % size, v): bears for (n, v), bears in judged.items()}.items():
        if grove.arguments[number].parent_id is not None:
            await grove.judge(grove.arguments[number], voter, bears=bears)
    await furnish(grove, {number % size for number in given_to})
    for source, target, relation in links:
        sent = {"argument": grove.arguments[source % size].id, "relation": relation}
        await grove.moderator.post(grove.url(grove.arguments[target % size], "use"), data=sent)
    argument = grove.arguments[split % size]
    replies = [each for each in grove.arguments if each.parent_id == argument.id]
    sent_on = [each for number, each in enumerate(replies) if number in going]
    before = await grove.state()
    answer = await grove.split(argument, sent_on)
    assert answer.status_code == 303, answer.text
    part = await grove.part_of(argument)
    assert await grove.wrong() == []
    assert [(await grove.fresh(each)).parent_id for each in sent_on] == [part.id] * len(sent_on)
    assert (await grove.undo(answer)).status_code == 303
    assert await grove.state(without=[part.id]) == before
    assert await grove.wrong() == []


async def _two_claims(grove: Grove) -> tuple[Argument, Argument, Argument]:
    """An argument with two claims, a reply to each."""
    words = {"claim": "The mill feeds the town and is worth seeing.", "grounds": "Its flour is in every loaf."}
    whole = await grove.grow(grove.cast["author"], **words)
    to_first = await grove.grow(grove.cast["member"], whole, relation=Relation.REBUT)
    to_other = await grove.grow(grove.cast["host"], whole, relation=Relation.SUPPORT)
    return whole, to_first, to_other


async def test_new_one_stands_beside_the_first_without_votes(grove: Grove) -> None:
    root = await grove.grow(grove.cast["member"])
    whole = await grove.grow(grove.cast["author"], root, relation=Relation.UNDERCUT)
    await grove.vote(whole, 0)
    assert (await grove.split(whole)).status_code == 303
    part, whole, root = await grove.part_of(whole), await grove.fresh(whole), await grove.fresh(root)
    place = (root.id, root.id, 1, Relation.UNDERCUT, whole.position_id, whole.author_id, whole.origin)
    assert (
        part.parent_id, part.root_id, part.depth, part.relation, part.position_id, part.author_id, part.origin
    ) == place  # fmt: skip
    assert (part.claim, part.grounds_markdown) == (PARTS["other_claim"], PARTS["other_grounds"])
    assert (part.agree_count, root.undercut_count) == (0, 2)
    assert (whole.claim, whole.agree_count, whole.version, whole.earlier_vote_count) == (PARTS["claim"], 1, 2, 1)


async def test_replies_that_were_sent_go_with_what_stands_below(grove: Grove) -> None:
    whole, to_first, to_other = await _two_claims(grove)
    below = await grove.grow(grove.cast["member"], to_other)
    for reply in (to_first, to_other):
        await grove.judge(reply, 0, bears=True)
    assert (await grove.split(whole, [to_other])).status_code == 303
    part, whole = await grove.part_of(whole), await grove.fresh(whole)
    to_first, to_other, below = [await grove.fresh(each) for each in (to_first, to_other, below)]
    assert (to_first.parent_id, to_first.bears_count) == (whole.id, 1)
    assert (to_other.parent_id, to_other.root_id, to_other.depth, to_other.bears_count) == (part.id, part.id, 1, 0)
    assert (below.root_id, below.depth) == (part.id, 2)
    assert (whole.rebut_count, whole.support_count, part.rebut_count, part.support_count) == (1, 0, 0, 1)
    assert (await grove.db.scalars(select(Bearing.argument_id))).all() == [to_first.id]
    assert (await grove.db.scalars(select(SetAsideBearing.argument_id))).all() == [to_other.id]


async def test_pages_of_both_lead_to_each_other(grove: Grove, client: AsyncClient) -> None:
    whole, _, _ = await _two_claims(grove)
    await grove.split(whole)
    part = await grove.part_of(whole)
    page = (await client.get(grove.url(part))).text
    assert re.search(rf'split this from another argument.*<a href="{grove.url(whole)}"[^>]*>{PARTS["claim"]}', page)
    page = (await client.get(grove.url(whole))).text
    assert re.search(rf'stands by itself: <a href="{grove.url(part)}"[^>]*>{PARTS["other_claim"]}', page)


async def test_link_between_both_names_nothing_hidden(grove: Grove, client: AsyncClient) -> None:
    whole, _, _ = await _two_claims(grove)
    await grove.split(whole)
    part = await grove.part_of(whole)
    sent = {"house_rule": "civil", "explanation": WHY, "idempotency_key": str(uuid4())}
    assert (await grove.moderator.post(grove.url(part, "hide"), data=sent)).status_code == 303
    assert PARTS["other_claim"] not in (await client.get(grove.url(whole))).text
    sent["idempotency_key"] = str(uuid4())
    decision = (await grove.fresh(part)).hidden_by_id
    assert (await grove.moderator.post(f"/decisions/{decision}/undo", data=sent)).status_code == 303
    sent["idempotency_key"] = str(uuid4())
    assert (await grove.moderator.post(grove.url(whole, "hide"), data=sent)).status_code == 303
    page = (await client.get(grove.url(part))).text
    assert PARTS["claim"] not in page
    assert "another argument, which is not shown any more" in page


async def test_history_says_that_it_was_split(grove: Grove, client: AsyncClient) -> None:
    whole, _, _ = await _two_claims(grove)
    answer = await grove.split(whole)
    number = answer.headers["location"].partition("?")[0].rpartition("/")[2]
    part = await grove.part_of(whole)
    page = (await client.get(grove.url(part, "history"))).text
    assert f'split from another argument by moderators, <a href="/decisions/{number}">' in page
    page = (await client.get(grove.url(whole, "history"))).text
    assert f'worded by moderators, <a href="/decisions/{number}">' in page
    editors = select(ArgumentRevision.editor_id).filter_by(argument_id=part.id)
    assert (await grove.db.scalars(editors)).all() == [part.author_id], "Erased with what else its author wrote."


async def test_its_author_words_the_new_one_anew_in_public_only(grove: Grove) -> None:
    whole, _, _ = await _two_claims(grove)
    await grove.split(whole)
    part = await grove.part_of(whole)
    author = await grove.browser_of(grove.cast["author"])
    sent = {"revision": "1", "claim": "The mill is worth a journey.", "grounds": part.grounds_markdown}
    assert (await author.post(grove.url(part, "edit"), data=sent)).status_code == 303
    assert (await grove.fresh(part)).version == 2


async def test_new_one_rests_on_the_same_passages_and_sources(grove: Grove, client: AsyncClient) -> None:
    whole, _, _ = await _two_claims(grove)
    await furnish(grove, {0})
    await grove.split(whole)
    page = (await client.get(grove.url(await grove.part_of(whole)))).text
    assert "Survey" in page
    assert "passage-quote" in page
    assert (await grove.part_of(whole)).credit_count == 0


async def test_author_voters_and_reporters_are_told_and_the_log_names_it(grove: Grove, client: AsyncClient) -> None:
    whole, _, _ = await _two_claims(grove)
    await grove.vote(whole, 1)
    reader = await grove.browser_of(grove.voters[0])
    await reader.post(f"{grove.url(whole)}/flag", data={"reason": "several"})
    answer = await grove.split(whole)
    told = select(Notification.user_id, Notification.kind)
    rows = {tuple(row) for row in await grove.db.execute(told)}
    assert (grove.cast["author"].id, NotificationKind.DECISION) in rows
    assert (grove.voters[0].id, NotificationKind.FLAG_OUTCOME) in rows
    edited = {grove.voters[1].id, grove.cast["member"].id, grove.cast["host"].id}
    assert {user for user, kind in rows if kind == NotificationKind.EDIT} == edited
    assert (await grove.db.scalars(select(LogEntry.action))).all() == [Action.SPLIT]
    page = (await client.get(answer.headers["location"])).text
    assert WHY in page
    assert PARTS["other_claim"] in page
    page = (await (await grove.browser_of(grove.cast["author"])).get("/notifications")).text
    assert "which made more than one claim, in two" in page


async def test_look_is_needed_and_a_stale_one_is_a_conflict(grove: Grove) -> None:
    whole, _, _ = await _two_claims(grove)
    form = {**await grove.form("split", whole), **PARTS}
    missing = await grove.moderator.post(grove.url(whole, "split"), data={**form, "seen": ""})
    assert missing.status_code == 422
    author = await grove.browser_of(grove.cast["author"])
    sent = {"revision": "1", "claim": "The mill feeds the town and looks well.", "grounds": PARTS["grounds"]}
    assert (await author.post(grove.url(whole, "edit"), data=sent)).status_code == 303
    stale = await grove.moderator.post(grove.url(whole, "split"), data=form)
    assert stale.status_code == 409
    assert "it changed while you read it" in stale.text
    assert PARTS["other_grounds"] in stale.text
    assert (await grove.split(whole)).status_code == 303


async def test_reply_that_was_moved_meanwhile_is_a_conflict(grove: Grove) -> None:
    whole, to_first, to_other = await _two_claims(grove)
    form = {**await grove.form("split", whole), **PARTS, f"reply-{to_other.id}": "goes"}
    await grove.move(to_other, to_first)
    assert (await grove.moderator.post(grove.url(whole, "split"), data=form)).status_code == 409
    assert (await grove.db.scalars(select(Argument.id).filter_by(split_from_id=whole.id))).all() == []


async def test_same_form_sent_twice_splits_once(grove: Grove) -> None:
    whole, _, to_other = await _two_claims(grove)
    form = {**await grove.form("split", whole), **PARTS, f"reply-{to_other.id}": "goes"}
    answers = [await grove.moderator.post(grove.url(whole, "split"), data=form) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len((await grove.db.scalars(select(Argument.id).filter_by(split_from_id=whole.id))).all()) == 1


async def test_preview_shows_both_and_writes_nothing(grove: Grove) -> None:
    whole, _, to_other = await _two_claims(grove)
    before = await grove.state()
    page = await grove.split(whole, [to_other], act="preview")
    assert page.status_code == 200
    assert f'<p class="claim claim-large" dir="auto">{PARTS["other_claim"]}</p>' in page.text
    assert page.text.count("1 direct reply below it.") == 2
    assert f'name="reply-{to_other.id}" value="goes" checked' in page.text
    assert await grove.state() == before


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"other_claim": PARTS["claim"]}, "Both make the same claim"),
        ({"claim": "It feeds us. It is worth seeing."}, "This has 2 sentences"),
        ({"other_grounds": ""}, "Grounds of the new one"),
        ({"explanation": "No."}, "Not saved yet"),
        ({"reply-x": "goes"}, "The replies"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_split(grove: Grove, wrong: dict[str, str], words: str) -> None:
    whole, _, _ = await _two_claims(grove)
    answer = await grove.split(whole, **wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert (await grove.fresh(whole)).version == 1


async def test_first_one_must_say_less_than_before(grove: Grove) -> None:
    whole, _, _ = await _two_claims(grove)
    answer = await grove.split(whole, claim=whole.claim, grounds=whole.grounds_markdown)
    assert answer.status_code == 409
    assert "take out what the new one says" in answer.text


async def test_undo_brings_wording_replies_and_judgements_back_and_the_address_leads_on(
    grove: Grove, client: AsyncClient
) -> None:
    whole, _, to_other = await _two_claims(grove)
    said = whole.claim
    await grove.judge(to_other, 0, bears=True)
    made = await grove.split(whole, [to_other])
    part = await grove.part_of(whole)
    late = await grove.grow(grove.cast["member"], part, relation=Relation.REBUT)
    await grove.vote(part, 2)
    await grove.judge(to_other, 1, bears=False)
    await grove.judge(late, 1, bears=True)
    undone = await grove.undo(made)
    assert undone.status_code == 303
    whole, part, to_other, late = [await grove.fresh(each) for each in (whole, part, to_other, late)]
    assert (whole.claim, whole.version, whole.rebut_count, whole.support_count) == (said, 3, 2, 1)
    assert (to_other.parent_id, to_other.bears_count, to_other.bears_not_count) == (whole.id, 1, 0)
    assert (late.parent_id, late.root_id, late.depth, late.bears_count) == (whole.id, whole.id, 1, 0)
    assert (part.merged_into_id, part.agree_count) == (whole.id, 1)
    assert (await grove.db.scalars(select(Vote.argument_id))).all() == [part.id], "Votes stay where they were cast."
    answer = await client.get(grove.url(part))
    assert (answer.status_code, answer.headers["location"]) == (301, f"{grove.url(whole)}?done=merged")
    page = (await client.get(grove.url(whole))).text
    assert PARTS["other_claim"] not in page
    assert "Also said by" not in page
    page = (await client.get(undone.headers["location"])).text
    assert "put together again" in page
    assert PARTS["other_claim"] not in page
    assert await grove.wrong() == []


async def test_votes_on_the_wording_that_comes_back_are_not_from_before_an_edit(grove: Grove) -> None:
    first = await grove.grow(grove.cast["author"])
    await grove.vote(first, 0)
    made = await grove.split(first)
    late = await grove.browser_of(grove.voters[1])
    await late.post(f"{grove.url(first, 'vote')}?version=2", data={"value": "agree"})
    assert (await grove.fresh(first)).earlier_vote_count == 1
    assert (await grove.undo(made)).status_code == 303
    assert (await grove.fresh(first)).earlier_vote_count == 1, "Only the one on the words that are gone."
    versions = select(Vote.user_id, Vote.version).filter_by(argument_id=first.id)
    given = [tuple(row) for row in await grove.db.execute(versions.order_by(Vote.user_id))]
    assert given == [(grove.voters[0].id, 3), (grove.voters[1].id, 2)]
    assert await grove.wrong() == []


async def test_earlier_wording_comes_back_also_where_the_author_worded_it_since(grove: Grove) -> None:
    whole, _, _ = await _two_claims(grove)
    said = whole.claim
    made = await grove.split(whole)
    author = await grove.browser_of(grove.cast["author"])
    sent = {"revision": "2", "claim": "The mill feeds the whole town.", "grounds": PARTS["grounds"]}
    assert (await author.post(grove.url(whole, "edit"), data=sent)).status_code == 303
    assert (await grove.undo(made)).status_code == 303
    whole = await grove.fresh(whole)
    assert (whole.claim, whole.version) == (said, 4)


async def test_what_was_split_twice_is_undone_in_turn(grove: Grove) -> None:
    whole, _, _ = await _two_claims(grove)
    first = await grove.split(whole)
    second = await grove.split(whole, claim="The mill feeds some.", other_claim="Bread is what people need.")
    part = await grove.part_of(whole)
    third = await grove.split(part, claim="Bread is needed.", other_claim="Bread is wanted too.")
    refused = await grove.undo(first)
    assert refused.status_code == 409
    assert "has been split again" in refused.text
    for answer in (third, second, first):
        assert (await grove.undo(answer)).status_code == 303
    assert (await grove.fresh(whole)).claim == "The mill feeds the town and is worth seeing."
    assert await grove.wrong() == []


async def test_what_was_merged_into_the_new_one_is_taken_apart_first(grove: Grove) -> None:
    whole, _, _ = await _two_claims(grove)
    made = await grove.split(whole)
    twin = await grove.grow(grove.cast["member"], claim="The mill is worth a look.")
    merged = await grove.merge(twin, await grove.part_of(whole))
    assert (await grove.undo(made)).status_code == 409
    assert (await grove.undo(merged)).status_code == 303
    assert (await grove.undo(made)).status_code == 303
    assert await grove.wrong() == []


async def test_earlier_edit_is_dated_as_before(grove: Grove) -> None:
    """Not as one of today, nor as none."""
    a_year_ago = datetime.now(UTC) - timedelta(days=365)
    whole = await grove.grow(grove.cast["author"], edited_at=a_year_ago)
    made = await grove.split(whole)
    assert (await grove.fresh(whole)).edited_at != a_year_ago
    assert (await grove.undo(made)).status_code == 303
    assert (await grove.fresh(whole)).edited_at == a_year_ago


async def test_reply_that_was_moved_on_comes_back_before_both_are_put_together(
    grove: Grove, client: AsyncClient
) -> None:
    """Else undoing the move would put it, and all below it, under an argument that is shown nowhere."""
    whole, to_first, to_other = await _two_claims(grove)
    made = await grove.split(whole, [to_other])
    moved = await grove.move(to_other, to_first)
    refused = await grove.undo(made)
    assert refused.status_code == 409
    assert f"Undo decision {grove.number(moved)} first" in refused.text
    for answer in (moved, made):
        assert (await grove.undo(answer)).status_code == 303
    assert (await grove.fresh(to_other)).parent_id == whole.id
    assert to_other.claim in (await client.get(grove.url(whole))).text
    assert await grove.wrong() == []


async def test_reply_that_was_moved_to_the_new_one_goes_back_before(grove: Grove) -> None:
    whole, to_first, to_other = await _two_claims(grove)
    below = await grove.grow(grove.cast["member"], to_first)
    made = await grove.split(whole, [to_other])
    moved = await grove.move(below, await grove.part_of(whole))
    refused = await grove.undo(made)
    assert refused.status_code == 409
    assert f"Undo decision {grove.number(moved)} first" in refused.text
    for answer in (moved, made):
        assert (await grove.undo(answer)).status_code == 303
    assert (await grove.fresh(below)).parent_id == to_first.id
    assert await grove.wrong() == []


async def test_new_one_that_was_moved_is_put_together_all_the_same(grove: Grove) -> None:
    whole, to_first, to_other = await _two_claims(grove)
    made = await grove.split(whole, [to_other])
    part = await grove.part_of(whole)
    moved = await grove.move(part, to_first)
    assert (await grove.undo(made)).status_code == 303
    assert await grove.wrong() == []
    to_other = await grove.fresh(to_other)
    assert (to_other.parent_id, to_other.depth) == (whole.id, 1)
    assert (await grove.undo(moved)).status_code == 303
    assert await grove.wrong() == []


async def test_first_one_below_a_reply_to_the_new_one_is_moved_out_first(grove: Grove) -> None:
    whole, _, to_other = await _two_claims(grove)
    made = await grove.split(whole, [to_other])
    moved = await grove.move(whole, to_other)
    assert moved.status_code == 303
    refused = await grove.undo(made)
    assert refused.status_code == 409
    assert f"Undo decision {grove.number(moved)} first" in refused.text
    assert (await grove.undo(moved)).status_code == 303, "A split is no move, so it does not stand in the way."
    assert (await grove.undo(made)).status_code == 303


@pytest.mark.parametrize("act", ["hide", "lock"])
async def test_hidden_or_locked_ones_are_not_split(grove: Grove, act: str) -> None:
    whole, _, _ = await _two_claims(grove)
    sent = {"house_rule": "civil", "explanation": WHY, "idempotency_key": str(uuid4())}
    assert (await grove.moderator.post(grove.url(whole, act), data=sent)).status_code == 303
    page = (await grove.moderator.get(grove.url(whole, "split"))).text
    assert "That does not work" in page
    assert 'name="seen"' not in page


async def test_case_of_such_a_flag_leads_there_and_is_decided_by_it(grove: Grove) -> None:
    whole, _, _ = await _two_claims(grove)
    reader = await grove.browser_of(grove.voters[0])
    assert 'value="several"' in (await reader.get(f"{grove.url(whole)}/flag")).text
    assert (await reader.post(f"{grove.url(whole)}/flag", data={"reason": "several"})).status_code == 303
    case = (await grove.db.scalars(select(Case.id))).one()
    page = (await grove.moderator.get(f"/moderation/cases/{case}")).text
    assert f'<a class="button" href="{grove.url(whole)}/split?at_case={case}' in page
    assert (await grove.split(whole)).status_code == 303
    assert (await grove.db.scalars(select(Case.closed_at))).one() is not None


async def test_most_replies_are_listed_and_the_others_stay(grove: Grove) -> None:
    whole = await grove.grow(grove.cast["author"])
    for _ in range(32):
        await grove.grow(grove.cast["member"], whole)
    page = (await grove.moderator.get(grove.url(whole, "split"))).text
    assert page.count('value="goes"') == 30
    assert "These are the 30 strongest of 32; the others stay" in page
    assert (await grove.split(whole, grove.arguments[1:31])).status_code == 303
    assert (await grove.fresh(whole)).rebut_count == 2


async def test_statements_do_not_grow_with_what_goes(app: FastAPI, grove: Grove) -> None:
    counts = []
    for size in (1, 20):
        whole = await grove.grow(grove.cast["author"])
        replies = [await grove.grow(grove.cast["member"], whole) for _ in range(size)]
        form = {**await grove.form("split", whole), **PARTS, **{f"reply-{each.id}": "goes" for each in replies}}
        with counted_statements(app) as statements:
            assert (await grove.moderator.post(grove.url(whole, "split"), data=form)).status_code == 303
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["member", "other_moderator", "author"])
async def test_others_cannot_split(grove: Grove, name: str) -> None:
    whole, _, _ = await _two_claims(grove)
    browser = await grove.browser_of(grove.cast[name])
    assert (await browser.get(grove.url(whole, "split"))).status_code == 403
    sent = {**PARTS, "seen": "0", "explanation": WHY, "idempotency_key": str(uuid4())}
    assert (await browser.post(grove.url(whole, "split"), data=sent)).status_code == 403
    assert (await grove.fresh(whole)).version == 1
