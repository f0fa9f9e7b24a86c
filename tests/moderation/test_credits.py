"""A credit is flagged, hidden and restored as arguments and annotations are."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.doctor.examination import examine
from app.models import Case, Credit, Flag, LogEntry, Notification, NotificationKind
from tests.factories import make_credit
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision, flag, place_of

SECRET = "Glockenspiel"  # A word that stands only here.
REASON = f"Whoever plays the {SECRET} has surely never worked in a mill of any kind."


@pytest.fixture
async def credit(scene: Scene) -> Credit:
    """By the author, for the member's argument."""
    credit = await make_credit(scene.db, scene.root, scene.cast["author"], REASON)
    await scene.db.commit()
    return credit


def url_of(credit: Credit) -> str:
    return f"/debates/mill/credits/{credit.id}"


async def _decide(browser: AsyncClient, case: Case, **fields: Any) -> str:
    """The decision's address."""
    answer = await browser.post(
        f"/moderation/cases/{case.id}/decide", data=decision(version=str(case.version), **fields)
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def _wrong(scene: Scene) -> list[str]:
    findings = [finding.name async for finding in examine(scene.db) if finding.count]
    await scene.db.commit()
    return findings


async def test_flagged_credit_stands_in_the_queue_with_its_argument(
    scene: Scene, browser_of: BrowserOf, credit: Credit
) -> None:
    reader = await browser_of(scene.cast["newcomer"])
    assert f"{url_of(credit)}/flag" in (await reader.get(f"/debates/mill/arguments/{scene.root.id}")).text
    assert REASON in (await reader.get(f"{url_of(credit)}/flag")).text
    assert (await flag(reader, url_of(credit))).headers["location"] == f"{url_of(credit)}?done=flagged"
    moderator = await browser_of(scene.cast["debate_moderator"])
    queue = (await moderator.get("/moderation")).text
    assert REASON in queue
    assert "Credit by" in queue
    page = (await moderator.get(f"/moderation/cases/{(await scene.open_case()).id}")).text
    assert scene.root.claim in page
    assert "Its thread can be" not in page


async def test_hidden_credit_keeps_its_place_without_its_words(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, credit: Credit
) -> None:
    reader, author = await browser_of(scene.cast["newcomer"]), await browser_of(scene.cast["author"])
    await flag(reader, url_of(credit))
    moderator = await browser_of(scene.cast["debate_moderator"])
    made = await _decide(moderator, await scene.open_case(), action="hide")
    argument = f"/debates/mill/arguments/{scene.root.id}"
    for path in (argument, f"{argument}/credits", url_of(credit), made, "/log", "/debates/mill/log"):
        for browser in (client, reader):
            page = await browser.get(path)
            assert page.status_code == 200
            assert SECRET not in page.text
    assert "This credit is hidden." in (await client.get(argument)).text
    assert (await client.get(f"{url_of(credit)}/history")).status_code == 403
    for browser in (author, moderator):
        assert REASON in (await browser.get(url_of(credit))).text
        assert (await browser.get(f"{url_of(credit)}/history")).status_code == 200
    assert (await scene.fresh(scene.root)).credit_count == 0
    assert await _wrong(scene) == []


async def test_author_and_those_who_flagged_are_told_and_the_log_names_it(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, credit: Credit
) -> None:
    reader = await browser_of(scene.cast["newcomer"])
    await flag(reader, url_of(credit))
    await _decide(await browser_of(scene.cast["debate_moderator"]), await scene.open_case(), action="hide")
    kinds = {row.user_id: row.kind for row in await scene.db.scalars(select(Notification))}
    assert kinds == {
        scene.cast["author"].id: NotificationKind.DECISION, scene.cast["newcomer"].id: NotificationKind.FLAG_OUTCOME
    }  # fmt: skip
    told = (await (await browser_of(scene.cast["author"])).get("/notifications")).text
    assert "Moderators hid your credit" in told
    assert "Moderators hid the credit that you flagged" in (await reader.get("/notifications")).text
    entry = (await scene.db.execute(select(LogEntry))).scalar_one()
    assert place_of(entry.item) == {"kind": "credit", "id": credit.id}
    log = (await client.get("/debates/mill/log")).text
    assert f'href="{url_of(credit)}"' in log
    assert "a credit by" in log
    assert f"/credits/{credit.id}" in (await client.get("/log.csv")).text


async def test_restored_credit_is_shown_and_counted_again(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, credit: Credit
) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    hidden = await moderator.post(f"{url_of(credit)}/hide", data=decision())
    made = hidden.headers["location"].partition("?")[0]
    assert "Restore it" in (await moderator.get(f"{url_of(credit)}/moderate")).text
    assert (await moderator.post(f"{made}/undo", data=decision(explanation=WHY))).status_code == 303
    assert REASON in (await client.get(f"/debates/mill/arguments/{scene.root.id}")).text
    assert (await scene.fresh(scene.root)).credit_count == 1
    assert await _wrong(scene) == []


async def test_hidden_credit_cannot_be_worded_anew_but_taken_back(
    scene: Scene, browser_of: BrowserOf, credit: Credit
) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["site_moderator"])
    await moderator.post(f"{url_of(credit)}/hide", data=decision())
    form = f"/debates/mill/arguments/{scene.root.id}/credit"
    assert (await author.get(form)).status_code == 403
    answer = await author.post(form, data={"reason": REASON + " And more."})
    assert answer.status_code == 403
    assert "Your credit is hidden" in answer.text
    assert (await author.post(f"{form}/withdraw")).status_code == 303
    assert (await author.post(form, data={"reason": REASON})).status_code == 403
    assert (await scene.fresh(scene.root)).credit_count == 0
    assert await _wrong(scene) == []


