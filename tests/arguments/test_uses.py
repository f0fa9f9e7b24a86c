"""An argument used as a reply in a further place: an answer there, in no total, never in a circle."""

import asyncio

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.models import Action, Argument, ArgumentLink, Debate, Notification, Relation
from app.standing.settling import settle_due
from tests.arguments.stage import GROUNDS, Stage, new_claim
from tests.factories import make_argument


async def _other(stage: Stage, parent: Argument | None = None, relation: Relation = Relation.REBUT) -> Argument:
    side = stage.sides[1]
    argument = await make_argument(
        stage.db, stage.debate, stage.member, parent=parent, relation=relation if parent else None, position=side
    )
    await stage.db.commit()
    return argument


async def _use(stage: Stage, source: Argument, target: Argument | None = None, relation: str = "rebut") -> Response:
    place = f"{stage.url}/arguments/{(target or stage.parent).id}/use"
    return await stage.page.post(place, data={"argument": source.id, "relation": relation})


async def test_it_stands_among_the_replies_and_counts_in_no_total(stage: Stage, client: AsyncClient) -> None:
    source = await _other(stage)
    assert (await _use(stage, source)).headers["location"].endswith("?done=used#uses")
    page = (await client.get(stage.parent_url)).text
    assert "Replies from elsewhere" in page
    assert source.claim in page
    assert (await stage.argument(stage.parent.id)).rebut_count == 0
    there = (await client.get(f"{stage.url}/arguments/{source.id}")).text
    assert "Also used as a reply to" in there
    assert stage.parent.claim in there
    assert await stage.wrong_counts() == []


async def test_what_is_answered_by_a_link_is_answered_while_that_stands(
    stage: Stage, engine: AsyncEngine, client: AsyncClient
) -> None:
    source = await _other(stage)
    await _use(stage, source)
    assert not (await stage.argument(stage.parent.id)).reaches  # At once.
    await settle_due(engine)
    assert not (await stage.argument(stage.parent.id)).holds
    answer = await _other(stage, source)
    await settle_due(engine)
    assert (await stage.argument(stage.parent.id)).holds, "What answers it has been answered in turn."
    await stage.decide(answer, Action.HIDE)
    await settle_due(engine)
    assert not (await stage.argument(stage.parent.id)).holds
    assert await stage.wrong_counts() == []


async def test_strength_does_not_follow_links(stage: Stage, engine: AsyncEngine) -> None:
    await settle_due(engine)
    before = (await stage.argument(stage.parent.id)).strength
    await _use(stage, await _other(stage))
    await settle_due(engine)
    assert (await stage.argument(stage.parent.id)).strength == before


async def test_nothing_can_come_to_answer_itself(stage: Stage) -> None:
    reply = await _other(stage, stage.parent)
    below = await _other(stage, reply)
    other = await _other(stage)
    assert (await _use(stage, stage.parent, below)).status_code == 409  # Above it.
    assert (await _use(stage, below, other)).status_code == 303
    assert (await _use(stage, other, below)).status_code == 409  # By a link.
    assert (await _use(stage, stage.parent, stage.parent)).status_code == 409
    assert (await _use(stage, reply, stage.parent)).status_code == 409  # It stands there.
    page = (await stage.page.get(f"{stage.url}/arguments/{below.id}/use?argument={other.id}")).text
    assert "it would answer itself" in page


async def test_two_links_crosswise_at_once_make_no_circle(stage: Stage) -> None:
    one, other = await _other(stage), await _other(stage)
    answers = await asyncio.gather(_use(stage, one, other), _use(stage, other, one))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert await stage.wrong_counts() == []


async def test_sent_twice_it_stands_there_once(stage: Stage) -> None:
    source = await _other(stage)
    for _ in range(2):
        assert (await _use(stage, source)).status_code == 303
    assert await stage.db.scalar(select(func.count()).select_from(ArgumentLink)) == 1


