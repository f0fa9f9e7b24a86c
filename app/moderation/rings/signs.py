"""The vote-ring report: whose agreement with one author shows at least two of three signs.

The signs are about agreement alone, as they were measured in one debate. They know nothing of addresses, devices or
people: this program keeps none of that for longer than a request.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text

from app.db import Reader

# With fewer, any share is chance: who reads one thread and nods at it gets there.
FEWEST_AGREES = 5
# Four of five agreements of a person are with one author. People of one camp agree with all of its authors.
ONE_SIDED_SHARE = 0.8
# But in a small debate one author may have written most: the share also has to be twice theirs of all arguments.
ONE_SIDED_LIFT = 2
# The author agrees with as many arguments of the voter: one or two happen by themselves among people who answer
# one another.
FEWEST_RETURNED = 3
# Five arguments with their grounds and words above take about two minutes each to read. Who votes on one after the
# other is quick too, but on whatever comes: so the agreements have to be four of five votes of that time as well.
QUICK_WINDOW = timedelta(minutes=10)
# One sign alone has many innocent reasons.
FEWEST_SIGNS = 2
PAIRS_SHOWN = 100  # The most striking ones. Who decides about more at once has looked at none.

_PAIRS = text("""
    WITH written AS (
        SELECT author_id, count(*) AS arguments FROM arguments
        WHERE debate_id = :debate AND hidden_by_id IS NULL AND withdrawn_at IS NULL GROUP BY author_id
    ), agreed AS (
        SELECT v.user_id, a.author_id, count(*) AS agrees
        FROM votes v JOIN arguments a ON a.debate_id = v.debate_id AND a.id = v.argument_id
        WHERE v.debate_id = :debate AND v.value = 'agree' GROUP BY v.user_id, a.author_id
    ), voters AS (
        SELECT user_id, sum(agrees) AS agrees FROM agreed GROUP BY user_id
    ), pairs AS (
        SELECT pair.user_id, pair.author_id, pair.agrees, voters.agrees AS all_agrees,
               coalesce(back.agrees, 0) AS returned,
               pair.agrees >= :share * voters.agrees
                   AND pair.agrees * (SELECT sum(arguments) FROM written)
                       >= :lift * voters.agrees * coalesce(written.arguments, 0) AS is_one_sided,
               coalesce(back.agrees, 0) >= :returned AS is_mutual
        FROM agreed pair
        JOIN voters ON voters.user_id = pair.user_id
        LEFT JOIN written ON written.author_id = pair.author_id
        LEFT JOIN agreed back ON back.user_id = pair.author_id AND back.author_id = pair.user_id
        WHERE pair.author_id IS NOT NULL AND pair.agrees >= :fewest
    ), signs AS (
        SELECT pairs.*, quick.most, coalesce(quick.most, 0) > 0 AS is_quick
        FROM pairs CROSS JOIN LATERAL (
            SELECT max(theirs) FILTER (WHERE theirs >= :fewest AND theirs >= :share * cast_then) AS most FROM (
                SELECT count(*) OVER lately AS cast_then,
                       count(*) FILTER (WHERE v.value = 'agree' AND a.author_id = pairs.author_id) OVER lately AS theirs
                FROM votes v JOIN arguments a ON a.debate_id = v.debate_id AND a.id = v.argument_id
                WHERE v.debate_id = :debate AND v.user_id = pairs.user_id
                WINDOW lately AS (ORDER BY v.changed_at RANGE BETWEEN :window PRECEDING AND CURRENT ROW)
            ) moments
        ) quick
        WHERE is_one_sided OR is_mutual
    )
    SELECT author.id, author.username, author.display_name, voter.id, voter.username, voter.display_name,
           voter.created_at, voter.is_simulated, signs.agrees, all_agrees, returned, coalesce(most, 0), is_one_sided,
           is_mutual, is_quick, discount.decision_id
    FROM signs
    JOIN users author ON author.id = signs.author_id
    JOIN users voter ON voter.id = signs.user_id
    LEFT JOIN vote_discounts discount ON discount.debate_id = :debate AND discount.voter_id = signs.user_id
        AND discount.author_id = signs.author_id AND discount.lifted_at IS NULL
    WHERE is_one_sided::int + is_mutual::int + is_quick::int >= :signs
    ORDER BY is_one_sided::int + is_mutual::int + is_quick::int DESC, signs.agrees DESC, signs.author_id, signs.user_id
    LIMIT :most
""")
_AUTHORS = text("""
    SELECT a.author_id, count(DISTINCT a.id), count(v.user_id), count(DISTINCT v.user_id)
    FROM arguments a LEFT JOIN votes v ON v.debate_id = a.debate_id AND v.argument_id = a.id AND v.value = 'agree'
    WHERE a.debate_id = :debate AND a.author_id = ANY(CAST(:authors AS bigint[])) GROUP BY a.author_id
""")
_RULE = {
    "fewest": FEWEST_AGREES, "share": ONE_SIDED_SHARE, "lift": ONE_SIDED_LIFT, "returned": FEWEST_RETURNED,
    "window": QUICK_WINDOW, "signs": FEWEST_SIGNS, "most": PAIRS_SHOWN + 1,
}  # fmt: skip


class Pair(NamedTuple):
    """One person's agreement with one author, waiting and discounted votes among it."""

    author_id: int
    author_username: str
    author_name: str
    voter_id: int
    voter_username: str
    voter_name: str
    voter_since: datetime
    is_simulated: bool
    agrees: int
    all_agrees: int  # Of this voter, with anybody and with the essay.
    returned: int  # The author's agreements with the voter.
    quick: int  # The most agreements within the window, where that is a sign.
    is_one_sided: bool
    is_mutual: bool
    is_quick: bool
    decision_id: int | None  # By which their votes for this author are discounted already.

    @property
    def share(self) -> float:
        return self.agrees / self.all_agrees


@dataclass(frozen=True, slots=True)
class Suspected:
    """An author, all the agreement that they have, and those whose part of it shows signs."""

    argument_count: int
    agree_count: int
    voter_count: int
    pairs: list[Pair]

    @property
    def author(self) -> Pair:
        """Any pair names the author."""
        return self.pairs[0]

    @property
    def agrees_of_pairs(self) -> int:
        return sum(pair.agrees for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class RingReport:
    suspected: list[Suspected]  # The most people first.
    has_more: bool


async def load_ring_report(db: Reader, debate_id: int) -> RingReport:
    """In two statements."""
    rows = await db.execute(_PAIRS, {"debate": debate_id, **_RULE})
    pairs = [Pair._make(row) for row in rows]
    by_author: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair in pairs[:PAIRS_SHOWN]:
        by_author[pair.author_id].append(pair)
    totals = await db.execute(_AUTHORS, {"debate": debate_id, "authors": list(by_author)})
    suspected = [Suspected(row[1], row[2], row[3], by_author[row[0]]) for row in totals]
    suspected.sort(key=lambda each: (-len(each.pairs), -each.agrees_of_pairs, each.author.author_id))
    return RingReport(suspected, len(pairs) > PAIRS_SHOWN)
