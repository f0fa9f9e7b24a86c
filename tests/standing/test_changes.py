"""A run follows another one only where nobody can be told by the difference."""

from dataclasses import replace

from app.standing.changes import can_follow, count_changed
from app.standing.run_input import RunInput, shuffle
from tests.standing.test_run_input import make_input

People = list[tuple[int, int, dict[int, int]]]
PEOPLE: People = [(1, 1, {0: 1, 1: number % 3 - 1, 4: -1}) for number in range(9)]


def changed(some: int) -> People:
    """So many people have changed their vote on the first statement."""
    return [
        (first, latest, {**votes, 0: -1} if place < some else votes)
        for place, (first, latest, votes) in enumerate(PEOPLE)
    ]


def without(run: RunInput, statement: int) -> RunInput:
    """The statement of this index, on which nobody voted, is not there."""
    kept = [place for place in range(len(run.statements)) if place != statement]
    moved = {place: index for index, place in enumerate(kept)}
    statements, places = run.statements[:0], run.statement[:0]
    statements.extend(run.statements[place] for place in kept)
    places.extend(moved[place] for place in run.statement)
    return replace(run, statements=statements, statement=places)


def test_the_order_of_people_is_no_change() -> None:
    run = make_input(PEOPLE)
    assert count_changed(shuffle(run), run) == 0
    assert can_follow(shuffle(run), run)


def test_people_who_changed_a_vote_a_stance_came_or_left_are_counted() -> None:
    run = make_input(PEOPLE)
    assert count_changed(make_input(changed(3)), run) == 3
    assert count_changed(make_input([(1, 2, PEOPLE[0][2]), *PEOPLE[1:]]), run) == 1
    assert count_changed(make_input([*PEOPLE, (-1, -1, {2: 1}), (0, 0, {})]), run) == 2
    assert count_changed(make_input(PEOPLE[4:]), run) == 4


def test_one_to_four_cannot_be_published_and_five_can() -> None:
    run = make_input(PEOPLE)
    assert [can_follow(make_input(changed(some)), run) for some in range(7)] == [True, *[False] * 4, True, True]


def test_a_hidden_statement_hides_nobody_and_shows_nobody() -> None:
    """All lost their vote on it; who also changed another vote is as visible as ever."""
    run = make_input(PEOPLE)
    hidden = [
        (first, latest, {place: sign for place, sign in votes.items() if place != 4}) for first, latest, votes in PEOPLE
    ]
    assert count_changed(without(make_input(hidden), 4), run) == 0
    one_more = [(1, 1, {**hidden[0][2], 0: -1}), *hidden[1:]]
    assert count_changed(without(make_input(one_more), 4), run) == 1
    assert (
        count_changed(make_input([(1, 1, {**PEOPLE[0][2], 0: -1}), *PEOPLE[1:]]), without(make_input(hidden), 4)) == 1
    )


def test_votes_on_a_new_statement_count() -> None:
    published = without(make_input(PEOPLE), 5)
    voted = [
        (first, latest, {**votes, 5: 1} if place < 6 else votes) for place, (first, latest, votes) in enumerate(PEOPLE)
    ]
    assert count_changed(make_input(voted), published) == 6
