"""What simulated participants write: plainly by a program, about the essay's own words, the same for every side."""

from random import Random

from app.models import Relation

QUOTE_LENGTH = 110  # Of a claim, within another claim.

TO_ARGUMENT = {
    Relation.SUPPORT: [
        "Simulated support: the passage beneath “{claim}” gives a reason for it in its own words.",
        "Simulated support: read together with its passage, “{claim}” stands.",
        "Simulated support: whoever denies “{claim}” would have to read the passage in another way.",
        "Simulated support: “{claim}” asks for less than the passage would carry.",
    ],
    Relation.REBUT: [
        "Simulated rebuttal: the same passage can be read against “{claim}”.",
        "Simulated rebuttal: the passage names one case, and “{claim}” speaks of all of them.",
        "Simulated rebuttal: “{claim}” needs a second source, and the essay names none here.",
        "Simulated rebuttal: the passage describes; “{claim}” draws a conclusion that it does not draw.",
        "Simulated rebuttal: there is a weaker reading of the passage, and under it “{claim}” fails.",
    ],
    Relation.UNDERCUT: [
        "Simulated undercut: even if “{claim}”, this does not settle what it was brought up to show.",
        "Simulated undercut: one can grant that “{claim}” and still take either side of the motion.",
        "Simulated undercut: “{claim}” is about how things are; the motion asks what to do.",
    ],
}
TO_REPLY = {
    Relation.SUPPORT: [
        "Simulated support: the reply above takes “{claim}” as the essay means it.",
        "Simulated support: the reply above can be checked against the passage under “{claim}”.",
    ],
    Relation.REBUT: [
        "Simulated rebuttal: the reply above passes over a part of what “{claim}” says.",
        "Simulated rebuttal: the reply above answers a stronger claim than “{claim}”.",
    ],
    Relation.UNDERCUT: [
        "Simulated undercut: the reply above may be right about “{claim}” and leave the step from it open.",
    ],
}
GROUNDS = (
    "This was written by a program to show how a debate with many participants looks. It adds nothing to the essay and "
    "is nobody's opinion. It is about these words:\n\n> {words}"
)
NOTES = [
    "Simulated note: a reader marked this to come back to it.",
    "Simulated note: several arguments here rest on this passage.",
    "Simulated note: this sentence carries more of the essay than it seems to.",
]
QUESTIONS = [
    "Simulated question: does this speak to the motion itself, or to a step on the way to it?",
    "Simulated question: which of the positions could say this as well?",
    "Simulated question: what would one have to see to find this wrong?",
]
ANSWERS = [
    "Simulated reply: the sentence before this one says under which condition.",
    "Simulated reply: an argument on the same words goes into that.",
    "Simulated reply: that depends on how widely the word is taken.",
]
TAGS = ["wording", "condition", "to be sourced", "key passage"]
FLAG_WORDS = "Simulated flag: made to fill the moderators' queue."
EXPLANATION = "Simulated decision: it shows how a hidden reply and its statement of reasons look to readers."
CREDITS = {
    True: [
        "Simulated reason: this participant was drawn as undecided first, and this claim is of the side drawn later.",
        "Simulated reason: no side at first; of the arguments of the one it moved to, the program drew this one.",
    ],
    False: [
        "Simulated reason: this participant was drawn to change sides, and this claim is of the side it changed to.",
        "Simulated reason: held another position at first; of the new side's arguments the program drew this one.",
    ],
}


def write_reply(random: Random, relation: Relation, claim: str, *, is_to_reply: bool) -> str:
    """`claim` is the essay's argument that the exchange is about."""
    words = random.choice((TO_REPLY if is_to_reply else TO_ARGUMENT)[relation])
    return words.format(claim=shorten(claim))


def say_back(claim: str) -> str:
    """What an argument says, without the word for what it does."""
    said = claim.partition(": ")[2] if claim.startswith("Simulated ") else claim
    return f"Simulated, as its author would put it: {shorten(said)}."


def write_credit(random: Random, *, was_undecided: bool) -> str:
    return random.choice(CREDITS[was_undecided])


def shorten(claim: str) -> str:
    """The claim's first words, without its full stop, to stand within a sentence."""
    claim = claim.rstrip(".")
    if len(claim) <= QUOTE_LENGTH:
        return claim
    return claim[:QUOTE_LENGTH].rpartition(" ")[0] + " …"
