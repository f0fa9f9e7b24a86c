"""How a text is named that was taken away: everywhere, on pages, in feeds, letters and files, in these words.

Hidden, its author still has it; removed, which names a rule, nobody has. Moderators remove; what is hidden a program
may have hidden, by what flags weigh together: the decision says who did.
"""


def what_was_done(removed_under: object) -> str:
    """Hidden or removed, in a word."""
    return "removed" if removed_under is not None else "hidden"


def name_taken(noun: str, removed_under: object) -> str:
    """As “An argument that moderators have removed”."""
    return f"{noun} that {'moderators have removed' if removed_under is not None else 'is hidden'}"


def say_taken(noun: str, removed_under: object) -> str:
    """As the beginning of a sentence: “This argument is hidden”."""
    return f"Moderators have removed {noun}" if removed_under is not None else f"{noun[0].upper()}{noun[1:]} is hidden"


def who_still_reads(removed_under: object) -> str:
    """Over the text, for those who have it."""
    readers = "Only moderators see" if removed_under is not None else "Only its author and moderators see"
    return f"{readers} these words."
