"""How often one person or one address may do what: counted in PostgreSQL, so that all processes count together."""

import hmac
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from time import time

from fastapi import Request
from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from app.actor import Actor
from app.errors import TooMany
from app.trust import find_trust
from app.trust_levels import TrustLevel

MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Limit:
    """`hits` within any `seconds`; `acts` names them for the person who is asked to wait.

    The first `free` ones of a window are let pass by each process without counting: for what many do often.
    """

    name: str
    hits: int
    seconds: int
    acts: str
    free: int = 0


# Guessing passwords: ten tries are enough for someone who mistypes. An address has more, since a school has one.
SIGN_IN_ACCOUNT = Limit("sign_in_account", 10, 5 * MINUTE, "tries to sign in")
SIGN_IN_ADDRESS = Limit("sign_in_address", 25, 5 * MINUTE, "tries to sign in from this network")
# A class of thirty signs up in one lesson behind one address; a spammer wants thousands.
SIGN_UP_ADDRESS = Limit("sign_up_address", 40, HOUR, "new accounts from this network")
# A message that nobody asked for is a nuisance to its receiver, so few for one account.
RESET_ACCOUNT = Limit("reset_account", 3, HOUR, "messages to reset a password")
RESET_ADDRESS = Limit("reset_address", 10, HOUR, "messages to reset a password from this network")
# The same for messages that ask to confirm an address, by account and by the address itself.
CONFIRM_EMAIL = Limit("confirm_email", 5, HOUR, "messages to confirm an address")
# An argument takes minutes to write; more than one every two minutes for an hour is a flood.
POST_ARGUMENT = Limit("post_argument", 30, HOUR, "arguments")
# Each edit adds a wording to the public history for ever.
EDIT_ARGUMENT = Limit("edit_argument", 60, HOUR, "edits")
EDIT_ANNOTATION = Limit("edit_annotation", 60, HOUR, "edits of annotations")
ANNOTATE = Limit("annotate", 60, HOUR, "annotations")
# Votes are one tap each, and a reader of a large debate may go through all its claims.
VOTE = Limit("vote", 300, 5 * MINUTE, "votes", free=100)
# Few arguments change a mind, and each credit tells somebody.
CREDIT = Limit("credit", 20, HOUR, "credits")
# Each flag costs a moderator's attention.
FLAG = Limit("flag", 20, HOUR, "flags")
# What breaks the law has to be heard of whoever reports it; so many are a flood.
FLAG_ILLEGAL = Limit("flag_illegal", 60, HOUR, "reports of what breaks the law")
# Each mark tells somebody, and stands for all to see.
MARK = Limit("mark", 20, HOUR, "marks")
# A preview costs a rendering, and the script asks for one when typing pauses.
PREVIEW = Limit("preview", 120, 5 * MINUTE, "previews")
# The same while a claim is being typed, for a smaller piece.
LOOK_ALIKE = Limit("look_alike", 300, 5 * MINUTE, "looks for similar claims", free=100)
# A search costs as much as some pages; a class of thirty behind one address tries a few words each.
SEARCH_ADDRESS = Limit("search_address", 600, 5 * MINUTE, "searches from this network", free=60)
# A whole log costs as much as hundreds of pages; a class may want it at once, and programs that keep it want it daily.
LOG_FILE_ADDRESS = Limit(
    "log_file_address", 60, HOUR, "files of the log to this network"
)  # Each report costs somebody's attention who did not act; a school has one address.
REPORT_LOG = Limit("report_log", 10, HOUR, "reports of mistakes in the log")
REPORT_LOG_ADDRESS = Limit("report_log_address", 10, HOUR, "reports of mistakes in the log from this network")
# Everything about oneself is read from thirty tables; nobody needs it more often.
EXPORT_PERSON = Limit("export_person", 10, HOUR, "exports")

