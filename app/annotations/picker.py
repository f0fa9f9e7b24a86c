"""The sentence picker's page: a paragraph, the form about its words, and what is wrong with them."""

import re
from dataclasses import dataclass, field

from app.annotations.forms import PassageForm
from app.annotations.picking import PASSAGE_MAX, AmbiguousWords, PickError, pick_passage
from app.db import Reader
from app.errors import Conflict
from app.essays.queries import ParagraphText, Revision, load_paragraph, load_revision
from app.essays.selectors import TextPosition, describe, first_words, last_words
from app.forms import FormState
from app.markdown import clean_text

NOT_THERE = (
    "These are not the words that the essay has at this place; a translation of the page, for one, changes them. "
    "Choose them again below."
)


class StaleWords(Conflict):
    """The words were chosen in a wording of the essay that is not the newest any more."""


@dataclass(frozen=True, slots=True)
class WordsInContext:
    """A place of the essay as forms show it."""

    start: int
    end: int
    before: str
    exact: str
    after: str


@dataclass(slots=True)
class Picker:
    """`places` is filled when the words turn out to stand in several; `selected` where they were selected already."""

    revision: Revision
    paragraph: ParagraphText
    places: list[WordsInContext] = field(default_factory=list)
    selected: WordsInContext | None = None

    @property
    def number(self) -> int:
        return self.paragraph.block.number

    @property
    def number_before(self) -> int | None:
        return self.number - 1 or None

    @property
    def number_after(self) -> int | None:
        return self.number + 1 if self.paragraph.block.end < len(self.revision.text) else None

    @property
    def sentences(self) -> list[str]:
        return [self.revision.text[start:end] for start, end in self.paragraph.sentences]

    def pick(self, form: PassageForm, state: FormState) -> TextPosition | None:
        """The range that the form means; or nothing, with the reason beside a field."""
        if form.revision != self.revision.number:
            raise StaleWords("The essay has a new wording. Please choose the words again in it.")
        if form.selected is not None:
            self.keep_selection(state)
            return form.selected if self.selected else None
        block = self.paragraph.block
        try:
            return pick_passage(
                self.revision.text, TextPosition(block.start, block.end), self.paragraph.sentences, form.pick
            )
        except AmbiguousWords as error:
            self.places = [self._in_context(place) for place in error.places]
            state.errors[error.field] = error.problem
        except PickError as error:
            state.errors[error.field] = error.problem
        return None

    def keep_selection(self, state: FormState) -> None:
        """Show the words that a form or an address says were selected, if they are what stands at that place.

        An address too long for the words has only the place: the form then shows them, and sends them along.
        """
        place = _selected_place(state)
        if place is None:
            return
        words = self.revision.text[place.start : place.end]
        said = clean_text(state.value("exact").replace("\0", ""))
        if not self._begins_here(place) or not words.strip() or (said and said != clean_text(words)):
            state.errors.setdefault("exact", NOT_THERE)
        elif len(words) > PASSAGE_MAX:
            problem = f"This marks {len(words):,} characters; {PASSAGE_MAX:,} is the most. Choose less below."
            state.errors.setdefault("exact", problem)
        else:
            self.selected = self._in_context(place)

    def choose(self, place: TextPosition) -> None:
        self.selected = self._in_context(place)

    def _begins_here(self, place: TextPosition) -> bool:
        block = self.paragraph.block
        return block.start <= place.start < block.end and place.start < place.end <= len(self.revision.text)

    def _in_context(self, place: TextPosition) -> WordsInContext:
        quote = describe(self.revision.text, place.start, place.end).quote
        before, after = quote.prefix.rpartition("\n")[2], quote.suffix.partition("\n")[0]
        return WordsInContext(place.start, place.end, last_words(before), quote.exact, first_words(after))


async def load_picker(db: Reader, debate_id: int, paragraph_number: int) -> Picker:
    revision = await load_revision(db, debate_id)
    return Picker(revision, await load_paragraph(db, revision, paragraph_number))


def _selected_place(state: FormState) -> TextPosition | None:
    start, end = (value if re.fullmatch("[0-9]{1,9}", value) else "" for value in map(state.value, ("start", "end")))
    return TextPosition(int(start), int(end)) if start and end else None
