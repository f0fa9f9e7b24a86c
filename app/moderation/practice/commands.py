"""Answer a case for practice; choose a case for it, and take that back."""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import KnownCase, PracticeAnswer, Verdict
from app.moderation.practice.forms import AnswerForm
from app.moderation.practice.known import count_settled
from app.moderation.practice.queries import PracticeCase
from app.moderation.queries import OpenCase

NOT_SETTLED = "This case is not settled: it is open, was undone, or an appeal waits. Choose it when it is."


async def answer_practice(db: AsyncSession, actor: Actor, case: PracticeCase, form: AnswerForm) -> None:
    """Beside what is settled now, so that a later change of that makes nobody's answer wrong. Sent twice it is one."""
    answer = {
        "user_id": actor.id, "case_key": case.key, "action": form.action, "idempotency_key": form.idempotency_key,
        "house_rule": form.house_rule if form.action == Verdict.HIDE else None,
        "settled_action": case.solution.verdict, "settled_rule": case.solution.house_rule,
    }  # fmt: skip
    await db.execute(insert(PracticeAnswer).values(answer).on_conflict_do_nothing())


async def choose_case(db: AsyncSession, actor: Actor, case: OpenCase) -> None:
    if not await count_settled(db, case.id):
        raise Conflict(NOT_SETTLED)
    chosen = {"debate_id": case.debate_id, "case_id": case.id, "added_by_id": actor.id}
    await db.execute(insert(KnownCase).values(chosen).on_conflict_do_nothing())


async def drop_case(db: AsyncSession, case: OpenCase) -> None:
    """Answers to it stay with those who gave them."""
    await db.execute(delete(KnownCase).where(KnownCase.case_id == case.id))
