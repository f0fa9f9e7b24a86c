"""Voting on one argument after another: which one comes next, and how far somebody has come."""

from dataclasses import dataclass
from random import Random

from markupsafe import Markup
from sqlalchemy import TextClause, text

from app.arguments.cards import ArgumentCard
from app.arguments.queries import Cited, find_argument, find_card, load_citations
from app.db import Reader
from app.standing.routing import Candidate, draw_order

CONSIDERED = 1_000  # Of more arguments a random sample is looked at: nobody sees the difference, the page is quick.

# What a person may vote on: listed, and not their own.
_VOTABLE = """
    SELECT a.id, a.agree_count, a.disagree_count, a.pass_count, vote.value IS NOT NULL AS is_answered,
           skip.created_at AS put_off_at
    FROM arguments a
    LEFT JOIN votes vote ON vote.debate_id = a.debate_id AND vote.user_id = :user AND vote.argument_id = a.id
    LEFT JOIN skips skip ON skip.debate_id = a.debate_id AND skip.user_id = :user AND skip.argument_id = a.id
    WHERE a.debate_id = :debate AND a.hidden_by_id IS NULL AND a.withdrawn_at IS NULL
      AND a.author_id IS DISTINCT FROM :user
"""
_PROGRESS = """
    SELECT count(*), count(*) FILTER (WHERE is_answered),
           coalesce(array_agg(id ORDER BY put_off_at, id) FILTER (WHERE put_off_at IS NOT NULL AND NOT is_answered),
                    CAST(ARRAY[] AS bigint[])),
           coalesce(bool_or(id = :chosen AND NOT is_answered), false)
    FROM ({votable}) votable
"""
_UNSEEN = """
    WITH unseen AS (
        SELECT * FROM ({votable}) votable WHERE NOT is_answered AND put_off_at IS NULL
        ORDER BY hashint8extended(id, :seed), id LIMIT :most
    ), known AS (
        SELECT (each->>'id')::bigint AS id, (each->>'extremity')::float8 AS extremity
        FROM (SELECT result FROM standing_runs WHERE debate_id = :debate ORDER BY number DESC LIMIT 1) run,
             jsonb_array_elements(run.result->'statements') AS each
    )
    SELECT unseen.id, agree_count, disagree_count, pass_count, coalesce(extremity, 0)
    FROM unseen LEFT JOIN known ON known.id = unseen.id ORDER BY unseen.id
"""
_LAST = text("""
    SELECT a.id, a.claim, coalesce(vote.value, 'skip'), bearing.bears
    FROM arguments a
    LEFT JOIN bearings bearing
        ON bearing.debate_id = a.debate_id AND bearing.user_id = :user AND bearing.argument_id = a.id
    LEFT JOIN votes vote ON vote.debate_id = a.debate_id AND vote.user_id = :user AND vote.argument_id = a.id
    LEFT JOIN skips skip ON skip.debate_id = a.debate_id AND skip.user_id = :user AND skip.argument_id = a.id
    WHERE a.debate_id = :debate AND a.id = :last AND a.hidden_by_id IS NULL AND a.withdrawn_at IS NULL
      AND (vote.user_id IS NOT NULL OR skip.user_id IS NOT NULL)
""")

_OWN_BEARS = text(
    "SELECT bears FROM bearings WHERE debate_id = :debate AND user_id = :user AND argument_id = :argument"
)


def _statement(whole: str) -> TextClause:
    return text(whole.format(votable=_VOTABLE))


_COUNTING, _DRAWING = _statement(_PROGRESS), _statement(_UNSEEN)


@dataclass(frozen=True, slots=True)
class Progress:
    """`put_off`: what was skipped and not answered since, the longest ago first."""

    total: int
    answered: int
    put_off: list[int]


@dataclass(frozen=True, slots=True)
class LastAnswer:
    id: int
    claim: str
    act: str  # agree, disagree, pass or skip
    bears: bool | None  # What is said of its link.


@dataclass(frozen=True, slots=True)
class Shown:
    """The argument to vote on, with what one needs for it."""

    card: ArgumentCard
    grounds: Markup
    citations: list[Cited]
    parent: ArgumentCard | None
    own_bears: str | None  # What was said of its link before: yes or no.


@dataclass(frozen=True, slots=True)
class VoteNextPage:
    progress: Progress
    last: LastAnswer | None
    shown: Shown | None  # None when everything has been seen.


async def load_vote_next(
    db: Reader, debate_id: int, user_id: int, chosen: int | None = None, last: int | None = None
) -> VoteNextPage:
    """The chosen argument, or else the one that is drawn; asked again without a vote between, the same one."""
    person = {"debate": debate_id, "user": user_id}
    row = (await db.execute(_COUNTING, {**person, "chosen": chosen or 0})).one()
    progress = Progress(row[0], row[1], list(row[2]))
    next_id = chosen if row[3] else await _draw(db, person, progress)
    return VoteNextPage(
        progress,
        await _find_last(db, person, last) if last else None,
        await _load_shown(db, person, next_id) if next_id else None,
    )


async def _draw(db: Reader, person: dict[str, int], progress: Progress) -> int | None:
    """By the routing formula, among what the person has neither answered nor put off."""
    seed = f"{person['debate']} {person['user']} {progress.answered} {len(progress.put_off)}"
    random = Random(seed)  # noqa: S311  (it only has to differ from card to card)
    values = {**person, "seed": random.getrandbits(62), "most": CONSIDERED}
    candidates = [Candidate(*row) for row in await db.execute(_DRAWING, values)]
    drawn = draw_order(candidates, random, 1)
    return drawn[0].id if drawn else None


async def _find_last(db: Reader, person: dict[str, int], last: int) -> LastAnswer | None:
    row = (await db.execute(_LAST, {**person, "last": last})).one_or_none()
    return LastAnswer(*row) if row else None


async def _load_shown(db: Reader, person: dict[str, int], id: int) -> Shown | None:
    debate_id = person["debate"]
    found = await find_argument(db, debate_id, id)
    if found is None or found[0].claim is None:
        return None
    card, body = found
    return Shown(
        card=card,
        grounds=body.grounds,
        citations=await load_citations(db, debate_id, id),
        parent=await find_card(db, debate_id, card.parent_id) if card.parent_id else None,
        own_bears=await _find_own_bears(db, person, id) if card.parent_id else None,
    )


async def _find_own_bears(db: Reader, person: dict[str, int], id: int) -> str | None:
    bears = (await db.execute(_OWN_BEARS, {**person, "argument": id})).scalar_one_or_none()
    return None if bears is None else "yes" if bears else "no"
