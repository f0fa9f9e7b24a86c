"""Quality marks as an argument's page shows them, and how the author's next wording resolves them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Reader
from app.models import Argument, HouseRule, MarkKind, MarkResolution, ReviewMark, User


class OpenMark(NamedTuple):
    id: int
    kind: MarkKind
    words: str
    created_at: datetime
    marker_id: int | None
    marker_username: str | None
    marker_name: str | None
    hidden_by_id: int | None
    removed_under: HouseRule | None


async def load_open_marks(db: Reader, debate_id: int, argument_id: int) -> list[OpenMark]:
    """Also those that moderators have hidden, for the notice in their place."""
    statement = (
        select(
            ReviewMark.id, ReviewMark.kind, ReviewMark.words, ReviewMark.created_at,
            User.id, User.username, User.display_name, ReviewMark.hidden_by_id, ReviewMark.removed_under,
        )
        .outerjoin(User, User.id == ReviewMark.marker_id)
        .where(
            ReviewMark.debate_id == debate_id, ReviewMark.argument_id == argument_id, ReviewMark.resolved_at.is_(None)
        )
        .order_by(ReviewMark.slot)
    )  # fmt: skip
    return [OpenMark._make(row) for row in await db.execute(statement)]


async def resolve_by_edit(db: AsyncSession, argument: Argument) -> None:
    """What was marked has been worded anew; where it stands is not mended by words."""
    is_open = (ReviewMark.debate_id == argument.debate_id, ReviewMark.argument_id == argument.id)
    statement = update(ReviewMark).where(
        *is_open, ReviewMark.resolved_at.is_(None), ReviewMark.kind != MarkKind.ELSEWHERE
    )
    ended = {"resolved_at": func.now(), "resolved_by_id": argument.author_id, "resolution": MarkResolution.EDITED}
    await db.execute(statement.values(ended).execution_options(synchronize_session=False))
