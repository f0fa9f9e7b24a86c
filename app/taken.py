"""How a text is named that moderators took away: everywhere, on pages, in feeds, letters and files, in these words.

Hidden, its author still has it; removed, which names a rule, nobody has.
"""


def what_was_done(removed_under: object) -> str:
    """Hidden or removed, in a word."""
    return "removed" if removed_under is not None else "hidden"


def name_taken(noun: str, removed_under: object) -> str:
    """As “An argument that moderators have removed”."""
    return f"{noun} that moderators have {what_was_done(removed_under)}"


def who_still_reads(removed_under: object) -> str:
    """Over the text, for those who have it."""
    readers = "Only moderators see" if removed_under is not None else "Only its author and moderators see"
    return f"{readers} these words."
