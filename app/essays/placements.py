"""Where passages stand now: their placements on the newest revision."""

from sqlalchemy import ColumnElement, and_, func, select

from app.models import EssayRevision, Passage, Placement


def is_placed_now() -> ColumnElement[bool]:
    """What joins a passage with its placement on the newest revision, whose id is the greatest."""
    newest = select(func.max(EssayRevision.id)).where(EssayRevision.debate_id == Passage.debate_id).scalar_subquery()
    return and_(
        Placement.debate_id == Passage.debate_id, Placement.passage_id == Passage.id, Placement.revision_id == newest
    )
