"""A small debate to write in: two positions, a first-level argument by one person, and another one who answers it."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from httpx import AsyncClient, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.arguments.counters import count_argument
from app.arguments.edit_window import EDIT_WINDOW
from app.doctor.examination import examine
from app.models import Action, Argument, Debate, Decision, Position, User

CLAIM = "The mill feeds fewer people than it once did."
GROUNDS = "Of the forty who worked there, **nine** are left."
SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def new_claim() -> str:
    """Like no other."""
    return f"{uuid4()} speaks against {uuid4()}."


@dataclass
class Stage:
    db: AsyncSession
    debate: Debate
    sides: list[Position]
    author: User
    member: User
    parent: Argument
    page: AsyncClient  # The member's browser.
    author_page: AsyncClient

    @property
    def url(self) -> str:
        return f"/debates/{self.debate.slug}"

    @property
    def parent_url(self) -> str:
        return f"{self.url}/arguments/{self.parent.id}"

    def fields(self, **changed: Any) -> dict[str, Any]:
        fields = {"relation": "rebut", "claim": CLAIM, "grounds": GROUNDS, "idempotency_key": str(uuid4()), **changed}
        return {name: value for name, value in fields.items() if value is not None}

    async def reply(self, browser: AsyncClient | None = None, headers: Any = None, **changed: Any) -> Response:
        browser = browser or self.page
        return await browser.post(f"{self.parent_url}/replies", data=self.fields(**changed), headers=headers)

    async def posted(self, browser: AsyncClient | None = None, **changed: Any) -> Argument:
        answer = await self.reply(browser, **changed)
        assert answer.status_code == 303, answer.text
        return await self.argument(id_of(answer))

    async def posted_earlier(self, browser: AsyncClient | None = None, **changed: Any) -> Argument:
        """So long ago that an edit of it is public."""
        argument = await self.posted(browser, **changed)
        argument.created_at -= EDIT_WINDOW
        await self.db.commit()
        return argument

    async def argument(self, id: int) -> Argument:
        key = (self.debate.id, id)
        argument = await self.db.get(Argument, key, populate_existing=True)
        assert argument is not None
        await self.db.commit()  # So that later looks see what others have done meanwhile.
        return argument

    async def decide(self, argument: Argument, action: Action) -> Decision:
        """A moderator's decision, and what hiding or locking does to the argument, counters included."""
        decision = Decision(debate_id=self.debate.id, argument_id=argument.id, action=action, explanation="")
        self.db.add(decision)
        await self.db.flush()
        if action == Action.HIDE:
            argument.hidden_by_id = decision.id
            await count_argument(self.db, argument, -1)
        if action == Action.LOCK:
            argument.locked_by_id = decision.id
        await self.db.commit()
        return decision

    async def count(self, **values: Any) -> int:
        count = (await self.db.execute(select(func.count()).select_from(Argument).filter_by(**values))).scalar_one()
        await self.db.commit()
        return count

    async def wrong_counts(self) -> list[str]:
        """What the doctor finds: counters that differ from a recount, replies out of place, lost wordings."""
        findings = [finding async for finding in examine(self.db)]
        await self.db.commit()
        return [f"{finding.name}: {finding.examples}" for finding in findings if finding.count]


def id_of(answer: Response) -> int:
    """The argument that an answer leads to, by 303 or for script."""
    url = answer.headers.get("location") or answer.headers["hx-redirect"]
    found = re.search(r"/arguments/(\d+)\?done=posted$", url)
    assert found, url
    return int(found[1])
