"""Debates to be reshaped: trees of any form with votes, judgements, credits and citations, and everything that is in
their rows, to be compared."""

import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.doctor.examination import examine
from app.models import (
    Argument,
    ArgumentLink,
    Bearing,
    Citation,
    Credit,
    Debate,
    EssayRevision,
    Position,
    Relation,
    Source,
    SourceCitation,
    User,
    Vote,
    VoteValue,
)
from app.standing.settling import settle_due
from tests.cast import make_cast
from tests.factories import cite, make_argument, make_credit, make_debate, make_passage, make_user

BrowserOf = Callable[[User], Awaitable[AsyncClient]]
WHY = "It answers the other argument, and was posted here by mistake."
PARTS = {
    "claim": "The mill feeds all of the town.", "grounds": "Its flour is in every loaf that is sold here.",
    "other_claim": "The mill is worth seeing.", "other_grounds": "People come from far away to look at it.",
}  # fmt: skip
VOTERS = 4
_numbers = count(1)
# Row by row all that readers see, and all that it follows from.
_KEPT = {
    Argument: Argument.id,
    Vote: Vote.user_id,
    Bearing: Bearing.user_id,
    Credit: Credit.id,
    SourceCitation: SourceCitation.id,
    ArgumentLink: ArgumentLink.id,
    Citation: Citation.passage_id,
    Position: Position.id,
    Debate: Debate.id,
}
_LEFT_OUT = {"version", "changed_at", "is_strength_due"}


@dataclass
class Grove:
    db: AsyncSession
    engine: AsyncEngine
    debate: Debate
    cast: dict[str, User]
    voters: list[User]
    sides: list[Position]
    moderator: AsyncClient
    browser_of: BrowserOf
    arguments: list[Argument] = field(default_factory=list)

    def url(self, argument: Argument, act: str = "") -> str:
        return f"/debates/{self.debate.slug}/arguments/{argument.id}{'/' + act if act else ''}"

    async def grow(self, author: User | None, parent: Argument | None = None, **values: Any) -> Argument:
        side = values.pop("position", self.sides[len(self.arguments) % 2])
        argument = await make_argument(self.db, self.debate, author, parent=parent, position=side, **values)
        self.arguments.append(argument)
        await self.db.commit()
        return argument

    async def vote(self, argument: Argument, voter: int, value: VoteValue = VoteValue.AGREE) -> None:
        place = {"debate_id": self.debate.id, "argument_id": argument.id}
        self.db.add(Vote(**place, user_id=self.voters[voter].id, value=value))
        column = getattr(Argument, f"{value}_count")
        await self.db.execute(update(Argument).where(Argument.id == argument.id).values({column: column + 1}))
        await self.db.execute(
            update(Debate).where(Debate.id == self.debate.id).values(vote_count=Debate.vote_count + 1)
        )
        await self.db.commit()

    async def judge(self, argument: Argument, voter: int, *, bears: bool) -> None:
        place = {"debate_id": self.debate.id, "argument_id": argument.id}
        self.db.add(Bearing(**place, user_id=self.voters[voter].id, bears=bears))
        column = Argument.bears_count if bears else Argument.bears_not_count
        await self.db.execute(update(Argument).where(Argument.id == argument.id).values({column: column + 1}))
        await self.db.commit()

    async def fresh(self, argument: Argument) -> Argument:
        return await self.argument(argument.id)

    async def argument(self, id: int) -> Argument:
        await self.db.commit()
        return await self.db.get_one(Argument, (self.debate.id, id), populate_existing=True)

    async def state(self, *, without: Collection[int] = ()) -> list[tuple[Any, ...]]:
        """Everything about the debate, with its strengths settled; or all but some arguments."""
        await settle_due(self.engine)
        await self.db.commit()
        rows: list[tuple[Any, ...]] = []
        for kind, key in _KEPT.items():
            columns = [column for column in kind.__table__.columns if column.key not in _LEFT_OUT]
            of_debate = kind.__table__.c["id" if kind is Debate else "debate_id"] == self.debate.id
            of_argument = kind.__table__.c.get("id" if kind is Argument else "argument_id")
            if of_argument is not None:
                of_debate = and_(of_debate, of_argument.not_in(without))
            order = list(kind.__table__.primary_key)
            found = await self.db.execute(select(*columns).where(of_debate).order_by(*order, key))
            rows += [(kind.__tablename__, *row) for row in found]
        await self.db.commit()
        return rows

    async def wrong(self) -> list[str]:
        """What the doctor finds."""
        findings = [finding async for finding in examine(self.db)]
        await self.db.commit()
        return [f"{finding.name}: {finding.examples}" for finding in findings if finding.count]

    async def form(
        self, act: str, argument: Argument, *, browser: AsyncClient | None = None, **to: Any
    ) -> dict[str, Any]:
        """What the page that previews the act sends along."""
        page = await (browser or self.moderator).get(self.url(argument, act), params=to)
        assert page.status_code == 200, page.text
        seen = re.search(r'name="seen" value="([0-9a-f]+)"', page.text)
        assert seen, page.text
        return {**to, "seen": seen[1], "explanation": WHY, "idempotency_key": str(uuid4())}

    async def move(
        self, argument: Argument, to: Argument | Position, relation: Relation = Relation.REBUT, **fields: Any
    ) -> Response:
        where = {"to": to.id} if isinstance(to, Argument) else {"position": to.key}
        form = await self.form("move", argument, **where)
        return await self.moderator.post(self.url(argument, "move"), data={**form, "relation": relation, **fields})

    async def merge(self, argument: Argument, into: Argument, **fields: Any) -> Response:
        form = await self.form("merge", argument, into=into.id)
        return await self.moderator.post(self.url(argument, "merge"), data={**form, **fields})

    async def split(self, argument: Argument, going: Sequence[Argument] = (), **fields: Any) -> Response:
        form = await self.form("split", argument)
        replies = {f"reply-{reply.id}": "goes" for reply in going}
        return await self.moderator.post(self.url(argument, "split"), data={**form, **PARTS, **replies, **fields})

    async def part_of(self, argument: Argument) -> Argument:
        """What was split from it last."""
        await self.db.commit()
        statement = select(Argument).filter_by(debate_id=self.debate.id, split_from_id=argument.id)
        newest = statement.order_by(Argument.id.desc()).limit(1).execution_options(populate_existing=True)
        return (await self.db.scalars(newest)).one()

    def number(self, answer: Response) -> int:
        """Of the decision that was made."""
        assert answer.status_code == 303, answer.text
        return int(answer.headers["location"].partition("?")[0].rpartition("/")[2])

    async def undo(self, answer: Response) -> Response:
        assert answer.status_code == 303, answer.text
        url = answer.headers["location"].partition("?")[0]
        sent = {"explanation": "It did stand in the right place.", "idempotency_key": str(uuid4())}
        return await self.moderator.post(f"{url}/undo", data=sent)


