"""What a run is computed from lasts as bytes, and does not say who is who."""

from array import array
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.standing.run_input import NO_STANCE, RunInput, digest, pack, shuffle, unpack

PEOPLE = st.lists(
    st.tuples(
        st.integers(NO_STANCE, 2), st.integers(NO_STANCE, 2), st.dictionaries(st.integers(0, 5), st.integers(-1, 1))
    ),
    max_size=12,
)


def make_input(people: list[tuple[int, int, dict[int, int]]]) -> RunInput:
    starts, statement, sign = array("q", [0]), array("i"), array("b")
    for *_, votes in people:
        for place in sorted(votes):
            statement.append(place)
            sign.append(votes[place])
        starts.append(len(sign))
    first, latest = (array("b", [person[place] for person in people]) for place in (0, 1))
    before = array("b", bytes(len(people)))
    return RunInput(
        array("q", range(101, 107)), (1, 2), first, latest, before, (2, 3, 1), starts, statement, sign, seed=7
    )


def rows(run: RunInput) -> list[tuple[int, int, list[tuple[int, int]]]]:
    return [(run.first[person], run.latest[person], list(run.votes_of(person))) for person in range(run.people)]


@given(PEOPLE)
def test_bytes_give_the_same_input_again(people: list[tuple[int, int, dict[int, int]]]) -> None:
    run = make_input(people)
    assert unpack(pack(run)) == run
    assert digest(pack(run)) == digest(pack(unpack(pack(run))))


@given(PEOPLE, st.integers())
def test_shuffling_keeps_what_each_said_and_not_where_they_stood(
    people: list[tuple[int, int, dict[int, int]]], seed: int
) -> None:
    run = make_input(people)
    shuffled = shuffle(run, Random(seed))
    assert sorted(rows(shuffled)) == sorted(rows(run))
    assert shuffled.seed != run.seed
