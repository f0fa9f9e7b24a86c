"""Whose votes on whose arguments: named in a form, or in a decision that was made."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, literal, select

from app.db import Reader
from app.models import Action, DebateRole, User, Vote, VoteDiscount
from app.moderation.decision_queries import DecisionView
from app.moderation.items import Participant, make_participant
from app.moderation.rings.forms import RingForm
from app.permission_terms import Bench
from app.permissions_to_judge import judges_of


@dataclass(frozen=True, slots=True)
class Ring:
    author: Participant
    voters: list[Participant]
    bench: Bench

    @property
    def voter_ids(self) -> list[int]:
        return [voter.id for voter in self.voters]


async def find_ring(db: Reader, debate_id: int, form: RingForm) -> tuple[Ring | None, dict[str, str]]:
    """The people that a form names, in its order, or what is wrong with the names."""
    names = [form.author, *form.voter]
    found = await _load(db, debate_id, func.lower(User.username).in_([name.lower() for name in names]))
    by_name = {person.username.lower(): person for person in found}
    author = by_name.get(form.author.lower())
    voters = [by_name[name.lower()] for name in form.voter if name.lower() in by_name]
    errors = _errors(form, author, [name for name in form.voter if name.lower() not in by_name])
    if errors or author is None:
        return None, errors
    return Ring(author, voters, await _find_bench(db, debate_id, voters)), errors


async def _find_bench(db: Reader, debate_id: int, voters: list[Participant]) -> Bench:
    """It waits since the last of their votes in the debate."""
    voter_ids = [voter.id for voter in voters]
    last = select(func.max(Vote.changed_at)).where(Vote.debate_id == debate_id, Vote.user_id.in_(voter_ids))
    since = func.coalesce(last.scalar_subquery(), func.now())
    judges, waiting_since = (await db.execute(select(judges_of(literal(debate_id)), since))).one()
    return Bench.of(judges, waiting_since)


async def find_discounted_by(db: Reader, decision: DecisionView) -> list[Participant]:
    """Whose votes a decision discounts, or counts again. Decisions of other kinds cost no statement."""
    if decision.debate_id is None or decision.action not in (Action.DISCOUNT, Action.RECOUNT):
        return []
    discounting = decision.reverses_id or decision.id
    voters = select(VoteDiscount.voter_id).where(VoteDiscount.decision_id == discounting)
    return await _load(db, decision.debate_id, User.id.in_(voters))


async def _load(db: Reader, debate_id: int, condition: ColumnElement[bool]) -> list[Participant]:
    statement = (
        select(User.id, User.username, User.display_name, User.role, DebateRole.kind)
        .outerjoin(DebateRole, and_(DebateRole.user_id == User.id, DebateRole.debate_id == debate_id))
        .where(condition)
        .order_by(User.username)
    )
    people = [make_participant(row) for row in await db.execute(statement)]
    return [person for person in people if person is not None]


def _errors(form: RingForm, author: Participant | None, unknown: Sequence[str]) -> dict[str, str]:
    errors = {}
    if author is None:
        errors["author"] = f"There is no member called {form.author}."
    if unknown:
        errors["voter"] = f"There is no member called {', or '.join(unknown)}."
    elif author is not None and author.username.lower() in [name.lower() for name in form.voter]:
        errors["voter"] = f"{author.username} cannot vote on their own arguments."
    return errors
