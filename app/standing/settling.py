"""Keep the strengths of arguments up: what a trigger marked as due, and the path from there to the root.

Not in the transaction of a vote: all voters of a thread would wait for one another at its first argument
(docs/adr/0005).
"""

from dataclasses import fields

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db import Reader, touch_debate, transaction
from app.models import Relation
from app.standing.paths import Kept, UsedElsewhere, settle
from app.standing.strength import Received
from app.standing.strength_tree import RatedArgument

MOST_AT_ONCE = 1_000  # Due arguments in one transaction, so that nobody waits long for its locks.

_DUE_DEBATES = text("SELECT DISTINCT debate_id FROM arguments WHERE is_strength_due")
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended('strength', :debate))")
_PATHS = text("""
    WITH RECURSIVE path AS (
        (SELECT id, parent_id FROM arguments WHERE debate_id = :debate AND is_strength_due ORDER BY id LIMIT :most)
        UNION
        SELECT above.id, above.parent_id FROM path JOIN LATERAL (
            SELECT path.parent_id AS id
            UNION ALL
            SELECT target_id FROM argument_links
            WHERE debate_id = :debate AND source_id = path.id AND withdrawn_at IS NULL
        ) up ON true JOIN arguments above ON above.id = up.id
        WHERE above.debate_id = :debate
    )
    SELECT id FROM path
""")
# Replies before the arguments that they answer, as those lock who write them.
_LOCK = text("""
    SELECT id FROM arguments WHERE debate_id = :debate AND id = ANY(CAST(:ids AS bigint[]))
    ORDER BY depth DESC, id DESC FOR NO KEY UPDATE
""")
_COLUMNS = """
    SELECT id, parent_id, relation, author_id, agree_count, disagree_count, pass_count,
           hidden_by_id IS NULL AND withdrawn_at IS NULL, depth, conceded_at IS NOT NULL,
           strength, passed_on, holds, reaches,
           supported, attacked, supports_leave, attacks_leave, undercuts_leave
    FROM arguments WHERE debate_id = :debate
"""
_RECEIVED = [field.name for field in fields(Received)]
_PATHS_AND_REPLIES = text(
    f"{_COLUMNS} AND id = ANY(CAST(:ids AS bigint[])) UNION {_COLUMNS} AND parent_id = ANY(CAST(:ids AS bigint[]))"
)
_ALL = text(_COLUMNS)
_LINKS = text("""
    SELECT source_id, target_id, relation FROM argument_links
    WHERE debate_id = :debate AND withdrawn_at IS NULL AND (:all OR target_id = ANY(CAST(:ids AS bigint[])))
""")
_SOURCES = text(f"{_COLUMNS} AND id = ANY(CAST(:ids AS bigint[]))")
_WRITE = text("""
    UPDATE arguments SET strength = new.strength, passed_on = new.passed_on, holds = new.holds, reaches = new.reaches,
                         supported = new.supported, attacked = new.attacked, supports_leave = new.supports_leave,
                         attacks_leave = new.attacks_leave, undercuts_leave = new.undercuts_leave,
                         is_strength_due = false
    FROM unnest(CAST(:ids AS bigint[]), CAST(:strengths AS float8[]), CAST(:passed_on AS float8[]),
                CAST(:holds AS boolean[]), CAST(:reaches AS boolean[]), CAST(:supported AS float8[]),
                CAST(:attacked AS float8[]), CAST(:supports_leave AS float8[]), CAST(:attacks_leave AS float8[]),
                CAST(:undercuts_leave AS float8[]))
        AS new(id, strength, passed_on, holds, reaches, supported, attacked, supports_leave, attacks_leave,
               undercuts_leave)
    WHERE debate_id = :debate AND arguments.id = new.id
""")


async def settle_due(engine: AsyncEngine) -> int:
    """Settle every debate in which something is due; gives how many arguments were computed anew."""
    async with engine.connect() as connection:
        debates = list((await connection.execute(_DUE_DEBATES)).scalars())
    settled = 0
    for debate_id in debates:
        while count := await _settle_some(engine, debate_id):
            settled += count
    return settled


async def _settle_some(engine: AsyncEngine, debate_id: int) -> int:
    async with transaction(engine) as db:
        if not (await db.execute(_TRY_LOCK, {"debate": debate_id})).scalar_one():
            return 0  # Another worker has this debate in hand.
        return await settle_debate(db, debate_id)


async def settle_debate(db: AsyncSession, debate_id: int) -> int:
    """The due arguments of a debate, at most MOST_AT_ONCE, and those above them."""
    paths = await db.execute(_PATHS, {"debate": debate_id, "most": MOST_AT_ONCE})
    if not (ids := list(paths.scalars())):
        return 0
    of_debate = {"debate": debate_id, "ids": ids}
    await db.execute(_LOCK, of_debate)
    rows = {row[0]: _kept(*row) for row in await db.execute(_PATHS_AND_REPLIES, of_debate)}
    links = await load_links(db, debate_id, ids)
    if missing := sorted({link.source for link in links} - set(rows)):
        sources = await db.execute(_SOURCES, {"debate": debate_id, "ids": missing})
        rows |= {row[0]: _kept(*row) for row in sources}
    settled = settle(rows.values(), ids, links)
    await _write(db, debate_id, settled)
    if any(rows[new.argument.id] != new for new in settled):
        touch_debate(db, debate_id)
    return len(settled)


async def load_kept(db: Reader, debate_id: int) -> list[Kept]:
    """Every argument of a debate, with what is kept of it."""
    return [_kept(*row) for row in await db.execute(_ALL, {"debate": debate_id})]


async def load_links(db: Reader, debate_id: int, target_ids: list[int] | None = None) -> list[UsedElsewhere]:
    """What is used as an answer to these arguments, or to any, besides replies."""
    asked = {"debate": debate_id, "all": target_ids is None, "ids": target_ids or []}
    rows = await db.execute(_LINKS, asked)
    return [UsedElsewhere(source, target, Relation(relation)) for source, target, relation in rows]


async def _write(db: AsyncSession, debate_id: int, settled: list[Kept]) -> None:
    values = {
        "debate": debate_id,
        "ids": [row.argument.id for row in settled],
        "strengths": [row.strength for row in settled],
        "passed_on": [row.passed_on for row in settled],
        "holds": [row.holds for row in settled],
        "reaches": [row.reaches for row in settled],
        **{name: [getattr(row.received, name) for row in settled] for name in _RECEIVED},
    }
    await db.execute(_WRITE, values)


def _kept(
    id: int, parent_id: int | None, relation: str | None, author_id: int | None, agree: int, disagree: int,
    passes: int, is_listed: bool, depth: int, is_conceded: bool, *kept: float,
) -> Kept:  # fmt: skip
    of_parent = Relation(relation) if relation else None
    argument = RatedArgument(id, parent_id, of_parent, author_id, agree, disagree, passes, is_listed)
    strength, passed_on, holds, reaches, *received = kept
    labels = bool(holds), bool(reaches)
    return Kept(argument, depth, is_conceded, strength, passed_on, *labels, Received(*received))
