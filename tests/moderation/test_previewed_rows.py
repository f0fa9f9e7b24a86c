"""What a form shows ahead is what its decision then states, row by row."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models import Case, Decision
from tests.moderation.conftest import WHY, BrowserOf, Scene, argue, decision, flag, leave_alone
from tests.moderation.previewed import compare, look, rows

WANTED = "Please leave out the word for the others."
FORMS: list[tuple[str, dict[str, Any]]] = [
    ("{reply}/hide", {"version": "0.1"}),
    ("{reply}/hide", {"version": "0.1", "action": "remove"}),
    ("{note}/hide", {"version": "0.1"}),
    ("{reply}/ask-edit", {"version": "0.1", "wanted": WANTED, "within": "7"}),
    ("{note}/ask-edit", {"version": "0.1", "wanted": WANTED, "meanwhile": "hide"}),
    ("{reply}/lock", {"version": "0"}),
    ("{reply}/slow", {"version": "0", "seconds": "600"}),
    ("/debates/mill/measures", {"version": "0", "action": "slow", "seconds": "3600"}),
    ("/debates/mill/measures", {"version": "0", "action": "lock_debate", "house_rule": ""}),
    ("/debates/mill/people/author/measures", {"version": "0", "action": "warn"}),
    ("/debates/mill/people/author/measures", {"version": "0", "action": "silence", "hours": "72"}),
    ("/debates/mill/people/member/role", {"seen": "none", "role": "moderator", "house_rule": ""}),
    ("/people/author/restrict", {"version": "0", "kind": "warn"}),
    ("/people/author/restrict", {"version": "0", "kind": "rename"}),
    ("/people/author/restrict", {"version": "0", "kind": "suspend", "hours": "24"}),
]


@pytest.mark.parametrize(("form", "fields"), FORMS, ids=lambda part: part if isinstance(part, str) else "")
async def test_preview_has_the_rows_of_the_statement(
    scene: Scene, browser_of: BrowserOf, form: str, fields: dict[str, Any]
) -> None:
    administrator = await browser_of(scene.cast["administrator"])
    url = form.format(reply=scene.reply_url, note=scene.annotation_url)
    await compare(scene.db, administrator, url, decision(**fields))


DECIDED = [
    {"action": "hide"},
    {"action": "ask_edit", "wanted": WANTED, "within": "3"},
    {"action": "dismiss", "house_rule": "", "explanation": ""},
]


@pytest.mark.parametrize("fields", DECIDED, ids=lambda fields: fields["action"])
async def test_cases_say_what_led_to_them(scene: Scene, browser_of: BrowserOf, fields: dict[str, Any]) -> None:
    for name in ("newcomer", "member"):
        await flag(await browser_of(scene.cast[name]), scene.reply_url)
    case = await scene.open_case()
    sent = decision(version=str(case.version), **fields)
    moderator = await browser_of(scene.cast["site_moderator"])
    ahead = await compare(scene.db, moderator, f"/moderation/cases/{case.id}/decide", sent)
    assert ahead["Led to by"] == "2 flags from readers"
    assert ahead["Facts and reason"] == (fields.get("explanation", WHY) or "No reason was given.")


@pytest.mark.parametrize("action", ["dismiss", "silence", "rename"])
async def test_cases_of_people_do_so_too(scene: Scene, browser_of: BrowserOf, action: str) -> None:
    await flag(await browser_of(scene.cast["newcomer"]), "/people/author", "impersonation")
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["site_moderator"])
    sent = decision(version=str(case.version), action=action, hours="72")
    ahead = await compare(scene.db, moderator, f"/moderation/cases/{case.id}/decide-about-person", sent)
    assert ahead["Led to by"] == "1 flag from readers"


async def test_several_together_say_that_each_is_decided(scene: Scene, browser_of: BrowserOf) -> None:
    for url in (scene.reply_url, scene.annotation_url):
        await flag(await browser_of(scene.cast["newcomer"]), url)
    cases = " ".join(f"{case.id}-{case.version}" for case in await scene.db.scalars(select(Case)))
    moderator = await browser_of(scene.cast["site_moderator"])
    sent = decision(cases=cases, action="hide")
    ahead = await look(moderator, "/moderation/bulk", sent)
    assert ahead["About"] == "Each of the 2 texts above"
    assert ahead["Where it holds"] == "For each of them alone"
    assert ahead["Decided together"] == "With 1 other decision"
    await moderator.post("/moderation/bulk", data=sent)
    made_id = await scene.db.scalar(select(func.max(Decision.id)))
    assert [*ahead] == [*rows((await moderator.get(f"/decisions/{made_id}")).text, "<h1>Decision")]


async def test_preview_says_in_spite_of_what_one_decides(scene: Scene, browser_of: BrowserOf) -> None:
    await argue(scene, "host")
    await leave_alone(scene, "host")
    await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
    case = await scene.open_case()
    case.opened_at = datetime.now(UTC) - timedelta(hours=25)
    await scene.db.commit()
    sent = decision(version=str(case.version), action="hide")
    host = await browser_of(scene.cast["host"])
    ahead = await compare(scene.db, host, f"/moderation/cases/{case.id}/decide", sent)
    assert "had argued in this debate" in ahead["Who decided"]


TWO = [
    ("/people/author/restrict", {"kind": "suspend", "hours": "2160"}, "For 90 days"),
    ("/debates/mill/measures", {"version": "0", "action": "remove_debate"}, "Until somebody undoes it"),
]


@pytest.mark.parametrize(("url", "fields", "span"), TWO, ids=["suspend", "remove"])
async def test_what_needs_two_says_that_a_second_one_decides(
    scene: Scene, browser_of: BrowserOf, url: str, fields: dict[str, str], span: str
) -> None:
    administrator = await browser_of(scene.cast["administrator"])
    ahead = await look(administrator, url, decision(**fields))
    assert ahead["Automation"] == "None. A second moderator, who has to confirm it, reads it and decides."
    assert ahead["Proposed by"] == "Administrator: two moderators made this decision together"
    assert ahead["For how long"] == span
