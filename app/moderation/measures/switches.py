"""What hosts switch in their debate, and how decisions and the log keep it."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from app.db import Reader
from app.models import Action, Debate


class SwitchName(StrEnum):
    """As in addresses."""

    FIRST_POSTS = "first-posts"  # Of newcomers: whether they wait for a moderator.
    AUTOMATIC_HIDING = "automatic-hiding"  # Of what is flagged enough, until a moderator has looked.


@dataclass(frozen=True, slots=True)
class Switch:
    name: SwitchName
    action: Action
    back: Action  # What undoes it.
    column: str  # Of the debate.
    on: str
    off: str

    def is_on(self, debate: Debate) -> bool:
        return bool(getattr(debate, self.column))

    def turn(self, debate: Debate, *, is_on: bool) -> None:
        setattr(debate, self.column, is_on)

    def word(self, *, is_on: bool) -> str:
        return self.on if is_on else self.off


FIRST_POSTS = Switch(
    SwitchName.FIRST_POSTS, Action.FIRST_POSTS, Action.FIRST_POSTS_BACK, "holds_first_posts", "wait", "stand"
)
AUTOMATIC_HIDING = Switch(
    SwitchName.AUTOMATIC_HIDING, Action.AUTOMATIC_HIDING, Action.AUTOMATIC_HIDING_BACK, "hides_by_score", "on", "off"
)
SWITCHES = {switch.name: switch for switch in (FIRST_POSTS, AUTOMATIC_HIDING)}
BY_ACTION = {switch.action: switch for switch in SWITCHES.values()}


async def is_switched_on(db: Reader, debate_id: int | None, switch: Switch) -> bool:
    """In a debate; on the whole site nothing is."""
    return bool(await db.scalar(select(getattr(Debate, switch.column)).where(Debate.id == debate_id)))
