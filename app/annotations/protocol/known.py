"""What a debate has already of what is brought in: by its names anywhere, or by what it says and who says it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.annotations.protocol.incoming import SentAnnotation
from app.annotations.protocol.places import Places
from app.models import Annotation, AnnotationKind, User


@dataclass(frozen=True, slots=True)
class KnownAnnotation:
    id: int
    passage_id: int


@dataclass(frozen=True, slots=True)
class Said:
    """The same of all of these is the same annotation, whatever it is called."""

    kind: AnnotationKind
    passage_id: int
    parent_id: int | None
    body: str
    creator: str  # Empty where no name is known.


@dataclass(slots=True)
class Known:
    names: dict[str, KnownAnnotation] = field(default_factory=dict)
    said: dict[Said, KnownAnnotation] = field(default_factory=dict)

    def find(self, sent: SentAnnotation) -> KnownAnnotation | None:
        return next((found for name in _names(sent) if (found := self.names.get(name))), None)

    def called(self, iri: str) -> KnownAnnotation | None:
        return self.names.get(iri)

    def call(self, annotation: KnownAnnotation, sent: SentAnnotation) -> None:
        """The file knows it by these names: replies in it may use them."""
        for name in _names(sent):
            self.names.setdefault(name, annotation)

    def remember(self, annotation: KnownAnnotation, sent: SentAnnotation, said: Said) -> None:
        self.call(annotation, sent)
        self.said[said] = annotation


def _names(sent: SentAnnotation) -> Iterable[str]:
    return filter(None, (sent.iri, sent.canonical, sent.via))


async def load_known(db: AsyncSession, debate_id: int, places: Places) -> Known:
    """Also what is hidden or withdrawn: it must not come back by the back door."""
    statement = (
        select(
            Annotation.id, Annotation.passage_id, Annotation.kind, Annotation.parent_id, Annotation.body_markdown,
            Annotation.source_iri, Annotation.canonical_iri,
            func.coalesce(Annotation.source_creator, User.display_name, "").label("creator"),
        )
        .outerjoin(User, User.id == Annotation.author_id)
        .where(Annotation.debate_id == debate_id)
    )  # fmt: skip
    known = Known()
    for row in await db.execute(statement):
        annotation = KnownAnnotation(row.id, row.passage_id)
        for name in filter(None, (places.annotation(row.id), row.source_iri, row.canonical_iri)):
            known.names[name] = annotation
        said = Said(row.kind, row.passage_id, row.parent_id, row.body_markdown, row.creator)
        known.said[said] = annotation
    return known
