"""Undoing puts back exactly what a decision changed, once, with a reason, and is a decision itself."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.models import (
    Action,
    Annotation,
    Argument,
    Case,
    Credit,
    Debate,
    Decision,
    LogEntry,
    Notification,
    Position,
    User,
)
from app.moderation.items import ItemRow
from tests.factories import make_credit
from tests.moderation.conftest import SECRET, BrowserOf, Scene, decision

WHY_NOT = "The quotation is in the essay, paragraph two."


async def _hide(browser: AsyncClient, url: str) -> str:
    """The decision's address."""
    answer = await browser.post(f"{url}/hide", data=decision())
    assert answer.status_code == 303
    return answer.headers["location"].partition("?")[0]


async def _undo(browser: AsyncClient, decision_url: str, **fields: Any) -> Response:
    return await browser.post(f"{decision_url}/undo", data=decision(explanation=WHY_NOT, **fields))


async def _state(scene: Scene) -> list[tuple[Any, ...]]:
    """All that readers see of the debate's rows, but for its version."""
    rows: list[tuple[Any, ...]] = []
    for kind in (Argument, Annotation, Credit, Position, Debate):
        columns = [column for column in kind.__table__.columns if column.key != "version"]
        statement = select(*columns).order_by(*kind.__table__.primary_key)
        rows += (tuple(row) for row in await scene.db.execute(statement))
    await scene.db.commit()  # So that the next look sees what has been done since.
    return rows


@pytest.mark.parametrize("item", ["root", "reply", "annotation", "credit"])
@pytest.mark.parametrize("is_withdrawn", [False, True])
async def test_hiding_and_restoring_is_the_identity(
    scene: Scene, browser_of: BrowserOf, item: str, is_withdrawn: bool
) -> None:
    row = await _given(scene) if item == "credit" else getattr(scene, item)
    if is_withdrawn:
        await _withdraw(scene, row)
    before = await _state(scene)
    browser = await browser_of(scene.cast["site_moderator"])
    made = await _hide(browser, f"/debates/mill/{row.__tablename__}/{row.id}")
    assert await _state(scene) != before
    assert (await _undo(browser, made)).status_code == 303
    assert await _state(scene) == before


async def _given(scene: Scene) -> Credit:
    credit = await make_credit(scene.db, scene.root, scene.cast["author"])
    await scene.db.commit()
    return credit


async def _withdraw(scene: Scene, row: ItemRow) -> None:
    """As the author does: marked, and counted out."""
    row.withdrawn_at = datetime.now(UTC)
    debate = await scene.fresh(scene.debate)
    if isinstance(row, Annotation):
        debate.annotation_count -= 1
    elif isinstance(row, Credit):
        scene.root.credit_count -= 1
    else:
        debate.argument_count -= 1
        statement = select(Position).filter_by(debate_id=debate.id, number=1)
        (await scene.db.execute(statement)).scalar_one().argument_count -= 1
    if row is scene.reply:
        (await scene.fresh(scene.root)).rebut_count -= 1
    await scene.db.commit()


