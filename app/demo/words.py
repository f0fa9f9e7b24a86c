"""What simulated participants write: plainly by a program, about the essay's own words, the same for every side."""

from random import Random

from app.models import Relation

QUOTE_LENGTH = 110  # Of a claim, within another claim.

TO_ARGUMENT = {
    Relation.SUPPORT: [
        "Simulated reply: what the essay says here is a reason to hold that “{claim}”.",
        "Simulated reply: read together with its passage, “{claim}” stands.",
    ],
    Relation.REBUT: [
        "Simulated reply: the passage can also be read against “{claim}”.",
        "Simulated reply: more would be needed before one could hold that “{claim}”.",
    ],
    Relation.UNDERCUT: [
        "Simulated reply: even if “{claim}”, this does not settle what it was brought up to show.",
        "Simulated reply: one can grant that “{claim}” and still not grant what follows from it here.",
    ],
}
TO_REPLY = {
    Relation.SUPPORT: "Simulated reply: the reply above takes “{claim}” as the essay means it.",
    Relation.REBUT: "Simulated reply: the reply above passes over a part of what “{claim}” says.",
    Relation.UNDERCUT: "Simulated reply: the reply above may be right about “{claim}” and leave the step from it open.",
}
GROUNDS = (
    "This was written by a program to show how a debate with many participants looks. It adds nothing to the essay and "
    "is nobody's opinion. It is about these words:\n\n> {words}"
)
NOTES = [
    "Simulated note: a reader marked this to come back to it.",
    "Simulated note: several arguments here rest on this passage.",
]
QUESTIONS = [
    "Simulated question: does this speak to the motion itself, or to a step on the way to it?",
    "Simulated question: which of the positions could say this as well?",
]
FLAG_WORDS = "Simulated flag: made to fill the moderators' queue."
EXPLANATION = "Simulated decision: it shows how a hidden reply and its statement of reasons look to readers."


def write_reply(random: Random, relation: Relation, claim: str, *, is_to_reply: bool) -> str:
    """`claim` is the essay's argument that the exchange is about."""
    words = TO_REPLY[relation] if is_to_reply else random.choice(TO_ARGUMENT[relation])
    return words.format(claim=shorten(claim))


def shorten(claim: str) -> str:
    """The claim's first words, without its full stop, to stand within a sentence."""
    claim = claim.rstrip(".")
    if len(claim) <= QUOTE_LENGTH:
        return claim
    return claim[:QUOTE_LENGTH].rpartition(" ")[0] + " …"