async def test_credit_that_was_taken_back_is_not_read_or_flagged_any_more(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, credit: Credit
) -> None:
    author, reader = await browser_of(scene.cast["author"]), await browser_of(scene.cast["newcomer"])
    await flag(reader, url_of(credit))
    await author.post(f"/debates/mill/arguments/{scene.root.id}/credit/withdraw")
    page = (await client.get(url_of(credit))).text
    assert "taken back" in page
    assert SECRET not in page
    for path, status in (("/history", 404), ("/flag", 404)):
        assert (await reader.get(f"{url_of(credit)}{path}")).status_code == status
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert REASON in (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert (await reader.post(f"{url_of(credit)}/unflag")).status_code == 303


async def test_flags_of_one_credit_make_one_case(scene: Scene, browser_of: BrowserOf, credit: Credit) -> None:
    browsers = [await browser_of(scene.cast[name]) for name in ("newcomer", "other_moderator", "silenced")]
    answers = await asyncio.gather(*(flag(browser, url_of(credit)) for browser in (*browsers, *browsers)))
    assert {answer.status_code for answer in answers} == {303}
    assert (await scene.open_case()).flag_count == 3
    assert len((await scene.db.scalars(select(Flag))).all()) == 3


@pytest.mark.parametrize(("name", "status"), [("author", 403), ("suspended", 403), ("", 303), ("newcomer", 200)])
async def test_who_may_flag_a_credit(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, credit: Credit, name: str, status: int
) -> None:
    browser = await browser_of(scene.cast[name]) if name else client
    assert (await browser.get(f"{url_of(credit)}/flag")).status_code == status


async def test_giving_taking_back_and_hiding_at_once_ends_in_true_counts(
    scene: Scene, browser_of: BrowserOf, credit: Credit
) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["site_moderator"])
    form = f"/debates/mill/arguments/{scene.root.id}/credit"
    acts = [author.post(form, data={"reason": f"{REASON} {number}"}) for number in range(4)]
    acts += [author.post(f"{form}/withdraw"), moderator.post(f"{url_of(credit)}/hide", data=decision())]
    answers = await asyncio.gather(*acts)
    assert {answer.status_code for answer in answers} <= {303, 403, 409}  # A credit that changed is not hidden.
    assert await _wrong(scene) == []


@pytest.mark.parametrize("path", ["/debates/mill/credits/999", "/debates/mill/credits/999/history"])
async def test_unknown_credit_is_not_found(scene: Scene, client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404
