"""How often somebody agreed: share, interval, by rule, by month, beyond chance."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import HouseRule, Verdict
from app.moderation.practice.agreement import LEAST_FOR_KAPPA, Answers, Share, find_kappa, measure

LEAVE, HIDE = Verdict.LEAVE, Verdict.HIDE
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def answers(action: Verdict, settled: Verdict, times: int, month: date = NOVEMBER) -> Answers:
    rules = [HouseRule.CIVIL if each == HIDE else None for each in (action, settled)]
    return Answers(month, action, rules[0], settled, rules[1], times)


# Wilson's interval by the published formula, computed apart.
@pytest.mark.parametrize(
    ("part", "whole", "interval"),
    [(0, 0, (0, 100)), (0, 10, (0, 28)), (10, 10, (72, 100)), (8, 10, (49, 94)), (50, 100, (40, 60))],
)
def test_the_interval_is_wilsons(part: int, whole: int, interval: tuple[int, int]) -> None:
    assert Share(part, whole).interval == interval


@given(st.integers(1, 500).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_interval_holds_the_share_and_stays_within_bounds(counts: tuple[int, int]) -> None:
    share = Share(*counts)
    low, high = share.interval
    assert 0 <= low <= share.percent <= high <= 100


def test_kappa_is_one_for_full_agreement_nought_for_chance_and_cohens_between() -> None:
    assert find_kappa([answers(HIDE, HIDE, 8), answers(LEAVE, LEAVE, 5)]) == 1
    assert find_kappa([answers(a, b, 5) for a in Verdict for b in Verdict]) == 0
    # Twenty and fifteen agreed, five and ten not: 0.7 seen, 0.5 expected.
    table = [answers(HIDE, HIDE, 20), answers(HIDE, LEAVE, 5), answers(LEAVE, HIDE, 10), answers(LEAVE, LEAVE, 15)]
    assert find_kappa(table) == pytest.approx(0.4)


def test_kappa_is_left_out_where_it_would_say_nothing() -> None:
    assert find_kappa([answers(HIDE, HIDE, LEAST_FOR_KAPPA - 2), answers(LEAVE, LEAVE, 1)]) is None
    assert find_kappa([answers(HIDE, HIDE, 50)]) is None
    assert find_kappa([]) is None


def test_who_always_hides_agrees_by_chance_alone() -> None:
    assert find_kappa([answers(HIDE, HIDE, 10), answers(HIDE, LEAVE, 10)]) == 0


def test_agreement_is_told_by_rule_and_by_month() -> None:
    other_rule = Answers(OCTOBER, HIDE, HouseRule.NO_SPAM, HIDE, HouseRule.CIVIL, 1)
    found = measure([answers(HIDE, HIDE, 3), answers(HIDE, LEAVE, 2), other_rule])
    assert (found.whole.part, found.whole.whole) == (4, 6)
    assert [(line.rule, line.agreed.part, line.agreed.whole, line.same_rule) for line in found.by_rule] == [
        (None, 0, 2, 0), (HouseRule.CIVIL, 4, 4, 3)
    ]  # fmt: skip
    assert [(month, share.part, share.whole) for month, share in found.by_month] == [(NOVEMBER, 3, 5), (OCTOBER, 1, 1)]
