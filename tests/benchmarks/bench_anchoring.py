"""A thousand passages of a 10,000-word essay after fifty edits: how many are found again, and how many wrongly.

The truth is what the edits did to each letter. Nothing fails on time; precision and recall do fail.
"""

import difflib
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from random import Random

import pytest
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from app.annotations.anchoring import Anchorer
from app.annotations.likeness import MOST_ERRORS
from app.annotations.words import Words
from app.essays.selectors import Selectors, TextPosition, describe
from tests.benchmarks.essay_writing import EDITS, Essay, Writer, write_essay

WORDS, PASSAGES, CHANGES = 10_000, 1_000, 50
SEEDS = (1, 2, 3, 4, 5)  # For all kinds of edits together; the first three for each kind.
# A changed passage was found if its place and the true one share as much of what they cover together.
SHARED = 0.75
LEAST_PRECISION, LEAST_RECALL = 0.995, 0.95

Find = Callable[[Selectors], TextPosition | None]


@dataclass(frozen=True)
class Case:
    """A passage, and its true place: None if nothing of it is left. `is_findable`: at most half of it was changed."""

    selectors: Selectors
    place: TextPosition | None
    is_same: bool
    is_findable: bool

    def is_right(self, found: TextPosition) -> bool:
        if self.place is None:
            return False
        return found == self.place if self.is_same else _shared(found, self.place) >= SHARED


@dataclass
class Tally:
    placed: int = 0
    right: int = 0
    findable: int = 0
    found: int = 0

    def add(self, case: Case, found: TextPosition | None) -> None:
        is_right = found is not None and case.is_right(found)
        self.placed += found is not None
        self.right += is_right
        self.findable += case.is_findable
        self.found += case.is_findable and is_right

    @property
    def precision(self) -> float:
        return self.right / self.placed if self.placed else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.findable if self.findable else 1.0

    def __str__(self) -> str:
        return f"{self.precision:.4f} {self.recall:.4f} {self.placed - self.right:>4} wrong"


@dataclass
class Revision:
    old: str
    new: str
    cases: list[Case]


def _revise(seed: int, kinds: list[str]) -> Revision:
    writer = Writer(Random(seed))
    essay = write_essay(writer, WORDS)
    old = essay.text()
    ranges = [_mark(essay, old, writer.random) for _ in range(PASSAGES)]
    edited = deepcopy(essay)
    for number in range(CHANGES):
        EDITS[kinds[number % len(kinds)]](edited, writer)
    new, where = edited.text(), edited.where()
    return Revision(old, new, [_judge(describe(old, *place), new, where) for place in ranges])


def _mark(essay: Essay, text: str, random: Random) -> tuple[int, int]:
    """A word, a few words, one or several sentences, a paragraph, or words over the end of one."""
    kind = random.choices(range(6), (10, 32, 33, 13, 9, 3))[0]
    paragraph = random.choice(essay.paragraphs)
    first = random.randrange(len(paragraph))
    sentence = paragraph[first]
    if kind in (0, 1):
        words = Words.of(text[sentence[0][1] : sentence[-1][1]])
        begin = random.randrange(len(words.keys))
        last = min(begin + (random.randint(1, 8) if kind else 0), len(words.keys) - 1)
        return sentence[0][1] + words.starts[begin], sentence[0][1] + words.ends[last]
    if kind == 2:
        return sentence[0][1], sentence[-1][1] + 1
    if kind == 3:
        last = min(first + random.randint(1, 3), len(paragraph) - 1)
        return sentence[0][1], paragraph[last][-1][1] + 1
    start = paragraph[0][0][1]
    end = paragraph[-1][-1][1] + 1
    return (start, end) if kind == 4 else (max(end - 60, 0), min(end + 60, len(text)))


