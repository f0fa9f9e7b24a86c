"""What notifications say, on the page and by mail."""

from collections import Counter
from collections.abc import Iterable

from app.notifications.kinds import NEWS
from app.notifications.notice import Notice

GONE = "Somebody"  # The account of who did it was deleted.


def what_happened(notice: Notice) -> str:
    """One sentence without its full stop; of a member's act what follows the name."""
    return NEWS[notice.kind].says(notice)


def sentence(notice: Notice) -> str:
    """The same with the name."""
    said = what_happened(notice)
    return f"{notice.actor_name or GONE} {said}" if NEWS[notice.kind].by_member else said


def url_of(notice: Notice) -> str:
    return NEWS[notice.kind].url(notice)


def way_to(notice: Notice) -> str:
    return NEWS[notice.kind].way(notice)


def counted(notices: Iterable[Notice]) -> str:
    """10 replies, 2 credits and 1 decision."""
    counts = Counter((NEWS[notice.kind].noun, NEWS[notice.kind].nouns) for notice in notices)
    parts = [f"{count} {noun if count == 1 else nouns}" for (noun, nouns), count in counts.most_common()]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
