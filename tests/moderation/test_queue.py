"""The queue: open cases of the debates where one may moderate, in a fixed number of statements."""

import re

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select

from app.models import Argument, Case, Flag, FlagReason, Position
from app.moderation.casework.queue import CASES_SHOWN
from tests.factories import make_argument
from tests.moderation.conftest import SECRET, BrowserOf, Scene, flag
from tests.statements import counted_statements

REPORTERS = ("member", "newcomer", "host", "silenced")


async def _open_cases(scene: Scene, count: int) -> list[int]:
    """With one to four flags each, in turn; their ids, oldest first."""
    ids = []
    for number in range(count):
        argument = await make_argument(scene.db, scene.debate, scene.cast["author"], parent=scene.root)
        ids.append(await _open_case(scene, argument, number % 4 + 1))
    await scene.db.commit()
    return ids


async def _open_case(scene: Scene, argument: Argument, flag_count: int) -> int:
    kept = {"flag_count": flag_count, "score": float(flag_count), "reasons": ["spam"], "version": 1}
    case = Case(debate_id=scene.debate.id, argument_id=argument.id, **kept)
    scene.db.add(case)
    await scene.db.flush()
    item = {"debate_id": scene.debate.id, "argument_id": argument.id, "case_id": case.id}
    scene.db.add_all(
        Flag(**item, reporter_id=scene.cast[name].id, reason=FlagReason.SPAM, words="")
        for name in REPORTERS[:flag_count]
    )
    return case.id


def _cases_on(page: str) -> list[int]:
    return [int(id) for id in re.findall(r'id="case-(\d+)"', page)]


async def test_empty_queue_says_so(scene: Scene, browser_of: BrowserOf) -> None:
    page = await (await browser_of(scene.cast["debate_moderator"])).get("/moderation")
    assert page.status_code == 200
    assert "Nothing waits for a decision." in page.text


async def test_queue_shows_what_was_flagged_and_why(scene: Scene, browser_of: BrowserOf) -> None:
    for name, reason in (("member", "abuse"), ("newcomer", "abuse"), ("host", "off_topic")):
        await flag(await browser_of(scene.cast[name]), scene.reply_url, reason)
    await flag(await browser_of(scene.cast["member"]), scene.annotation_url, "spam")
    page = (await (await browser_of(scene.cast["site_moderator"])).get("/moderation")).text
    assert "2 open cases in 1 debate" in page
    assert f"A {SECRET} note." in page  # Without its markup.
    assert "Note by <bdi>Author</bdi>" in page
    assert "abuse or harassment 2" in page
    assert "3 flags" in page


async def test_oldest_first_page_by_page_without_gaps_or_repeats(scene: Scene, browser_of: BrowserOf) -> None:
    ids = await _open_cases(scene, 2 * CASES_SHOWN + 3)
    seen = await _all_pages(await browser_of(scene.cast["debate_moderator"]), "/moderation")
    assert seen == ids


async def test_highest_score_first(scene: Scene, browser_of: BrowserOf) -> None:
    ids = await _open_cases(scene, CASES_SHOWN + 6)
    seen = await _all_pages(await browser_of(scene.cast["debate_moderator"]), "/moderation?order=weightiest")
    assert sorted(seen) == ids
    assert seen == sorted(ids, key=lambda id: (-(ids.index(id) % 4 + 1), id))


async def _all_pages(browser: AsyncClient, url: str) -> list[int]:
    seen: list[int] = []
    while True:
        page = (await browser.get(url)).text
        seen += _cases_on(page)
        following = re.search(r'href="(/moderation\?[^"]*after=[^"]+)">More', page)
        if following is None:
            return seen
        url = following[1].replace("&amp;", "&")


async def test_statements_do_not_grow_with_the_queue(scene: Scene, browser_of: BrowserOf, app: FastAPI) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    counts = []
    for more in (5, 95):
        await _open_cases(scene, more)
        with counted_statements(app) as statements:
            assert (await browser.get("/moderation")).status_code == 200
        counts.append(len([s for s in statements if "sessions" not in s]))
    assert counts == [8, 8]


async def test_statements_of_a_case_do_not_grow_with_its_flags(
    scene: Scene, browser_of: BrowserOf, app: FastAPI
) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    counts = []
    for case_id in (await _open_cases(scene, 4))[::3]:
        with counted_statements(app) as statements:
            assert (await browser.get(f"/moderation/cases/{case_id}")).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("debate_moderator", 3), ("host", 3), ("site_moderator", 3), ("administrator", 3), ("other_moderator", 0)],
)
async def test_moderators_see_the_cases_of_their_debates(
    scene: Scene, browser_of: BrowserOf, name: str, shown: int
) -> None:
    await _open_cases(scene, 3)
    page = (await (await browser_of(scene.cast[name])).get("/moderation")).text
    assert len(_cases_on(page)) == shown


async def test_debate_moderators_see_their_debate_alone(scene: Scene, browser_of: BrowserOf) -> None:
    """Each debate has open cases, and each moderator sees those of one, counts only those, and finds no other."""
    here = await _open_cases(scene, 2)
    dam = await scene.fresh_debate("dam")
    side = (await scene.db.execute(select(Position).filter_by(debate_id=dam.id, number=1))).scalar_one()
    argument = await make_argument(scene.db, dam, scene.cast["author"], position=side)
    case = Case(debate_id=dam.id, argument_id=argument.id, flag_count=1, version=1)
    scene.db.add(case)
    await scene.db.commit()
    for name, seen, unseen in (("debate_moderator", here, [case.id]), ("other_moderator", [case.id], here)):
        browser = await browser_of(scene.cast[name])
        page = (await browser.get("/moderation")).text
        assert _cases_on(page) == seen
        assert f"{len(seen)} open case" in page
        assert [(await browser.get(f"/moderation/cases/{id}")).status_code for id in (*seen, *unseen)] == [
            *[200] * len(seen), *[404] * len(unseen)
        ]  # fmt: skip
    slug_of_the_other = await (await browser_of(scene.cast["debate_moderator"])).get("/moderation?debate=dam")
    assert _cases_on(slug_of_the_other.text) == []


@pytest.mark.parametrize("name", ["member", "author", "silenced", "suspended"])
async def test_others_do_not_see_the_queue(scene: Scene, browser_of: BrowserOf, name: str) -> None:
    assert (await (await browser_of(scene.cast[name])).get("/moderation")).status_code == 403


async def test_debate_can_be_chosen(scene: Scene, browser_of: BrowserOf) -> None:
    await _open_cases(scene, 2)
    browser = await browser_of(scene.cast["site_moderator"])
    assert len(_cases_on((await browser.get("/moderation?debate=mill")).text)) == 2
    assert _cases_on((await browser.get("/moderation?debate=dam")).text) == []


@pytest.mark.parametrize("query", ["after=x", "after=1", "order=loudest", "after=9999999999999999999-1"])
async def test_broken_address_is_refused(scene: Scene, browser_of: BrowserOf, query: str) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    assert (await browser.get(f"/moderation?{query}")).status_code == 422
