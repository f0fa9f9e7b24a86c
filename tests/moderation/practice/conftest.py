"""A settled case that is chosen for practice, and somebody who may practise on it."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.models import Decision, KnownCase
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision, flag

PRACTICE = "/moderation/practice"


@dataclass
class Known:
    scene: Scene
    browser_of: BrowserOf
    case_id: int
    known_id: int
    decision_id: int
    host: AsyncClient  # Has nothing to do with the case.

    @property
    def url(self) -> str:
        return f"{PRACTICE}/{self.known_id}"

    async def answer(self, browser: AsyncClient, key: str = "", **fields: str) -> Response:
        data = {"action": "hide", "house_rule": "civil", "idempotency_key": str(uuid4()), **fields}
        return await browser.post(f"{PRACTICE}/{key or self.known_id}/answer", data=data)

    async def browser(self, name: str) -> AsyncClient:
        return await self.browser_of(self.scene.cast[name])

    async def sees(self, browser: AsyncClient) -> int:
        return (await browser.get(self.url)).status_code


async def settle(scene: Scene, browser_of: BrowserOf, url: str, action: str = "hide") -> tuple[int, int]:
    """The numbers of a case and its decision, by the debate's moderator; flagged by the newcomer, by name."""
    words = "newcomer says: Author calls Member a fool."
    await flag(await browser_of(scene.cast["newcomer"]), url, words=words)
    case = await scene.open_case()
    await scene.db.commit()
    moderator = await browser_of(scene.cast["debate_moderator"])
    fields = decision(
        action=action, version=str(case.version), explanation=f"{WHY} So says Debate_Moderator of Author."
    )
    answer = await moderator.post(f"/moderation/cases/{case.id}/decide", data=fields)
    assert answer.status_code == 303, answer.text
    made = (await scene.db.scalars(select(Decision.id).filter_by(case_id=case.id))).one()
    await scene.db.commit()
    return case.id, made


@pytest.fixture
async def known(scene: Scene, browser_of: BrowserOf) -> Known:
    case_id, decision_id = await settle(scene, browser_of, scene.reply_url)
    host = await browser_of(scene.cast["host"])
    assert (await host.post(f"/moderation/cases/{case_id}/known")).status_code == 303
    known_id = (await scene.db.scalars(select(KnownCase.id).filter_by(case_id=case_id))).one()
    await scene.db.commit()
    return Known(scene, browser_of, case_id, known_id, decision_id, host)
