"""How long the texts of an argument may be, for people who write here and for seed folders alike."""

CLAIM_MIN = 10  # Shorter is a shout, which nobody can answer.
CLAIM_MAX = 280  # One plain sentence, which stands in lists and is voted on as it is.
GROUNDS_MIN = 20  # A claim without a reason leaves those who disagree nothing to examine.
GROUNDS_MAX = 10_000  # About five pages; more is an essay, or several arguments.
STEELMAN_MIN = 10  # Like a claim, since it says one back
STEELMAN_MAX = 280  # in no more words than the claim itself may have.
QUOTE_MAX = 1_000  # A passage, not a page; of the essay as of a source.
SOURCE_TITLE_MIN, SOURCE_TITLE_MAX = 3, 200  # As titles are; one line in a list.
SOURCE_ADDRESS_MAX = 500  # Longer links are mostly tracking.
SOURCES_MAX = 10  # What rests on more is several arguments.
