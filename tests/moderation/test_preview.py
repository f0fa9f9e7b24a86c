"""A form shows the statement of reasons that it would make, and decides nothing."""

import pytest
from sqlalchemy import select

from app.models import Decision
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision

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
