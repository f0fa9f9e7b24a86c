"""A person's own votes, judgements of links, stances and credits, over all debates: for the person alone."""

from dataclasses import KW_ONLY, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from app.actor import Actor
from app.db import Reader
from app.models import DebateState, HouseRule
from app.permissions import can_see_debate, can_see_results, can_see_text, can_vote
from app.taken import name_taken
from app.targets import DebateHead
from app.votes.discounting import COVERS
from app.votes.totals import VoteTotals, load_own_totals

VOTES_SHOWN = 30  # On one page; earlier ones follow by a link.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

# Debate by debate, as the keys of these tables begin with it.
_VOTES = text(f"""
    SELECT a.debate_id, a.id, a.author_id, a.hidden_by_id, a.removed_under, a.withdrawn_at, a.relation, a.claim,
           a.agree_count, a.disagree_count, a.pass_count, a.bears_count, a.bears_not_count, a.version,
           own.value, own.bears, own.version, own.is_counted, own.created_at, own.changed_at,
           CASE WHEN NOT own.is_counted THEN (
               SELECT decision_id FROM vote_discounts d
               WHERE d.debate_id = own_debate.id AND voter_id = :user AND {COVERS} AND lifted_at IS NULL LIMIT 1
           ) END,
           EXISTS (SELECT FROM stances WHERE debate_id = own_debate.id AND user_id = :user),
           own_debate.slug, own_debate.title, own_debate.motion, own_debate.state, own_debate.hides_results
    FROM debates own_debate
    CROSS JOIN LATERAL (
        SELECT coalesce(v.argument_id, b.argument_id) AS argument_id, v.value,
               CASE WHEN b.bears THEN 'yes' WHEN NOT b.bears THEN 'no' END AS bears,
               least(v.version, b.version) AS version,
               coalesce(v.is_counted, true) AND coalesce(b.is_counted, true) AS is_counted,
               least(v.created_at, b.created_at) AS created_at, greatest(v.changed_at, b.changed_at) AS changed_at
        FROM (SELECT * FROM votes WHERE debate_id = own_debate.id AND user_id = :user) v
        FULL JOIN (SELECT * FROM bearings WHERE debate_id = own_debate.id AND user_id = :user) b
        ON b.argument_id = v.argument_id
    ) own
    JOIN arguments a ON a.debate_id = own_debate.id AND a.id = own.argument_id
    WHERE CAST(:before AS timestamptz) IS NULL OR (own.changed_at, a.id) < (CAST(:before AS timestamptz), :id)
    ORDER BY own.changed_at DESC, a.id DESC LIMIT :most
""")  # noqa: S608  (a condition of ours)
_STANCES = text("""
    SELECT d.slug, d.motion, first.name, latest.name, own.first_at, own.latest_at, own.withdrawn_at
    FROM debates d
    CROSS JOIN LATERAL (SELECT * FROM stances WHERE debate_id = d.id AND user_id = :user) own
    LEFT JOIN positions first ON first.debate_id = d.id AND first.id = own.first_position_id
    LEFT JOIN positions latest ON latest.debate_id = d.id AND latest.id = own.latest_position_id
    WHERE d.state NOT IN ('draft', 'removed')
    ORDER BY own.latest_at DESC, d.id
""")
_CREDITS = text("""
    SELECT d.slug, d.motion, a.id, a.claim, a.hidden_by_id IS NULL,
           CASE WHEN own.removed_under IS NULL THEN own.reason ELSE '' END, own.created_at
    FROM debates d
    CROSS JOIN LATERAL (
        SELECT * FROM credits WHERE debate_id = d.id AND user_id = :user AND withdrawn_at IS NULL
    ) own
    JOIN arguments a ON a.debate_id = d.id AND a.id = own.argument_id
    WHERE d.state NOT IN ('draft', 'removed')
    ORDER BY own.created_at DESC, a.id
""")


