"""Merging duplicates: what one had the other has, nothing is lost, addresses lead on, undoing is the identity."""

import asyncio
from uuid import uuid4

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.models import (
    Argument,
    Case,
    Decision,
    Notification,
    Relation,
    User,
    Vote,
    VoteDiscount,
    VoteValue,
)
from tests.moderation.shape.conftest import WHY, Grove, Plant, furnish, grow_tree

relations = st.sampled_from(Relation)
values = st.sampled_from(VoteValue)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.none() | st.integers(0, 20), min_size=2, max_size=9),
    kinds=st.lists(relations, min_size=9, max_size=9),
    merged=st.integers(0, 8),
    into=st.integers(0, 8),
    votes=st.dictionaries(st.tuples(st.integers(0, 8), st.integers(0, 3)), values, max_size=8),
    judged=st.dictionaries(st.tuples(st.integers(1, 8), st.integers(0, 3)), st.booleans(), max_size=4),
    given_to=st.lists(st.integers(0, 8), max_size=3, unique=True),
    links=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), relations), max_size=4),
)  # fmt: skip
async def test_merge_then_undo_is_the_identity(
    plant: Plant, parents: list[int | None], kinds: list[Relation], merged: int, into: int,
    votes: dict[tuple[int, int], VoteValue], judged: dict[tuple[int, int], bool], given_to: list[int],
    links: list[tuple[int, int, Relation]],
) -> None:  # fmt: skip
    """Whatever the tree, the votes, judgements, credits and citations; or it is refused and nothing happens."""
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
    before = await grove.state()
    argument, other = grove.arguments[merged % size], grove.arguments[into % size]
    page = await grove.moderator.get(grove.url(argument, "merge"), params={"into": other.id})
    if 'name="seen"' not in page.text:
        assert "That does not work" in page.text
        return
    answer = await grove.merge(argument, other)
    assert answer.status_code == 303
    assert await grove.state() != before
    assert await grove.wrong() == []
    assert (await grove.undo(answer)).status_code == 303
    assert await grove.state() == before
    assert await grove.wrong() == []


async def _pair(grove: Grove) -> tuple:  # type: ignore[type-arg]
    """A survivor and its duplicate, each with a reply."""
    survivor = await grove.grow(grove.cast["member"], claim="The mill feeds all of the town.")
    duplicate = await grove.grow(grove.cast["author"], claim="The mill feeds all the town.")
    await grove.grow(grove.cast["host"], survivor, relation=Relation.SUPPORT)
    reply = await grove.grow(grove.cast["host"], duplicate, relation=Relation.REBUT)
    return survivor, duplicate, reply


async def test_replies_and_votes_go_to_the_survivor(grove: Grove) -> None:
    survivor, duplicate, reply = await _pair(grove)
    await grove.vote(survivor, 0, VoteValue.AGREE)
    await grove.vote(duplicate, 0, VoteValue.DISAGREE)
    await grove.vote(duplicate, 1, VoteValue.DISAGREE)
    page = (await grove.moderator.get(grove.url(duplicate, "merge"), params={"into": survivor.id})).text
    assert "1 vote of 2 goes along" in page
    assert (await grove.merge(duplicate, survivor)).status_code == 303
    survivor, duplicate, reply = [await grove.fresh(each) for each in (survivor, duplicate, reply)]
    assert (survivor.agree_count, survivor.disagree_count) == (1, 1)
    assert (survivor.support_count, survivor.rebut_count) == (1, 1)
    assert (reply.parent_id, reply.root_id, reply.depth) == (survivor.id, survivor.id, 1)
    assert (duplicate.disagree_count, duplicate.rebut_count) == (1, 0)
    assert len((await grove.db.scalars(select(Vote.user_id))).all()) == 3
    assert await grove.wrong() == []


async def test_vote_on_the_survivor_since_stays_and_the_earlier_one_comes_back(grove: Grove) -> None:
    survivor, duplicate, _ = await _pair(grove)
    for voter in (0, 1, 2):
        await grove.vote(duplicate, voter, VoteValue.AGREE)
    made = await grove.merge(duplicate, survivor)
    changes = await grove.browser_of(grove.voters[0])
    await changes.post(grove.url(survivor, "vote"), data={"value": "disagree"})
    withdraws = await grove.browser_of(grove.voters[1])
    await withdraws.post(grove.url(survivor, "vote"), data={"value": "none"})
    assert (await grove.undo(made)).status_code == 303
    survivor, duplicate = await grove.fresh(survivor), await grove.fresh(duplicate)
    assert (survivor.agree_count, survivor.disagree_count) == (0, 1)
    assert duplicate.agree_count == 2
    assert await grove.wrong() == []


