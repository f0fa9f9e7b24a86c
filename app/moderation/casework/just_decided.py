"""What a moderator decided a moment ago, at the head of the next case: seen at a glance, and undone from there."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.models import Action, Case, Decision, HouseRule, User
from app.moderation.case_items import CONCERNED_ID, TEXT, WORD, join_items, show_text
from app.moderation.undo_commands import REVERSALS
from app.permissions import visible_cases


class JustDecided(NamedTuple):
    id: int
    case_id: int
    action: Action
    house_rule: HouseRule | None
    is_undone: bool
    batch_size: int  # How many were made together with it, itself among them.
    text: str

    @property
    def can_be_undone(self) -> bool:
        return self.action in REVERSALS and not self.is_undone


async def load_just_decided(db: Reader, actor: Actor, decision_id: int | None) -> JustDecided | None:
    """One's own decision on a case; nothing where the address names another one."""
    if decision_id is None:
        return None
    undoing, together = aliased(Decision), aliased(Decision)
    batch_size = select(func.count()).where(together.batch_id == Decision.batch_id).scalar_subquery()
    is_undone = select(undoing.id).where(undoing.reverses_id == Decision.id).exists()
    columns = select(Decision.id, Case.id, Decision.action, Decision.house_rule, is_undone, batch_size, WORD, TEXT)
    statement = (
        join_items(columns.select_from(Decision).join(Case, Case.id == Decision.case_id))
        .outerjoin(User, User.id == CONCERNED_ID)
        .where(Decision.id == decision_id, Decision.moderator_id == actor.id, visible_cases(actor))
    )
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        return None
    *about, word, text = row
    return JustDecided._make([*about, show_text(word, text)])
