"""Who wrote the other argument of a move or a merge, and so has a stake in what came below it or gave it votes."""

from sqlalchemy import and_, select

from app.db import Reader
from app.models import Action, Argument, DebateRole, Reshaping, User
from app.moderation.decision_queries import DecisionView
from app.moderation.items import Participant, make_participant


async def find_other_author(db: Reader, decision: DecisionView) -> list[Participant]:
    """Nobody where the other is the essay's, or a former member's. Decisions of other kinds cost no statement."""
    if decision.action not in (Action.MOVE, Action.MERGE):
        return []
    statement = (
        select(User.id, User.username, User.display_name, User.role, DebateRole.kind)
        .join(Argument, Argument.author_id == User.id)
        .join(Reshaping, and_(Reshaping.debate_id == Argument.debate_id, Reshaping.other_id == Argument.id))
        .outerjoin(DebateRole, and_(DebateRole.user_id == User.id, DebateRole.debate_id == Argument.debate_id))
        .where(Reshaping.decision_id == decision.id)
    )
    people = [make_participant(row) for row in await db.execute(statement)]
    return [person for person in people if person is not None]
