"""How often somebody decides as was settled, and how sure that is. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import NamedTuple

from app.models import HouseRule, Verdict

Z = 1.959964  # 95 % of a normal distribution lie within so many standard deviations.
LEAST_FOR_KAPPA = 10  # Answers: with fewer, one of them moves it by a tenth and more.


class Answers(NamedTuple):
    """Answers that are alike in all that counts here."""

    month: date
    action: Verdict
    house_rule: HouseRule | None
    settled_action: Verdict
    settled_rule: HouseRule | None
    times: int

    @property
    def agrees(self) -> bool:
        return self.action == self.settled_action


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a whole, with the interval in which the true share lies with 95 %."""

    part: int
    whole: int

    @property
    def percent(self) -> int:
        return round(100 * self.part / self.whole) if self.whole else 0

    @property
    def interval(self) -> tuple[int, int]:
        """In percent, after Wilson (1927), which holds for few answers and for shares near 0 and 1."""
        if not self.whole:
            return 0, 100
        n, share = self.whole, self.part / self.whole
        middle = share + Z * Z / (2 * n)
        reach = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        scale = 1 + Z * Z / n
        return round(100 * max(0.0, middle - reach) / scale), round(100 * min(scale, middle + reach) / scale)


class RuleShare(NamedTuple):
    rule: HouseRule | None  # None: it was left as it is.
    agreed: Share
    same_rule: int  # Of those that both hide.


@dataclass(frozen=True, slots=True)
class Agreement:
    whole: Share
    by_rule: list[RuleShare]
    by_month: list[tuple[date, Share]]  # The newest first.
    kappa: float | None  # Nothing where it would say nothing.


def measure(answers: Sequence[Answers]) -> Agreement:
    rules: list[HouseRule | None] = [None, *HouseRule]
    months = sorted({each.month for each in answers}, reverse=True)
    return Agreement(
        _share(answers),
        [found for rule in rules if (found := _of_rule(rule, answers)).agreed.whole],
        [(month, _share(each for each in answers if each.month == month)) for month in months],
        find_kappa(answers),
    )


def find_kappa(answers: Iterable[Answers]) -> float | None:
    """Agreement beyond chance (Cohen 1960): (seen - expected) / (1 - expected), of whether to leave or to hide."""
    table: Counter[tuple[Verdict, Verdict]] = Counter()
    for each in answers:
        table[each.action, each.settled_action] += each.times
    total = table.total()
    own = {verdict: sum(table[verdict, other] for other in Verdict) for verdict in Verdict}
    settled = {verdict: sum(table[other, verdict] for other in Verdict) for verdict in Verdict}
    if total < LEAST_FOR_KAPPA or not all(settled.values()):
        return None
    seen = sum(table[verdict, verdict] for verdict in Verdict) / total
    expected = sum(own[verdict] * settled[verdict] for verdict in Verdict) / total**2
    return (seen - expected) / (1 - expected)


def _share(answers: Iterable[Answers]) -> Share:
    kept = list(answers)
    return Share(sum(each.times for each in kept if each.agrees), sum(each.times for each in kept))


def _of_rule(rule: HouseRule | None, answers: Iterable[Answers]) -> RuleShare:
    """Of the cases that were settled by a rule; what was left as it is has none here, whatever its decision names."""
    settled = Verdict.LEAVE if rule is None else Verdict.HIDE
    kept = [each for each in answers if each.settled_action == settled and rule in (None, each.settled_rule)]
    same = sum(each.times for each in kept if each.agrees and each.house_rule == rule)
    return RuleShare(rule, _share(kept), same if rule else 0)
