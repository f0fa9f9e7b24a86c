"""Which way simulated participants vote: camps that lean to one position each, and one between them."""

from dataclasses import dataclass
from math import exp
from random import Random

from app.models import VoteValue

LEANING = 1.4  # On the logit scale: four in five of a camp agree with an argument of their side.
APPEAL_SPREAD = 0.9  # Some arguments convince nearly all of a camp, and some of the others; some fall flat.
PASS_SHARE = 0.12
NO_STANCE_SHARE = 0.14  # Some vote and never say where they stand.
CHANGE_SHARE = 0.2  # Stances that are not any more what they were at first; most of these were undecided.
CREDIT_SHARE = 0.6  # Of those who moved to a side: the others do not say why.
BETWEEN_SIZE = 0.8  # Of the camp between, where a camp with a side is 1 give or take a little.


@dataclass(frozen=True, slots=True)
class Participant:
    user_id: int
    camp: int | None  # The index of a position; none for those between.
    activity: float  # The share of arguments that they vote on.
    leaning: float  # How strongly the camp shows.


def make_participants(random: Random, user_ids: list[int], positions: int) -> list[Participant]:
    """Camps of nearly equal size. Few vote on nearly everything, many on little, as on every site."""
    camps = [*range(positions), None]
    sizes = [random.uniform(0.9, 1.1) for _ in range(positions)] + [BETWEEN_SIZE]
    return [
        Participant(
            user_id,
            random.choices(camps, sizes)[0],
            0.1 + 0.8 * random.random() ** 2,
            LEANING * random.uniform(0.5, 1.5),
        )
        for user_id in user_ids
    ]


def draw_vote(random: Random, participant: Participant, side: int | None, appeal: float) -> VoteValue:
    """`side` is the index of the argument's position, `appeal` how convincing it is, 0 for the usual."""
    if random.random() < PASS_SHARE:
        return VoteValue.PASS
    strength = participant.leaning if participant.camp == side else -participant.leaning
    leaning = 0.0 if participant.camp is None or side is None else strength
    does_agree = random.random() < 1 / (1 + exp(-(leaning + appeal)))
    return VoteValue.AGREE if does_agree else VoteValue.DISAGREE


def draw_bears(random: Random, appeal: float) -> bool:
    """Whether a reply is to the point is seen more alike than whether it is right."""
    return random.random() < 1 / (1 + exp(-(0.9 + appeal)))


def draw_appeal(random: Random, *, is_from_essay: bool) -> float:
    """What a program wrote convinces less, so that the essay's own arguments lead the pages."""
    return random.gauss(0.4 if is_from_essay else -0.3, APPEAL_SPREAD)


def draw_stances(random: Random, participant: Participant, positions: int) -> tuple[int | None, int | None] | None:
    """The first and the latest stance, as indexes of positions; none is undecided. Nothing for who takes none."""
    if random.random() < NO_STANCE_SHARE:
        return None
    latest = participant.camp
    others = [choice for choice in range(positions) if choice != latest]
    elsewhere = random.choices([None, *others], [2.0, *(1 / len(others) for _ in others)])[0] if others else None
    first = elsewhere if random.random() < CHANGE_SHARE else latest
    return first, latest
