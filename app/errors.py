"""The refusals that a request can end in; app/web.py turns each into a page or a fragment."""

from datetime import UTC, datetime, timedelta


class Refusal(Exception):
    """Base of all refusals. `reason` is a sentence for the person who reads the page."""

    status = 400
    title = "That did not work"
    decision_id: int | None = None  # The moderators' decision that it follows from: its page says why.

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SignInNeeded(Refusal):
    status = 401
    title = "Sign in first"


class Forbidden(Refusal):
    status = 403
    title = "Not allowed"

    def __init__(self, reason: str, decision_id: int | None = None) -> None:
        super().__init__(reason)
        self.decision_id = decision_id


class NotFound(Refusal):
    status = 404
    title = "Not found"

    def __init__(self, reason: str = "There is nothing at this address, or it is not visible to you.") -> None:
        super().__init__(reason)


class Conflict(Refusal):
    """The thing has changed since the person saw it, or is in a state in which the act makes no sense."""

    status = 409
    title = "It has changed meanwhile"


class Invalid(Refusal):
    """A form, or an address, that cannot be read; forms answer with their fields instead (see web.parse_form)."""

    status = 422
    title = "Something is missing or wrong"


class MovedForGood(Refusal):
    """The argument at this address was merged into another one: the same request is to be made there."""

    status = 308
    title = "It has moved"

    def __init__(self, survivor_id: int) -> None:
        super().__init__("This stands at another address now.")
        self.survivor_id = survivor_id


class TooMany(Refusal):
    status = 429
    title = "A moment, please"

    def __init__(self, reason: str, retry_after: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.retry_at = datetime.now(UTC) + timedelta(seconds=retry_after)


class Busy(Refusal):
    status = 503
    title = "Busy just now"
    retry_after = 2