Plant = Callable[[], Awaitable[Grove]]


@pytest.fixture
def plant(app: FastAPI, db: AsyncSession, engine: AsyncEngine, browser_of: BrowserOf) -> Plant:
    """A new debate; several in one database for tests with many examples."""
    known: dict[str, Any] = {}

    async def plant_one() -> Grove:
        number = next(_numbers)
        debate = await make_debate(db, f"grove-{number}")
        if not known:
            known["cast"] = await make_cast(db, debate, await make_debate(db, f"other-{number}"))
            known["voters"] = [await make_user(db, f"voter-{each}") for each in range(VOTERS)]
            await db.commit()
            known["moderator"] = await browser_of(known["cast"]["site_moderator"])
        sides = list(await db.scalars(select(Position).filter_by(debate_id=debate.id).order_by(Position.number)))
        await db.commit()
        return Grove(db, engine, debate, known["cast"], known["voters"], sides, known["moderator"], browser_of)

    return plant_one


@pytest.fixture
async def grove(plant: Plant) -> Grove:
    return await plant()


async def grow_tree(grove: Grove, parents: Sequence[int | None], relations: Sequence[Relation]) -> None:
    """One argument for each entry, below the one with that number (modulo those that are there)."""
    authors = [grove.cast["author"], grove.cast["member"], None]
    for number, (parent, relation) in enumerate(zip(parents, relations, strict=False)):
        above = grove.arguments[parent % number] if parent is not None and number else None
        await grove.grow(authors[number % 3], above, relation=relation if above else None)


async def furnish(grove: Grove, numbers: set[int]) -> None:
    """Credits by two people, and a citation."""
    statement = select(EssayRevision).filter_by(debate_id=grove.debate.id)
    revision = (await grove.db.scalars(statement)).one()
    of_debate = {"debate_id": grove.debate.id}
    sources = [Source(**of_debate, title="Survey", address=f"https://example.org/{each}") for each in range(2)]
    grove.db.add_all(sources)
    await grove.db.flush()
    for number in sorted(numbers):
        argument = await grove.fresh(grove.arguments[number])
        for voter in grove.voters[:2]:
            await make_credit(grove.db, argument, voter)
        place = {**of_debate, "argument_id": argument.id}
        grove.db.add(SourceCitation(**place, source_id=sources[number % 2].id, words=""))
        await cite(grove.db, argument, await make_passage(grove.db, revision, ("feeds", "rest")[number % 2]))
    await grove.db.commit()