async def test_links_from_and_to_the_duplicate_are_the_survivors(grove: Grove, client: AsyncClient) -> None:
    survivor, duplicate, _ = await _pair(grove)
    used, answered = await grove.grow(grove.cast["host"]), await grove.grow(grove.cast["host"])
    for source, target in ((used, duplicate), (duplicate, answered)):
        sent = {"argument": source.id, "relation": "rebut"}
        assert (await grove.moderator.post(grove.url(target, "use"), data=sent)).status_code == 303
    await grove.merge(duplicate, survivor)
    page = (await client.get(grove.url(survivor))).text
    assert used.claim in page
    assert answered.claim in page
    await grove.state()
    assert (await grove.fresh(answered)).holds, "The survivor has been rebutted itself."
    assert await grove.wrong() == []


async def test_discounted_vote_does_not_come_to_count_by_a_merge(grove: Grove) -> None:
    survivor, duplicate, _ = await _pair(grove)
    await grove.vote(duplicate, 0)
    decision = Decision(action="discount", debate_id=grove.debate.id, concerned_id=duplicate.author_id, explanation="")
    grove.db.add(decision)
    await grove.db.flush()
    people = {"voter_id": grove.voters[0].id, "author_id": duplicate.author_id, "decision_id": decision.id}
    grove.db.add(VoteDiscount(debate_id=grove.debate.id, **people, stopped_votes=[duplicate.id]))
    await grove.db.execute(update(Vote).values(is_counted=False))
    await grove.db.execute(update(type(duplicate)).where(type(duplicate).id == duplicate.id).values(agree_count=0))
    await grove.db.commit()
    assert (await grove.merge(duplicate, survivor)).status_code == 303
    assert (await grove.fresh(survivor)).agree_count == 0
    assert await grove.wrong() == []


@pytest.mark.parametrize("act", ["", "/reply", "/strength", "/history", "/credits"])
async def test_old_address_leads_to_the_survivor(grove: Grove, client: AsyncClient, act: str) -> None:
    survivor, duplicate, _ = await _pair(grove)
    await grove.merge(duplicate, survivor)
    browser = client if act != "/reply" else await grove.browser_of(grove.cast["member"])
    answer = await browser.get(f"{grove.url(duplicate)}{act}?sort=newest")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"{grove.url(survivor)}{act}?sort=newest&done=merged"
    assert answer.headers["cache-control"] == "no-cache"


async def test_form_that_was_on_its_way_goes_to_the_survivor(grove: Grove) -> None:
    survivor, duplicate, _ = await _pair(grove)
    await grove.merge(duplicate, survivor)
    writer = await grove.browser_of(grove.voters[0])
    answer = await writer.post(grove.url(duplicate, "vote"), data={"value": "agree"})
    assert (answer.status_code, answer.headers["location"]) == (308, grove.url(survivor, "vote"))
    words = {"claim": "Half of the town eats bread from elsewhere.", "grounds": "There are two shops."}
    sent = {"relation": "rebut", **words, "idempotency_key": str(uuid4())}
    answer = await writer.post(grove.url(duplicate, "replies"), data=sent)
    assert (answer.status_code, answer.headers["location"]) == (308, grove.url(survivor, "replies"))


async def test_chain_of_merges_leads_to_the_last(grove: Grove, client: AsyncClient) -> None:
    first, second, third = [await grove.grow(grove.cast["author"]) for _ in range(3)]
    early = await grove.merge(first, second)
    late = await grove.merge(second, third)
    assert (await client.get(grove.url(first))).headers["location"] == f"{grove.url(third)}?done=merged"
    page = (await client.get(grove.url(third))).text
    for each in (first, second):
        assert each.claim in page
    refused = await grove.undo(early)
    assert refused.status_code == 409
    assert (await grove.undo(late)).status_code == 303
    assert (await grove.undo(early)).status_code == 303
    assert (await client.get(grove.url(first))).status_code == 200


