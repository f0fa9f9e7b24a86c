"""How many people's votes or stances are not in a run as they are now. Of fewer than five, whoever knows of one that
voted meanwhile could find their line by laying two runs side by side."""

from collections import Counter
from collections.abc import Collection
from hashlib import blake2b

import numpy as np

from app.standing.run_input import NO_STANCE, RunInput

FEWEST_CHANGED = 5


def can_follow(now: RunInput, published: RunInput) -> bool:
    """Nobody's line changed (only statements were hidden or added), or those of enough people."""
    changed = count_changed(now, published)
    return changed == 0 or changed >= FEWEST_CHANGED


def count_changed(now: RunInput, published: RunInput) -> int:
    """At least so many people: lines that only one of both has, as lines name nobody. Votes on statements of before
    that only one of both has (hidden meanwhile, or shown again) are no news of anybody, so they are left out.
    """
    newest = max(published.statements, default=0)
    known = set(published.statements)
    compared = [id for id in now.statements if id in known or id > newest]
    before, after = _lines(published, compared), _lines(now, compared)
    return max((before - after).total(), (after - before).total())


def _lines(run: RunInput, compared: Collection[int]) -> Counter[tuple[int, int, bytes]]:
    """Stances and votes of each person, equal where these are; 16 bytes for votes, so that memory does not hold all of
    them twice more. People with neither are no lines."""
    ids = np.asarray(run.statements)[np.asarray(run.statement, dtype=np.int64)]
    is_compared = np.isin(ids, np.asarray(compared, dtype=np.int64))
    votes = (4 * ids + np.asarray(run.sign))[is_compared]
    starts = np.concatenate([[0], np.cumsum(is_compared)])[np.asarray(run.starts, dtype=np.int64)]
    lines = Counter(
        (run.first[person], run.latest[person], _short(votes[starts[person] : starts[person + 1]].tobytes()))
        for person in range(run.people)
    )
    del lines[NO_STANCE, NO_STANCE, _short(b"")]
    return lines


def _short(votes: bytes) -> bytes:
    return blake2b(votes, digest_size=16).digest()
