"""Check values are computed by hand from the published formulas."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standing.strength import FORMULAS, Semantics, base_score, left_by, weight

shares = st.lists(st.floats(0, 1), max_size=12)


@pytest.mark.parametrize(
    ("base", "supports", "attacks", "expected"),
    [
        (0.5, [], [0.5], (0.25, 0.4, 0.424522)),
        (0.6, [0.4], [0.4], (0.6, 0.6, 0.6)),
        (0.7, [0.6, 0.8], [0.9, 0.3, 0.5], (0.6685, 0.642202, 0.664158)),
    ],
)
def test_check_values(base: float, supports: list[float], attacks: list[float], expected: tuple[float, ...]) -> None:
    for semantics, value in zip(Semantics, expected, strict=True):
        assert FORMULAS[semantics].strength(base, supports, attacks) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("semantics", "expected"), list(zip(Semantics, (0.788, 0.642855, 0.635178), strict=True))
)  # fmt: skip
def test_a_chain_of_an_attack_on_an_attack_on_a_support(semantics: Semantics, expected: float) -> None:
    strength = FORMULAS[semantics].strength
    attacked = strength(0.7, [], [0.6])
    support = strength(0.8, [], [attacked])
    assert strength(0.5, [support], []) == pytest.approx(expected, abs=1e-6)


def test_a_base_score_without_votes_is_one_half() -> None:
    assert base_score(0, 0) == 0.5
    assert base_score(3, 0) == 0.8
    with pytest.raises(ValueError, match="counted from 0"):
        base_score(-1, 0)


def test_few_voters_halve_what_is_passed_on() -> None:
    assert [weight(voters) for voters in (0, 2, 3)] == [0.5, 0.5, 1.0]


def test_undercuts_leave_the_product_of_what_each_leaves() -> None:
    assert left_by([]) == 1.0
    assert left_by([0.5, 0.2]) == pytest.approx(0.4)


@pytest.mark.parametrize("semantics", Semantics)
@settings(deadline=None)
@given(base=st.floats(0, 1), supports=shares, attacks=shares)
def test_a_strength_stays_between_0_and_1_and_goes_where_energy_points(
    semantics: Semantics, base: float, supports: list[float], attacks: list[float]
) -> None:
    formulas = FORMULAS[semantics]
    strength = formulas.strength(base, supports, attacks)
    energy = formulas.gather(supports) - formulas.gather(attacks)
    assert 0 <= strength <= 1
    assert strength >= base - 1e-12 if energy >= 0 else strength <= base + 1e-12


@pytest.mark.parametrize("semantics", Semantics)
@settings(deadline=None)
@given(base=st.floats(0, 1), attacks=shares, share=st.floats(0, 1))
def test_a_further_attack_never_strengthens(
    semantics: Semantics, base: float, attacks: list[float], share: float
) -> None:
    strength = FORMULAS[semantics].strength
    assert strength(base, [], [*attacks, share]) <= strength(base, [], attacks) + 1e-12


def test_thousands_of_supports_do_not_overflow() -> None:
    assert FORMULAS[Semantics.EULER].strength(0.5, [1.0] * 5000, []) == pytest.approx(1)
    assert FORMULAS[Semantics.QUADRATIC].strength(0.5, [1.0] * 5000, []) < inf
