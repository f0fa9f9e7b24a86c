"""Votes that come at the same time are written together: one transaction, one wait for the disk.

A vote alone costs as many statements as before; a crowd's votes share them. See docs/adr/0009-votes-in-batches.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from random import randrange
from typing import Any

import psycopg
from fastapi import Request
from sqlalchemy import ARRAY, BigInteger, Text, any_, bindparam, select

from app.actor import Actor
from app.batches import Batches
from app.db import FOLD_CHANGES, FOLDING_ODDS
from app.errors import NotFound
from app.models import Argument, Debate
from app.permissions import can_see_debate
from app.plain_connection import PlainConnection, as_psycopg
from app.targets import DEBATE_HEAD, VOTABLE, DebateHead, VotableArgument
from app.votes.commands import Mark, Tally, columns_of
from app.votes.statements import JUDGEMENTS, LOCK, VOTES

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
_LOCK, _FOLD = as_psycopg(LOCK), as_psycopg(FOLD_CHANGES)
_WRITE = {False: as_psycopg(VOTES), True: as_psycopg(JUDGEMENTS)}


class BallotBox:
    def __init__(self, url: str) -> None:
        self._reads, self._writes = PlainConnection(url), PlainConnection(url)
        self._targets: Batches[Place, Target | None] = Batches(self._find)
        self._marks: Batches[Mark, Tally | psycopg.Error] = Batches(self._write)

    async def find(self, slug: str, argument_id: int) -> Target | None:
        return await self._targets.ask((slug, argument_id))

    async def cast(self, mark: Mark) -> Tally:
        """Write it, and give the counts once it is kept."""
        tally = await self._marks.ask(mark)
        if isinstance(tally, psycopg.Error):
            raise tally
        return tally

    async def close(self) -> None:
        await self._targets.close()
        await self._marks.close()
        await self._reads.close()
        await self._writes.close()

    async def _find(self, places: list[Place]) -> list[Target | None]:
        slugs, ids = zip(*places, strict=True)
        rows = await self._reads.rows(_TARGETS, {"slugs": list(slugs), "ids": list(ids)})
        found = dict(map(_target_of, rows))
        return [found.get(place) for place in places]

    async def _write(self, marks: list[Mark]) -> Sequence[Tally | psycopg.Error]:
        """One that cannot be written must not take the others along: then each is tried alone."""
        try:
            return await self._write_together(marks)
        except psycopg.Error as error:
            return [error] if len(marks) == 1 else await self._write_each(marks)

    async def _write_each(self, marks: list[Mark]) -> list[Tally | psycopg.Error]:
        """Of votes on an argument that somebody keeps locked, only the first waits."""
        outcomes: list[Tally | psycopg.Error] = []
        locked: dict[int, psycopg.Error] = {}
        for mark in marks:
            place = mark.ballot.argument_id
            outcome = locked[place] if place in locked else (await self._write([mark]))[0]
            if isinstance(outcome, psycopg.errors.LockNotAvailable):
                locked[place] = outcome
            outcomes.append(outcome)
        return outcomes

    async def _write_together(self, marks: list[Mark]) -> list[Tally]:
        """In the order in which they came, as far as it matters: a person's second vote on an argument comes later."""
        turns = [(kind, turn) for kind in (False, True) for turn in _turns(m for m in marks if m.is_on_link is kind)]
        writing = [(_WRITE[is_on_link], columns_of(turn)) for is_on_link, turn in turns]
        _, *answers = await self._writes.transaction([(_LOCK, columns_of(marks)), *writing])
        if randrange(FOLDING_ODDS) == 0:  # noqa: S311  (which one it is matters to nobody)
            with suppress(psycopg.Error):  # What was written is kept; another batch will fold.
                await self._writes.rows(_FOLD, {"ids": [mark.ballot.debate_id for mark in marks]})
        tallies: dict[Mark, Tally] = {}
        for (_, turn), rows in zip(turns, answers, strict=True):
            found = {(row.user_id, row.argument_id): Tally._make(row[2:]) for row in rows}
            tallies |= {mark: found[mark.ballot.user_id, mark.ballot.argument_id] for mark in turn}
        return [tallies[mark] for mark in marks]


def _turns(marks: Iterable[Mark]) -> Iterator[list[Mark]]:
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
