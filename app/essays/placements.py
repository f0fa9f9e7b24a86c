"""Where passages stand now: their placements on the newest revision."""

from sqlalchemy import ColumnElement, and_, case, func, select

from app.models import EssayRevision, Passage, Placement, User

# Who has said by hand where a passage stands; looked up only where somebody has. Nobody where their account is gone.
PLACED_BY = case(
    (
        Placement.placed_by_id.is_not(None),
        select(User.display_name).where(User.id == Placement.placed_by_id).correlate(Placement).scalar_subquery(),
    )
)


def is_placed_now() -> ColumnElement[bool]:
    """What joins a passage with its placement on the newest revision, whose id is the greatest."""
    newest = select(func.max(EssayRevision.id)).where(EssayRevision.debate_id == Passage.debate_id).scalar_subquery()
    return and_(
        Placement.debate_id == Passage.debate_id, Placement.passage_id == Passage.id, Placement.revision_id == newest
    )
