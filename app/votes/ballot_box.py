"""Votes that come at the same time are written together: one transaction, one wait for the disk.

A vote alone costs as many statements as before; a crowd's votes share them. See docs/adr/0009-votes-in-batches.md.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import Request
from sqlalchemy import ARRAY, BigInteger, Text, any_, bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.actor import Actor
from app.batches import Batches
from app.db import transaction
from app.errors import NotFound
from app.models import Argument, Debate
from app.permissions import can_see_debate
from app.quick_reads import QuickReads, as_psycopg
from app.targets import DEBATE_HEAD, VOTABLE, DebateHead, VotableArgument
from app.votes.commands import Mark, Tally, lock_arguments, write_marks
from app.votes.statements import JUDGEMENTS, VOTES

Place = tuple[str, int]  # A debate's slug and an argument's id.
Target = tuple[DebateHead, VotableArgument]

_TARGETS = as_psycopg(
    select(Argument.id, *DEBATE_HEAD, *VOTABLE)
    .join(Debate, Debate.id == Argument.debate_id)
    .where(
        Debate.slug == any_(bindparam("slugs", type_=ARRAY(Text))),
        Argument.id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
    )
)


class BallotBox:
    def __init__(self, url: str, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reads = QuickReads(url)
        self._targets: Batches[Place, Target | None] = Batches(self._find)
        self._marks: Batches[Mark, Tally | DBAPIError] = Batches(self._write)

    async def find(self, slug: str, argument_id: int) -> Target | None:
        return await self._targets.ask((slug, argument_id))

    async def cast(self, mark: Mark) -> Tally:
        """Write it, and give the counts once it is kept."""
        tally = await self._marks.ask(mark)
        if isinstance(tally, DBAPIError):
            raise tally
        return tally

    async def close(self) -> None:
        await self._targets.close()
        await self._marks.close()
        await self._reads.close()

    async def _find(self, places: list[Place]) -> list[Target | None]:
        slugs, ids = zip(*places, strict=True)
        rows = await self._reads.rows(_TARGETS, {"slugs": list(slugs), "ids": list(ids)})
        found = dict(map(_target_of, rows))
        return [found.get(place) for place in places]

    async def _write(self, marks: list[Mark]) -> Sequence[Tally | DBAPIError]:
        """One that cannot be written must not take the others along: then each is tried alone."""
        try:
            return await self._write_together(marks)
        except DBAPIError as error:
            if len(marks) == 1:
                return [error]
        return [outcome for mark in marks for outcome in await self._write([mark])]

    async def _write_together(self, marks: list[Mark]) -> list[Tally]:
        """In the order in which they came, as far as it matters: a person's second vote on an argument comes later."""
        tallies: dict[Mark, Tally] = {}
        async with transaction(self._engine) as db:
            await lock_arguments(db, [mark.ballot for mark in marks])
            for is_on_link, statement in ((False, VOTES), (True, JUDGEMENTS)):
                for turn in _turns([mark for mark in marks if mark.is_on_link is is_on_link]):
                    tallies |= await write_marks(db, statement, turn)
        return [tallies[mark] for mark in marks]


def _turns(marks: list[Mark]) -> Iterator[list[Mark]]:
    """Pieces in which nobody marks an argument twice, which one statement cannot do."""
    turn: dict[tuple[int, int], Mark] = {}
    for mark in marks:
        key = (mark.ballot.user_id, mark.ballot.argument_id)
        if key in turn:
            yield list(turn.values())
            turn = {}
        turn[key] = mark
    if turn:
        yield list(turn.values())


def _target_of(row: Any) -> tuple[Place, Target]:
    argument_id, *columns = row
    head = DebateHead.of(columns[: len(DEBATE_HEAD)])
    return (head.slug, argument_id), (head, VotableArgument(*columns[len(DEBATE_HEAD) :]))


async def see_votable(request: Request, actor: Actor, slug: str, argument_id: int) -> Target:
    """The debate and what a vote has to know of the argument."""
    box: BallotBox = request.app.state.ballot_box
    target = await box.find(slug, argument_id)
    if target is None or not can_see_debate(actor, target[0]):
        raise NotFound("There is no such argument in this debate.")
    return target
