"""The map: what it shows, to whom, of which part, and as files; also of very wide and very deep debates."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from httpx import AsyncClient
from sqlalchemy import TextClause, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Action, Argument, Debate, DebateState, Decision, Position, Relation, Stance, User
from tests.factories import make_argument, make_debate, make_user

Browser = Callable[[User], Awaitable[AsyncClient]]
MAP = "/debates/mill/map"
REPLIES = text("""
    INSERT INTO arguments (debate_id, parent_id, root_id, depth, relation, origin, claim, grounds_markdown,
                           grounds_html)
    SELECT :debate, :first, :first, 1, 'rebut', 'essay', 'Reply ' || n || ' of many.', '', ''
    FROM generate_series(1, :count) n
""")
CHAIN = text("""
    INSERT INTO arguments (debate_id, id, parent_id, root_id, depth, relation, origin, claim, grounds_markdown,
                           grounds_html) OVERRIDING SYSTEM VALUE
    SELECT :debate, :first + n, :first + n - 1, :first, n, 'rebut', 'essay', 'Step ' || n || ' of many.', '', ''
    FROM generate_series(1, :count) n
""")


@pytest.fixture
async def debate(db: AsyncSession) -> Debate:
    debate = await make_debate(db)
    await db.commit()
    return debate


async def _side(db: AsyncSession, debate: Debate, number: int = 1) -> Position:
    statement = select(Position).where(Position.debate_id == debate.id, Position.number == number)
    return (await db.scalars(statement)).one()


async def _first(db: AsyncSession, debate: Debate, claim: str = "The first claim.", **values: object) -> Argument:
    return await make_argument(db, debate, None, position=await _side(db, debate), claim=claim, **values)


async def _many(db: AsyncSession, debate: Debate, statement: TextClause, count: int) -> Argument:
    """Without the triggers that note words and strengths, which would take most of the time."""
    first = await _first(db, debate)
    await db.execute(text("SET LOCAL statement_timeout = 0"))
    await db.execute(text("ALTER TABLE arguments DISABLE TRIGGER USER"))
    await db.execute(statement, {"debate": debate.id, "first": first.id, "count": count})
    await db.execute(text("ALTER TABLE arguments ENABLE TRIGGER USER"))
    await db.commit()
    return first


def _picture(page: str, name: str = "wide") -> str:
    return page.split(f"debate-map-{name}")[1].split("</figure>", maxsplit=1)[0].split("debate-map-", maxsplit=1)[0]


def _list(page: str) -> str:
    return page.split('id="map-list"')[1].split("</details>", maxsplit=1)[0]


async def test_picture_and_list_lead_to_every_argument(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    first = await _first(db, debate)
    reply = await make_argument(db, debate, None, parent=first, relation=Relation.UNDERCUT, claim="It does not bear.")
    await db.commit()
    page = (await client.get(MAP)).text
    for part in (_picture(page), _picture(page, "narrow"), _list(page)):
        assert f'href="/debates/mill/arguments/{first.id}"' in part
        assert f'href="/debates/mill/arguments/{reply.id}"' in part
        assert f'href="?at={first.id}"' in part
    assert "undercuts: It does not bear. Unanswered." in _picture(page)
    assert "style=" not in page


async def test_part_is_shown_with_the_path_above_it(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    first, other = await _first(db, debate), await _first(db, debate, "Another claim.")
    reply = await make_argument(db, debate, None, parent=first, claim="The reply.")
    last = await make_argument(db, debate, None, parent=reply, claim="The last word.")
    await db.commit()
    page = (await client.get(f"{MAP}?at={reply.id}")).text
    path = page.split('aria-label="Path to this part"')[1].split("</nav>")[0]
    assert f'<a href="?at={first.id}">The first claim.</a>' in path
    assert f'<a href="/debates/mill/arguments/{reply.id}">The reply.</a></h2>' in page
    assert f"arguments/{last.id}" in _picture(page)
    assert f"arguments/{other.id}" not in page


async def test_an_argument_without_replies_says_so(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    first = await _first(db, debate)
    await db.commit()
    assert "Nobody has replied to it yet." in (await client.get(f"{MAP}?at={first.id}")).text


async def test_an_empty_debate_says_so(client: AsyncClient, debate: Debate) -> None:
    assert "Nobody has argued here yet." in (await client.get(MAP)).text


@pytest.mark.parametrize(("place", "status"), [("at=nonsense", 422), ("at=0", 422), ("at=99999999999999999999", 422)])
async def test_place_that_cannot_be_read_is_refused(
    client: AsyncClient, debate: Debate, place: str, status: int
) -> None:
    assert (await client.get(f"{MAP}?{place}")).status_code == status
    assert (await client.get(f"{MAP}.svg?{place}")).status_code == status


async def test_argument_of_another_debate_is_not_found(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    argument = await _first(db, await make_debate(db, "weir"))
    await db.commit()
    for name in ("at", "after"):
        assert (await client.get(f"{MAP}?{name}={argument.id}")).status_code == 404
        assert (await client.get(f"{MAP}.png?{name}={argument.id}")).status_code == 404


async def test_nothing_follows_the_last_one(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    first = await _first(db, debate)
    await db.commit()
    assert (await client.get(f"{MAP}?after={first.id}")).status_code == 404


async def test_hidden_and_withdrawn_ones_keep_their_place_without_their_text(
    client: AsyncClient, db: AsyncSession, debate: Debate
) -> None:
    keeper = await make_user(db)
    decision = Decision(action=Action.HIDE, concerned_id=keeper.id, moderator_id=keeper.id, explanation="For tests.")
    db.add(decision)
    await db.flush()
    hidden = await _first(db, debate, "Something rude.", hidden_by_id=decision.id)
    withdrawn = await _first(db, debate, "Something hasty.", withdrawn_at=datetime.now(UTC))
    reply = await make_argument(db, debate, None, parent=hidden, claim="A calm reply.")
    await db.commit()
    for address in (MAP, f"{MAP}.svg", f"{MAP}?at={hidden.id}", f"{MAP}?at={reply.id}"):
        answer = (await client.get(address)).text
        assert "Something" not in answer
        assert "An argument that is hidden" in answer
    page = (await client.get(MAP)).text
    assert "An argument that its author has withdrawn" in page
    assert f"arguments/{withdrawn.id}" in _picture(page)
    assert "A calm reply." in page


async def test_strengths_are_shown_to_those_who_may_see_results(
    client: AsyncClient, db: AsyncSession, browser_of: Browser, debate: Debate
) -> None:
    member = await make_user(db)
    await _first(db, debate, strength=0.8123)
    await db.execute(update(Debate).values(hides_results=True))
    await db.commit()
    browser = await browser_of(member)
    telling = re.compile(r"81|[Ss]trength|meter")
    for address in (MAP, f"{MAP}.svg"):
        for someone in (client, browser):
            assert not telling.search(re.sub(r'href="[^"]*"|/static/\S*', "", (await someone.get(address)).text))
    db.add(Stance(debate_id=debate.id, user_id=member.id))
    await db.commit()
    assert "Strength 81 of 100" in (await browser.get(MAP)).text
    assert "Strength 81 of 100" in (await browser.get(f"{MAP}.svg")).text
    assert "Strength 81 of 100" not in (await client.get(MAP)).text


async def test_without_results_the_order_tells_no_strength(
    client: AsyncClient, db: AsyncSession, debate: Debate
) -> None:
    await _first(db, debate, "The weak and old one.", strength=0.1)
    await _first(db, debate, "The strong and new one.", strength=0.9)
    await db.commit()
    page = _picture((await client.get(MAP)).text)
    assert page.index("The strong") < page.index("The weak")
    await db.execute(update(Debate).values(hides_results=True, version=Debate.version + 1))
    await db.commit()
    page = _picture((await client.get(MAP)).text)
    assert page.index("The weak") < page.index("The strong")


async def test_a_debate_that_is_not_open_yet_has_no_map(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    await db.execute(update(Debate).values(state=DebateState.DRAFT))
    await db.commit()
    assert (await client.get(MAP)).status_code == 404
    assert (await client.get(f"{MAP}.svg")).status_code == 404


async def test_five_thousand_replies_are_reached_part_by_part(
    client: AsyncClient, db: AsyncSession, debate: Debate
) -> None:
    first = await _many(db, debate, REPLIES, 5_000)
    address, seen, parts = f"{MAP}?at={first.id}", set(), 0
    while address and parts < 3:
        page = (await client.get(address)).text
        assert len(page) < 250_000
        shown = set(re.findall(r'href="/debates/mill/arguments/(\d+)"', _list(page)))
        assert not shown & seen
        seen |= shown
        more = re.findall(r'href="(\?after=\d+)">([\d,]+) more', _list(page))
        assert int(more[0][1].replace(",", "")) == 5_000 - len(seen)
        address, parts = MAP + more[0][0], parts + 1
    assert "Without the 92 arguments beside these" in page


async def test_a_chain_of_ten_thousand_is_shown_part_by_part(
    client: AsyncClient, db: AsyncSession, debate: Debate
) -> None:
    first = await _many(db, debate, CHAIN, 10_000)
    page = (await client.get(MAP)).text
    assert "9,997 more arguments below" in _list(page)
    deep = (await client.get(f"{MAP}?at={first.id + 9_000}")).text
    assert "8,991 more between" in deep
    assert "Step 9001 of many." in _picture(deep)
    assert max(_depths(deep)) < 60
    assert (await client.get(f"{MAP}.svg?at={first.id + 10_000}")).status_code == 200


def _depths(page: str) -> list[int]:
    """How many elements each one stands in, void ones and those that close themselves left out."""
    depth, depths = 0, [0]
    for closing, name, rest in re.findall(r"<(/?)([a-z0-9]+)([^>]*)>", page):
        if name in ("meta", "link", "input", "br") or rest.endswith("/"):
            continue
        depth += -1 if closing else 1
        depths.append(depth)
    return depths


@pytest.mark.parametrize("part", ["", "?at={first}"])
async def test_map_comes_as_files(client: AsyncClient, db: AsyncSession, debate: Debate, part: str) -> None:
    first = await _first(db, debate, "A claim with <marks> & more.")
    await make_argument(db, debate, None, parent=first)
    await db.commit()
    part = part.format(first=first.id)
    svg = await client.get(f"{MAP}.svg{part}")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert "attachment" in svg.headers["content-disposition"]
    assert ET.fromstring(svg.text).tag == "{http://www.w3.org/2000/svg}svg"
    assert not re.search("class=|href=|data-", svg.text)
    assert (await client.get(f"{MAP}.png{part}")).content.startswith(b"\x89PNG")
    assert (await client.get(f"{MAP}.gif{part}")).status_code == 404


async def test_map_is_kept_until_the_debate_changes(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    await _first(db, debate, "The claim as it was.")
    await db.commit()
    first = await client.get(MAP)
    again = await client.get(MAP, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    await db.execute(update(Argument).values(claim="The claim as it is."))
    await db.execute(update(Debate).values(version=Debate.version + 1))
    await db.commit()
    assert "The claim as it is." in (await client.get(MAP)).text


async def test_debate_and_its_navigation_lead_to_the_map(client: AsyncClient, debate: Debate) -> None:
    assert (await client.get("/debates/mill")).text.count('href="/debates/mill/map"') == 2


async def test_a_position_without_arguments_says_so(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    await _first(db, debate)
    await db.commit()
    page = (await client.get(MAP)).text
    for name in ("wide", "narrow"):
        assert _picture(page, name).count("No arguments yet") == 1
