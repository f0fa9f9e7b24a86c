"""Where the words of an old text stand in a new one, also where paragraphs or sentences were moved.

After Paul Heckel, "A technique for isolating differences between files" (1978): what stands once in both texts belongs
together, and so do equal neighbours of what belongs together. Done for paragraphs, then for the sentences that are
left, then for runs of words, because a longer piece is less often the same by chance. All of it takes linear time.
"""

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.annotations.words import Words
from app.essays.selectors import TextPosition

_PARAGRAPH_END = re.compile(r"\n\s*\n")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s|[。！？｡؟۔।॥]+|\n")
# Words in a run that stands once in both texts. Shorter ones are common phrases, and tell nothing.
RUNS = (8, 4)
# A unit that stands twice becomes single when its twin has found its place; more rounds found nothing more.
ROUNDS = 2
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The region of the new text to which most of the words around an old range went."""

    place: TextPosition
    old: TextPosition  # The range and its surroundings, in the old text.


class TextMap:
    """Each word of the old text belongs to at most one of the new text, and the other way round."""

    def __init__(self, old_text: str, new_text: str) -> None:
        self._old_text, self._new_text = old_text, new_text
        self._old, self._new = Words.of(old_text), Words.of(new_text)
        self._went = [NOWHERE] * len(self._old.keys)
        self._came = [NOWHERE] * len(self._new.keys)
        self._match_units(_PARAGRAPH_END)
        self._match_units(_SENTENCE_END)
        for length in RUNS:
            for _ in range(ROUNDS):
                if not self._match_runs(length):
                    break
                self._spread()

    def image(self, place: TextPosition) -> TextPosition | None:
        """Where the same words stand, if they went there together and unchanged."""
        first, behind = self._old.touching(place.start, place.end)
        target = self._went[first] if first < behind else NOWHERE
        if target == NOWHERE or self._went[first:behind] != list(range(target, target + behind - first)):
            return None
        start = self._new.starts[target] + place.start - self._old.starts[first]
        end = start + place.end - place.start
        is_same = self._new_text[start:end] == self._old_text[place.start : place.end]
        return TextPosition(start, end) if is_same else None

    def neighbourhood(self, place: TextPosition, around: int, *, without: bool = False) -> Neighbourhood | None:
        """Where most of the range and of the `around` words on each side went; None where nothing is left of them.

        `without` asks for the words on each side alone.
        """
        first, behind = self._old.touching(place.start, place.end)
        begin, end = max(first - around, 0), min(behind + around, len(self._old.keys))
        asked = self._went[begin:first] + self._went[behind:end] if without else self._went[begin:end]
        targets = sorted(target for target in asked if target != NOWHERE)
        if not targets:
            return None
        cluster = max(_clusters(targets, end - begin), key=len)
        slack = end - begin - len(cluster) + around
        low, high = max(cluster[0] - slack, 0), min(cluster[-1] + slack, len(self._new.keys) - 1)
        return Neighbourhood(
            TextPosition(self._new.starts[low], self._new.ends[high]),
            TextPosition(self._old.starts[begin], self._old.ends[end - 1]),
        )

    def is_foreign(self, new_place: TextPosition, old_place: TextPosition) -> bool:
        """Whether most words at the new place are known to come from elsewhere than the old place."""
        first, behind = self._old.touching(old_place.start, old_place.end)
        low, high = self._new.touching(new_place.start, new_place.end)
        origins = self._came[low:high]
        foreign = sum(1 for origin in origins if origin != NOWHERE and not first <= origin < behind)
        return 2 * foreign > len(origins)

    def _match_units(self, end_of_unit: re.Pattern[str]) -> None:
        old_units = _units(self._old, self._old_text, end_of_unit)
        new_units = _units(self._new, self._new_text, end_of_unit)
        old_keys = [self._key(self._old, self._went, unit) for unit in old_units]
        new_keys = [self._key(self._new, self._came, unit) for unit in new_units]
        for number, partner in enumerate(_pair_up(old_keys, new_keys)):
            if partner != NOWHERE:
                self._join(old_units[number][0], new_units[partner][0], len(old_keys[number] or ()))

    @staticmethod
    def _key(words: Words, joined: Sequence[int], unit: tuple[int, int]) -> tuple[str, ...] | None:
        """What the unit says, or None if it has its partner."""
        first, behind = unit
        return tuple(words.keys[first:behind]) if joined[first] == NOWHERE else None

    def _join(self, old: int, new: int, length: int) -> None:
        self._went[old : old + length] = range(new, new + length)
        self._came[new : new + length] = range(old, old + length)

    def _match_runs(self, length: int) -> bool:
        """Joins what it can, and says whether that was anything."""
        has_joined = False
        old_runs = _single_runs(self._old.keys, self._went, length)
        new_runs = _single_runs(self._new.keys, self._came, length)
        for key, old in old_runs.items():
            new = new_runs.get(key, NOWHERE)
            if old != NOWHERE and new != NOWHERE and self._are_free(old, new, length):
                self._join(old, new, length)
                has_joined = True
        return has_joined

    def _are_free(self, old: int, new: int, length: int) -> bool:
        """Runs overlap: a word of theirs may by now belong to just this partner, but to no other."""
        return all(
            self._went[old + step] in (NOWHERE, new + step) and self._came[new + step] in (NOWHERE, old + step)
            for step in range(length)
        )

    def _spread(self) -> None:
        """Equal neighbours of what belongs together belong together."""
        for step, order in ((1, range(len(self._went))), (-1, range(len(self._went) - 1, -1, -1))):
            for old in order:
                new = self._went[old]
                if new != NOWHERE and self._can_join(old + step, new + step):
                    self._join(old + step, new + step, 1)

    def _can_join(self, old: int, new: int) -> bool:
        is_inside = 0 <= old < len(self._went) and 0 <= new < len(self._came)
        is_free = is_inside and self._went[old] == self._came[new] == NOWHERE
        return is_free and self._old.keys[old] == self._new.keys[new]


def _units(words: Words, text: str, end_of_unit: re.Pattern[str]) -> list[tuple[int, int]]:
    """Ranges of words between two ends; together they are all words."""
    cuts = [0, *(words.touching(end.end(), len(text))[0] for end in end_of_unit.finditer(text)), len(words.keys)]
    return [(first, behind) for first, behind in pairwise(cuts) if first < behind]


def _pair_up(old: Sequence[Hashable | None], new: Sequence[Hashable | None]) -> list[int]:
    """For each old unit the new one that it became, or NOWHERE. Beginning and end of the texts count as a pair."""
    pairs, taken = [NOWHERE] * len(old), {number for number, key in enumerate(new) if key is None}
    for _ in range(ROUNDS):
        old_places = _single(old, (number for number, pair in enumerate(pairs) if pair == NOWHERE))
        new_places = _single(new, (number for number in range(len(new)) if number not in taken))
        for key in old_places.keys() & new_places.keys():
            pairs[old_places[key]] = new_places[key]
            taken.add(new_places[key])
        _pair_neighbours(old, new, pairs, taken, 1)
        _pair_neighbours(old, new, pairs, taken, -1)
    return pairs


def _pair_neighbours(
    old: Sequence[Hashable | None], new: Sequence[Hashable | None], pairs: list[int], taken: set[int], step: int
) -> None:
    order = range(len(old)) if step == 1 else range(len(old) - 1, -1, -1)
    edge = NOWHERE if step == 1 else len(new)
    for number in order:
        before = number - step
        partner = (pairs[before] if 0 <= before < len(old) else edge) + step
        is_behind_pair = not 0 <= before < len(old) or pairs[before] != NOWHERE
        can_pair = pairs[number] == NOWHERE and old[number] is not None and 0 <= partner < len(new)
        if is_behind_pair and can_pair and partner not in taken and old[number] == new[partner]:
            pairs[number] = partner
            taken.add(partner)


def _single(keys: Sequence[Hashable | None], numbers: Iterable[int]) -> dict[Hashable, int]:
    """Of these units, the ones that say what no other says."""
    places: dict[Hashable, int] = {}
    for number in numbers:
        key = keys[number]
        if key is not None:
            places[key] = NOWHERE if key in places else number
    return {key: number for key, number in places.items() if number != NOWHERE}


def _single_runs(keys: Sequence[str], joined: Sequence[int], length: int) -> dict[tuple[str, ...], int]:
    """Where each run of so many free words stands; NOWHERE if it stands more than once."""
    runs: dict[tuple[str, ...], int] = {}
    free = 0
    for place, partner in enumerate(joined):
        free = free + 1 if partner == NOWHERE else 0
        if free >= length:
            run = tuple(keys[place + 1 - length : place + 1])
            runs[run] = NOWHERE if run in runs else place + 1 - length
    return runs


def _clusters(targets: Sequence[int], gap: int) -> list[list[int]]:
    """The sorted numbers, parted wherever two lie further apart than `gap`."""
    clusters = [[targets[0]]]
    for before, target in pairwise(targets):
        if target - before > gap:
            clusters.append([])
        clusters[-1].append(target)
    return clusters
