"""What a flag weighs, against the figures that are published for the formula."""

import pytest

from app.moderation.flag_weights import HIDE_AT, Reporter, accuracy_bonus, explain_weight, weigh_flag


@pytest.mark.parametrize(
    ("agreed", "handled", "bonus"),
    [
        (20, 20, 10.8),
        (0, 20, -10.8),
        (14, 20, 0.0),
        (7, 10, 0.0),
        (17, 20, 5.4),
        (7, 20, -5.4),
        (6, 6, 6.5),
        (16, 16, 10.0),
    ],
)
def test_accuracy_bonus_has_the_published_values(agreed: int, handled: int, bonus: float) -> None:
    assert accuracy_bonus(agreed, handled) == pytest.approx(bonus, abs=0.05)


@pytest.mark.parametrize("agreed", [0, 3, 5])
def test_accuracy_counts_after_more_than_five_handled_flags(agreed: int) -> None:
    assert accuracy_bonus(agreed, 5) == 0.0


def test_bonus_never_falls_with_the_share_agreed_with() -> None:
    bonuses = [accuracy_bonus(agreed, 50) for agreed in range(51)]
    assert bonuses == sorted(bonuses)


@pytest.mark.parametrize(
    ("reporter", "weight"),
    [
        (Reporter(0, False, 0, 0), 1.0),
        (Reporter(2, False, 0, 0), 3.0),
        (Reporter(1, True, 0, 0), 7.0),
        (Reporter(1, False, 20, 20), 12.8),
        (Reporter(3, True, 14, 20), 9.0),
    ],
)
def test_weight_is_the_sum_of_its_parts(reporter: Reporter, weight: float) -> None:
    assert weigh_flag(reporter) == weight
    assert sum(part.value for part in explain_weight(reporter)) == pytest.approx(weight)


def test_flag_of_somebody_who_is_always_wrong_weighs_nothing_and_not_less() -> None:
    assert weigh_flag(Reporter(1, False, 0, 20)) == 0.0


def test_no_newcomer_hides_anything_alone() -> None:
    assert weigh_flag(Reporter(0, False, 5, 5)) < HIDE_AT
