"""Tags as people type them, between commas, and as they are kept."""

from app.markdown import clean_line
from app.models.annotation import MAX_TAGS

TAG_MAX = 30  # Characters: a word or two to find a note by.
TYPED_MAX = 400  # All of them with their commas; longer is a text.


def read_tags(typed: str) -> list[str]:
    """In small letters without a leading #, each once, in the order typed. ValueError, in words, for what is no tag."""
    cleaned = (clean_line(part).lstrip("#").strip().lower() for part in typed.split(","))
    tags = list(dict.fromkeys(tag for tag in cleaned if tag))
    if len(tags) > MAX_TAGS:
        raise ValueError(f"At most {MAX_TAGS} tags fit here; these are {len(tags)}.")
    for tag in tags:
        _refuse(tag)
    return tags


def _refuse(tag: str) -> None:
    if len(tag) > TAG_MAX:
        raise ValueError(f"A tag has at most {TAG_MAX} characters; “{tag[:TAG_MAX]} …” has {len(tag)}.")
    if not any(map(str.isalnum, tag)):
        raise ValueError(f"“{tag}” has no letter or digit to find it by.")


def write_tags(tags: list[str]) -> str:
    """As the field of a form shows them."""
    return ", ".join(tags)
