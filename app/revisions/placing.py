"""The page on which somebody says where a passage stands: its words in their old place, and a text to choose from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup
from rapidfuzz import fuzz, process
from sqlalchemy import select

from app.annotations.marks import render_block
from app.annotations.picker import WordsInContext
from app.annotations.picking import AmbiguousWords, PickError, pick_passage
from app.annotations.segments import MarkedPassage
from app.db import Reader
from app.errors import NotFound
from app.essays.blocks import Block
from app.essays.canonical import parse_essay
from app.essays.queries import load_paragraphs, load_revision
from app.essays.selectors import TextPosition, describe
from app.essays.sentences import split_sentences
from app.forms import FormState
from app.models import EssayRevision, Paragraph
from app.revisions.commands import decide
from app.revisions.draft_queries import load_draft
from app.revisions.following import Outcome, Standing
from app.revisions.forms import PlaceForm
from app.revisions.places import read_places
from app.revisions.standings import Ground, load_ground

BEGINNING = 90  # Characters of a paragraph in the list to choose from.
_ITS_NAME = re.compile(r'<span id="passage-\d+"></span>| id="passage-\d+"')
NEAR_ENOUGH = 45.0  # Of 100, RapidFuzz's partial ratio: less alike, no paragraph is suggested by its words.


@dataclass(frozen=True, slots=True)
class OldPlace:
    """A passage in the paragraph of the last revision that has it."""

    revision_number: int
    paragraph_number: int
    html: Markup
    text: str


@dataclass(slots=True)
class Placing:
    """`version` is the number of the revision, or of the draft's state, whose sentences are shown."""

    standing: Standing
    old: OldPlace
    outcome: Outcome
    text: str
    blocks: Sequence[Block]
    number: int
    version: int
    is_chosen_by_hand: bool
    places: list[WordsInContext] = field(default_factory=list)

    @property
    def block(self) -> Block:
        return self.blocks[self.number - 1]

    @property
    def spans(self) -> list[tuple[int, int]]:
        block = self.block
        return split_sentences(self.text[block.start : block.end], block.start)

    @property
    def sentences(self) -> list[str]:
        return [self.text[start:end] for start, end in self.spans]

    @property
    def beginnings(self) -> list[tuple[int, str]]:
        """Of every paragraph, to choose one."""
        return [(block.number, _beginning(self.text[block.start : block.end])) for block in self.blocks]

    def pick(self, form: PlaceForm, state: FormState) -> TextPosition | None:
        """The range that the form means; or nothing, with the reason beside a field."""
        within = TextPosition(self.block.start, self.block.end)
        try:
            return pick_passage(self.text, within, self.spans, form.pick)
        except AmbiguousWords as error:
            self.places = [self._in_context(place) for place in error.places]
            state.errors[error.field] = error.problem
        except PickError as error:
            state.errors[error.field] = error.problem
        return None

    def _in_context(self, place: TextPosition) -> WordsInContext:
        quote = describe(self.text, place.start, place.end).quote
        before, after = quote.prefix.rpartition("\n")[2], quote.suffix.partition("\n")[0]
        return WordsInContext(place.start, place.end, before, quote.exact, after)


def _beginning(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= BEGINNING else line[:BEGINNING].rpartition(" ")[0] + " …"


async def load_placing_in_draft(db: Reader, debate_id: int, passage_id: int, number: int | None) -> Placing:
    draft = await load_draft(db, debate_id)
    parsed = parse_essay(draft.markdown)
    ground = await load_ground(db, debate_id, passage_id)
    standing = _the_one(ground, passage_id)
    places = read_places(draft.places)
    (outcome,) = decide(parsed.text, ground, places, None)
    old = await load_old_place(db, standing, debate_id)
    chosen = _choose(number, parsed.text, parsed.blocks, old, outcome)
    return Placing(standing, old, outcome, parsed.text, parsed.blocks, chosen, draft.version, passage_id in places)


async def load_placing(db: Reader, debate_id: int, passage_id: int, number: int | None) -> Placing:
    """On the newest revision."""
    revision = await load_revision(db, debate_id)
    blocks = [paragraph.block for paragraph in await load_paragraphs(db, revision)]
    ground = await load_ground(db, debate_id, passage_id)
    standing = _the_one(ground, passage_id)
    (outcome,) = decide(revision.text, ground, {}, None)
    old = await load_old_place(db, standing, debate_id)
    chosen = _choose(number, revision.text, blocks, old, outcome)
    return Placing(standing, old, outcome, revision.text, blocks, chosen, revision.number, standing.is_by_hand)


def _the_one(ground: Ground, passage_id: int) -> Standing:
    if (standing := ground.standing(passage_id)) is None:
        raise NotFound("There is no such passage in this debate.")
    return standing


async def load_old_place(db: Reader, standing: Standing, debate_id: int) -> OldPlace:
    statement = (
        select(EssayRevision.number, EssayRevision.text, Paragraph.block)
        .join(Paragraph, (Paragraph.debate_id == EssayRevision.debate_id) & (Paragraph.revision_id == EssayRevision.id))
        .where(EssayRevision.debate_id == debate_id, EssayRevision.id == standing.last_revision_id)
        .where(Paragraph.start <= standing.last_start)
        .order_by(Paragraph.number.desc())
        .limit(1)
    )
    number, text, fields = (await db.execute(statement)).one()
    return old_place(number, text, Block.from_json(fields), [standing])


def old_place(revision_number: int, text: str, block: Block, standings: Sequence[Standing]) -> OldPlace:
    """The paragraph with the passages marked where they stood in it."""
    marks = [MarkedPassage(one.passage_id, one.last_start, one.last_end, None) for one in standings]
    # Many such stand on one page, and the marks would take the names of the passages' own places.
    html = _ITS_NAME.sub("", str(render_block(text, block, marks)))
    return OldPlace(revision_number, block.number, Markup(html), text[block.start : block.end])  # noqa: S704


def _choose(number: int | None, text: str, blocks: Sequence[Block], old: OldPlace, outcome: Outcome) -> int:
    """The paragraph that was asked for; else that in which the passage would stand; else the one most like its own."""
    if number is not None:
        if number > len(blocks):
            raise NotFound("The essay has no paragraph of this number.")
        return number
    if (place := outcome.anchor.place) is not None:
        return max(block.number for block in blocks if block.start <= place.start)
    return nearest_paragraph(text, blocks, old)[0]


def nearest_paragraph(text: str, blocks: Sequence[Block], old: OldPlace) -> tuple[int, bool]:
    """The number of the paragraph that is most like the old one, and True; if none is like it, that of the one in its
    place, and False."""
    texts = [text[block.start : block.end] for block in blocks]
    found = process.extractOne(old.text, texts, scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
    return (found[2] + 1, True) if found else (min(old.paragraph_number, len(blocks)), False)
