"""Where a demonstration takes place."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from sqlalchemy.ext.asyncio import AsyncSession

from app.demo.opinions import Participant
from app.models import Argument, Debate


@dataclass(frozen=True, slots=True)
class Scene:
    db: AsyncSession
    random: Random
    debate: Debate
    position_ids: list[int]
    participants: list[Participant]
    beginning: datetime
    replies: list[Argument] = field(default_factory=list)

    def moment(self, after: datetime) -> datetime:
        """Some time between then and now."""
        return after + (datetime.now(UTC) - after) * self.random.random()

    def someone(self, camp: int | None) -> Participant:
        return self.random.choice([person for person in self.participants if person.camp == camp])
