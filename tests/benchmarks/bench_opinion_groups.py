"""Opinion groups from votes in random order, against a bare sparse SVD and one k-means; resamples and memory apart."""

import multiprocessing
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from scipy import sparse
from scipy.cluster.vq import kmeans2
from scipy.sparse.linalg import svds

from app.standing.bridging import rank_bridges
from app.standing.opinion_groups import OpinionGroups, find_opinion_groups
from app.standing.representative import count_by_group, representative_statements
from app.standing.stability import measure_stability
from app.standing.vote_table import VoteTable, make_vote_table
from tests.standing.crowds import Crowd, make_crowd

ROUNDS = 5
VOTES_EACH = 40
SIZES = [(1_000, 200, "60 ms"), (10_000, 500, "250 ms"), (100_000, 1_000, "2,000 ms")]


def clocks(act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the wall and of processor time: on a busy machine the second says more."""
    began, processor = time.perf_counter(), time.process_time()
    act()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - processor)


def find(crowd: Crowd) -> OpinionGroups:
    return find_opinion_groups(crowd.table())


def centred(votes: VoteTable) -> sparse.csr_array:
    values = votes.sign - votes.means()[votes.statement]
    return sparse.csr_array((values, (votes.person, votes.statement)), shape=(votes.people, votes.statements))


def bare(matrix: sparse.csr_array) -> None:
    """From a matrix that is ready; the votes are not even sorted in it."""
    _, _, directions = svds(matrix, k=2, random_state=1)
    kmeans2(matrix @ directions.T, 3, minit="++", rng=1)


@pytest.mark.parametrize(("people", "statements", "aim"), SIZES)
def test_groups_against_a_bare_decomposition(people: int, statements: int, aim: str) -> None:
    crowd = make_crowd(people, statements, VOTES_EACH)
    votes = crowd.table()
    matrix = centred(votes)
    pairs = [(clocks(partial(find, crowd)), clocks(partial(bare, matrix))) for _ in range(ROUNDS)]
    (wall, processor), (bare_wall, bare_processor) = (
        tuple(median(pair[one][clock] for pair in pairs) for clock in (0, 1)) for one in (0, 1)
    )
    ratios = [median(ours[clock] / limit[clock] for ours, limit in pairs) for clock in (0, 1)]
    fastest = min(ours[0] for ours, _ in pairs)
    print(
        f"\n{people:>7,} × {statements:>5,}, {len(votes.sign):>9,} votes  {wall:>6.0f} ms (best {fastest:.0f}, cpu"
        f" {processor:.0f}) | bare {bare_wall:>6.0f} ms (cpu {bare_processor:.0f}) | {ratios[0]:.2f} times it, cpu"
        f" {ratios[1]:.2f}  (aim: {aim}, without resamples)"
    )
    found = find(crowd)
    assert len(found.numbers) == 3
    for name, act in (
        ("20 resamples of the statements", lambda: measure_stability(votes, found)),
        ("what each group stands for", lambda: count_and_choose(votes, found)),
    ):
        print(f"{name:>40}  {clocks(act)[0]:>7.0f} ms")


def count_and_choose(votes: VoteTable, found: OpinionGroups) -> None:
    representative_statements(count_by_group(votes, found.groups, found.numbers))


@pytest.mark.parametrize(("people", "statements"), [size[:2] for size in SIZES[:2]])
def test_bridging(people: int, statements: int) -> None:
    votes = make_crowd(people, statements, VOTES_EACH).table()
    wall, processor = clocks(lambda: rank_bridges(votes))
    print(f"\n{people:>7,} × {statements:>5,}  bridging {wall:>6.0f} ms (cpu {processor:.0f})")


def peak_memory(folder: str, people: int, statements: int) -> float:
    """MB, of a process that reads the votes, finds the groups and does nothing else."""
    votes = (np.load(Path(folder, f"{name}.npy")) for name in ("person", "statement", "sign"))
    find_opinion_groups(make_vote_table(*votes, people, statements))
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1000


@pytest.mark.parametrize(("people", "statements"), [size[:2] for size in SIZES])
def test_peak_memory(people: int, statements: int, tmp_path: Path) -> None:
    crowd = make_crowd(people, statements, VOTES_EACH)
    for name in ("person", "statement", "sign"):
        np.save(tmp_path / f"{name}.npy", getattr(crowd, name))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        peak = pool.apply(peak_memory, (str(tmp_path), people, statements))
    inputs = 3 * crowd.sign.nbytes / 1e6
    print(
        f"\n{people:>7,} × {statements:>5,}  peak of the process {peak:>4.0f} MB, of which {inputs:.0f} MB are votes as"
        f" given | the filled matrix would be {people * statements * 8 / 1e6:.0f} MB  (aim: 600 MB)"
    )