# A new account has no history to judge it by, and abuse mostly comes from accounts made for it. The next level may do
# half of what members may: enough for anybody who writes by hand.
LEVEL_LIMITS = {
    TrustLevel.NEW: {
        POST_ARGUMENT: Limit("post_argument_new", 12, DAY, "arguments of a new member"),
        ANNOTATE: Limit("annotate_new", 30, DAY, "annotations of a new member"),
        FLAG: Limit("flag_new", 5, DAY, "flags of a new member"),
        MARK: Limit("mark_new", 5, DAY, "marks of a new member"),
    },
    TrustLevel.BASIC: {
        POST_ARGUMENT: Limit("post_argument_basic", 15, HOUR, "arguments"),
        ANNOTATE: Limit("annotate_basic", 30, HOUR, "annotations"),
        FLAG: Limit("flag_basic", 10, HOUR, "flags"),
        MARK: Limit("mark_basic", 10, HOUR, "marks"),
    },
}
LEVELLED = {limit for limits in LEVEL_LIMITS.values() for limit in limits}

LONGEST_WINDOW = timedelta(days=1)


@dataclass(frozen=True)
class Allowance:
    """Whether an act is within its limit; if not, how long to wait and the sentence that says so."""

    is_allowed: bool
    retry_after: int = 0
    reason: str = ""

    def __bool__(self) -> bool:
        return self.is_allowed


ALLOWED = Allowance(is_allowed=True)
UNASKED_KEPT = 20_000  # Keys that a process remembers, about 4 MB; beyond that it begins anew.


def limit_for(limit: Limit, level: TrustLevel) -> Limit:
    """The smaller limit of those who are trusted less, where the act has one."""
    return LEVEL_LIMITS.get(level, {}).get(limit, limit)