async def test_redirect_reveals_nothing_hidden(grove: Grove, client: AsyncClient) -> None:
    survivor, duplicate, _ = await _pair(grove)
    await grove.merge(duplicate, survivor)
    sent = {"house_rule": "civil", "explanation": WHY, "idempotency_key": str(uuid4())}
    assert (await grove.moderator.post(grove.url(survivor, "hide"), data=sent)).status_code == 303
    assert (await client.get(grove.url(duplicate))).status_code == 301
    page = (await client.get(grove.url(survivor))).text
    assert "This argument is hidden" in page
    for claim in (survivor.claim, duplicate.claim):
        assert claim not in page


async def test_survivor_names_both_authors_and_lists_show_it_once(grove: Grove, client: AsyncClient) -> None:
    survivor, duplicate, _ = await _pair(grove)
    parent = await grove.grow(grove.cast["member"])
    for each in (survivor, duplicate):
        await grove.move(each, parent, Relation.SUPPORT)
    await grove.merge(duplicate, survivor)
    page = (await client.get(grove.url(survivor))).text
    assert "also said by" in page
    assert f'id="argument-{duplicate.id}"' in page
    assert duplicate.claim in page
    base = f"/debates/{grove.debate.slug}"
    for url in (
        base,
        f"{base}/outline",
        f"{base}/map",
        grove.url(parent),
        f"/search?q=mill&debate={grove.debate.slug}",
    ):
        for browser in (client, grove.moderator):
            text = (await browser.get(url)).text
            assert duplicate.claim not in text
            assert "is hidden" not in text


async def test_authors_of_both_are_told(grove: Grove, client: AsyncClient) -> None:
    survivor, duplicate, _ = await _pair(grove)
    answer = await grove.merge(duplicate, survivor)
    told = (await grove.db.scalars(select(Notification.user_id))).all()
    assert set(told) == {grove.cast["member"].id, grove.cast["author"].id}
    page = (await client.get(answer.headers["location"])).text
    assert survivor.claim in page
    assert WHY in page


async def test_it_is_refused_into_one_of_its_own_replies(grove: Grove) -> None:
    root = await grove.grow(grove.cast["author"])
    reply = await grove.grow(grove.cast["author"], root)
    page = (await grove.moderator.get(grove.url(root, "merge"), params={"into": reply.id})).text
    assert "stands or is used below this one" in page
    assert (await grove.merge(reply, root)).status_code == 303
    assert (await grove.fresh(root)).rebut_count == 0
    assert await grove.wrong() == []


