"""Cases for the queue: how many one likes, each about an argument of its own."""

import re
from typing import Any

from httpx import AsyncClient

from app.models import Argument, Case, Flag, FlagReason, User
from tests.factories import make_argument
from tests.moderation.conftest import Scene


async def open_case(scene: Scene, author: User | None = None, reporter: User | None = None, **values: Any) -> Case:
    """A case about a new reply, with one flag that weighs what the case's score says."""
    argument = await make_argument(scene.db, scene.debate, author or scene.cast["author"], parent=scene.root)
    return await open_case_of(scene, argument, reporter or scene.cast["member"], **values)


async def open_case_of(scene: Scene, argument: Argument, reporter: User, **values: Any) -> Case:
    kept = {"flag_count": 1, "score": 1.0, "reasons": ["spam"], "version": 1, **values}
    case = Case(debate_id=scene.debate.id, argument_id=argument.id, **kept)
    scene.db.add(case)
    await scene.db.flush()
    item = {"debate_id": scene.debate.id, "argument_id": argument.id, "case_id": case.id}
    reason = FlagReason(case.reasons[0])
    scene.db.add(Flag(**item, reporter_id=reporter.id, reason=reason, words="", weight=case.score))
    await scene.db.commit()
    return case


def cases_on(page: str) -> list[int]:
    return [int(id) for id in re.findall(r'id="case-(\d+)"', page)]


async def shown(browser: AsyncClient, query: str = "") -> list[int]:
    return cases_on((await browser.get(f"/moderation?{query}")).text)
