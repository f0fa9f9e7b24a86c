"""The public history of an annotation: every wording and place, newest first, with what it changed."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import and_, select

from app.annotations.tags import write_tags
from app.arguments.difference import diff_words, render_difference
from app.db import Reader
from app.errors import NotFound
from app.models import Annotation, AnnotationKind, AnnotationRevision, HouseRule, Passage, User
from app.targets import DebateHead

VERSIONS_SHOWN = 20
DIFFERENCES_KEPT = 500  # Wordings never change, and comparing two long ones takes some milliseconds.


class Subject(NamedTuple):
    """Whose history it is, and what the rules look at in it."""

    debate_id: int
    author_id: int | None
    hidden_by_id: int | None
    removed_under: HouseRule | None
    kind: AnnotationKind


class Version(NamedTuple):
    """`kind`, `tags` and `words` say something in the first version, and where they were changed."""

    number: int
    body: Markup
    kind: Markup | None
    tags: Markup | None
    words: Markup | None
    editor_username: str | None
    editor_name: str | None
    created_at: datetime


class _Wording(NamedTuple):
    number: int
    body: str
    kind: str
    tags: list[str]
    passage_id: int
    words: str
    editor_username: str | None
    editor_name: str | None
    created_at: datetime


async def find_subject(db: Reader, debate: DebateHead, annotation_id: int) -> Subject:
    of = Annotation
    columns = (of.debate_id, of.author_id, of.hidden_by_id, of.removed_under, of.kind)
    statement = select(*columns).where(Annotation.debate_id == debate.id, Annotation.id == annotation_id)
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no such annotation in this debate.")
    return Subject._make(row)


async def load_versions(
    db: Reader, debate_id: int, annotation_id: int, before: int | None
) -> tuple[list[Version], int | None]:
    """The newest versions, or those before that number; and where the next page begins, if there is one."""
    statement = (
        select(
            AnnotationRevision.number, AnnotationRevision.body_markdown, AnnotationRevision.kind,
            AnnotationRevision.tags, AnnotationRevision.passage_id, Passage.exact,
            User.username, User.display_name, AnnotationRevision.created_at,
        )
        .join(
            Passage,
            and_(Passage.debate_id == AnnotationRevision.debate_id, Passage.id == AnnotationRevision.passage_id),
        )
        .outerjoin(User, User.id == AnnotationRevision.editor_id)
        .where(AnnotationRevision.debate_id == debate_id, AnnotationRevision.annotation_id == annotation_id)
        .order_by(AnnotationRevision.number.desc())
        .limit(VERSIONS_SHOWN + 1)
    )  # fmt: skip
    if before is not None:
        statement = statement.where(AnnotationRevision.number < before)
    wordings = [_Wording._make(row) for row in await db.execute(statement)]
    versions = await asyncio.to_thread(_compare, wordings)
    return versions, versions[-1].number if len(wordings) > VERSIONS_SHOWN else None


def _compare(wordings: Sequence[_Wording]) -> list[Version]:
    """Each with the one before it, which comes next in the list; the first has nothing to be compared with."""
    earlier: list[_Wording | None] = [*wordings[1:], None]
    return [_version(new, old) for new, old in list(zip(wordings, earlier, strict=True))[:VERSIONS_SHOWN]]


def _version(new: _Wording, old: _Wording | None) -> Version:
    was = old or new
    tags, tags_before = write_tags(new.tags), write_tags(was.tags)
    return Version(
        number=new.number,
        body=_difference(was.body, new.body),
        kind=_difference(was.kind, new.kind) if old is None or old.kind != new.kind else None,
        tags=_difference(tags_before, tags) if (old is None and tags) or tags_before != tags else None,
        words=_difference(was.words, new.words) if old is None or old.passage_id != new.passage_id else None,
        editor_username=new.editor_username,
        editor_name=new.editor_name,
        created_at=new.created_at,
    )


@lru_cache(DIFFERENCES_KEPT)
def _difference(old: str, new: str) -> Markup:
    return render_difference(diff_words(old, new))
