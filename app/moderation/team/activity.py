"""How much each moderator of a debate does, for the team: that work is shared, and nobody is waited for in vain."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from app.db import Reader
from app.models import DebateRoleKind

WEEKS = 8  # Long enough to see a habit, short enough to forget a holiday.


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A moderator or host of the debate, or one of the site who has decided here in these weeks."""

    username: str
    name: str
    kind: DebateRoleKind | None
    weeks: list[int]  # Decisions in each, the oldest first; the last one goes on.
    took: timedelta | None  # Until a first decision, the median of their cases.
    last_at: datetime | None  # Decided or noted something here.
    claim_count: int  # Cases here that they work on now.

    @property
    def total(self) -> int:
        return sum(self.weeks)


_ACTIVITY = text("""
WITH recent AS (
    SELECT d.id, d.moderator_id, d.made_at, d.case_id, floor(extract(epoch FROM now() - d.made_at) / 604800)::int AS ago
    FROM decisions d
    WHERE d.debate_id = :debate AND NOT d.is_automated AND d.made_at > now() - :weeks * interval '7 days'
      AND d.change ->> 'by' IS NULL  -- Who accepts an invitation or steps down did no work, nor did who invited.
), counted AS (
    SELECT moderator_id, ago, count(*) AS made FROM recent GROUP BY moderator_id, ago
), first AS (
    SELECT r.moderator_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY r.made_at - c.opened_at) AS took
    FROM recent r JOIN cases c ON c.id = r.case_id AND c.flag_count > 0
    WHERE NOT EXISTS (SELECT FROM decisions e WHERE e.case_id = r.case_id AND e.id < r.id AND NOT e.is_automated)
    GROUP BY r.moderator_id
), noted AS (
    SELECT n.author_id, max(n.created_at) AS at FROM case_notes n JOIN cases c ON c.id = n.case_id
    WHERE c.debate_id = :debate AND n.created_at > now() - :weeks * interval '7 days' GROUP BY n.author_id
), claimed AS (
    SELECT claimed_by_id, count(*) AS claims FROM cases
    WHERE debate_id = :debate AND closed_at IS NULL AND claimed_until > now() GROUP BY claimed_by_id
)
SELECT u.username, u.display_name, r.kind,
       ARRAY(SELECT coalesce((SELECT made FROM counted WHERE moderator_id = u.id AND ago = week), 0)
             FROM generate_series(:weeks - 1, 0, -1) AS week),
       first.took,
       greatest((SELECT max(made_at) FROM recent WHERE moderator_id = u.id), noted.at),
       coalesce(claimed.claims, 0)
FROM users u
LEFT JOIN debate_roles r ON r.user_id = u.id AND r.debate_id = :debate
LEFT JOIN first ON first.moderator_id = u.id
LEFT JOIN noted ON noted.author_id = u.id
LEFT JOIN claimed ON claimed.claimed_by_id = u.id
WHERE r.kind IS NOT NULL OR (u.role <> 'member' AND u.id IN (SELECT moderator_id FROM recent))
ORDER BY r.kind NULLS LAST, u.display_name
""")


async def load_team_activity(db: Reader, debate_id: int) -> list[TeamLine]:
    """In one statement."""
    rows = await db.execute(_ACTIVITY, {"debate": debate_id, "weeks": WEEKS})
    return [TeamLine(row[0], row[1], DebateRoleKind(row[2]) if row[2] else None, *row[3:]) for row in rows]
