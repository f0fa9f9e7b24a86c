"""The essay's paragraphs with their marks and the notes beside them: plain values, no database.

A note belongs to a passage: it gathers the arguments that cite the passage and the annotations on it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby
from operator import attrgetter
from typing import NamedTuple, TypeVar

from markupsafe import Markup

from app.annotations.marks import render_block
from app.annotations.segments import SEVERAL_SIDES, UNNUMBERED, MarkedPassage, passages_by_block
from app.essays.blocks import Block
from app.essays.nesting import NestedBlock, nest_blocks, rank_headings
from app.models import PlacementState

CHARACTERS_ON_LINE = 70
# As they were shown last, of some 8 kB: votes and replies make a new page of an essay and leave its marks as they were.
BLOCKS_KEPT = 1_000
LEAST_LINES = 2  # The space below a paragraph takes the second note on a single line.


class Pointer(NamedTuple):
    """An argument or an annotation that points at a passage; one of the two ids is set.

    Range, paragraph, state and score are those of the passage's placement on the revision that is shown.
    """

    passage_id: int
    start: int
    end: int
    paragraph_number: int
    argument_id: int | None
    annotation_id: int | None
    side: int | None  # The number of the argument's position.
    is_listed: bool
    state: PlacementState = PlacementState.EXACT
    score: float = 1.0
    kind: str = "note"  # Or "question"; "argument" if it is one.
    is_unanswered: bool = False  # An argument no answer to which stands, a question without a reply.
    author_id: int | None = None
    is_resolved: bool = False  # A note or question that its author or a host has marked so.
    is_by_hand: bool = False  # A person has said that the passage stands here, or it follows such a place.
    placed_by: str | None = None


class Note(NamedTuple):
    """What a page shows of one passage: some of its pointers, or none; `left_out` more point at it."""

    number: int
    passage_id: int
    start: int
    end: int
    paragraph_number: int
    side: int | None
    pointers: list[Pointer]
    left_out: int
    state: PlacementState
    score: float
    is_by_hand: bool
    placed_by: str | None

    @property
    def is_as_marked(self) -> bool:
        """Whether there is nothing to say of where it stands: on the words that were marked, in their place."""
        return self.state == PlacementState.EXACT and not self.is_by_hand

    @property
    def further_count(self) -> int:
        """How many more point at the passage than the first, which speaks for it in a margin."""
        return len(self.pointers) + self.left_out - 1

    @property
    def is_resolved(self) -> bool:
        """Whether nothing about the passage is open any more: an argument always is."""
        return not self.left_out and all(pointer.is_resolved for pointer in self.pointers)

    @property
    def opening(self) -> Markup:
        """Its element in a margin up to its number. Not by a template, since pages have a thousand of these."""
        id, number, side = self.passage_id, self.number, "" if self.side is None else f' data-side="{self.side}"'
        resolved = " data-resolved" if self.is_resolved else ""
        return Markup(  # noqa: S704  (numbers alone)
            f'<li class="note" id="note-{id}" tabindex="-1"{side}{resolved}>\n<a class="note-number" '
            f'href="#passage-{id}" aria-label="Note {number}, back to its words">{number}</a>\n'
        )

    @property
    def further(self) -> Markup:
        """While it is closed: how many more there are."""
        count = self.further_count
        more = f' <span class="note-further">+{count}<span class="visually-hidden"> more</span></span>' if count else ""
        return Markup(more)  # noqa: S704  (a number alone)

    def lead_on(self, debate_url: str, *, is_filtered: bool) -> Markup:
        """The way to what is left out, which comes in the place of the `note-further-entries` around it. Under a filter
        it is a link alone: what the page begins the note with is not what the passage's page begins with."""
        if not self.left_out:
            return Markup("")
        url = f"{debate_url}/passages/{self.passage_id}"
        asks = f' hx-get="{url}" hx-target="closest .note-further-entries" hx-swap="outerHTML"'
        link = f'<a href="{url}"{"" if is_filtered else asks}>{self.left_out} more on these words</a>'
        return Markup(f'<p class="byline">{link}</p>\n')  # noqa: S704  (numbers, and an address of our own)


@dataclass(frozen=True, slots=True)
class NotedParagraph:
    """A block as a page shows it. `rank` orders headings from 1; the counts are of what is listed."""

    nested: NestedBlock
    rank: int
    html: Markup
    notes: list[Note]
    argument_count: int
    annotation_count: int

    @property
    def block(self) -> Block:
        return self.nested.block

    @property
    def number(self) -> int:
        return self.nested.block.number

    @property
    def note_count(self) -> int:
        return self.argument_count + self.annotation_count

    @property
    def pointers(self) -> list[Pointer]:
        """What is shown beside it."""
        return [pointer for note in self.notes for pointer in note.pointers]

    @property
    def is_overfull(self) -> bool:
        """Whether it has passages of which no note is shown: the others say themselves what they leave out."""
        return any(not note.pointers for note in self.notes)

    @property
    def is_roomy(self) -> bool:
        """Whether each of its notes may take two lines of the margin."""
        shown = sum(1 for note in self.notes if note.pointers)
        return 2 * shown + self.is_overfull <= count_lines(self.block)


