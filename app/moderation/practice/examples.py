"""Made-up cases to begin with, one for each house rule and as many that are left: about nothing that divides people
outside this file, and by nobody. They stand in no debate.
"""

from collections.abc import Mapping
from typing import NamedTuple

from app.models import FlagReason, HouseRule, Verdict

CLUB = "Should the chess club meet on Tuesdays or on Thursdays?"
KETTLE = "Should the kitchen of the club have a kettle or an urn?"


class Example(NamedTuple):
    motion: str
    word: str
    path: tuple[str, ...]
    claim: str  # Of an argument; a note has a body alone.
    body: str
    grounds: tuple[tuple[FlagReason, str], ...]
    verdict: Verdict
    house_rule: HouseRule | None
    explanation: str


EXAMPLES: Mapping[str, Example] = {
    "made-up-1": Example(
        CLUB, "argument", ("Thursdays are better, as the hall is free until ten.",),
        "Nobody with a working head believes that the hall is free until ten.",
        "Whoever wrote this cannot read a timetable, as usual.",
        ((FlagReason.ABUSE, "It insults instead of answering."),), Verdict.HIDE, HouseRule.CIVIL,
        "It says nothing about the hall. It says that whoever wrote the other argument is too foolish to read.",
    ),
    "made-up-2": Example(
        CLUB, "argument", ("Thursdays are better, as the hall is free until ten.",),
        "This is simply wrong: the hall closes at nine on Thursdays.",
        "The notice on its door says nine. Whoever plans an evening until ten stands in the street for an hour.",
        ((FlagReason.ABUSE, "To call it simply wrong is rude."), (FlagReason.OTHER, "It closes at ten, I was there.")),
        Verdict.LEAVE, None,
        "It is blunt about a claim, not about a person. Who thinks that the hall closes at ten can say so in a reply.",
    ),
    "made-up-3": Example(
        CLUB, "argument", (), "The club should buy clocks with larger figures.",
        "The figures are hard to read from across the table, whatever the day.",
        ((FlagReason.OFF_TOPIC, "It has nothing to do with days."),), Verdict.HIDE, HouseRule.ON_TOPIC,
        "It may be a good idea, but it bears neither on Tuesdays nor on Thursdays.",
    ),
    "made-up-4": Example(
        CLUB, "argument", (), "On Tuesdays the buses run later, so that more people can come.",
        "The last one leaves at eleven on Tuesdays and at ten on Thursdays.",
        ((FlagReason.OFF_TOPIC, "We debate days, not buses."),), Verdict.LEAVE, None,
        "How people get there differs between the two days, so it bears on the motion.",
    ),
    "made-up-5": Example(
        KETTLE, "argument", ("An urn keeps water hot for a whole evening.",),
        "I am not the one who wrote the argument above, and I agree with every word of it.",
        "As a second member I can confirm it.",
        ((FlagReason.IMPERSONATION, "Both are from one person: the profile of the one names the other."),),
        Verdict.HIDE, HouseRule.HONEST,
        "Both accounts say on their pages that they are the same person. Nobody speaks here as two.",
    ),
    "made-up-6": Example(
        KETTLE, "note", (), "", "Does the text say how many cups the urn holds? I could not find it.",
        ((FlagReason.SPAM, ""),), Verdict.LEAVE, None,
        "A question about the passage, asked once. The flag gives no reason, and there is none to see.",
    ),
    "made-up-7": Example(
        KETTLE, "argument", ("The kettle was switched off at night, as it should be.",),
        "It was left on, and everybody can ask why at the door of whoever has the key.",
        "That is the green door above the bakery, second floor; they come home at six.",
        ((FlagReason.ABUSE, "It tells where somebody lives."),), Verdict.HIDE, HouseRule.PRIVACY,
        "Where a member lives and when they are at home is not for everybody to read, whatever was left on.",
    ),
    "made-up-8": Example(
        KETTLE, "argument", (), "Kettles at half the price, only this week, in my shop beside the station.",
        "Say the word chess at the till. Also descalers, filters and gift cards.",
        ((FlagReason.SPAM, "Advertising."), (FlagReason.OFF_TOPIC, "")), Verdict.HIDE, HouseRule.NO_SPAM,
        "It advertises a shop. That kettles can be cheap could be argued without one.",
    ),
    "made-up-9": Example(
        KETTLE, "argument", ("A kettle is cheaper than an urn.",),
        "It is cheaper only for those who never pay for electricity.",
        "Boiling small amounts again and again takes more than keeping a large one warm, as the club’s bill shows.",
        ((FlagReason.OTHER, "It is false: kettles take less."),), Verdict.LEAVE, None,
        "A claim that readers think is false wants a rebuttal. Nothing in the rules asks a moderator who is right.",
    ),
    "made-up-10": Example(
        CLUB, "note", (), "",
        "[Here follow the forty pages of a chess book’s first chapter, word for word, as this note.]",
        ((FlagReason.ILLEGAL, "It is copied from a book that is on sale."), (FlagReason.SPAM, "Too long to scroll.")),
        Verdict.HIDE, HouseRule.LAW,
        "A whole chapter of somebody else’s book may not be copied here. A sentence of it, with its source, may.",
    ),
}  # fmt: skip
