"""What is wrong with a document that another program sent, and with which member of it."""

from app.errors import Conflict, Invalid, Refusal

Way = tuple[str | int, ...]  # From the document to the member.


class Problem(Invalid):
    """422: understood, and not to be kept as it is."""

    title = "This annotation cannot be kept"

    def __init__(self, way: Way, reason: str) -> None:
        super().__init__(reason)
        self.pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in way)


class Unreadable(Refusal):
    status = 400
    title = "This is no JSON"


class WrongType(Refusal):
    status = 415
    title = "This is no JSON-LD"


class TooLong(Refusal):
    status = 413
    title = "That is too much at once"


class Stale(Refusal):
    status = 412
    title = "It has changed meanwhile"


class NeedsMatch(Refusal):
    status = 428
    title = "Say which version you have seen"


class ServersOwn(Problem):
    """409: members that stay as they are."""

    status = 409
    title = "This member cannot be changed"


class MadeBefore(Conflict):
    """409: the key of a request that has made an annotation, which said something else."""

    title = "This key has been used"


class Gone(Refusal):
    status = 410
    title = "No longer there"
