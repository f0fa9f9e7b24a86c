"""A form shows the statement of reasons that it would make, and decides nothing."""

import pytest
from sqlalchemy import select

from app.models import Decision
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision, flag

FORMS = [
    ("{reply}/hide", {}, "Its text is not shown any more."),
    ("{reply}/lock", {}, "neither answered nor edited"),
    ("{reply}/slow", {"seconds": "600", "version": "0"}, "Everybody waits between two posts there"),
    ("/people/author/restrict", {"kind": "suspend", "hours": "72"}, "For 3 days"),
    ("/debates/mill/measures", {"action": "lock_debate", "version": "0"}, "nothing can be added"),
    ("/debates/mill/people/author/measures", {"action": "warn", "version": "0"}, "Nothing is taken away"),
]


@pytest.mark.parametrize(("form", "fields", "effect"), FORMS, ids=lambda part: part if isinstance(part, str) else "")
async def test_preview_shows_the_statement_and_decides_nothing(
    scene: Scene, browser_of: BrowserOf, form: str, fields: dict[str, str], effect: str
) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    made = select(Decision.id).filter_by(moderator_id=scene.cast["site_moderator"].id)
    url = form.format(reply=scene.reply_url)
    sent = decision(act="preview", **fields)
    shown = await moderator.post(url, data=sent)
    assert shown.status_code == 200
    statement = shown.text.partition("Nothing is decided yet")[2].partition("</dl>")[0]
    for part in (effect, WHY, "Attack the claim, not the person", "Site_Moderator", "Free of charge for six months"):
        assert part in statement
    assert (await scene.db.scalars(made)).all() == []
    assert sent["idempotency_key"] in shown.text
    assert (await moderator.post(url, data={**sent, "act": "decide"})).status_code == 303


async def test_role_is_previewed_with_what_was_chosen(scene: Scene, browser_of: BrowserOf) -> None:
    administrator = await browser_of(scene.cast["administrator"])
    url, page = "/debates/mill/people/member/role", "/debates/mill/people/member/measures"
    sent = {**decision(act="preview"), "role": "moderator", "seen": "none"}
    shown = await administrator.post(url, data=sent)
    assert shown.status_code == 200
    assert WHY in shown.text.partition("Nothing is decided yet")[2].partition("</dl>")[0]
    assert 'value="moderator" checked' in shown.text
    assert "Now none: change it" in (await administrator.get(page)).text
    assert (await administrator.post(url, data={**sent, "act": "decide"})).status_code == 303
    assert "Now moderator: change it" in (await administrator.get(page)).text


@pytest.mark.parametrize("url", ["/moderation/cases/{id}/decide", "/moderation/bulk"])
async def test_cases_show_it_too_and_keep_the_version_that_was_seen(
    scene: Scene, browser_of: BrowserOf, url: str
) -> None:
    await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["debate_moderator"])
    seen = {"version": str(case.version)} if "decide" in url else {"cases": f"{case.id}-{case.version}"}
    sent = decision(act="preview", action="hide", **seen)
    if "version" in seen:  # Several together would leave alone what has changed before.
        await flag(await browser_of(scene.cast["member"]), scene.reply_url)
    shown = await moderator.post(url.format(id=case.id), data=sent)
    assert shown.status_code == 200
    statement = shown.text.partition("Nothing is decided yet")[2].partition("</dl>")[0]
    for part in ("Its text is not shown any more.", WHY, "Attack the claim, not the person", "Debate_Moderator"):
        assert part in statement
    assert f'value="{next(iter(seen.values()))}"' in shown.text
    await flag(await browser_of(scene.cast["administrator"]), scene.reply_url)
    decided = await moderator.post(url.format(id=case.id), data={**sent, "act": "decide"})
    assert decided.status_code == 409
    assert (await scene.fresh(scene.reply)).hidden_by_id is None
