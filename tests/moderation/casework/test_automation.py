"""Where a debate wants it, what is flagged enough is hidden until a moderator has looked, and never without a case."""

import re

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.doctor.examination import examine
from app.models import Case, Decision, LogEntry
from app.moderation.flag_weights import HIDE_AT
from tests.factories import make_argument
from tests.moderation.conftest import SECRET, BrowserOf, Scene, decision, flag

STAFF = ("host", "site_moderator")  # Together they weigh more than the score needs.


async def _flag_enough(scene: Scene, browser_of: BrowserOf) -> Case:
    for name in STAFF:
        await flag(await browser_of(scene.cast[name]), scene.reply_url, "abuse")
    return await scene.open_case()


async def _switch_on(scene: Scene, browser_of: BrowserOf) -> None:
    host = await browser_of(scene.cast["host"])
    assert (await host.post("/debates/mill/switches/automatic-hiding", data=decision(is_on="true"))).status_code == 303


async def _decide(scene: Scene, browser: AsyncClient, action: str) -> Decision:
    case = await scene.open_case()
    form = decision(action=action, version=str(case.version))
    assert (await browser.post(f"/moderation/cases/{case.id}/decide", data=form)).status_code == 303
    made = select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc())
    return (await scene.db.scalars(made)).first()  # type: ignore[return-value]


async def test_nothing_is_hidden_unless_the_debate_wants_it(scene: Scene, browser_of: BrowserOf) -> None:
    case = await _flag_enough(scene, browser_of)
    assert case.score >= HIDE_AT
    assert (await scene.fresh(scene.reply)).hidden_by_id is None


async def test_hidden_with_its_case_open_and_a_statement_that_says_so(scene: Scene, browser_of: BrowserOf) -> None:
    await _switch_on(scene, browser_of)
    host, moderator = [await browser_of(scene.cast[name]) for name in STAFF]
    await flag(host, scene.reply_url, "abuse")
    assert (await scene.fresh(scene.reply)).hidden_by_id is None
    await flag(moderator, scene.reply_url, "abuse")
    hidden_by_id = (await scene.fresh(scene.reply)).hidden_by_id
    made = await scene.db.get_one(Decision, hidden_by_id)
    assert (made.is_automated, made.moderator_id, made.house_rule) == (True, None, "civil")
    assert made.case_id == (await scene.open_case()).id
    author = await browser_of(scene.cast["author"])
    page = (await author.get(f"/decisions/{made.id}")).text
    assert "hidden by a program" in page
    assert "Until a moderator has decided about it" in page
    told = (await author.get("/notifications")).text
    assert "Readers’ flags hid your argument automatically, until a moderator has decided about it" in told
    assert "Moderators hid" not in told
    assert SECRET not in (await (await browser_of(scene.cast["member"])).get(scene.reply_url)).text
    entry = (await scene.db.scalars(select(LogEntry).where(LogEntry.decision_id == made.id))).one()
    assert entry.moderator_name == "Automatic hiding"
    assert not [finding async for finding in examine(scene.db) if finding.count]