def address_block(address: str | None) -> str:
    """What counts as one address: an IPv4 address, or the /64 that an IPv6 household gets to spread over."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"


class RateLimits:
    """Counts hits in statements of their own, so that a request that fails has still been counted.

    Give it another engine than the one that writes: requests that each wait for a second connection from the same
    pool block one another. Keys are stored as keyed hashes, so that neither the tables nor a dump of them hold
    addresses.
    """

    def __init__(self, engine: AsyncEngine, secret: bytes) -> None:
        self._engine = engine
        self._secret = secret
        self._unasked: Counter[tuple[str, str, int]] = Counter()

    async def allow(self, limit: Limit, key: str) -> Allowance:
        """Count one hit if it is within the limit; refused hits are not counted, so the wait is what we say."""
        if self._is_free(limit, key):
            return ALLOWED
        async with self._engine.connect() as connection:
            return await self._count(connection, limit, key)

    async def allow_person(self, limit: Limit, actor: Actor) -> Allowance:
        """The same for somebody who is signed in, by the limit of their trust level where the act has several.

        Those who look after a debate or the site are known by that.
        """
        key = f"user {actor.id}"
        if limit not in LEVELLED or actor.is_site_staff or actor.debate_roles:
            return await self.allow(limit, key)
        async with self._engine.connect() as connection:
            level = (await find_trust(connection, actor)).level
            return await self._count(connection, limit_for(limit, level), key)

    async def _count(self, connection: AsyncConnection, limit: Limit, key: str) -> Allowance:
        window = {"name": limit.name, "key": self._hash(key), "limit": limit.hits, "seconds": limit.seconds}
        row = (await connection.execute(COUNT_HIT, window)).mappings().one()
        if row["is_counted"]:
            return ALLOWED
        seconds = _wait(limit, row)
        return Allowance(is_allowed=False, retry_after=seconds, reason=_sentence(limit, seconds))

    def _is_free(self, limit: Limit, key: str) -> bool:
        """Whether this is among the first few hits of a window in this process, which are not worth a statement."""
        if not limit.free:
            return False
        if len(self._unasked) > UNASKED_KEPT:
            self._unasked.clear()
        place = (limit.name, key, int(time() // limit.seconds))
        self._unasked[place] += 1
        return self._unasked[place] <= limit.free

    def _hash(self, key: str) -> bytes:
        return hmac.digest(self._secret, key.encode(errors="backslashreplace"), "sha256")[:16]


async def limit_actor(request: Request, actor: Actor, limit: Limit) -> None:
    """Count an act of somebody who is signed in; beyond the limit the request is refused with the time to wait."""
    if not (allowance := await is_within(request, actor, limit)):
        raise TooMany(allowance.reason, allowance.retry_after)


async def is_within(request: Request, actor: Actor, limit: Limit) -> Allowance:
    """Count an act of somebody who is signed in, and leave it to the caller what follows beyond the limit."""
    limits: RateLimits = request.app.state.rate_limits
    return await limits.allow_person(limit, actor)


# A sliding window from two fixed ones: the hits of this window, and of the one before as much as still overlaps.
# The insert locks the row, so that the condition sees every hit that others have committed: no limit is overrun.
COUNT_HIT = text("""
    WITH clock AS (
        SELECT extract(epoch FROM now())::float8 AS epoch
    ), at AS (
        SELECT to_timestamp(floor(epoch / :seconds) * :seconds) AS this_window,
               to_timestamp((floor(epoch / :seconds) - 1) * :seconds) AS window_before,
               mod(epoch::numeric, :seconds)::float8 AS elapsed
        FROM clock
    ), seen AS (
        SELECT at.*,
               coalesce(sum(hits) FILTER (WHERE window_start = this_window), 0)::int AS current,
               coalesce(sum(hits) FILTER (WHERE window_start = window_before), 0)::int AS before
        FROM at LEFT JOIN rate_limit_hits
          ON limit_name = :name AND key_hash = :key AND window_start IN (this_window, window_before)
        GROUP BY this_window, window_before, elapsed
    ), counted AS (
        INSERT INTO rate_limit_hits AS row (limit_name, key_hash, window_start, hits)
        SELECT :name, :key, this_window, 1 FROM seen WHERE before * (1 - elapsed / :seconds) + 1 <= :limit
        ON CONFLICT (limit_name, key_hash, window_start) DO UPDATE SET hits = row.hits + 1
        WHERE row.hits + 1 + (SELECT before * (1 - elapsed / :seconds) FROM seen) <= :limit
        RETURNING hits
    )
    SELECT EXISTS (SELECT FROM counted) AS is_counted, current, before, elapsed FROM seen
""")


def _wait(limit: Limit, row: RowMapping) -> int:
    """Seconds until one more hit fits, if none comes in between."""
    room = limit.hits - 1
    if row["current"] <= room:  # It fits once enough of the window before has gone out of sight.
        seconds = limit.seconds * (1 - (room - row["current"]) / max(row["before"], 1)) - row["elapsed"]
    else:  # This window is full: it has to become the window before, and then go out of sight in part.
        seconds = limit.seconds * (2 - room / row["current"]) - row["elapsed"]
    return max(1, int(seconds) + 1)


def _sentence(limit: Limit, wait: int) -> str:
    return f"There were {limit.hits} {limit.acts} within {_span(limit.seconds)}. Please try again in {_span(wait)}."


def _span(seconds: int) -> str:
    """A length of time in the largest unit that does not make it shorter than it is."""
    for name, unit in (("day", DAY), ("hour", HOUR), ("minute", MINUTE)):
        if seconds >= unit:
            count = -(-seconds // unit)
            return f"{count} {name}s" if count > 1 else f"one {name}"
    return f"{seconds} seconds" if seconds > 1 else "one second"


async def forget_old_hits(db: AsyncSession) -> None:
    """Delete the hits that no window can see any more."""
    await db.execute(
        text("DELETE FROM rate_limit_hits WHERE window_start < now() - 2 * CAST(:longest AS interval)"),
        {"longest": LONGEST_WINDOW},
    )
