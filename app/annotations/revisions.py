"""The wordings and places that an annotation has had: the newest stands on the annotation itself too."""

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Reader
from app.models import Annotation, AnnotationKind, AnnotationRevision


@dataclass(frozen=True, slots=True)
class Wording:
    """What an edit can change: what kind of annotation it is, on which passage, in which words, under which tags."""

    kind: AnnotationKind
    passage_id: int
    body: str
    tags: list[str]

    @classmethod
    def of(cls, annotation: Annotation) -> "Wording":
        return cls(annotation.kind, annotation.passage_id, annotation.body_markdown, list(annotation.tags))

    def says(self, other: "Wording") -> bool:
        """Whether it is the same; where a reply stood is not for its author to choose: it goes with its note."""
        here = other.passage_id if self.kind == AnnotationKind.REPLY else self.passage_id
        return replace(self, passage_id=here) == other


async def newest_number(db: Reader, annotation: Annotation) -> int:
    """The number of the wording that stands; lock the annotation first to write the next one."""
    newest = select(func.max(AnnotationRevision.number)).where(
        AnnotationRevision.debate_id == annotation.debate_id, AnnotationRevision.annotation_id == annotation.id
    )
    return (await db.execute(newest)).scalar_one()


async def first_wording(db: Reader, annotation: Annotation) -> Wording:
    """As it was posted."""
    columns = (
        AnnotationRevision.kind, AnnotationRevision.passage_id, AnnotationRevision.body_markdown,
        AnnotationRevision.tags,
    )  # fmt: skip
    first = select(*columns).filter_by(debate_id=annotation.debate_id, annotation_id=annotation.id, number=1)
    return Wording(*(await db.execute(first)).one())


def keep_wording(db: AsyncSession, annotation: Annotation, number: int, editor_id: int | None) -> None:
    db.add(
        AnnotationRevision(
            debate_id=annotation.debate_id,
            annotation_id=annotation.id,
            number=number,
            kind=annotation.kind,
            passage_id=annotation.passage_id,
            body_markdown=annotation.body_markdown,
            tags=list(annotation.tags),
            editor_id=editor_id,
        )
    )
