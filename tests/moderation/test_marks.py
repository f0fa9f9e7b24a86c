"""Quality marks tell an author what to mend, apart from flags: they open no case by themselves and count in nothing."""

import asyncio

from sqlalchemy import func, select, update

from app.models import Argument, Case, Notification, ReviewMark
from tests.moderation.conftest import BrowserOf, Scene

MARK = {"kind": "unsupported", "words": "Which figures is this from?"}


async def _marks(scene: Scene) -> list[tuple[str, str | None]]:
    rows = await scene.db.execute(select(ReviewMark.kind, ReviewMark.resolution).order_by(ReviewMark.id))
    return [(kind, resolution) for kind, resolution in rows]


async def test_mark_is_shown_quietly_and_its_author_told(scene: Scene, browser_of: BrowserOf) -> None:
    member = await browser_of(scene.cast["member"])
    answer = await member.post(f"{scene.reply_url}/marks", data=MARK)
    assert answer.headers["location"] == f"{scene.reply_url}?done=marked#marks"
    page = (await (await browser_of(scene.cast["newcomer"])).get(scene.reply_url)).text
    assert MARK["words"] in page
    assert "Unsupported." in page
    assert (await scene.db.execute(select(func.count()).select_from(Case))).scalar_one() == 0
    told = (await scene.db.scalars(select(Notification))).one()
    assert (told.user_id, told.kind) == (scene.cast["author"].id, "review_mark")
    assert "could be better" in (await (await browser_of(scene.cast["author"])).get("/notifications")).text


async def test_each_person_has_one_and_an_argument_two(scene: Scene, browser_of: BrowserOf) -> None:
    url = f"{scene.reply_url}/marks"
    for name, status in (("member", 303), ("member", 303), ("newcomer", 303), ("host", 409)):
        assert (await (await browser_of(scene.cast[name])).post(url, data=MARK)).status_code == status
    assert len(await _marks(scene)) == 2


async def test_another_mark_of_the_same_person_is_refused_and_its_words_kept(
    scene: Scene, browser_of: BrowserOf
) -> None:
    member = await browser_of(scene.cast["member"])
    await member.post(f"{scene.reply_url}/marks", data=MARK)
    second = await member.post(f"{scene.reply_url}/marks", data={**MARK, "words": "Where is this from?"})
    assert second.status_code == 409
    assert "You have set a mark here already. Take it back before you set another one." in second.text
    assert "Where is this from?" in second.text
    assert len(await _marks(scene)) == 1


async def test_two_stay_two_when_many_mark_at_once(scene: Scene, browser_of: BrowserOf) -> None:
    names = ("member", "newcomer", "host", "debate_moderator", "other_moderator")
    browsers = [await browser_of(scene.cast[name]) for name in names]
    answers = await asyncio.gather(*(each.post(f"{scene.reply_url}/marks", data=MARK) for each in browsers))
    assert sorted(answer.status_code for answer in answers) == [303, 303, 409, 409, 409]


async def test_authors_edit_resolves_marks_but_for_where_it_stands(scene: Scene, browser_of: BrowserOf) -> None:
    for name, kind in (("member", "unclear"), ("newcomer", "elsewhere")):
        await (await browser_of(scene.cast[name])).post(f"{scene.reply_url}/marks", data={**MARK, "kind": kind})
    author = await browser_of(scene.cast["author"])
    worded = {
        "claim": "Only a careful player would choose this instrument here.",
        "grounds": "Whoever has heard it once knows how loud it is.",
        "revision": "1",
    }
    assert (await author.post(f"{scene.reply_url}/edit", data=worded)).status_code == 303
    assert await _marks(scene) == [("unclear", "edited"), ("elsewhere", None)]


async def test_mark_of_the_wrong_place_clears_itself_when_the_argument_is_moved(
    scene: Scene, browser_of: BrowserOf
) -> None:
    for name, kind in (("member", "unclear"), ("newcomer", "elsewhere")):
        await (await browser_of(scene.cast[name])).post(f"{scene.reply_url}/marks", data={**MARK, "kind": kind})
    moved = {"parent_id": None, "root_id": None, "depth": 0, "relation": None}
    await scene.db.execute(update(Argument).where(Argument.id == scene.reply.id).values(moved))
    await scene.db.commit()
    assert await _marks(scene) == [("unclear", None), ("elsewhere", "moved")]


async def test_marker_takes_it_back_and_nobody_else_can(scene: Scene, browser_of: BrowserOf) -> None:
    await (await browser_of(scene.cast["member"])).post(f"{scene.reply_url}/marks", data=MARK)
    mark = (await scene.db.scalars(select(ReviewMark.id))).one()
    for name, status in (("author", 403), ("debate_moderator", 403), ("member", 303), ("member", 409)):
        answer = await (await browser_of(scene.cast[name])).post(f"/debates/mill/marks/{mark}/take-back")
        assert answer.status_code == status
    assert [resolution for _, resolution in await _marks(scene)] == ["taken_back"]
    assert MARK["words"] not in (await (await browser_of(scene.cast["member"])).get(scene.reply_url)).text


async def test_mark_needs_a_kind_and_words(scene: Scene, browser_of: BrowserOf) -> None:
    member = await browser_of(scene.cast["member"])
    for data in (
        {},
        {"kind": "unclear"},
        {"kind": "unclear", "words": "Hm."},
        {"kind": "spam", "words": MARK["words"]},
    ):
        assert (await member.post(f"{scene.reply_url}/marks", data=data)).status_code == 422
