"""Which of the cases on a page a moderator may decide, said before the case is opened."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, and_, func, literal, select

from app.actor import Actor
from app.db import Reader
from app.models import Argument, Case, DebateRole, User
from app.moderation.case_items import CONCERNED_ID, join_items
from app.moderation.items import make_participant
from app.permission_terms import Bench, Permission
from app.permissions import can_judge
from app.permissions_to_judge import judges_of


async def find_bench(db: Reader, actor: Actor, debate_id: int | None, concerned_id: int | None = None) -> Bench:
    """For what nobody has flagged, about somebody or nobody: it waits since the moderator last argued there."""
    last = select(func.max(Argument.created_at)).where(Argument.author_id == actor.id, Argument.debate_id == debate_id)
    since = func.coalesce(last.scalar_subquery(), func.now())
    concerned = literal(concerned_id, BigInteger) if concerned_id is not None else None
    judges = judges_of(literal(debate_id, BigInteger), concerned)
    judges, waiting_since = (await db.execute(select(judges, since))).one()
    return Bench.of(judges, waiting_since)


async def find_site_bench(db: Reader, actor: Actor, person_id: int) -> Bench:
    """The same for a person on the whole site: it waits since the moderator last took part in a debate."""
    last = select(func.max(Argument.created_at)).where(Argument.author_id == actor.id)
    since = func.coalesce(last.scalar_subquery(), func.now())
    flagged = select(Case.id).where(Case.person_id == person_id, Case.closed_at.is_(None))
    judges = judges_of(
        literal(None, BigInteger), literal(person_id, BigInteger), flagged.correlate_except(Case).scalar_subquery()
    )
    return Bench.of(*(await db.execute(select(judges, since))).one())


async def load_permissions(db: Reader, actor: Actor, case_ids: Sequence[int]) -> dict[int, Permission]:
    """One statement, for cases of debates that the person moderates."""
    columns = select(
        User.id, User.username, User.display_name, User.role, DebateRole.kind,
        Case.id, Case.debate_id, judges_of(Case.debate_id, CONCERNED_ID, Case.id), Case.opened_at,
    )  # fmt: skip
    statement = (
        join_items(columns.select_from(Case))
        .outerjoin(User, User.id == CONCERNED_ID)
        .outerjoin(DebateRole, and_(DebateRole.user_id == User.id, DebateRole.debate_id == Case.debate_id))
        .where(Case.id.in_(case_ids))
    )
    return {
        case_id: can_judge(actor, debate_id, make_participant(author), Bench.of(judges, opened_at))
        for *author, case_id, debate_id, judges, opened_at in await db.execute(statement)
    }
