"""A debate about the mill with a host, two authors and notes on its essay."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Annotation,
    Argument,
    Debate,
    DebateRole,
    DebateRoleKind,
    EssayDraft,
    EssayRevision,
    Placement,
    Position,
    User,
)
from tests.factories import ESSAY, cite, make_annotation, make_argument, make_debate, make_passage, make_user

MILL = "/debates/mill"
# One note stays, one moves, one is changed, one is lost.
SECOND = (
    "A preface for those who come late.\n\nThe mill should stay here. It feeds the town.\n\nThe wind *needs* praise."
)


@dataclass
class Mill:
    db: AsyncSession
    debate: Debate
    first: EssayRevision
    host: User
    author: User
    note: Annotation  # On "It feeds the town."
    changed: Annotation  # On "The mill should stay."
    lost: Annotation  # On "Nobody has measured it."
    argument: Argument  # Cites "It feeds the town." too.
    host_browser: AsyncClient
    author_browser: AsyncClient

    async def save(self, markdown: str = SECOND, **fields: Any) -> Response:
        draft = await self.draft()
        newest = (await self.db.scalars(select(EssayRevision.number).order_by(EssayRevision.id.desc()))).first()
        sent = {
            "markdown": markdown, "note": "A preface.", "version": str(draft.version if draft else 0),
            "base": str(newest), **fields,
        }  # fmt: skip
        return await self.host_browser.post(f"{MILL}/essay/edit", data=sent)

    async def publish(self, version: int | None = None) -> Response:
        if version is None:
            draft = await self.draft()
            assert draft
            version = draft.version
        return await self.host_browser.post(f"{MILL}/essay/draft/publish", data={"version": str(version)})

    async def draft(self) -> EssayDraft | None:
        await self.db.commit()
        return (
            await self.db.execute(select(EssayDraft).execution_options(populate_existing=True))
        ).scalar_one_or_none()

    async def revision(self, number: int = 2) -> EssayRevision:
        await self.db.commit()
        return (await self.db.scalars(select(EssayRevision).where(EssayRevision.number == number))).one()

    async def placement(self, annotation: Annotation, number: int = 2) -> Placement:
        revision = await self.revision(number)
        key = {"revision_id": revision.id, "passage_id": annotation.passage_id}
        statement = select(Placement).filter_by(**key).execution_options(populate_existing=True)
        return (await self.db.scalars(statement)).one()


@pytest.fixture
async def mill(db: AsyncSession, browser_of: Callable[[User], Awaitable[AsyncClient]]) -> Mill:
    debate = await make_debate(db)
    host, author, other = [await make_user(db, name) for name in ("host", "author", "other")]
    db.add(DebateRole(debate_id=debate.id, user_id=host.id, kind=DebateRoleKind.HOST))
    first = (await db.scalars(select(EssayRevision))).one()
    note = await make_annotation(db, debate, author, exact="It feeds the town.")
    changed = await make_annotation(db, debate, author, exact="The mill should stay.")
    lost = await make_annotation(db, debate, other, exact="Nobody has measured it.")
    side = (await db.scalars(select(Position).where(Position.number == 1))).one()
    argument = await make_argument(db, debate, author, position=side)
    await cite(db, argument, await make_passage(db, first, "It feeds the town."))
    await db.commit()
    assert first.markdown == ESSAY
    browsers = await browser_of(host), await browser_of(author)
    return Mill(db, debate, first, host, author, note, changed, lost, argument, *browsers)
