"""The public history of an argument: every wording, newest first, with what it changed."""

import asyncio
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.arguments.difference import diff_words, render_difference
from app.db import Reader
from app.models import ArgumentRevision, User

VERSIONS_SHOWN = 20
DIFFERENCES_KEPT = 500  # Wordings never change, and comparing two long ones takes 50 ms: about 10 MB at the worst.


class Version(NamedTuple):
    number: int
    version: int
    is_public: bool  # Or replaced while it could be edited freely: kept for moderators.
    claim: Markup
    grounds: Markup
    steelman: Markup
    editor_username: str | None
    editor_name: str | None
    created_at: datetime
    decision_id: int | None  # Moderators worded it, by a split.


class _Wording(NamedTuple):
    number: int
    version: int
    is_public: bool
    claim: str
    grounds: str
    steelman: str
    editor_username: str | None
    editor_name: str | None
    created_at: datetime
    decision_id: int | None


_later = aliased(ArgumentRevision)
_REPLACED = (
    select(_later.number)
    .where(
        _later.debate_id == ArgumentRevision.debate_id, _later.argument_id == ArgumentRevision.argument_id,
        _later.version == ArgumentRevision.version, _later.number > ArgumentRevision.number,
    )
    .exists()
)  # fmt: skip


async def load_versions(
    db: Reader, debate_id: int, argument_id: int, before: int | None, *, is_whole: bool = False
) -> tuple[list[Version], int | None]:
    """The newest versions, or those before that number; and where the next page begins, if there is one. The whole
    history has also what was replaced while it could be edited freely."""
    statement = (
        select(
            ArgumentRevision.number, ArgumentRevision.version, ~_REPLACED,
            ArgumentRevision.claim, ArgumentRevision.grounds_markdown, ArgumentRevision.steelman,
            User.username, User.display_name, ArgumentRevision.created_at,
            ArgumentRevision.decision_id,
        )
        .outerjoin(User, User.id == ArgumentRevision.editor_id)
        .where(ArgumentRevision.debate_id == debate_id, ArgumentRevision.argument_id == argument_id)
        .order_by(ArgumentRevision.number.desc())
        .limit(VERSIONS_SHOWN + 1)
    )  # fmt: skip
    if not is_whole:
        statement = statement.where(~_REPLACED)
    if before is not None:
        statement = statement.where(ArgumentRevision.number < before)
    wordings = [_Wording._make(row) for row in await db.execute(statement)]
    versions = await asyncio.to_thread(_compare, wordings)
    return versions, versions[-1].number if len(wordings) > VERSIONS_SHOWN else None


def _compare(wordings: list[_Wording]) -> list[Version]:
    """Each with the one before it, which comes next in the list; the first has nothing to be compared with."""
    earlier: list[_Wording | None] = [*wordings[1:], None]
    pairs = list(zip(wordings, earlier, strict=True))[:VERSIONS_SHOWN]
    return [
        Version(
            new.number,
            new.version,
            new.is_public,
            _difference(old.claim if old else new.claim, new.claim),
            _difference(old.grounds if old else new.grounds, new.grounds),
            _difference(old.steelman if old else new.steelman, new.steelman),
            *new[6:],
        )
        for new, old in pairs
    ]


@lru_cache(DIFFERENCES_KEPT)
def _difference(old: str, new: str) -> Markup:
    return render_difference(diff_words(old, new))
