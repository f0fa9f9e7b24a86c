"""What a flag weighs, from who sends it and how their earlier flags ended. Pure.

    weight = max(0, 1 + trust level (+ 5 for staff) + accuracy bonus)

The accuracy bonus counts after more than five handled flags. With n of them, of which the share p was agreed with:

    d     = (p − 0.7) / 0.3   where p ≥ 0.7
            (p − 0.7) / 0.7   below
    bonus = 5 · d · log₄(n)

So it is 0 at 70 % whatever n is, about +10.8 at 100 % and −10.8 at 0 % with twenty flags. The formula is Discourse's.
A flag never weighs less than nothing: else those who are often wrong could protect a text by flagging it.
"""

from dataclasses import dataclass
from math import log

STAFF_BONUS = 5  # Moderators and hosts know the rules; that nobody hides alone is seen to apart from weights.
ACCURACY_AXIS = 0.7  # The share agreed with at which flags weigh as those of somebody unknown.
ACCURACY_SCALE = 5.0
ACCURACY_LEAST = 5  # Handled flags up to which a share says too little.
HIDE_AT = 8.3  # A case's score from which a debate that wants it hides the item until a moderator has looked.
SCORE_DIGITS = 1  # As shown, so that what is shown adds up.


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody who flags, as they stand on that day."""

    trust_level: int
    is_staff: bool
    agreed_count: int
    handled_count: int  # Of their flags, on which a moderator has decided; those agreed with are some of them.


@dataclass(frozen=True, slots=True)
class Part:
    """One summand of a weight, in words for moderators."""

    value: float
    words: str


def accuracy_bonus(agreed_count: int, handled_count: int) -> float:
    """Between about −15 and +15 for what people reach: it grows with the logarithm of the number of flags."""
    if handled_count <= ACCURACY_LEAST:
        return 0.0
    distance = agreed_count / handled_count - ACCURACY_AXIS
    scaled = distance / (1 - ACCURACY_AXIS) if distance >= 0 else distance / ACCURACY_AXIS
    return ACCURACY_SCALE * scaled * log(handled_count, 4)


def explain_weight(reporter: Reporter) -> list[Part]:
    """The summands of a weight; where they come to less than nothing, the flag weighs nothing."""
    parts = [Part(1.0, "for any flag"), Part(float(reporter.trust_level), f"for trust level {reporter.trust_level}")]
    if reporter.is_staff:
        parts.append(Part(float(STAFF_BONUS), "for a moderator or host"))
    if reporter.handled_count > ACCURACY_LEAST:
        bonus = round(accuracy_bonus(reporter.agreed_count, reporter.handled_count), SCORE_DIGITS)
        words = f"as moderators agreed with {reporter.agreed_count} of {reporter.handled_count} earlier flags"
        parts.append(Part(bonus, words))
    return [part for part in parts if part.value]


def weigh_flag(reporter: Reporter) -> float:
    return max(0.0, round(sum(part.value for part in explain_weight(reporter)), SCORE_DIGITS))
