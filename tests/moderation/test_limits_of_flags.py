"""Newcomers' few flags a day do not keep anybody from reporting what breaks the law."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.models import Flag, FlagReason
from app.rate_limits import DAY, FLAG, LEVEL_LIMITS
from app.trust_levels import TrustLevel
from tests.moderation.conftest import BrowserOf, Scene


@pytest.fixture
def one_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = LEVEL_LIMITS[TrustLevel.NEW][FLAG]
    monkeypatch.setitem(LEVEL_LIMITS[TrustLevel.NEW], FLAG, replace(limit, hits=1))


@pytest.mark.usefixtures("one_a_day")
async def test_report_of_what_breaks_the_law_is_heard_beyond_the_limit_of_a_day(
    scene: Scene, browser_of: BrowserOf
) -> None:
    reader = await browser_of(scene.cast["newcomer"])
    assert (await reader.post(f"{scene.reply_url}/flag", data={"reason": "spam"})).status_code == 303
    refused = await reader.post(f"{scene.annotation_url}/flag", data={"reason": "spam"})
    assert refused.status_code == 429
    heard = await reader.post(f"{scene.annotation_url}/flag", data={"reason": "illegal"})
    assert heard.status_code == 303
    reasons = (await scene.db.scalars(select(Flag.reason).order_by(Flag.id))).all()
    assert reasons == [FlagReason.SPAM, FlagReason.ILLEGAL]


@pytest.mark.usefixtures("one_a_day")
async def test_page_of_a_limit_of_a_day_says_until_when(scene: Scene, browser_of: BrowserOf) -> None:
    reader = await browser_of(scene.cast["newcomer"])
    await reader.post(f"{scene.reply_url}/flag", data={"reason": "spam"})
    refused = await reader.post(f"{scene.annotation_url}/flag", data={"reason": "spam"})
    assert 0 < int(refused.headers["retry-after"]) <= 2 * DAY
    assert "You can try again at <time" in refused.text