async def test_author_of_what_is_answered_is_told(stage: Stage) -> None:
    source = await _other(stage)
    await _use(stage, source)
    told = (await stage.db.execute(select(Notification.user_id, Notification.argument_id))).all()
    assert [tuple(row) for row in told] == [(stage.author.id, source.id)]
    assert (await stage.author_page.get("/notifications")).status_code == 200


async def test_who_brought_it_takes_it_away(stage: Stage, engine: AsyncEngine) -> None:
    source = await _other(stage)
    await _use(stage, source)
    link = await stage.db.scalar(select(ArgumentLink.id))
    url = f"{stage.parent_url}/use/{link}/withdraw"
    assert f'action="{url}"' in (await stage.page.get(stage.parent_url)).text
    assert f'action="{url}"' not in (await stage.author_page.get(stage.parent_url)).text
    assert (await stage.author_page.post(url)).status_code == 403
    assert (await stage.page.post(url)).status_code == 303
    await settle_due(engine)
    assert (await stage.argument(stage.parent.id)).reaches
    assert (await _use(stage, source)).status_code == 303
    assert await stage.wrong_counts() == []


async def test_hidden_argument_is_neither_used_nor_shown(stage: Stage, client: AsyncClient) -> None:
    source, hidden = await _other(stage), await _other(stage)
    await _use(stage, source)
    for each in (source, hidden):
        await stage.decide(each, Action.HIDE)
    assert source.claim not in (await client.get(stage.parent_url)).text
    assert (await _use(stage, hidden)).status_code == 409


@pytest.mark.parametrize("sent", [{"relation": "rebut"}, {"argument": "1"}, {"argument": "1", "relation": "loves"}])
async def test_incomplete_form_is_asked_for_again(stage: Stage, sent: dict[str, str]) -> None:
    source = await _other(stage)
    fields = {name: str(source.id) if name == "argument" else value for name, value in sent.items()}
    answer = await stage.page.post(f"{stage.parent_url}/use", data=fields)
    assert answer.status_code == (422 if "argument" in sent else 303)
    assert await stage.db.scalar(select(func.count()).select_from(ArgumentLink)) == 0


async def test_much_alike_one_is_offered_while_replying(stage: Stage) -> None:
    source = await _other(stage)
    fields = {"relation": "rebut", "claim": source.claim, "grounds": GROUNDS}
    held = await stage.reply(**fields)
    assert held.status_code == 409
    assert f"{stage.parent_url}/use?argument={source.id}" in held.text
    piece = await stage.page.get(f"{stage.url}/alike-claims?reply_to={stage.parent.id}", params={"claim": source.claim})
    assert piece.status_code == 200
    assert new_claim() not in held.text


async def test_it_is_found_by_words_and_by_address(stage: Stage) -> None:
    source = await _other(stage)
    page = (await stage.page.get(f"{stage.parent_url}/use", params={"q": source.claim})).text
    assert f"use?argument={source.id}" in page
    address = await stage.page.get(
        f"{stage.parent_url}/use", params={"q": f"{stage.url}/arguments/{source.id}#replies"}
    )
    assert address.headers["location"].endswith(f"/use?argument={source.id}")


async def test_moved_to_where_it_is_used_it_is_no_reply_from_elsewhere(stage: Stage, client: AsyncClient) -> None:
    source = await _other(stage)
    await _use(stage, source)
    place = {"parent_id": stage.parent.id, "relation": Relation.REBUT, "root_id": stage.parent.id, "depth": 1}
    await stage.db.execute(update(Argument).where(Argument.id == source.id).values(**place))
    await stage.db.execute(update(Debate).values(version=Debate.version + 1))
    await stage.db.commit()
    for argument in (stage.parent, source):
        page = (await client.get(f"{stage.url}/arguments/{argument.id}")).text
        assert source.claim in page
        assert "Linked arguments" not in page
