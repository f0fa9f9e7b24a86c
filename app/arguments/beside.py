"""What only some arguments have beside their text: asked with the argument, so that others cost no statement more."""

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.models import Argument, ArgumentLink, Bearing, Concession, Credit, ReviewMark, SourceCitation, Vote

_CONCEDED = select(Concession.id).where(
    Concession.debate_id == Argument.debate_id, Concession.argument_id == Argument.id
)
_CREDITS = select(Credit.id).where(
    Credit.debate_id == Argument.debate_id, Credit.argument_id == Argument.id, Credit.withdrawn_at.is_(None)
)
_SOURCES = select(SourceCitation.id).where(
    SourceCitation.debate_id == Argument.debate_id, SourceCitation.argument_id == Argument.id,
    SourceCitation.removed_at.is_(None),
)  # fmt: skip
_UNCOUNTED = [
    select(each.user_id).where(each.debate_id == Argument.debate_id, each.argument_id == Argument.id, ~each.is_counted)
    for each in (Vote, Bearing)
]
_DUPLICATE = aliased(Argument)
_MERGED = select(_DUPLICATE.id).where(
    _DUPLICATE.debate_id == Argument.debate_id, _DUPLICATE.merged_into_id == Argument.id
)
_PART = aliased(Argument)
_PARTS = select(_PART.id).where(_PART.debate_id == Argument.debate_id, _PART.split_from_id == Argument.id)
_USES = [
    select(ArgumentLink.id).where(
        ArgumentLink.debate_id == Argument.debate_id, end == Argument.id, ArgumentLink.withdrawn_at.is_(None)
    )
    for end in (ArgumentLink.source_id, ArgumentLink.target_id)
]
_MARKS = select(ReviewMark.id).where(
    ReviewMark.debate_id == Argument.debate_id, ReviewMark.argument_id == Argument.id, ReviewMark.resolved_at.is_(None)
)
# In the order of ArgumentBody, from `was_conceded` on.
BESIDE = (
    Argument.conceded_at.is_(None) & _CONCEDED.exists(),
    _CREDITS.exists(), _SOURCES.exists(), or_(*(each.exists() for each in _UNCOUNTED)), _MERGED.exists(),
    or_(*(each.exists() for each in _USES)), _MARKS.exists(),
    or_(Argument.split_from_id.is_not(None), _PARTS.exists()),
)  # fmt: skip
