"""Appeal against a decision, and answer an appeal by a decision of its own."""

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import Action, Appeal, AppealOutcome, Decision, NotificationKind
from app.moderation.appeals.forms import AnswerForm, AppealForm
from app.moderation.appeals.queries import AppealLine
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import UndoForm
from app.moderation.items import item_columns
from app.moderation.measures.targets import find_version, of_same
from app.moderation.records import Act, find_made, record
from app.moderation.undoing import Undoable, overturn
from app.notifications.commands import notify
from app.notifications.listeners import Place, lock_listeners

ANSWERED = "The appeal has been answered since you opened it. Nothing was decided."


class StaleAppeal(Conflict):
    """The appeal is not any more what the moderator saw; nothing was decided."""


async def make_appeal(db: AsyncSession, actor: Actor, decision: DecisionView, form: AppealForm) -> bool:
    """One a person and decision: a second one changes nothing. The same form sent twice is one, other words are not
    taken: False."""
    values = {"decision_id": decision.id, "appellant_id": actor.id, "words": form.words}
    await db.execute(insert(Appeal).values(values).on_conflict_do_nothing())
    stands = select(Appeal.words).filter_by(decision_id=decision.id, appellant_id=actor.id)
    return await db.scalar(stands) == form.words


async def answer_appeal(
    db: AsyncSession, actor: Actor, appeal: AppealLine, found: Undoable, form: AnswerForm
) -> Decision:
    """Let the decision stand, or undo it exactly; either is a decision, with its reason in the log."""
    if form.outcome == AppealOutcome.OVERTURNED:
        return await _overturn(db, actor, appeal, found, form)
    if appeal.appellant_id is not None:  # Ahead of the appeal's row, as by everybody who undoes something.
        await lock_listeners(db, [appeal.appellant_id], Place(None))
    if not await _claim(db, appeal, form.version):
        return await _made_or_stale(db, actor, form)
    decision = await record(db, actor, _upholding(found.decision, appeal, form), found.decision.slug)
    await db.execute(update(Appeal).where(Appeal.id == appeal.id).values(answer_id=decision.id))
    if appeal.appellant_id is not None:
        await notify(
            db, user_id=appeal.appellant_id, kind=NotificationKind.APPEAL_OUTCOME, actor_id=actor.id,
            debate_id=decision.debate_id, argument_id=decision.argument_id, decision_id=decision.id,
        )  # fmt: skip
    return decision


async def _overturn(db: AsyncSession, actor: Actor, appeal: AppealLine, found: Undoable, form: AnswerForm) -> Decision:
    """The item's row is locked ahead of the appeal's, as by everybody who undoes something."""
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    if await db.scalar(select(Appeal.version).where(Appeal.id == appeal.id)) != form.version:
        raise StaleAppeal(ANSWERED)
    version = await find_version(db, of_same(found.decision))  # What the answer rests on is the appeal’s own version.
    reason = UndoForm(version=version, explanation=form.explanation, idempotency_key=form.idempotency_key)
    seen = select(Appeal.id).where(Appeal.id == appeal.id, Appeal.version == form.version + 1)
    async with (
        db.begin_nested()
    ):  # The page that says what stood in the way is an answer, which keeps what was written.
        undoing = await overturn(db, actor, found, reason)
        if (await db.execute(seen.where(Appeal.answer_id == undoing.id))).one_or_none() is None:
            raise Conflict(ANSWERED)  # Between the look at its version and the lock of the item.
    return undoing


async def _claim(db: AsyncSession, appeal: AppealLine, seen_version: int) -> bool:
    claimed = (
        update(Appeal)
        .where(Appeal.id == appeal.id, Appeal.version == seen_version, Appeal.answered_at.is_(None))
        .values(outcome=AppealOutcome.UPHELD, answered_at=func.now(), version=Appeal.version + 1)
        .returning(Appeal.id)
    )
    return (await db.execute(claimed)).one_or_none() is not None


async def _made_or_stale(db: AsyncSession, actor: Actor, form: AnswerForm) -> Decision:
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    raise StaleAppeal(ANSWERED)


def _upholding(decision: DecisionView, appeal: AppealLine, form: AnswerForm) -> Act:
    columns: dict[str, int | None] = {"debate_id": decision.debate_id}
    if decision.item_key is not None and decision.debate_id is not None:
        kind, id = decision.item_key
        columns = item_columns(kind, decision.debate_id, id)
    return Act(
        Action.UPHOLD, form.explanation, form.idempotency_key, decision.house_rule, decision.law or "", columns=columns,
        concerned_id=decision.concerned_id, bench=decision.bench,
    )  # fmt: skip
