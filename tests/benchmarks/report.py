"""Ratios of two loads that are run in turn, so that a machine whose speed drifts slows both."""

from collections.abc import Callable
from statistics import median

from tests.benchmarks.load import Result

ROUNDS = 3


def compare(ours: Callable[[], Result], limit: Callable[[], Result]) -> tuple[Result, Result, float, float]:
    """Medians of both by rate, and the medians of the pairwise ratios of rate and of processor time."""
    pairs = [(ours(), limit()) for _ in range(ROUNDS)]
    assert not any(result.failures for pair in pairs for result in pair)
    by_rate = sorted(pairs, key=lambda pair: pair[0].rate)[len(pairs) // 2]
    rate_ratio = median(one.rate / other.rate for one, other in pairs)
    cpu_ratio = median(one.cpu / other.cpu for one, other in pairs)
    return *by_rate, rate_ratio, cpu_ratio


def show(case: str, clients: int, ours: Result, limit: Result, rate_ratio: float, cpu_ratio: float, aim: str) -> None:
    print(
        f"{case:<46} {clients:>2} clients  {ours.rate:>6.0f}/s  p95 {ours.p95:>6.1f} ms  cpu {ours.cpu:>5.2f} ms"
        f" | limit {limit.rate:>6.0f}/s  cpu {limit.cpu:>5.2f} ms | rate {rate_ratio:>5.2f} of the limit,"
        f" cpu {cpu_ratio:>5.2f} times it  {aim}"
    )
