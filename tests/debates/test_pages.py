"""The pages on which a debate is read: what they show, to whom, and in how many statements."""

import re
from collections.abc import Awaitable, Callable

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db import transaction
from app.models import Argument, Debate, DebateState, Position, Relation, Role, User
from app.standing.settling import settle_due
from tests.factories import make_annotation, make_argument, make_debate, make_user
from tests.statements import counted_statements

Browser = Callable[[User], Awaitable[AsyncClient]]


@pytest.fixture
async def debate(db: AsyncSession) -> Debate:
    debate = await make_debate(db)
    await db.commit()
    return debate


async def _side(db: AsyncSession, debate: Debate, number: int) -> Position:
    statement = select(Position).where(Position.debate_id == debate.id, Position.number == number)
    return (await db.scalars(statement)).one()


async def _fill(db: AsyncSession, debate: Debate, count: int) -> Argument:
    """A first argument with this many replies."""
    author = await make_user(db)
    first = await make_argument(db, debate, author, position=await _side(db, debate, 1))
    for number in range(count):
        await make_argument(db, debate, author, parent=first, relation=list(Relation)[number % 3])
    await db.execute(update(Debate).values(version=Debate.version + 1))
    await db.commit()
    return first


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/debates/mill",
        "/debates/mill/arguments/{first}",
        "/debates/mill/arguments/{first}/path",
        "/debates/mill/outline",
        "/debates/mill/map",
        "/debates/mill/map?at={first}",
        "/debates/mill/map.svg",
    ],
)
async def test_number_of_statements_does_not_grow(
    db: AsyncSession, app: FastAPI, browser_of: Browser, debate: Debate, path: str
) -> None:
    member = await make_user(db)
    await db.commit()
    browser = await browser_of(member)
    counts = []
    for more in (5, 495):
        first = await _fill(db, debate, more)
        with counted_statements(app) as statements:
            answer = await browser.get(path.format(first=first.id))
        assert answer.status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] > 0


