"""The sentence picker's page: a paragraph, the form about its words, and what is wrong with them."""

from dataclasses import dataclass

from app.annotations.forms import PassageForm
from app.annotations.picking import AmbiguousWords, PickError, pick_passage
from app.db import Reader
from app.errors import Conflict
from app.essays.queries import ParagraphText, Revision, load_paragraph, load_revision
from app.essays.selectors import CONTEXT_CHARACTERS, TextPosition, describe
from app.forms import FormState


@dataclass(frozen=True, slots=True)
class WordsInContext:
    """One of several places of the same words."""

    start: int
    before: str
    exact: str
    after: str


@dataclass(slots=True)
class Picker:
    """`places` is filled when the words turn out to stand in several."""

    revision: Revision
    paragraph: ParagraphText
    places: list[WordsInContext]

    @property
    def number(self) -> int:
        return self.paragraph.block.number

    @property
    def sentences(self) -> list[str]:
        return [self.revision.text[start:end] for start, end in self.paragraph.sentences]

    def pick(self, form: PassageForm, state: FormState) -> TextPosition | None:
        """The range that the form means; or nothing, with the reason beside a field."""
        if form.revision != self.revision.number:
            raise Conflict("The essay has a new wording. Please choose the words again in it.")
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

    def _in_context(self, place: TextPosition) -> WordsInContext:
        quote = describe(self.revision.text, place.start, place.end).quote
        before, after = quote.prefix.rpartition("\n")[2], quote.suffix.partition("\n")[0]
        return WordsInContext(place.start, _last_words(before), quote.exact, _first_words(after))


def _last_words(context: str) -> str:
    """Without the word that the cut may have gone through; words are enough to tell two places apart."""
    return "… " + context.partition(" ")[2] if len(context) >= CONTEXT_CHARACTERS else context


def _first_words(context: str) -> str:
    return context.rpartition(" ")[0] + " …" if len(context) >= CONTEXT_CHARACTERS else context


async def load_picker(db: Reader, debate_id: int, paragraph_number: int) -> Picker:
    revision = await load_revision(db, debate_id)
    return Picker(revision, await load_paragraph(db, revision, paragraph_number), [])
