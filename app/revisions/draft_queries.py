"""What hosts see of a draft: its text, and what publishing it would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.db import Reader
from app.errors import NotFound
from app.models import EssayDraft, User
from app.revisions.outlook import Outlook, look_ahead
from app.revisions.places import read_places


class DraftSeen(NamedTuple):
    base_revision_id: int
    markdown: str
    note: str
    places: Mapping[str, list[int] | None]
    version: int
    changed_at: datetime
    editor_name: str | None


@dataclass(frozen=True, slots=True)
class Review:
    draft: DraftSeen
    outlook: Outlook

    @property
    def is_behind(self) -> bool:
        """A revision was published after the draft was begun."""
        return self.draft.base_revision_id != self.outlook.newest.id


async def find_draft(db: Reader, debate_id: int) -> DraftSeen | None:
    statement = (
        select(
            EssayDraft.base_revision_id, EssayDraft.markdown, EssayDraft.note, EssayDraft.places, EssayDraft.version,
            EssayDraft.changed_at, User.display_name,
        )
        .outerjoin(User, User.id == EssayDraft.editor_id)
        .where(EssayDraft.debate_id == debate_id)
    )  # fmt: skip
    row = (await db.execute(statement)).one_or_none()
    return DraftSeen._make(row) if row else None


async def load_draft(db: Reader, debate_id: int) -> DraftSeen:
    if (draft := await find_draft(db, debate_id)) is None:
        raise NotFound("There is no draft of a new revision.")
    return draft


async def load_review(db: Reader, debate_id: int) -> Review:
    draft = await load_draft(db, debate_id)
    return Review(draft, await look_ahead(db, debate_id, draft.markdown, read_places(draft.places)))