def count_lines(block: Block) -> int:
    """About how many lines the block takes in the essay's measure: as many notes of one line fit beside it."""
    return max(LEAST_LINES, -(-(block.end - block.start) // CHARACTERS_ON_LINE))


def note_paragraphs(
    text: str, blocks: Sequence[Block], pointers: Sequence[Pointer], notes: Sequence[Note], passages_url: str
) -> list[NotedParagraph]:
    """The blocks with every passage marked and the notes that were chosen beside them."""
    marks = passages_by_block(blocks, mark_passages(notes, passages_url))
    notes_of = _by(lambda note: note.paragraph_number, notes)
    listed_of = _by(lambda pointer: pointer.paragraph_number, (pointer for pointer in pointers if pointer.is_listed))
    return [
        NotedParagraph(
            nested=nested,
            rank=rank,
            html=_render(text[nested.block.start : nested.block.end], nested.block, tuple(marks[nested.block.number])),
            notes=notes_of.get(nested.block.number, []),
            argument_count=count_arguments(listed_of.get(nested.block.number, [])),
            annotation_count=count_annotations(listed_of.get(nested.block.number, [])),
        )
        for nested, rank in zip(nest_blocks(blocks), rank_headings(blocks), strict=True)
    ]


@lru_cache(BLOCKS_KEPT)
def _render(words: str, block: Block, passages: tuple[MarkedPassage, ...]) -> Markup:
    return render_block(words, block, passages, offset=block.start)


def count_arguments(pointers: Iterable[Pointer]) -> int:
    """One argument can cite several passages."""
    return len({pointer.argument_id for pointer in pointers if pointer.argument_id is not None})


def count_annotations(pointers: Iterable[Pointer]) -> int:
    return sum(1 for pointer in pointers if pointer.annotation_id is not None)


def number_passages(pointers: Sequence[Pointer], above: int = 0) -> dict[int, int]:
    """The number of each passage's note: its place among all at which something listed points, so that it is the same
    on every page and whatever a filter leaves out. `above` are those ahead of the first. What only hidden and withdrawn
    ones point at has UNNUMBERED, so that no number is missing where they are left out.
    """
    numbers = dict.fromkeys((pointer.passage_id for pointer in pointers), UNNUMBERED)
    listed_ids = dict.fromkeys(pointer.passage_id for pointer in pointers if pointer.is_listed)
    return numbers | {passage_id: number for number, passage_id in enumerate(listed_ids, start=above + 1)}


def choose_notes(
    pointers: Sequence[Pointer],
    numbers: Mapping[int, int],
    limit: Callable[[int], int],
    first: int = 0,
    further_limit: Callable[[int], int] | None = None,
    *,
    keeps_last: bool = False,
) -> list[Note]:
    """A note for each passage, in the order of `pointers`, which come grouped by passage.

    At most `limit(its number)` pointers are shown for each paragraph, from place `first` on. The first of every passage
    comes before the second of any, so that one busy passage does not crowd out its neighbours. With `further_limit`,
    others than the first are shown only where no more than so many pointers are: in crowded paragraphs they wait. With
    `keeps_last` the last place stays empty where not every passage has one, for the way to the others.
    """
    groups = [list(group) for _, group in groupby(pointers, key=attrgetter("passage_id"))]
    chosen = _choose(groups, limit, first, further_limit or limit, int(keeps_last))
    places = accumulate(map(len, groups), initial=0)
    return [
        _note(numbers[group[0].passage_id], group, place, chosen) for group, place in zip(groups, places, strict=False)
    ]


def _choose(
    groups: Sequence[Sequence[Pointer]],
    limit: Callable[[int], int],
    first: int,
    further_limit: Callable[[int], int],
    kept: int,
) -> set[int]:
    """The places of the chosen among all pointers."""
    in_turn: dict[int, list[tuple[int, int]]] = {}  # Of each paragraph.
    place = 0
    for group in groups:
        turns = [(turn, place + turn) for turn in range(len(group))]
        in_turn.setdefault(group[0].paragraph_number, []).extend(turns)
        place += len(group)
    chosen: set[int] = set()
    for number, turns in in_turn.items():
        passages = sum(1 for turn, _ in turns if turn == 0)
        most = min(limit(number), max(passages, further_limit(number)))
        if passages > most:
            most = min(most, limit(number) - kept)
        chosen.update(place for _, place in sorted(turns)[first : first + most])
    return chosen


def _note(number: int, pointers: Sequence[Pointer], place: int, chosen: set[int]) -> Note:
    passage = pointers[0]
    shown = [pointer for its_place, pointer in enumerate(pointers, start=place) if its_place in chosen]
    return Note(
        number=number,
        passage_id=passage.passage_id,
        start=passage.start,
        end=passage.end,
        paragraph_number=passage.paragraph_number,
        side=one_side(pointers),
        pointers=shown,
        left_out=len(pointers) - len(shown),
        state=passage.state,
        score=passage.score,
        is_by_hand=passage.is_by_hand,
        placed_by=passage.placed_by,
    )


def one_side(pointers: Iterable[Pointer]) -> int | None:
    """The side whose words these are, if the arguments that cite them are all of one; none where no argument does."""
    sides = {pointer.side or SEVERAL_SIDES for pointer in pointers if pointer.argument_id is not None}
    return None if not sides else sides.pop() if len(sides) == 1 else SEVERAL_SIDES


def mark_passages(notes: Iterable[Note], passages_url: str) -> list[MarkedPassage]:
    """Every passage is marked; the reference of one that the page shows no note of leads to the passage's own page."""
    return [
        MarkedPassage(
            id=note.passage_id,
            start=note.start,
            end=note.end,
            number=note.number,
            side=note.side,
            href=None if note.pointers else f"{passages_url}/{note.passage_id}",
        )
        for note in notes
    ]


_T = TypeVar("_T")


def _by(key: Callable[[_T], int], things: Iterable[_T]) -> dict[int, list[_T]]:
    groups: dict[int, list[_T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return groups