async def test_locking_and_unlocking_is_the_identity(scene: Scene, browser_of: BrowserOf) -> None:
    before = await _state(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    answer = await browser.post(f"{scene.reply_url}/lock", data=decision(house_rule=""))
    made = answer.headers["location"].partition("?")[0]
    assert (await scene.fresh(scene.root)).locked_by_id is not None  # At the first argument of the thread.
    assert (await scene.fresh(scene.reply)).locked_by_id is None
    assert (await _undo(browser, made)).status_code == 303
    assert await _state(scene) == before


async def test_undoing_is_recorded_and_told(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    made = await _hide(browser, scene.reply_url)
    answer = await _undo(browser, made)
    assert answer.headers["location"].endswith("?done=undone")
    hiding, restoring = (await scene.db.execute(select(Decision).filter_by(argument_id=scene.reply.id))).scalars()
    assert (restoring.action, restoring.reverses_id) == (Action.RESTORE, hiding.id)
    assert (restoring.case_id, restoring.concerned_id) == (hiding.case_id, scene.cast["author"].id)
    entries = (await scene.db.execute(select(LogEntry).order_by(LogEntry.id))).scalars().all()
    assert [entry.action for entry in entries] == [Action.HIDE, Action.RESTORE]
    assert entries[1].explanation == WHY_NOT
    statement = select(Notification.decision_id).filter_by(user_id=scene.cast["author"].id).order_by(Notification.id)
    assert (await scene.db.execute(statement)).scalars().all() == [hiding.id, restoring.id]
    assert f"decision {restoring.id}" in (await browser.get(made)).text


async def test_hiding_without_a_flag_opens_and_closes_a_case(scene: Scene, browser_of: BrowserOf) -> None:
    await _hide(await browser_of(scene.cast["host"]), scene.reply_url)
    case = (await scene.db.execute(select(Case))).scalar_one()
    assert case.closed_at is not None
    assert case.flag_count == 0


async def test_restored_item_can_be_hidden_and_restored_again(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    before = await _state(scene)
    for _ in range(2):
        assert (await _undo(browser, await _hide(browser, scene.reply_url))).status_code == 303
    assert await _state(scene) == before


async def test_double_click_undoes_once(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    made = await _hide(browser, scene.reply_url)
    sent = decision(explanation=WHY_NOT)
    answers = await asyncio.gather(*(browser.post(f"{made}/undo", data=sent) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [303] * 3
    assert (await scene.fresh(scene.root)).rebut_count == 1


async def test_undoing_twice_is_a_conflict(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    made = await _hide(browser, scene.reply_url)
    await _undo(browser, made)
    answer = await _undo(browser, made)
    assert answer.status_code == 409
    assert WHY_NOT in answer.text  # What was typed is handed back.
    assert (await scene.fresh(scene.root)).rebut_count == 1
    assert "It was undone already" in (await browser.get(f"{made}/undo")).text


async def test_several_moderators_undoing_at_once_restore_once(scene: Scene, browser_of: BrowserOf) -> None:
    names = ("site_moderator", "administrator", "host", "debate_moderator")
    browsers = [await browser_of(scene.cast[name]) for name in names]
    made = await _hide(browsers[-1], scene.reply_url)
    answers = await asyncio.gather(*(_undo(browser, made) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    assert (await scene.fresh(scene.debate)).argument_count == 2


async def test_undoing_needs_a_reason(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    made = await _hide(browser, scene.reply_url)
    answer = await browser.post(f"{made}/undo", data=decision(explanation="No."))
    assert answer.status_code == 422
    assert (await scene.fresh(scene.reply)).hidden_by_id is not None


@pytest.mark.parametrize(
    ("maker", "name", "status"),
    [
        ("debate_moderator", "host", 303),
        ("debate_moderator", "site_moderator", 303),
        ("site_moderator", "debate_moderator", 403),
        ("administrator", "site_moderator", 403),
        ("site_moderator", "author", 403),
        ("site_moderator", "other_moderator", 403),
    ],
)
async def test_who_may_undo_whose_decision(
    scene: Scene, browser_of: BrowserOf, maker: str, name: str, status: int
) -> None:
    made = await _hide(await browser_of(scene.cast[maker]), scene.reply_url)
    assert (await _undo(await browser_of(scene.cast[name]), made)).status_code == status


async def test_dismissal_has_nothing_to_undo(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    made = await _hide(browser, scene.reply_url)
    restored = (await _undo(browser, made)).headers["location"].partition("?")[0]
    assert (await browser.get(f"{restored}/undo")).status_code == 404


@pytest.mark.parametrize("path", ["/decisions/999", "/decisions/999/undo", "/decisions/0", "/decisions/x"])
async def test_unknown_decision_is_not_found(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_hidden_item_cannot_be_hidden_again(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    await _hide(browser, scene.reply_url)
    answer = await browser.post(f"{scene.reply_url}/hide", data=decision())
    assert answer.status_code == 409
    assert (await scene.fresh(scene.root)).rebut_count == 0
    assert "Restore it" in (await browser.get(f"{scene.reply_url}/moderate")).text


async def test_flagged_item_is_decided_by_its_case(scene: Scene, browser_of: BrowserOf) -> None:
    await (await browser_of(scene.cast["member"])).post(f"{scene.reply_url}/flag", data={"reason": "abuse"})
    browser = await browser_of(scene.cast["site_moderator"])
    case = await scene.open_case()
    assert f"/moderation/cases/{case.id}" in (await browser.get(f"{scene.reply_url}/moderate")).text
    answer = await browser.post(f"{scene.reply_url}/hide", data=decision())
    assert answer.status_code == 409
    assert "decide its case" in answer.text
    assert (await scene.fresh(scene.reply)).hidden_by_id is None


async def test_locked_thread_cannot_be_locked_again(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    for status in (303, 409):
        assert (await browser.post(f"{scene.reply_url}/lock", data=decision())).status_code == status
    assert "It is locked already" in (await browser.get(f"{scene.reply_url}/lock")).text


async def test_author_reads_the_statement_of_reasons(scene: Scene, browser_of: BrowserOf) -> None:
    made = await _hide(await browser_of(scene.cast["debate_moderator"]), scene.reply_url)
    page = (await (await browser_of(scene.cast["author"])).get(made)).text
    for part in ("This is about you", "Attack the claim, not the person", "No flag: a moderator came upon it", "None."):
        assert part in page
    assert "If you think it is wrong" in page
    assert SECRET not in page


async def test_decision_about_someone_whose_account_is_gone_can_still_be_read(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    made = await _hide(await browser_of(scene.cast["debate_moderator"]), scene.reply_url)
    for name in ("author", "debate_moderator"):
        await scene.db.delete(await scene.db.get_one(User, scene.cast[name].id))
    await scene.db.commit()
    page = await client.get(made)
    assert page.status_code == 200
    assert "A former moderator</bdi> read it and decided." in page.text
    assert (await client.get("/log")).status_code == 200