def _judge(selectors: Selectors, new: str, where: dict[int, int]) -> Case:
    """The true place runs from the first to the last letter that is left, of those that are left together."""
    position, exact = selectors.position, selectors.quote.exact
    left = [where[old] for old in range(position.start, position.end) if old in where]
    if not left:
        return Case(selectors, None, is_same=False, is_findable=False)
    place = _largest_part(left, len(exact))
    here = new[place.start : place.end]
    errors = Levenshtein.distance(exact, here)
    return Case(selectors, place, here == exact, errors <= min(MOST_ERRORS, len(exact) // 2))


def _largest_part(places: list[int], gap: int) -> TextPosition:
    """Where a swap tore words apart, the larger part. What was inserted between may be as long as the words."""
    parts: list[list[int]] = []
    for place in places:
        if not parts or not 0 < place - parts[-1][-1] <= gap + 1:
            parts.append([])
        parts[-1].append(place)
    largest = max(parts, key=len)
    return TextPosition(largest[0], largest[-1] + 1)


def _shared(one: TextPosition, other: TextPosition) -> float:
    both = min(one.end, other.end) - max(one.start, other.start)
    return max(both, 0) / (max(one.end, other.end) - min(one.start, other.start))


def _with_old_text(revision: Revision) -> Find:
    anchorer = Anchorer(revision.new, revision.old)
    return lambda selectors: anchorer.find(selectors).place


def _alone(revision: Revision) -> Find:
    anchorer = Anchorer(revision.new)
    return lambda selectors: anchorer.find(selectors).place


def _plain_peer(revision: Revision) -> Find:
    """What is written in an afternoon: the hit nearest to the old place, else the longest common words of difflib."""
    words = Words.of(revision.new)
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(words.keys)

    def find(selectors: Selectors) -> TextPosition | None:
        exact, hits, at = selectors.quote.exact, [], -1
        while (at := revision.new.find(exact, at + 1)) >= 0:
            hits.append(at)
        if hits:
            start = min(hits, key=lambda hit: abs(hit - selectors.position.start))
            return TextPosition(start, start + len(exact))
        own = Words.of(exact)
        matcher.set_seq1(own.keys)
        match = matcher.find_longest_match()
        if not match.size:
            return None
        start = max(words.starts[match.b] - own.starts[match.a], 0)
        return TextPosition(start, min(start + len(exact), len(revision.new)))

    return find


FINDERS = {"with old text": _with_old_text, "selectors alone": _alone, "plain peer": _plain_peer}


def _tally(kinds: list[str], seeds: tuple[int, ...]) -> dict[str, Tally]:
    tallies = {name: Tally() for name in FINDERS}
    for seed in seeds:
        revision = _revise(seed, kinds)
        for name, make in FINDERS.items():
            find = make(revision)
            for case in revision.cases:
                tallies[name].add(case, find(case.selectors))
    return tallies


def test_precision_and_recall() -> None:
    print(f"\n{PASSAGES:,} passages, {WORDS:,} words, {CHANGES} edits: precision, recall, wrong of all placed")
    print(f"{'':<22}" + "".join(f"{name:<28}" for name in FINDERS))
    for kind in EDITS:
        _show(kind, _tally([kind], SEEDS[:3]))
    mixed = _tally(list(EDITS), SEEDS)
    _show("all kinds together", mixed)
    assert mixed["with old text"].precision >= LEAST_PRECISION
    assert mixed["with old text"].recall >= LEAST_RECALL


def _show(kind: str, tallies: dict[str, Tally]) -> None:
    print(f"{kind:<22}" + "".join(f"{tally!s:<28}" for tally in tallies.values()))


@pytest.mark.parametrize("passages", [PASSAGES])
def test_time(passages: int) -> None:
    """Against one search for each quote, the least that anybody does, and one fuzzy pass of RapidFuzz for each."""
    revision = _revise(1, list(EDITS))
    asked = [case.selectors for case in revision.cases]

    def ours(make: Callable[[Revision], Find]) -> Callable[[], None]:
        def run() -> None:
            find = make(revision)
            for selectors in asked:
                find(selectors)

        return run

    def exact() -> None:
        for selectors in asked:
            revision.new.find(selectors.quote.exact)

    def fuzzy() -> None:
        for selectors in asked:
            fuzz.partial_ratio_alignment(selectors.quote.exact, revision.new)

    least, pass_ = _seconds(exact), _seconds(fuzzy)
    print(
        f"\n{passages:,} passages: one search each {1000 * least:.0f} ms, one RapidFuzz pass each {1000 * pass_:.0f} ms"
    )
    for name, make in FINDERS.items():
        took = _seconds(ours(make))
        print(
            f"{name:<16} {1000 * took:>6.0f} ms: {took / least:>5.1f} times the search, {took / pass_:.2f} of the pass"
        )


def _seconds(run: Callable[[], None]) -> float:
    """Of the processor, the best of three."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        run()
        times.append(time.process_time() - begun)
    return min(times)
