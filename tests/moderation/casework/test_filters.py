"""The queue shows what was asked for, in the order asked for, and remembers choices for the one who made them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.models import Case, QueueView
from tests.factories import make_annotation, make_argument
from tests.moderation.casework.conftest import cases_on, open_case, shown
from tests.moderation.conftest import BrowserOf, Scene, flag


async def test_filters_leave_what_they_name(scene: Scene, browser_of: BrowserOf) -> None:
    moderator = scene.cast["debate_moderator"]
    plain = await open_case(scene)
    heavy = await open_case(scene, score=8.5, reasons=["abuse"])
    old = await open_case(scene, opened_at=datetime.now(UTC) - timedelta(days=4))
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    taken = await open_case(scene, claimed_by_id=scene.cast["host"].id, claimed_until=in_an_hour)
    mine = await open_case(scene, assigned_to_id=moderator.id, escalated_at=datetime.now(UTC))
    browser = await browser_of(moderator)
    everything = [old.id, plain.id, heavy.id, taken.id, mine.id]
    for query, expected in {
        "": everything,
        "score=5": [heavy.id],
        "reason=abuse": [heavy.id],
        "age=three-days": [old.id],
        "age=week": [],
        "holder=others": [taken.id],
        "holder=mine": [mine.id],
        "holder=free": [old.id, plain.id, heavy.id],
        "escalated=yes": [mine.id],
        "kind=argument": everything,
        "kind=credit": [],
        "reason=&score=&order=": everything,
        "order=newest": [mine.id, taken.id, heavy.id, plain.id, old.id],
        "order=weightiest&reason=spam": [plain.id, old.id, taken.id, mine.id],
    }.items():
        assert await shown(browser, query) == expected, query


async def test_notes_and_replies_to_them_are_told_apart(scene: Scene, browser_of: BrowserOf) -> None:
    reply = await make_annotation(scene.db, scene.debate, scene.cast["author"], parent=scene.annotation)
    await scene.db.commit()
    reporter, browser = [await browser_of(scene.cast[name]) for name in ("member", "debate_moderator")]
    for note in (scene.annotation, reply):
        await flag(reporter, f"/debates/mill/annotations/{note.id}", "spam")
    notes, replies = await shown(browser, "kind=note"), await shown(browser, "kind=reply")
    assert len(notes) == len(replies) == 1
    assert notes != replies


async def test_reasons_of_a_case_follow_its_flags(scene: Scene, browser_of: BrowserOf) -> None:
    await flag(await browser_of(scene.cast["member"]), scene.reply_url, "abuse")
    newcomer = await browser_of(scene.cast["newcomer"])
    await flag(newcomer, scene.reply_url, "spam")
    assert (await scene.open_case()).reasons == ["abuse", "spam"]
    await newcomer.post(f"{scene.reply_url}/unflag")
    case = await scene.open_case()
    assert (case.reasons, case.score, case.flag_count) == (
        ["abuse"],
        2.0,
        1,
    )  # Of somebody who has been here for a month.


async def test_view_is_kept_shown_to_its_owner_alone_and_forgotten(scene: Scene, browser_of: BrowserOf) -> None:
    browser, other = [await browser_of(scene.cast[name]) for name in ("debate_moderator", "host")]
    await open_case(scene)
    kept = await browser.post("/moderation/views", data={"name": "Heavy", "view": "score=5&order=weightiest&x=1"})
    assert kept.headers["location"] == "/moderation?score=5&order=weightiest&done=saved"
    assert "Heavy" in (await browser.get("/moderation")).text
    assert "Heavy" not in (await other.get("/moderation")).text
    view = (await scene.db.execute(select(QueueView))).scalar_one()
    await other.post(f"/moderation/views/{view.id}/forget")
    assert "Heavy" in (await browser.get("/moderation")).text
    await browser.post(f"/moderation/views/{view.id}/forget")
    assert "Heavy" not in (await browser.get("/moderation")).text


async def test_view_needs_a_name(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    assert (await browser.post("/moderation/views", data={"name": "", "view": "score=5"})).status_code == 422


@pytest.mark.parametrize("query", ["kind=poem", "reason=dull", "score=7", "age=year", "holder=you", "show=some"])
async def test_what_cannot_be_asked_for_is_refused(scene: Scene, browser_of: BrowserOf, query: str) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    assert (await browser.get(f"/moderation?{query}")).status_code == 422


async def test_scores_page_without_gaps_or_repeats_among_equals(scene: Scene, browser_of: BrowserOf) -> None:
    for number in range(65):
        scene.db.add(Case(debate_id=scene.debate.id, argument_id=(await _reply(scene)), score=number % 3, version=1))
    await scene.db.commit()
    browser = await browser_of(scene.cast["debate_moderator"])
    seen: list[int] = []
    url: str | None = "/moderation?order=weightiest"
    while url is not None:
        page = (await browser.get(url)).text
        seen += cases_on(page)
        more = re.search(r'href="(/moderation\?[^"]*)">More', page)
        url = more[1].replace("&amp;", "&") if more else None
    assert len(seen) == len(set(seen)) == 65


async def _reply(scene: Scene) -> int:
    return (await make_argument(scene.db, scene.debate, scene.cast["author"], parent=scene.root)).id


async def test_queue_gives_the_time_of_what_came_today(scene: Scene, browser_of: BrowserOf) -> None:
    now = datetime.now(UTC)
    old, new = now - timedelta(days=4), now.replace(hour=0, minute=0, second=1)
    for opened_at in (old, new):
        await open_case(scene, opened_at=opened_at)
    page = (await (await browser_of(scene.cast["debate_moderator"])).get("/moderation")).text
    assert f">{new:%-d %B %Y, %H:%M} UTC</time>" in page
    assert f">{old:%-d %B %Y}</time>" in page
