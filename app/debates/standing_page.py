"""What the page "Where it stands" reads: strongest unanswered arguments, and the newest run with its claims' words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, null, select

from app.arguments.cards import ArgumentCard
from app.arguments.queries import load_strongest
from app.db import Reader
from app.debates.queries import Side, load_sides
from app.models import Argument, HouseRule, Position, Vote
from app.standing.pictures import FlowPicture, MapPicture, VoteBar, draw_flow, draw_map
from app.standing.runs import Run, find_run
from app.standing.swing import FEWEST_PEOPLE
from app.taken import name_taken
from app.targets import DebateHead
from app.votes.credits import load_most_credited
from app.votes.totals import VoteTotals, load_vote_totals

UNANSWERED_SHOWN = 3  # Of each side.
STATEMENT_KINDS = ("uniting", "dividing", "consensus", "bridges", "cruxes")


class Claim(NamedTuple):
    id: int
    side: int | None
    side_name: str | None
    claim: str | None  # None where moderators have taken it away since.
    removed_under: HouseRule | None

    @property
    def words(self) -> str:
        return self.claim or name_taken("An argument", self.removed_under)


@dataclass(frozen=True)
class Findings:
    """A run with the words of the claims that it names."""

    run: Run
    claims: dict[int, Claim]

    @cached_property
    def result(self) -> dict[str, Any]:
        return self.run.result

    @cached_property
    def map(self) -> MapPicture:
        return draw_map(self.result)

    @cached_property
    def flow(self) -> FlowPicture | None:
        """None where too few have two stances for a picture of them."""
        return draw_flow(self.result["swing"]) if self.result["swing"]["people"] >= FEWEST_PEOPLE else None

    @property
    def shown_groups(self) -> list[int]:
        """Of which something is said: none where the groups are not reliable."""
        return list(self.result["groups"]["shown"])

    def size(self, number: int) -> int:
        groups = self.result["groups"]
        return int(groups["sizes"][groups["numbers"].index(number)])

    def dots_of(self, number: int) -> int:
        return sum(group == number for *_, group in self.result["map"]["dots"])

    def bar(self, id: int, number: int | None = None) -> VoteBar:
        """The votes on a statement: of a group, or of all."""
        statement = self._statements[id]
        return VoteBar(*(statement["groups"][str(number)] if number else statement["votes"]))

    @cached_property
    def _statements(self) -> dict[int, dict[str, Any]]:
        return {statement["id"]: statement for statement in self.result["statements"]}


@dataclass(frozen=True)
class StandingPage:
    sides: list[Side]
    unanswered: dict[int, list[ArgumentCard]]
    findings: Findings | None
    voters: int
    totals: VoteTotals
    credited: list[ArgumentCard]  # What changed the most minds, as people say.

    def side(self, number: int) -> Side:
        return next(side for side in self.sides if side.number == number)


def stance_names(sides: list[Side]) -> dict[int, str]:
    """By number; 0 is undecided."""
    return {0: "undecided", **{side.number: side.name for side in sides}}


async def load_standing_page(db: Reader, debate: DebateHead) -> StandingPage:
    """In seven statements, with or without a run."""
    sides = await load_sides(db, debate.id)
    ids = [side.id for side in sides]
    unanswered = await load_strongest(db, debate.id, ids, UNANSWERED_SHOWN, only_unanswered=True)
    findings = await load_findings(db, debate.id)
    voters = select(func.count(Vote.user_id.distinct())).where(Vote.debate_id == debate.id)
    return StandingPage(
        sides=sides,
        unanswered=unanswered,
        findings=findings,
        voters=(await db.execute(voters)).scalar_one(),
        totals=await load_vote_totals(db, debate.id),
        credited=await load_most_credited(db, debate.id),
    )


async def load_findings(db: Reader, debate_id: int, number: int | None = None) -> Findings | None:
    """Of the run of this number, or of the newest; in two statements."""
    run = await find_run(db, debate_id, number)
    claims = await _load_claims(db, debate_id, set(_named(run.result)) if run else set())
    return Findings(run, claims) if run else None


def _named(result: dict[str, Any]) -> Iterator[int]:
    for kind in STATEMENT_KINDS:
        yield from (each["id"] for each in result[kind])
    for found in result["representative"].values():
        yield from (each["id"] for each in found)


async def _load_claims(db: Reader, debate_id: int, ids: set[int]) -> dict[int, Claim]:
    statement = (
        select(
            Argument.id,
            Position.number,
            Position.name,
            case((Argument.hidden_by_id.is_(None), Argument.claim), else_=null()),
            Argument.removed_under,
        )
        .outerjoin(Position, and_(Position.debate_id == Argument.debate_id, Position.id == Argument.position_id))
        .where(Argument.debate_id == debate_id, Argument.id.in_(sorted(ids)))
    )
    return {row[0]: Claim(*row) for row in await db.execute(statement)}
