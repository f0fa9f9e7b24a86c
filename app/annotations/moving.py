"""The page on which the author of a note moves it to other words: the picker, filled in with those that it is on."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.annotations.picker import Picker
from app.annotations.threads import AnnotationPage, load_annotation_page
from app.db import Reader
from app.errors import NotFound
from app.essays.queries import load_paragraphs, load_revision
from app.essays.selectors import TextPosition
from app.models import PlacementState
from app.targets import DebateHead


@dataclass(frozen=True, slots=True)
class Moving:
    """`paragraphs` are the number and the text of each; `present` is where the note stands, if it does."""

    page: AnnotationPage
    picker: Picker
    paragraphs: list[tuple[int, str]]
    present: TextPosition | None

    @property
    def filled(self) -> Mapping[str, str]:
        """The picker's fields for the present words: their sentences, or where they are no whole ones, the words."""
        place, paragraph = self.present, self.picker.paragraph
        if place is None or not paragraph.block.start <= place.start < place.end <= paragraph.block.end:
            return {}
        first = {start: number for number, (start, _) in enumerate(paragraph.sentences, start=1)}.get(place.start)
        last = {end: number for number, (_, end) in enumerate(paragraph.sentences, start=1)}.get(place.end)
        if first and last:
            return {"first": str(first), "last": str(last)}
        return {"exact": self.picker.revision.text[place.start : place.end]}


async def load_moving(db: Reader, debate: DebateHead, annotation_id: int, paragraph: int | None) -> Moving:
    """With the paragraph of this number to choose from, or the one in which the note stands or stood."""
    page = await load_annotation_page(db, debate, annotation_id)
    revision = await load_revision(db, debate.id)
    paragraphs = await load_paragraphs(db, revision)
    number = paragraph or min(page.place.paragraph_number, len(paragraphs))
    if number > len(paragraphs):
        raise NotFound("The essay has no paragraph of this number.")
    is_there = page.passage.state != PlacementState.ORPHAN
    return Moving(
        page=page,
        picker=Picker(revision, paragraphs[number - 1]),
        paragraphs=[(one.block.number, revision.text[one.block.start : one.block.end]) for one in paragraphs],
        present=TextPosition(page.place.start, page.place.end) if is_there else None,
    )
