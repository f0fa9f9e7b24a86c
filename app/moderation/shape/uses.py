"""Take a reply from elsewhere away from where somebody else brought it, and let it answer there again."""

from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.arguments.ground import lock_shape
from app.arguments.uses import find_obstacle, find_source, mark_answered, withdraw_use
from app.db import Reader, touch_debate
from app.errors import Conflict, NotFound
from app.models import Action, Argument, ArgumentLink, DebateRole, Decision, User
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import LockForm, UndoForm
from app.moderation.items import Item, Participant, lock_item, make_participant
from app.moderation.measures.targets import of_item, refuse_stale
from app.moderation.putting_back import NOT_IN_FORCE, refuse_if_undone
from app.moderation.records import Act, find_made, record, tell
from app.moderation.undo_commands import REVERSALS
from app.targets import DebateHead, find_debate

GONE = "It is not used here any more, so there is nothing to take away."


class UseShown(NamedTuple):
    """A reply from elsewhere, as the form that takes it away shows it."""

    link_id: int
    source_id: int
    claim: str
    is_gone: bool
    author: Participant | None  # Who brought it there.


async def find_use_to_judge(db: Reader, item: Item, link_id: int) -> UseShown:
    statement = (
        select(
            ArgumentLink.source_id, Argument.claim, ArgumentLink.withdrawn_at.is_not(None),
            User.id, User.username, User.display_name, User.role, DebateRole.kind,
        )
        .join(Argument, and_(Argument.debate_id == ArgumentLink.debate_id, Argument.id == ArgumentLink.source_id))
        .outerjoin(User, User.id == ArgumentLink.author_id)
        .outerjoin(DebateRole, and_(DebateRole.user_id == User.id, DebateRole.debate_id == ArgumentLink.debate_id))
        .where(
            ArgumentLink.debate_id == item.debate_id, ArgumentLink.target_id == item.id, ArgumentLink.id == link_id
        )
    )  # fmt: skip
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no such reply from elsewhere here.")
    return UseShown(link_id, *row[:3], make_participant(row[3:]))


async def take_use_away(
    db: AsyncSession, actor: Actor, debate: DebateHead, item: Item, use: UseShown, form: LockForm
) -> Decision:
    await lock_item(db, item)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    key = (debate.id, use.link_id)
    link = await db.get_one(ArgumentLink, key, populate_existing=True, with_for_update=True)
    if link.withdrawn_at is not None or link.target_id != item.id:
        raise Conflict(GONE)
    await refuse_stale(db, of_item(item.columns), form.version)
    act = Act(
        Action.UNUSE, form.explanation, form.idempotency_key, form.house_rule, form.law, columns=item.columns,
        concerned_id=link.author_id, change={"source": link.source_id}, bench=item.bench,
    )  # fmt: skip
    decision = await record(db, actor, act, debate.slug)
    link.taken_by_id = decision.id
    await withdraw_use(db, debate, link)
    await tell(db, actor, decision)
    return decision


async def use_again(db: AsyncSession, actor: Actor, view: DecisionView, item: Item, form: UndoForm) -> Decision:
    """As whoever brought it there did, unless it cannot stand there any more."""
    await lock_shape(db, item.debate_id)
    row = await lock_item(db, item)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_if_undone(db, view.id)
    taken = select(ArgumentLink).filter_by(debate_id=item.debate_id, taken_by_id=view.id).with_for_update()
    link = (await db.scalars(taken)).one_or_none()
    if link is None:
        raise Conflict(NOT_IN_FORCE)
    assert isinstance(row, Argument)
    await _refuse_where_it_cannot_stand(db, actor, view, row, link)
    act = Act(
        REVERSALS[view.action], form.explanation, form.idempotency_key, columns=item.columns,
        concerned_id=view.concerned_id, reverses_id=view.id, change=view.change, bench=view.bench,
    )  # fmt: skip
    decision = await record(db, actor, act, view.slug)
    link.withdrawn_at = link.taken_by_id = None
    await db.flush()
    await mark_answered(db, link)
    touch_debate(db, item.debate_id)
    await tell(db, actor, decision)
    return decision


async def _refuse_where_it_cannot_stand(
    db: AsyncSession, actor: Actor, view: DecisionView, row: Argument, link: ArgumentLink
) -> None:
    debate = await find_debate(db, actor, view.slug or "")
    if obstacle := await find_obstacle(db, row, await find_source(db, debate, link.source_id)):
        raise Conflict(obstacle)
    same = select(ArgumentLink.id).filter_by(
        debate_id=link.debate_id, source_id=link.source_id, target_id=link.target_id, withdrawn_at=None
    )
    if (await db.execute(same)).first() is not None:
        raise Conflict("It answers here again already.")
