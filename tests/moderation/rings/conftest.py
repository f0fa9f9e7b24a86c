"""A debate with a prolific author, a ring that agrees with everything of theirs, and honest readers."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.doctor.examination import examine
from app.models import Argument, Bearing, Debate, Position, User, Vote, VoteValue
from tests.cast import make_cast
from tests.factories import make_argument, make_debate, make_user
from tests.moderation.conftest import BrowserOf

URL = "/debates/mill/vote-rings"
DISCOUNT = f"{URL}/discount"
WHY = "All of them voted for one author within a minute of one another."
COUNTS = (
    Argument.agree_count, Argument.disagree_count, Argument.pass_count, Argument.bears_count, Argument.bears_not_count,
)  # fmt: skip


@dataclass
class RingScene:
    """Three voters who agree with six arguments of the author at once, and a reader who agrees with all twelve."""

    db: AsyncSession
    debate: Debate
    cast: dict[str, User]
    author: User
    voters: list[User]
    reader: User
    theirs: list[Argument]  # The first has no parent, the others are replies to it.
    others: list[Argument]
    moderator: AsyncClient

    @property
    def names(self) -> dict[str, Any]:
        return {"author": self.author.username, "voter": [voter.username for voter in self.voters]}

    async def vote(
        self, voter: User, argument: Argument, value: VoteValue = VoteValue.AGREE, at: datetime | None = None
    ) -> None:
        """Straight into the rows, with the count that follows."""
        place = {"debate_id": self.debate.id, "user_id": voter.id, "argument_id": argument.id}
        await self.db.execute(insert(Vote).values(**place, value=value, changed_at=at or datetime.now(UTC)))
        column = f"{value}_count"
        where = (Argument.debate_id == self.debate.id, Argument.id == argument.id)
        await self.db.execute(update(Argument).where(*where).values({column: getattr(Argument, column) + 1}))
        await self.db.execute(
            update(Debate).where(Debate.id == self.debate.id).values(vote_count=Debate.vote_count + 1)
        )

    async def judge(self, voter: User, argument: Argument) -> None:
        place = {"debate_id": self.debate.id, "user_id": voter.id, "argument_id": argument.id}
        await self.db.execute(insert(Bearing).values(**place, bears=True))
        where = (Argument.debate_id == self.debate.id, Argument.id == argument.id)
        await self.db.execute(update(Argument).where(*where).values(bears_count=Argument.bears_count + 1))

    async def counts(self) -> dict[int, tuple[int, ...]]:
        """Of every argument; and nothing that the doctor finds, but strengths that nobody has settled here."""
        rows = (await self.db.execute(select(Argument.id, *COUNTS).order_by(Argument.id))).all()
        found = [each.name async for each in examine(self.db) if each.count]
        await self.db.commit()
        assert found == []
        return {row[0]: tuple(row[1:]) for row in rows}

    async def counted(self) -> int:
        """Votes and judgements that count."""
        votes = await self.db.scalar(select(func.count()).select_from(Vote).where(Vote.is_counted))
        bearings = await self.db.scalar(select(func.count()).select_from(Bearing).where(Bearing.is_counted))
        await self.db.commit()
        return (votes or 0) + (bearings or 0)

    async def version(self) -> str:
        page = (await self.moderator.get(DISCOUNT, params=self.names)).text
        return page.partition('name="version" value="')[2].partition('"')[0]

    async def form(self, **fields: Any) -> dict[str, Any]:
        form = {
            **self.names, "version": await self.version(), "house_rule": "honest", "explanation": WHY,
            "idempotency_key": str(uuid4()),
        }  # fmt: skip
        return {**form, **fields}

    async def discount(self, **fields: Any) -> Response:
        return await self.moderator.post(DISCOUNT, data=await self.form(**fields))

    async def recount(self, decision_url: str) -> Response:
        form = {"explanation": "They are a class that voted in one lesson.", "idempotency_key": str(uuid4())}
        return await self.moderator.post(f"{decision_url}/undo", data=form)


@pytest.fixture
async def ring(db: AsyncSession, browser_of: BrowserOf) -> RingScene:
    debate = await make_debate(db)
    cast = await make_cast(db, debate, await make_debate(db, "dam"))
    side = (await db.scalars(select(Position).where(Position.debate_id == debate.id, Position.number == 1))).one()
    author, other, reader = cast["author"], await make_user(db, "other"), await make_user(db, "reader")
    voters = [await make_user(db, f"voter-{number}") for number in range(3)]
    first = await make_argument(db, debate, author, position=side, claim="The author's first claim stands here.")
    theirs = [first, *[await make_argument(db, debate, author, parent=first, position=side) for _ in range(5)]]
    others = [await make_argument(db, debate, other, position=side) for _ in range(12)]
    await db.commit()
    moderator = await browser_of(cast["debate_moderator"])
    scene = RingScene(db, debate, cast, author, voters, reader, theirs, others, moderator)
    now = datetime.now(UTC)
    for argument in theirs:
        for voter in voters:
            await scene.vote(voter, argument)
        await scene.vote(reader, argument, at=now - timedelta(hours=argument.id % 100))
    for argument in others:
        await scene.vote(reader, argument, at=now - timedelta(hours=argument.id % 100))
    await scene.judge(voters[0], theirs[1])
    await db.commit()
    return scene