async def test_two_moderators_merging_crosswise_leave_one_standing(grove: Grove) -> None:
    survivor, duplicate, _ = await _pair(grove)
    forms = [await grove.form("merge", a, into=b.id) for a, b in ((survivor, duplicate), (duplicate, survivor))]
    administrator = await grove.browser_of(grove.cast["administrator"])
    answers = await asyncio.gather(
        grove.moderator.post(grove.url(survivor, "merge"), data=forms[0]),
        administrator.post(grove.url(duplicate, "merge"), data=forms[1]),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert await grove.wrong() == []


async def test_version_is_needed_and_a_stale_one_is_a_conflict(grove: Grove) -> None:
    survivor, duplicate, _ = await _pair(grove)
    form = await grove.form("merge", duplicate, into=survivor.id)
    missing = await grove.moderator.post(grove.url(duplicate, "merge"), data={**form, "seen": ""})
    assert missing.status_code == 422
    await (await grove.browser_of(grove.cast["member"])).post(f"{grove.url(survivor)}/withdraw")
    stale = await grove.moderator.post(grove.url(duplicate, "merge"), data=form)
    assert stale.status_code == 409
    assert "choose one that stands" in stale.text


@pytest.mark.parametrize("act", ["move", "split"])
async def test_reply_that_was_moved_on_comes_back_before_the_two_part(grove: Grove, act: str) -> None:
    """Else undoing that would leave it with the survivor for good."""
    survivor, duplicate, reply = await _pair(grove)
    other = await grove.grow(grove.cast["member"])
    made = await grove.merge(duplicate, survivor)
    later = await grove.move(reply, other) if act == "move" else await grove.split(survivor, [reply])
    refused = await grove.undo(made)
    assert refused.status_code == 409
    assert f"Undo decision {grove.number(later)} first" in refused.text
    for answer in (later, made):
        assert (await grove.undo(answer)).status_code == 303
    assert (await grove.fresh(reply)).parent_id == duplicate.id
    assert await grove.wrong() == []


async def test_reply_that_was_moved_away_before_comes_back_after_the_two_parted(
    grove: Grove, client: AsyncClient
) -> None:
    survivor, duplicate, reply = await _pair(grove)
    moved = await grove.move(reply, await grove.grow(grove.cast["member"]))
    made = await grove.merge(duplicate, survivor)
    refused = await grove.undo(moved)
    assert refused.status_code == 409
    assert f"Undo decision {grove.number(made)} first" in refused.text
    for answer in (made, moved):
        assert (await grove.undo(answer)).status_code == 303
    assert reply.claim in (await client.get(grove.url(duplicate))).text
    assert await grove.wrong() == []


async def test_move_of_what_went_along_names_the_merge_that_is_undone_first(grove: Grove) -> None:
    survivor, duplicate, _ = await _pair(grove)
    reply = await grove.grow(grove.cast["host"], await grove.grow(grove.cast["member"]))
    moved = await grove.move(reply, duplicate)
    made = await grove.merge(duplicate, survivor)
    refused = await grove.undo(moved)
    assert refused.status_code == 409
    assert f"Undo decision {grove.number(made)} first" in refused.text


async def test_doctor_finds_a_reply_below_a_merged_argument(grove: Grove) -> None:
    survivor, duplicate, reply = await _pair(grove)
    await grove.merge(duplicate, survivor)
    lost = update(Argument).where(Argument.id == reply.id).values(parent_id=duplicate.id, root_id=duplicate.id)
    await grove.db.execute(lost)
    await grove.db.commit()
    found = f"no replies stand below merged arguments: ('{grove.debate.id}/{reply.id}: under {duplicate.id}, "
    assert any(finding.startswith(found) for finding in await grove.wrong())


async def test_nobody_merges_into_an_argument_of_their_own(grove: Grove) -> None:
    own = await grove.grow(await _moderator(grove))
    duplicate = await grove.grow(grove.cast["author"])
    page = (await grove.moderator.get(grove.url(duplicate, "merge"), params={"into": own.id})).text
    assert "You have argued here: another moderator has to decide" in page
    sent = {"into": own.id, "seen": "0", "explanation": WHY, "idempotency_key": str(uuid4())}
    assert (await grove.moderator.post(grove.url(duplicate, "merge"), data=sent)).status_code == 403


async def test_who_wrote_the_survivor_does_not_take_the_two_apart(grove: Grove) -> None:
    judge = grove.cast["debate_moderator"]
    survivor, duplicate = await grove.grow(judge), await grove.grow(grove.cast["author"])
    made = await grove.merge(duplicate, survivor)
    url, browser = made.headers["location"].partition("?")[0] + "/undo", await grove.browser_of(judge)
    assert "The other argument is your own" in (await browser.get(url)).text
    sent = {"explanation": WHY, "idempotency_key": str(uuid4())}
    assert (await browser.post(url, data=sent)).status_code == 403
    assert (await grove.fresh(duplicate)).merged_into_id == survivor.id


async def _moderator(grove: Grove) -> User:
    return grove.cast["site_moderator"]


@pytest.mark.parametrize(("reason", "act"), [("duplicate", "merge"), ("misplaced", "move")])
async def test_case_of_such_a_flag_leads_there(grove: Grove, reason: str, act: str) -> None:
    _, duplicate, _ = await _pair(grove)
    reader = await grove.browser_of(grove.voters[0])
    assert f'value="{reason}"' in (await reader.get(f"{grove.url(duplicate)}/flag")).text
    assert (await reader.post(f"{grove.url(duplicate)}/flag", data={"reason": reason})).status_code == 303
    case = await grove.db.scalar(select(Case.id))
    page = (await grove.moderator.get(f"/moderation/cases/{case}")).text
    assert f'<a class="button" href="{grove.url(duplicate)}/{act}?at_case={case}' in page


async def test_much_alike_ones_are_offered_first(grove: Grove) -> None:
    survivor, duplicate, _ = await _pair(grove)
    page = (await grove.moderator.get(grove.url(duplicate, "merge"))).text
    assert f"merge?into={survivor.id}" in page