async def test_nowhere_is_it_said_that_moderators_hid_what_a_program_has(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    below = await make_argument(scene.db, scene.debate, scene.cast["member"], parent=scene.reply)
    await scene.db.commit()
    member = await browser_of(scene.cast["member"])
    await member.post(f"{scene.reply_url}/vote", data={"value": "agree"})
    await _switch_on(scene, browser_of)
    await _flag_enough(scene, browser_of)
    for name in STAFF:
        await flag(await browser_of(scene.cast[name]), scene.annotation_url, "abuse")
    root_url, below_url = f"/debates/mill/arguments/{scene.root.id}", f"/debates/mill/arguments/{below.id}"
    for browser, url in (
        *((client, url) for url in (
            root_url, scene.reply_url, below_url, f"{below_url}/path", "/debates/mill/outline", "/debates/mill/map",
            f"{scene.reply_url}/strength", f"{scene.reply_url}/replies.atom", f"{scene.reply_url}/history",
            scene.annotation_url,
        )),
        *((member, url) for url in (f"{scene.reply_url}/reply", "/account/votes")),
    ):  # fmt: skip
        page = (await browser.get(url)).text
        assert "is hidden" in page, url
        assert not re.search("[Mm]oderators (have hidden|hid )|hidden by moderators", page), url


async def test_dismissal_shows_it_again_and_tells_its_author(scene: Scene, browser_of: BrowserOf) -> None:
    await _switch_on(scene, browser_of)
    await _flag_enough(scene, browser_of)
    automatic = (await scene.fresh(scene.reply)).hidden_by_id
    made = await _decide(scene, await browser_of(scene.cast["administrator"]), "dismiss")
    assert made.reverses_id == automatic
    assert (await scene.fresh(scene.reply)).hidden_by_id is None
    notices = (await (await browser_of(scene.cast["author"])).get("/notifications")).text
    assert "let it stand" in notices
    assert not [finding async for finding in examine(scene.db) if finding.count]


async def test_moderator_who_agrees_takes_it_over(scene: Scene, browser_of: BrowserOf) -> None:
    await _switch_on(scene, browser_of)
    await _flag_enough(scene, browser_of)
    made = await _decide(scene, await browser_of(scene.cast["administrator"]), "hide")
    assert (await scene.fresh(scene.reply)).hidden_by_id == made.id
    assert not made.is_automated
    assert not [finding async for finding in examine(scene.db) if finding.count]


async def test_flags_that_speak_of_no_breach_hide_nothing(scene: Scene, browser_of: BrowserOf) -> None:
    await _switch_on(scene, browser_of)
    for name in STAFF:
        await flag(await browser_of(scene.cast[name]), scene.reply_url, "duplicate")
    assert (await scene.open_case()).score >= HIDE_AT
    assert (await scene.fresh(scene.reply)).hidden_by_id is None


async def test_it_ends_with_the_last_flag(scene: Scene, browser_of: BrowserOf) -> None:
    await _switch_on(scene, browser_of)
    await _flag_enough(scene, browser_of)
    for name in STAFF:
        await (await browser_of(scene.cast[name])).post(f"{scene.reply_url}/unflag")
    assert (await scene.fresh(scene.reply)).hidden_by_id is None
    told = (await (await browser_of(scene.cast["author"])).get("/notifications")).text
    assert "Your argument, which readers’ flags had hidden automatically, is shown again" in told
    assert not [finding async for finding in examine(scene.db) if finding.count]


async def test_a_flag_that_hid_it_can_still_be_taken_back(scene: Scene, browser_of: BrowserOf) -> None:
    await _switch_on(scene, browser_of)
    reader, host = await browser_of(scene.cast["newcomer"]), await browser_of(scene.cast["host"])
    await flag(reader, scene.reply_url, "abuse", "Calls people fools.")
    await flag(host, scene.reply_url, "abuse")
    await flag(await browser_of(scene.cast["site_moderator"]), scene.reply_url, "abuse")
    assert (await scene.fresh(scene.reply)).hidden_by_id is not None
    placeholder = (await reader.get(scene.reply_url)).text
    assert f'href="{scene.reply_url}/flag">Your flag of it' in placeholder
    page = await reader.get(f"{scene.reply_url}/flag")
    assert page.status_code == 200
    for shown in ("Take the flag back", "Calls people fools.", "Flags have hidden this automatically"):
        assert shown in page.text
    assert SECRET not in page.text
    again = await flag(reader, scene.reply_url, "abuse", "Calls people fools.")
    assert again.status_code == 303  # The same form, sent twice.
    assert (await reader.post(f"{scene.reply_url}/unflag")).status_code == 303
    for browser in (reader, await browser_of(scene.cast["silenced"])):
        refused = await browser.get(f"{scene.reply_url}/flag")
        assert refused.status_code == 403
        assert "Flags have hidden this automatically, until moderators decide" in refused.text
        assert "Your flag of it" not in (await browser.get(scene.reply_url)).text
    assert (await scene.fresh(scene.reply)).hidden_by_id is not None


async def test_nobody_hides_a_text_alone_however_much_their_flag_weighs(
    scene: Scene, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.moderation.flag_commands.weigh_flag", lambda reporter: HIDE_AT + 1)
    await _switch_on(scene, browser_of)
    await flag(await browser_of(scene.cast["site_moderator"]), scene.reply_url, "abuse")
    assert (await scene.open_case()).score >= HIDE_AT
    assert (await scene.fresh(scene.reply)).hidden_by_id is None


@pytest.mark.parametrize("action", ["hide", "dismiss"])
async def test_undoing_what_a_moderator_decided_opens_the_case_and_hides_nothing_by_itself(
    scene: Scene, browser_of: BrowserOf, action: str
) -> None:
    """A person has looked by then: the text stands while its case waits, whoever else flags it."""
    await _switch_on(scene, browser_of)
    case = await _flag_enough(scene, browser_of)
    administrator = await browser_of(scene.cast["administrator"])
    made = await _decide(scene, administrator, action)
    assert (await administrator.post(f"/decisions/{made.id}/undo", data=decision())).status_code == 303
    assert (await scene.fresh(scene.reply)).hidden_by_id is None
    assert (await scene.open_case()).id == case.id
    await flag(await browser_of(scene.cast["debate_moderator"]), scene.reply_url, "abuse")
    assert (await scene.open_case()).flag_count == 3
    assert (await scene.fresh(scene.reply)).hidden_by_id is None
    assert not [finding async for finding in examine(scene.db) if finding.count]
