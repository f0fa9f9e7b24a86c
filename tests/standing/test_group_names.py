import numpy as np

from app.standing.group_names import name_groups


def names(found: list[int], before: list[int], count: int) -> list[int]:
    return name_groups(np.array(found, np.int64), count, np.array(before, np.int8)).tolist()


def test_first_groups_are_numbered_by_size() -> None:
    assert names([0, 1, 1, 2, 2, 2], [0] * 6, 3) == [3, 2, 1]
    assert names([], [], 1) == [1]


def test_a_group_keeps_its_number_where_most_of_its_people_went() -> None:
    assert names([0, 0, 0, 1, 1, 1], [2, 2, 1, 1, 1, 0], 2) == [2, 1]


def test_the_smaller_part_of_a_group_that_split_gets_a_new_number() -> None:
    assert names([0, 0, 0, 1, 1, 2], [1, 1, 1, 1, 1, 2], 3) == [1, 3, 2]


def test_a_number_that_lost_its_people_is_not_given_to_others_at_once() -> None:
    assert names([0, 0, 0, 1, 1], [1, 1, 2, 0, 0], 2) == [1, 3]
