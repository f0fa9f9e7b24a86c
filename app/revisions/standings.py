"""Reads what there is to follow: every passage of a debate with its last place, and the wordings of these places."""

from dataclasses import dataclass

from sqlalchemy import func, select, true
from sqlalchemy.orm import aliased

from app.db import Reader
from app.essays.placements import is_placed_now
from app.models import EssayRevision, Passage, Placement
from app.revisions.following import OldTexts, Standing


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that the places in a next wording are found from."""

    standings: tuple[Standing, ...]
    texts: OldTexts

    def standing(self, passage_id: int) -> Standing | None:
        return next((one for one in self.standings if one.passage_id == passage_id), None)


async def load_ground(db: Reader, debate_id: int, passage_id: int | None = None) -> Ground:
    """Of all passages, or of one; two statements."""
    standings = await _load_standings(db, debate_id, passage_id)
    ids = {one.revision_id for one in standings} | {one.last_revision_id for one in standings}
    statement = select(EssayRevision.id, EssayRevision.text).where(
        EssayRevision.debate_id == debate_id, EssayRevision.id.in_(ids)
    )
    rows = await db.execute(statement.order_by(EssayRevision.id))
    return Ground(standings, tuple((id_, text) for id_, text in rows))


async def _load_standings(db: Reader, debate_id: int, passage_id: int | None) -> tuple[Standing, ...]:
    standing = aliased(Placement)
    columns = (
        standing.revision_id, standing.state, standing.start, standing.end, standing.is_by_hand, standing.placed_by_id,
    )  # fmt: skip
    last = (
        select(*columns)
        .where(standing.debate_id == Passage.debate_id, standing.passage_id == Passage.id, standing.start.is_not(None))
        .order_by(standing.revision_id.desc())
        .limit(1)
        .lateral("last")
    )
    statement = (
        select(
            Passage.id, Passage.revision_id, Passage.start, Passage.end, Passage.exact, Passage.prefix, Passage.suffix,
            func.coalesce(Placement.state, last.c.state), last.c.revision_id, last.c.state, last.c.start, last.c.end,
            last.c.is_by_hand, last.c.placed_by_id,
        )
        .select_from(Passage)
        .outerjoin(Placement, is_placed_now())
        .join(last, true())
        .where(Passage.debate_id == debate_id)
        .order_by(Passage.id)
    )  # fmt: skip
    if passage_id is not None:
        statement = statement.where(Passage.id == passage_id)
    return tuple(Standing._make(row) for row in await db.execute(statement))
