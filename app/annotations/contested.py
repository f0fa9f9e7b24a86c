"""How contested each sentence of the essay is: what rebuts or undercuts the arguments that rest on it."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape
from sqlalchemy import and_, select

from app.annotations.marks import Pens, render_block
from app.annotations.segments import MarkedPassage, Segment
from app.db import Reader
from app.essays.nesting import NestedBlock, nest_blocks, rank_headings
from app.essays.queries import ParagraphText, Revision, load_paragraphs, load_revision
from app.models import Argument, Citation, Placement
from app.targets import DebateHead

LEVELS = (1, 2, 4, 8)  # Answers from which a sentence is shaded darker. Doubling: the first ones tell the most.


class Resting(NamedTuple):
    """A listed argument, and words on which it rests."""

    argument_id: int
    start: int
    end: int
    rebut_count: int
    undercut_count: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """Counted are the listed arguments that cite any of its words, and the listed answers to them."""

    number: int
    paragraph_number: int
    start: int
    end: int
    words: str
    argument_count: int
    rebut_count: int
    undercut_count: int

    @property
    def answer_count(self) -> int:
        return self.rebut_count + self.undercut_count

    @property
    def level(self) -> int:
        """0 for a sentence that nothing answers, up to the number of LEVELS."""
        return bisect_right(LEVELS, self.answer_count)


@dataclass(frozen=True, slots=True)
class ShadedParagraph:
    nested: NestedBlock
    rank: int
    html: Markup


@dataclass(frozen=True, slots=True)
class ContestedPage:
    """`cited` are the sentences on which arguments rest, the most contested first."""

    revision: Revision
    paragraphs: list[ShadedParagraph]
    cited: list[Sentence]
    sentence_count: int
    answer_count: int

    @property
    def contested_count(self) -> int:
        return sum(1 for sentence in self.cited if sentence.answer_count)


async def load_contested_page(db: Reader, debate: DebateHead) -> ContestedPage:
    revision = await load_revision(db, debate.id)
    paragraphs = await load_paragraphs(db, revision)
    resting = await _load_resting(db, revision)
    sentences = count_answers(revision.text, paragraphs, resting)
    cited = [sentence for sentence in sentences if sentence.argument_count]
    answers = {each.argument_id: each.rebut_count + each.undercut_count for each in resting}
    return ContestedPage(
        revision=revision,
        paragraphs=_shade(revision.text, paragraphs, cited),
        cited=sorted(cited, key=lambda each: (-each.answer_count, -each.argument_count, each.number)),
        sentence_count=len(sentences),
        answer_count=sum(answers.values()),
    )


async def _load_resting(db: Reader, revision: Revision) -> list[Resting]:
    statement = (
        select(Argument.id, Placement.start, Placement.end, Argument.rebut_count, Argument.undercut_count)
        .join(Citation, and_(Citation.debate_id == Argument.debate_id, Citation.argument_id == Argument.id))
        .join(
            Placement, and_(Placement.debate_id == Citation.debate_id, Placement.passage_id == Citation.passage_id)
        )
        .where(Placement.debate_id == revision.debate_id, Placement.revision_id == revision.id)
        .where(Placement.start.is_not(None), Argument.hidden_by_id.is_(None), Argument.withdrawn_at.is_(None))
    )  # fmt: skip
    return [Resting._make(row) for row in await db.execute(statement)]


def count_answers(text: str, paragraphs: Sequence[ParagraphText], resting: Iterable[Resting]) -> list[Sentence]:
    """All sentences in order. An argument that cites several places of a sentence counts once there."""
    places = [(paragraph.block.number, start, end) for paragraph in paragraphs for start, end in paragraph.sentences]
    ends = [end for _, _, end in places]
    arguments: list[dict[int, Resting]] = [{} for _ in places]
    for each in resting:
        index = bisect_right(ends, each.start)
        while index < len(places) and places[index][1] < each.end:
            arguments[index][each.argument_id] = each
            index += 1
    return [
        Sentence(
            number=number,
            paragraph_number=paragraph,
            start=start,
            end=end,
            words=text[start:end],
            argument_count=len(here),
            rebut_count=sum(each.rebut_count for each in here.values()),
            undercut_count=sum(each.undercut_count for each in here.values()),
        )
        for number, ((paragraph, start, end), here) in enumerate(zip(places, arguments, strict=True), start=1)
    ]


def _shade(text: str, paragraphs: Sequence[ParagraphText], cited: Sequence[Sentence]) -> list[ShadedParagraph]:
    by_number = {sentence.number: sentence for sentence in cited}
    pens = Pens(lambda segment, words: _mark(by_number, segment, words), lambda mark: _reference(by_number, mark))
    blocks = [paragraph.block for paragraph in paragraphs]
    marks: dict[int, list[MarkedPassage]] = {}
    for each in cited:
        marks.setdefault(each.paragraph_number, []).append(
            MarkedPassage(each.number, each.start, each.end, each.number)
        )
    return [
        ShadedParagraph(nested, rank, render_block(text, nested.block, marks.get(nested.block.number, []), pens))
        for nested, rank in zip(nest_blocks(blocks), rank_headings(blocks), strict=True)
    ]


def _mark(by_number: dict[int, Sentence], segment: Segment, words: str) -> str:
    [here] = segment.passages
    # What takes the focus stands ahead of the words: those of a focusable mark could not be selected.
    place = f'<span class="sentence-place" id="sentence-{here.id}" tabindex="-1"></span>' if segment.beginning else ""
    return f'{place}<mark class="contested" data-level="{by_number[here.id].level}">{words}</mark>'


def _reference(by_number: dict[int, Sentence], mark: MarkedPassage) -> str:
    """How many answers it drew, and the way to its row of the table."""
    count = by_number[mark.id].answer_count
    if not count:
        return ""
    label = escape(f"{count} {'answer' if count == 1 else 'answers'}, see the table")
    return f'<a class="passage-ref" href="#row-{mark.id}" data-number="{count}" aria-label="{label}"></a>'