async def test_front_page_gives_every_side_its_room(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    author = await make_user(db)
    for number in (1, 2):
        for _ in range(6):
            await make_argument(db, debate, author, position=await _side(db, debate, number))
    await db.commit()
    page = (await client.get("/debates/mill")).text
    first, second = page.split('<section class="position"')[1:]
    assert first.count('class="card"') == second.count('class="card"') == 4
    assert first.count("Answer it") == second.count("Answer it") == 1


async def test_strongest_come_first(client: AsyncClient, db: AsyncSession, engine: AsyncEngine, debate: Debate) -> None:
    author, side = await make_user(db), await _side(db, debate, 1)
    for claim, agree in (("The weak claim.", 0), ("The strong claim.", 9), ("The middling claim.", 3)):
        await make_argument(db, debate, author, position=side, claim=claim, agree_count=agree, disagree_count=2)
    await db.commit()
    await settle_due(engine)
    page = (await client.get("/debates/mill")).text
    assert page.index("The strong claim.") < page.index("The middling claim.") < page.index("The weak claim.")


async def test_page_changes_with_the_version_and_answers_304_before(
    client: AsyncClient, db: AsyncSession, engine: AsyncEngine, debate: Debate
) -> None:
    first = await client.get("/debates/mill")
    again = await client.get("/debates/mill", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    async with transaction(engine) as session:
        await session.execute(update(Debate).values(motion="Should the mill go?", version=Debate.version + 1))
    changed = await client.get("/debates/mill", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert "Should the mill go?" in changed.text


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
async def test_visitor_and_member_read_the_same_in_every_encoding(
    client: AsyncClient, db: AsyncSession, browser_of: Browser, debate: Debate, encoding: str
) -> None:
    member = await make_user(db)
    await _fill(db, debate, 3)
    for browser in (client, await browser_of(member)):
        answer = await browser.get("/debates/mill", headers={"Accept-Encoding": encoding})
        assert "Should the mill stay?" in answer.text
        assert "\0" not in answer.text


async def test_what_is_personal_never_reaches_another_reader(
    client: AsyncClient, db: AsyncSession, browser_of: Browser, debate: Debate
) -> None:
    member = await make_user(db, "somebody-known")
    await db.commit()
    mine = await (await browser_of(member)).get("/debates/mill")
    assert "somebody-known" in mine.text
    assert mine.headers["Cache-Control"] == "no-store"
    assert "somebody-known" not in (await client.get("/debates/mill")).text


async def test_replies_stand_in_columns_and_continue_by_keyset(
    client: AsyncClient, db: AsyncSession, debate: Debate
) -> None:
    author = await make_user(db)
    first = await make_argument(db, debate, author, position=await _side(db, debate, 1))
    claims = [f"Rebuttal number {number:03}." for number in range(120)]
    for claim in claims:
        await make_argument(db, debate, author, parent=first, relation=Relation.REBUT, claim=claim)
    await db.commit()
    seen: list[str] = []
    url = first_url = f"/debates/mill/arguments/{first.id}"
    while url:
        page = (await client.get(url)).text
        seen += [claim for claim in claims if claim in page]
        _, found, rest = page.partition('<nav class="more" aria-label="More of rebuts"><a class="button" href="')
        url = rest.partition('"')[0].replace("&amp;", "&") if found else ""
    assert sorted(seen) == claims
    assert f'<a href="{first_url}?sort=strongest#rebut-replies">Back to the first ones</a>' in page


async def test_deep_chain_shows_the_top_and_the_nearest(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    author = await make_user(db)
    argument = await make_argument(db, debate, author, position=await _side(db, debate, 1), claim="The very first.")
    for depth in range(1, 21):
        argument = await make_argument(db, debate, author, parent=argument, claim=f"Step number {depth}.")
    await db.commit()
    page = (await client.get(f"/debates/mill/arguments/{argument.id}")).text
    path = page.split('aria-label="Path to this argument"')[1].split("</nav>")[0]
    assert "The very first." in path
    assert "… 11 more" in path
    assert "Step number 11." not in path
    assert "Step number 12." in path
    assert "Step number 19." in path


async def test_the_path_of_a_deep_chain_is_walked_up_page_by_page(
    client: AsyncClient, db: AsyncSession, debate: Debate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.debates.queries.STEPS_ON_PAGE", 5)
    author = await make_user(db)
    argument = await make_argument(db, debate, author, position=await _side(db, debate, 1), claim="The very first.")
    for depth in range(1, 21):
        argument = await make_argument(db, debate, author, parent=argument, claim=f"Step number {depth}.")
    await db.commit()
    seen: set[str] = set()
    address = f"/debates/mill/arguments/{argument.id}/path"
    while address:
        page = (await client.get(address)).text
        assert "The very first." in page
        seen |= set(re.findall(r"Step number \d+", page.partition('<nav class="path"')[2]))
        address = next(iter(re.findall(r'<li class="path-between"><a href="([^"]+)"', page)), "")
    assert len(seen) == 19


async def test_a_step_unfolds_to_its_claim_and_how_its_grounds_begin(
    client: AsyncClient, db: AsyncSession, debate: Debate
) -> None:
    author = await make_user(db)
    first = await make_argument(db, debate, author, position=await _side(db, debate, 1), grounds="So *old* <b> & slow.")
    reply = await make_argument(db, debate, author, parent=first)
    await db.commit()
    page = (await client.get(f"/debates/mill/arguments/{reply.id}")).text
    step = page.partition(f'data-fold="step-{first.id}"')[2].partition("</details>")[0]
    assert "So old &lt;b&gt; &amp; slow." in step


async def test_an_undercut_is_shown_on_the_step_that_it_attacks(
    client: AsyncClient, db: AsyncSession, debate: Debate
) -> None:
    author = await make_user(db)
    first = await make_argument(db, debate, author, position=await _side(db, debate, 1))
    reply = await make_argument(db, debate, author, parent=first, relation=Relation.REBUT)
    undercut = await make_argument(db, debate, author, parent=reply, relation=Relation.UNDERCUT)
    await db.commit()
    above, own, below = [
        (await client.get(f"/debates/mill/arguments/{each.id}")).text for each in (first, reply, undercut)
    ]
    assert f'href="/debates/mill/arguments/{reply.id}#undercut-replies">step undercut</a>' in above
    assert "step undercut</span> by 1 reply</a>" in own
    assert 'rebuts <span class="path-undercut"><span>step undercut</span></span>' in below
    assert above.count("step undercut") == 1


async def test_every_relation_has_its_tab_and_an_empty_one_invites(
    client: AsyncClient, db: AsyncSession, debate: Debate
) -> None:
    first = await _fill(db, debate, 1)
    page = (await client.get(f"/debates/mill/arguments/{first.id}")).text
    for relation, count in (("support", 1), ("rebut", 0), ("undercut", 0)):
        assert f'href="#{relation}-replies"' in page
        assert f'id="{relation}-replies"' in page
        assert (f"/reply?relation={relation}" in page) is True
        tab = page.partition(f'data-tab="{relation}"')[2].partition("</a>")[0]
        assert f'<span class="count">{count}</span>' in tab
    assert page.count('class="empty"') == 2
    alone = (await client.get(f"/debates/mill/arguments/{first.id}?relation=rebut")).text
    assert f'/arguments/{first.id}?sort=strongest#support-replies"' in alone
    assert "Back to the first ones" not in alone


async def test_outline_keeps_room_for_what_is_less_answered(
    client: AsyncClient, db: AsyncSession, debate: Debate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.debates.outline.REPLIES_SHOWN", 3)
    first = await _fill(db, debate, 8)
    page = (await client.get("/debates/mill/outline")).text
    assert page.count('class="outline-line"') == 4
    assert f'/arguments/{first.id}#replies">5 more below</a>' in page


async def test_argument_of_another_debate_is_not_found(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    other = await make_debate(db, "weir")
    argument = await make_argument(db, other, None, position=await _side(db, other, 1))
    await db.commit()
    assert (await client.get(f"/debates/weir/arguments/{argument.id}")).status_code == 200
    assert (await client.get(f"/debates/mill/arguments/{argument.id}")).status_code == 404


async def test_draft_is_seen_by_administrators_only(
    client: AsyncClient, db: AsyncSession, browser_of: Browser, debate: Debate
) -> None:
    administrator = await make_user(db, role=Role.ADMINISTRATOR)
    member = await make_user(db)
    await db.execute(update(Debate).values(state=DebateState.DRAFT))
    await db.commit()
    expected = [(client, 404), (await browser_of(member), 404), (await browser_of(administrator), 200)]
    for browser, status in expected:
        assert (await browser.get("/debates/mill")).status_code == status
        assert ("Should the mill stay?" in (await browser.get("/")).text) == (status == 200)


@pytest.mark.parametrize("state", [DebateState.LOCKED, DebateState.ARCHIVED])
async def test_debate_that_is_not_open_shows_totals_and_offers_no_forms(
    client: AsyncClient, db: AsyncSession, debate: Debate, browser_of: Browser, state: DebateState
) -> None:
    argument = await make_argument(db, debate, None, position=await _side(db, debate, 1))
    await make_argument(db, debate, None, parent=argument)
    member = await make_user(db)
    await db.execute(update(Debate).values(state=state))
    await db.commit()
    for browser in (client, await browser_of(member)):
        page = (await browser.get(f"/debates/mill/arguments/{argument.id}")).text
        assert page.count('<button name="value" disabled') == 6
        assert '<button name="value" value=' not in page
        assert f"/arguments/{argument.id}/reply" not in page


@pytest.mark.parametrize("after", ["nonsense", "0.5:", ":5", "0.5:99999999999999999999", "2,5:1", "0.5:1'--"])
async def test_keyset_that_cannot_be_read_is_refused(client: AsyncClient, debate: Debate, after: str) -> None:
    answer = await client.get("/debates/mill/arguments/1", params={"relation": "rebut", "after": after})
    assert answer.status_code == 422


async def test_empty_debate_says_what_is_missing(client: AsyncClient, debate: Debate) -> None:
    page = (await client.get("/debates/mill")).text
    assert page.count("Nobody has argued for this position yet.") == 2
    assert "Nobody has taken a stance yet." in page


async def test_person_lists_what_is_theirs(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    author = await make_user(db, "ada")
    await make_argument(db, debate, author, position=await _side(db, debate, 1), claim="The wheel still turns.")
    await db.commit()
    annotation = await make_annotation(db, debate, author, body="Who *says* so?")
    await db.commit()
    page = (await client.get("/people/Ada")).text
    assert "The wheel still turns." in page
    assert f'annotations/{annotation.id}">Who says so?</a>' in page
    assert "1 argument<" in page
    assert (await client.get("/people/nobody")).status_code == 404
