"""Hiding by score: what flags together weigh enough is hidden until a moderator has looked, where a debate wants that.

It never stands alone: the case stays open, its author is told that no person has looked yet, and a dismissal undoes it.
"""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import Reader
from app.models import Action, Case, Debate, Decision, Flag, FlagReason, HouseRule
from app.moderation.flag_weights import HIDE_AT
from app.moderation.items import Item, ItemRow
from app.moderation.listing import show_change
from app.moderation.records import AUTOMATIC, Act, answer_appeals, record, tell

LEAST_PEOPLE = 2  # However much one flag weighs: nobody hides by themselves what they would not get to decide about.
SYSTEM = Actor(display_name=AUTOMATIC)  # As the log calls it; it is no account.
RULES = {
    FlagReason.SPAM: HouseRule.NO_SPAM,
    FlagReason.ABUSE: HouseRule.CIVIL,
    FlagReason.ILLEGAL: HouseRule.LAW,
    FlagReason.OFF_TOPIC: HouseRule.ON_TOPIC,
    FlagReason.IMPERSONATION: HouseRule.HONEST,
}
NO_BREACHES = (FlagReason.DUPLICATE, FlagReason.MISPLACED, FlagReason.SEVERAL)  # To merge, move, split: not to hide.
HIDDEN = (
    f"Readers’ flags on it together reached the score ({HIDE_AT}) at which this debate hides a text until a moderator "
    "has looked at it. No person has looked at it yet: a moderator will, and will either confirm this or undo it."
)
SHOWN_AGAIN = "All who had flagged it took their flags back, so the automatic hiding ended with them."


async def hide_at_score(db: AsyncSession, item: Item, row: ItemRow, case_id: int) -> None:
    """Hide an item whose case has reached the score, once a case: what a moderator showed again stays."""
    breaches = select(func.coalesce(func.sum(Flag.weight), 0)).where(*_breaching(case_id))
    people = select(func.count(Flag.reporter_id.distinct())).where(*_breaching(case_id))
    statement = select(breaches.scalar_subquery(), people.scalar_subquery(), Case.reasons, Debate.slug)
    found = await db.execute(statement.join(Debate, Debate.id == Case.debate_id).where(Case.id == case_id))
    score, people, reasons, slug = found.one()
    if (
        score < HIDE_AT
        or people < LEAST_PEOPLE
        or row.hidden_by_id is not None
        or await find_automatic(db, case_id) is not None
    ):
        return
    act = Act(
        Action.HIDE, HIDDEN, None, _rule(reasons), columns=item.columns, concerned_id=item.author_id, case_id=case_id,
        is_automated=True,
    )  # fmt: skip
    decision = await record(db, SYSTEM, act, slug)
    row.hidden_by_id = decision.id
    await db.flush()
    await show_change(db, row, -1)
    await tell(db, SYSTEM, decision, is_outcome=False)


def _breaching(case_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Flag.case_id == case_id, Flag.withdrawn_at.is_(None), Flag.reason.not_in(NO_BREACHES))


async def find_automatic(db: AsyncSession, case_id: int) -> Decision | None:
    statement = select(Decision).where(
        Decision.case_id == case_id, Decision.is_automated, Decision.action == Action.HIDE
    )
    return (await db.execute(statement)).scalars().first()


async def is_by_program(db: Reader, decision_id: int) -> bool:
    return bool(await db.scalar(select(Decision.is_automated).where(Decision.id == decision_id)))


async def show_again(db: AsyncSession, item: Item, row: ItemRow, case_id: int) -> None:
    """When the last flag was taken back: nobody will decide the case, so nothing else would end the hiding."""
    automatic = await find_automatic(db, case_id)
    if automatic is None or row.hidden_by_id != automatic.id:
        return
    slug = (await db.execute(select(Debate.slug).where(Debate.id == item.debate_id))).scalar_one()
    act = Act(
        Action.RESTORE, SHOWN_AGAIN, None, columns=item.columns, concerned_id=item.author_id, case_id=case_id,
        reverses_id=automatic.id, is_automated=True,
    )  # fmt: skip
    decision = await record(db, SYSTEM, act, slug)
    row.hidden_by_id = None
    await db.flush()
    await show_change(db, row, +1)
    await tell(db, SYSTEM, decision, is_outcome=False)
    await answer_appeals(db, decision)


def _rule(reasons: list[str]) -> HouseRule | None:
    """The rule that the flags speak of, where they agree."""
    rules = {RULES.get(FlagReason(reason)) for reason in reasons}
    return rules.pop() if len(rules) == 1 else None
