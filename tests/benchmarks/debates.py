"""Debates of a given size, made by the database itself: one argument with 150 replies, the rest spread over threads."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import make_engine, transaction
from tests.factories import make_debate, make_session, make_user

PEOPLE = 200
REPLIES = 150  # As many as one page shows: fifty of each relation.

# Half of the arguments, at most REPLIES, answer the first one; a tenth stand on the first level; the others answer
# some argument of the first level.
ARGUMENTS = """
WITH first AS (
    INSERT INTO arguments (debate_id, position_id, origin, author_id, claim, grounds_markdown, grounds_html)
    SELECT :debate, :position, 'person', :author, 'The first claim of all, which many answer.', 'Because.',
           '<p>Because.</p>'
    RETURNING id
), roots AS (
    INSERT INTO arguments (debate_id, position_id, origin, author_id, claim, grounds_markdown, grounds_html)
    SELECT :debate, :position, 'person', :author,
           'Claim ' || n || ' on the first level, of a usual length for a claim.', 'Because.', '<p>Because.</p>'
    FROM generate_series(1, :count / 10) n
    RETURNING id
), numbered AS (
    SELECT id, row_number() OVER () - 1 AS place, count(*) OVER () AS many FROM roots
), replies AS (
    INSERT INTO arguments (debate_id, parent_id, root_id, depth, relation, position_id, origin, author_id, claim,
                           grounds_markdown, grounds_html)
    SELECT :debate, first.id, first.id, 1, (ARRAY['support', 'rebut', 'undercut'])[n % 3 + 1], :position, 'person',
           :author + n % :people, 'Reply ' || n || ' says something of the length that claims usually have here.',
           'Because it does.', '<p>Because it does.</p>'
    FROM generate_series(1, least(:replies, :count / 2)) n, first
    RETURNING 1
)
INSERT INTO arguments (debate_id, parent_id, root_id, depth, relation, position_id, origin, author_id, claim,
                       grounds_markdown, grounds_html)
SELECT :debate, numbered.id, numbered.id, 1, (ARRAY['support', 'rebut', 'undercut'])[n % 3 + 1], :position, 'person',
       :author + n % :people, 'Reply ' || n || ' in another thread, of a usual length for a claim.', 'Because.',
       '<p>Because.</p>'
FROM generate_series(1, :count - :count / 10 - least(:replies, :count / 2) - 1) n
JOIN numbered ON numbered.place = n % numbered.many
"""
COUNTERS = """
UPDATE arguments parent SET support_count = seen.supports, rebut_count = seen.rebuts, undercut_count = seen.undercuts
FROM (
    SELECT debate_id, parent_id, count(*) FILTER (WHERE relation = 'support') AS supports,
           count(*) FILTER (WHERE relation = 'rebut') AS rebuts,
           count(*) FILTER (WHERE relation = 'undercut') AS undercuts
    FROM arguments WHERE debate_id = :debate AND parent_id IS NOT NULL GROUP BY debate_id, parent_id
) seen
WHERE parent.debate_id = seen.debate_id AND parent.id = seen.parent_id
"""
VOTES = """
WITH voted AS (
    INSERT INTO votes (debate_id, user_id, argument_id, value)
    SELECT debate_id, :user, id, (ARRAY['agree', 'disagree', 'pass'])[id % 3 + 1] FROM arguments
    WHERE debate_id = :debate AND parent_id = :first RETURNING argument_id, value
)
UPDATE arguments SET agree_count = (value = 'agree')::int, disagree_count = (value = 'disagree')::int,
                     pass_count = (value = 'pass')::int
FROM voted WHERE arguments.debate_id = :debate AND arguments.id = voted.argument_id
"""
MOST_ANSWERED = "SELECT id FROM arguments WHERE debate_id = :debate ORDER BY rebut_count DESC, id LIMIT 1"


@dataclass(frozen=True)
class Crowd:
    """What the benchmarks ask for: sessions of people, and of each debate the argument with many replies."""

    tokens: list[str]
    first_arguments: dict[int, int]  # By the size of the debate.

    def url(self, size: int) -> str:
        return f"/debates/size-{size}"

    def argument_url(self, size: int) -> str:
        return f"{self.url(size)}/arguments/{self.first_arguments[size]}"


async def fill(url: str, sizes: tuple[int, ...]) -> Crowd:
    engine = make_engine(url, 2)
    async with transaction(engine) as db:
        await db.execute(text("SET LOCAL statement_timeout = 0"))
        people = [await make_user(db) for _ in range(PEOPLE)]
        tokens = [await make_session(db, person) for person in people]
        firsts = {size: await _make_debate(db, size, people[0].id) for size in sizes}
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))
    await engine.dispose()
    return Crowd(tokens, firsts)


async def _make_debate(db: AsyncSession, size: int, author: int) -> int:
    debate = await make_debate(db, f"size-{size}")
    position = await db.scalar(text("SELECT min(id) FROM positions WHERE debate_id = :debate"), {"debate": debate.id})
    place = {"debate": debate.id, "position": position, "author": author, "people": PEOPLE}
    await db.execute(text(ARGUMENTS), {**place, "count": size, "replies": REPLIES})
    await db.execute(text(COUNTERS), {"debate": debate.id})
    first = await db.scalar(text(MOST_ANSWERED), {"debate": debate.id})
    await db.execute(text(VOTES), {"debate": debate.id, "user": author, "first": first})
    assert isinstance(first, int)
    return first
