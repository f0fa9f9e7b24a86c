"""A flag is answered once: what was decided about is flagged anew where something is new, and else the page says so."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.doctor.examination import examine
from app.models import Case, Flag
from tests.factories import make_credit
from tests.moderation.conftest import BrowserOf, Scene, decision, flag, make_source

NOTHING_NEW = "Moderators have decided about your flag for this reason, and nothing has changed since."
THREAT = "Whoever votes for this will be sorry for it, and soon."


async def _dismiss(scene: Scene, browser_of: BrowserOf, **fields: Any) -> tuple[Case, str]:
    """The open case, and the decision's address."""
    case = await scene.open_case()
    await scene.db.commit()
    route = "decide-about-person" if case.person_id else "decide"
    sent = decision(**{"action": "dismiss", "version": str(case.version), **fields})
    moderator = await browser_of(scene.cast["site_moderator"])
    answer = await moderator.post(f"/moderation/cases/{case.id}/{route}", data=sent)
    assert answer.status_code == 303, answer.text
    return case, answer.headers["location"].partition("?")[0]


async def _dismissed(scene: Scene, browser_of: BrowserOf, url: str) -> tuple[AsyncClient, str]:
    browser = await browser_of(scene.cast["newcomer"])
    assert (await flag(browser, url)).status_code == 303
    _, made = await _dismiss(scene, browser_of)
    return browser, made


async def _edit(browser: AsyncClient, url: str, **fields: str) -> None:
    page = (await browser.get(f"{url}/edit")).text
    revision = page.partition('name="revision" value="')[2].partition('"')[0]
    free = {"is_free": "yes"} if 'name="is_free"' in page else {}
    answer = await browser.post(f"{url}/edit", data={"revision": revision, "act": "post", **free, **fields})
    assert answer.status_code == 303, answer.text


async def _counted(scene: Scene) -> int:
    await scene.db.commit()
    return len((await scene.db.scalars(select(Flag.id))).all())


def _is_refused(answer: Response, reason: str = NOTHING_NEW) -> bool:
    return answer.status_code == 409 and reason in answer.text and "Thank you" not in answer.text


async def _url_of(scene: Scene, kind: str) -> str:
    if kind == "credit":
        row: Any = await make_credit(scene.db, scene.root, scene.cast["author"])
    elif kind == "source":
        scene.db.add(row := make_source(scene))
        await scene.db.flush()
    else:
        return {"argument": scene.reply_url, "note": scene.annotation_url, "person": "/people/author"}[kind]
    await scene.db.commit()
    return f"/debates/mill/{kind}s/{row.id}"


@pytest.mark.parametrize("kind", ["argument", "note", "credit", "source", "person"])
async def test_the_same_again_is_not_thanked_for_and_another_reason_is_written(
    scene: Scene, browser_of: BrowserOf, kind: str
) -> None:
    url = await _url_of(scene, kind)
    browser, made = await _dismissed(scene, browser_of, url)
    page = (await browser.get(f"{url}/flag")).text
    assert "Your flag was decided" in page
    assert "flags dismissed" in page
    assert f'href="{made}#redress"' in page
    assert "Take the flag back" not in page
    assert _is_refused(await flag(browser, url))
    assert await _counted(scene) == 1
    assert (await flag(browser, url, "spam")).headers["location"] == f"{url}?done=flagged"
    assert (await scene.open_case()).flag_count == 1
    assert "Take the flag back" in (await browser.get(f"{url}/flag")).text
    await _dismiss(scene, browser_of)
    for reason in ("abuse", "spam"):
        assert _is_refused(await flag(browser, url, reason))
    assert [found.name async for found in examine(scene.db) if found.count] == []


async def test_an_edit_opens_every_reason_again(scene: Scene, browser_of: BrowserOf) -> None:
    author = await browser_of(scene.cast["author"])
    edits = {
        scene.reply_url: {"claim": THREAT, "grounds": "Because of the noise."},
        scene.annotation_url: {"kind": "note", "body": THREAT, "tags": ""},
    }
    for url, fields in edits.items():
        browser, _ = await _dismissed(scene, browser_of, url)
        await _edit(author, url, **fields)
        assert "It was worded anew since" in (await browser.get(f"{url}/flag")).text
        assert (await flag(browser, url)).status_code == 303
        case, _ = await _dismiss(scene, browser_of)
        assert case.flag_count == 1
        assert _is_refused(await flag(browser, url))


async def test_words_quoted_from_a_source_are_an_edit(scene: Scene, browser_of: BrowserOf) -> None:
    browser, _ = await _dismissed(scene, browser_of, scene.reply_url)
    fields = {"source_title": "The ledger", "source_address": "https://example.org/ledger", "source_words": THREAT}
    await (await browser_of(scene.cast["author"])).post(f"{scene.reply_url}/sources", data=fields)
    assert (await flag(browser, scene.reply_url)).status_code == 303


async def test_a_person_is_flagged_anew_by_saying_what_is_new(scene: Scene, browser_of: BrowserOf) -> None:
    browser, _ = await _dismissed(scene, browser_of, "/people/author")
    assert _is_refused(await flag(browser, "/people/author"))
    assert (await flag(browser, "/people/author", words="It goes on in other threads now.")).status_code == 303
    assert (await scene.open_case()).flag_count == 1


@pytest.mark.parametrize("kind", ["argument", "person"])
async def test_what_waits_is_not_flagged_otherwise_without_taking_it_back(
    scene: Scene, browser_of: BrowserOf, kind: str
) -> None:
    url, browser = await _url_of(scene, kind), await browser_of(scene.cast["newcomer"])
    await flag(browser, url)
    assert (await flag(browser, url)).status_code == 303  # The same form sent twice.
    assert _is_refused(await flag(browser, url, "spam"), "Your flag of it waits for a decision already.")
    assert (await scene.open_case()).reasons == ["abuse"]


async def test_of_several_at_once_one_is_written_and_only_that_is_thanked_for(
    scene: Scene, browser_of: BrowserOf
) -> None:
    browser, _ = await _dismissed(scene, browser_of, scene.reply_url)
    answers = await asyncio.gather(*(flag(browser, scene.reply_url, reason) for reason in ("spam", "illegal")))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert (await scene.open_case()).flag_count == 1


async def test_what_was_not_written_takes_nothing_from_the_limit(scene: Scene, browser_of: BrowserOf) -> None:
    browser, _ = await _dismissed(scene, browser_of, scene.reply_url)
    for _ in range(6):  # More than a new member may send a day.
        assert _is_refused(await flag(browser, scene.reply_url))
    assert (await flag(browser, scene.reply_url, "spam")).status_code == 303


async def test_undoing_the_decision_leaves_of_two_flags_the_later(scene: Scene, browser_of: BrowserOf) -> None:
    browser, made = await _dismissed(scene, browser_of, scene.reply_url)
    await flag(browser, scene.reply_url, "spam")
    moderator = await browser_of(scene.cast["site_moderator"])
    assert (await moderator.post(f"{made}/undo", data=decision())).status_code == 303
    case = await scene.open_case()
    assert (case.flag_count, case.reasons) == (1, ["spam"])
    assert "flagged anew" in (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert [found.name async for found in examine(scene.db) if found.count] == []
    await scene.db.commit()
    assert (await browser.post(f"{scene.reply_url}/unflag")).status_code == 303
    assert (await scene.fresh(case)).closed_at is not None
