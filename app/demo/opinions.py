"""Which way simulated participants vote: camps that lean to one position each, and one between them."""

from dataclasses import dataclass
from math import exp
from random import Random

from app.models import VoteValue

LEANING = 1.4  # On the logit scale: four in five of a camp agree with an argument of their side.
APPEAL_SPREAD = 0.9  # Some arguments convince nearly all of a camp, and some of the others; some fall flat.
PASS_SHARE = 0.12
CHANGE_SHARE = 0.25  # Stances that are not any more what they were at first.


@dataclass(frozen=True, slots=True)
class Participant:
    user_id: int
    camp: int | None  # The index of a position; none for those between.
    activity: float  # The share of arguments that they vote on.


def make_participants(random: Random, user_ids: list[int], positions: int) -> list[Participant]:
    """Camps of equal size. Few vote on nearly everything, many on little, as on every site."""
    camps = [*range(positions), None]
    return [
        Participant(user_id, camps[number % len(camps)], 0.15 + 0.8 * random.random() ** 2)
        for number, user_id in enumerate(user_ids)
    ]


def draw_vote(random: Random, participant: Participant, side: int | None, appeal: float) -> VoteValue:
    """`side` is the index of the argument's position, `appeal` how convincing it is, 0 for the usual."""
    if random.random() < PASS_SHARE:
        return VoteValue.PASS
    leaning = 0.0 if participant.camp is None or side is None else LEANING if participant.camp == side else -LEANING
    does_agree = random.random() < 1 / (1 + exp(-(leaning + appeal)))
    return VoteValue.AGREE if does_agree else VoteValue.DISAGREE


def draw_appeal(random: Random, *, is_from_essay: bool) -> float:
    """What a program wrote convinces less, so that the essay's own arguments lead the pages."""
    return random.gauss(0.4 if is_from_essay else -0.3, APPEAL_SPREAD)


def draw_stances(random: Random, participant: Participant, positions: int) -> tuple[int | None, int | None]:
    """The first and the latest stance, as indexes of positions; none is undecided."""
    choices = [*range(positions), None]
    latest = participant.camp
    first = random.choice(choices) if random.random() < CHANGE_SHARE else latest
    return first, latest
