"""A debate with somebody's argument, a reply to it, an annotation, and everybody who could have a say about them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Annotation, Argument, Case, Debate, Position, Relation, Source, User
from tests.cast import make_cast
from tests.factories import make_annotation, make_argument, make_debate

BrowserOf = Callable[[User], Awaitable[AsyncClient]]
SOURCE_SECRET = "Bandoneon"
SECRET = "Xylophone"  # A word that stands only in what gets hidden.
WHY = "It calls the others naive, which is no argument."


@dataclass
class Scene:
    db: AsyncSession
    debate: Debate
    cast: dict[str, User]
    root: Argument
    reply: Argument  # By the author, on a side of its own; it carries the secret word.
    annotation: Annotation

    @property
    def reply_url(self) -> str:
        return f"/debates/mill/arguments/{self.reply.id}"

    @property
    def annotation_url(self) -> str:
        return f"/debates/mill/annotations/{self.annotation.id}"

    async def fresh(self, row: Any) -> Any:
        await self.db.refresh(row)
        return row

    async def fresh_debate(self, slug: str) -> Debate:
        return (await self.db.execute(select(Debate).filter_by(slug=slug))).scalar_one()

    async def open_case(self) -> Case:
        statement = select(Case).where(Case.closed_at.is_(None)).execution_options(populate_existing=True)
        return (await self.db.execute(statement)).scalar_one()


@pytest.fixture
async def scene(db: AsyncSession) -> Scene:
    debate = await make_debate(db)
    cast = await make_cast(db, debate, await make_debate(db, "dam"))
    side = (await db.execute(select(Position).filter_by(debate_id=debate.id, number=1))).scalar_one()
    root = await make_argument(db, debate, cast["member"], position=side)
    claim = f"Only a fool would play the {SECRET} here."
    reply = await make_argument(
        db, debate, cast["author"], parent=root, relation=Relation.REBUT, position=side, claim=claim
    )
    annotation = await make_annotation(db, debate, cast["author"], f"A *{SECRET}* note.")
    await db.commit()
    return Scene(db, debate, cast, root, reply, annotation)


def make_source(scene: Scene) -> Source:
    """That the author added; nothing cites it yet."""
    place = {"debate_id": scene.debate.id, "added_by_id": scene.cast["author"].id}
    return Source(**place, title=f"The {SOURCE_SECRET} ledger", address="https://example.org/ledger")


SEALED = ("by", "proposed_by", "concerned", "until", "scope")


def place_of(item: dict[str, Any]) -> dict[str, Any]:
    """What an entry of the log is about, without by whom, about whom, until when and where it holds."""
    return {name: value for name, value in item.items() if name not in SEALED}


def decision(**fields: Any) -> dict[str, Any]:
    return {"house_rule": "civil", "explanation": WHY, "idempotency_key": str(uuid4()), **fields}


async def flag(browser: AsyncClient, url: str, reason: str = "abuse", words: str = "") -> Response:
    return await browser.post(f"{url}/flag", data={"reason": reason, "words": words})


async def argue(scene: Scene, name: str) -> None:
    await make_argument(scene.db, scene.debate, scene.cast[name], parent=scene.root)
    await scene.db.commit()


async def leave_alone(scene: Scene, *names: str) -> None:
    """Nobody but these moderates the debate."""
    for name in {"debate_moderator", "host", "site_moderator", "administrator"} - set(names):
        await scene.db.delete(await scene.db.get_one(User, scene.cast[name].id))
    await scene.db.commit()