@dataclass(frozen=True, slots=True)
class OwnVote:
    """What somebody holds of one argument: a vote on its claim, a judgement of its link, or both."""

    debate_id: int
    id: int
    author_id: int | None
    hidden_by_id: int | None
    removed_under: HouseRule | None
    withdrawn_at: datetime | None
    relation: str | None
    words: str
    agree_count: int
    disagree_count: int
    pass_count: int
    bears_count: int
    bears_not_count: int
    version: int
    value: str | None
    bears: str | None
    own_version: int  # The earliest on which either was cast.
    is_counted: bool
    created_at: datetime
    changed_at: datetime
    discounted_by_id: int | None  # The decision by which it does not count.
    _: KW_ONLY
    debate: DebateHead
    claim: str | None = None  # None where moderators have taken it from this person.
    results: bool = False
    may_change: bool = False

    @property
    def url(self) -> str:
        return f"{self.debate.url}/arguments/{self.id}"

    @property
    def shown(self) -> str:
        return self.claim or name_taken("An argument", self.removed_under)

    @property
    def is_before_edit(self) -> bool:
        return self.own_version < self.version

    @property
    def why_not_counted(self) -> str | None:
        if self.is_counted:
            return None
        return "waiting" if self.discounted_by_id is None else "discounted"


@dataclass(frozen=True, slots=True)
class OwnStance:
    slug: str
    motion: str
    first: str | None  # None is undecided.
    latest: str | None
    first_at: datetime
    latest_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnCredit:
    slug: str
    motion: str
    argument_id: int
    words: str
    is_shown: bool
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OwnVotesPage:
    votes: list[OwnVote]
    more_before: str | None
    totals: VoteTotals
    stances: list[OwnStance]


async def load_own_votes_page(db: Reader, actor: Actor, before: tuple[datetime, int] | None) -> OwnVotesPage:
    """Votes newest first, a page of them, in one statement; their totals and the stances in two others."""
    votes = await load_votes(db, actor, before, VOTES_SHOWN + 1)
    shown = votes[:VOTES_SHOWN]
    more_before = keyset(shown[-1]) if len(votes) > VOTES_SHOWN else None
    return OwnVotesPage(shown, more_before, await load_own_totals(db, actor.id), await load_stances(db, actor))


async def load_votes(
    db: Reader, actor: Actor, before: tuple[datetime, int] | None = None, most: int | None = None
) -> list[OwnVote]:
    at, id = before or (None, 0)
    rows = await db.execute(_VOTES, {"user": actor.id, "before": at, "id": id, "most": most})
    votes = [_own_vote(actor, tuple(row)) for row in rows]
    return [vote for vote in votes if can_see_debate(actor, vote.debate)]


async def load_stances(db: Reader, actor: Actor) -> list[OwnStance]:
    return [OwnStance(*row) for row in await db.execute(_STANCES, {"user": actor.id})]


async def load_credits(db: Reader, actor: Actor) -> list[OwnCredit]:
    return [OwnCredit(*row) for row in await db.execute(_CREDITS, {"user": actor.id})]


def keyset(vote: OwnVote) -> str:
    """The place of a vote in the list: microseconds and the argument."""
    return f"{(vote.changed_at - EPOCH) // MICROSECOND}:{vote.id}"


def read_keyset(text: str | None) -> tuple[datetime, int] | None:
    if text is None:
        return None
    at, _, id = text.partition(":")
    return EPOCH + int(at) * MICROSECOND, int(id)


def _own_vote(actor: Actor, row: tuple[Any, ...]) -> OwnVote:
    """The rules are asked here, for each row what they would say on its page."""
    *columns, has_stance, slug, title, motion, state, hides_results = row
    debate = DebateHead(columns[0], slug, title, motion, DebateState(state), 0, hides_results)
    vote = OwnVote(*columns, debate=debate)
    return replace(
        vote,
        claim=vote.words if can_see_text(actor, vote) else None,
        results=bool(can_see_results(actor, debate, has_stance=has_stance)),
        may_change=bool(can_vote(actor, debate, vote)),
    )
