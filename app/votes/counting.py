"""Count votes that have waited long enough: a sweep, which may run twice or skip a turn."""

from collections.abc import Mapping

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db import touch_debate, transaction
from app.settings import Settings
from app.votes.discounting import COVERS
from app.votes.waiting import WAIT

MOST_AT_ONCE = 500  # Arguments in one transaction, whose rows are locked meanwhile.

# An uncounted vote is due when its voter's account is old enough (and confirmed), if no discount is in force.
_IS_DUE = """
NOT v.is_counted AND EXISTS (
    SELECT FROM users WHERE users.id = v.user_id AND (
        :hold = 'never' OR users.created_at <= now() - make_interval(secs => :wait)
        AND (:hold = 'first_day' OR users.email_verified_at IS NOT NULL)
    )
) AND NOT EXISTS (
    SELECT FROM vote_discounts d JOIN arguments a ON a.debate_id = v.debate_id AND a.id = v.argument_id
    WHERE d.debate_id = v.debate_id AND d.voter_id = v.user_id AND {covers} AND d.lifted_at IS NULL
)
"""
_PLACES = """
SELECT debate_id, argument_id FROM (
    SELECT v.debate_id, v.argument_id FROM votes v WHERE {is_due}
    UNION SELECT v.debate_id, v.argument_id FROM bearings v WHERE {is_due}
) due ORDER BY debate_id, argument_id LIMIT :most
"""
# Replies before the arguments that they answer, as those lock who keep strengths.
_LOCK = text("""
    SELECT id FROM arguments WHERE debate_id = :debate AND id = ANY(CAST(:ids AS bigint[]))
    ORDER BY depth DESC, id DESC FOR NO KEY UPDATE
""")
_VOTES = """
WITH due AS (
    UPDATE votes v SET is_counted = true
    WHERE v.debate_id = :debate AND v.argument_id = ANY(CAST(:ids AS bigint[])) AND {is_due}
    RETURNING v.argument_id, v.value, v.version
), steps AS (
    SELECT argument_id, count(*) FILTER (WHERE value = 'agree') AS agree,
           count(*) FILTER (WHERE value = 'disagree') AS disagree, count(*) FILTER (WHERE value = 'pass') AS pass,
           count(*) FILTER (WHERE due.version < a.version) AS earlier
    FROM due JOIN arguments a ON a.debate_id = :debate AND a.id = argument_id GROUP BY argument_id
)
UPDATE arguments SET agree_count = agree_count + agree, disagree_count = disagree_count + disagree,
                     pass_count = pass_count + pass, earlier_vote_count = earlier_vote_count + earlier
FROM steps WHERE debate_id = :debate AND id = argument_id
"""
_JUDGEMENTS = """
WITH due AS (
    UPDATE bearings v SET is_counted = true
    WHERE v.debate_id = :debate AND v.argument_id = ANY(CAST(:ids AS bigint[])) AND {is_due}
    RETURNING v.argument_id, v.bears
), steps AS (
    SELECT argument_id, count(*) FILTER (WHERE bears) AS yes, count(*) FILTER (WHERE NOT bears) AS no
    FROM due GROUP BY argument_id
)
UPDATE arguments SET bears_count = bears_count + yes, bears_not_count = bears_not_count + no
FROM steps WHERE debate_id = :debate AND id = argument_id
"""


def _statement(whole: str) -> TextClause:
    return text(whole.format(is_due=_IS_DUE.format(covers=COVERS)))


_DUE_PLACES = _statement(_PLACES)
_COUNTING = (_statement(_VOTES), _statement(_JUDGEMENTS))


async def count_due_votes(engine: AsyncEngine, settings: Settings) -> int:
    """Gives on how many arguments something was due."""
    rule = {"hold": settings.hold_votes, "wait": WAIT.total_seconds()}
    counted = 0
    while places := await _find_places(engine, rule):
        for debate_id, ids in places.items():
            async with transaction(engine) as db:
                await _count_on(db, debate_id, ids, rule)
            counted += len(ids)
    return counted


async def _count_on(db: AsyncSession, debate_id: int, ids: list[int], rule: Mapping[str, object]) -> None:
    """The due votes and judgements on these arguments, whose rows are locked first, as whoever votes locks them."""
    place = {"debate": debate_id, "ids": ids}
    await db.execute(_LOCK, place)
    for statement in _COUNTING:
        await db.execute(statement, {**place, **rule})
    touch_debate(db, debate_id)


async def _find_places(engine: AsyncEngine, rule: Mapping[str, object]) -> dict[int, list[int]]:
    places: dict[int, list[int]] = {}
    async with engine.connect() as connection:
        for debate_id, argument_id in await connection.execute(_DUE_PLACES, {**rule, "most": MOST_AT_ONCE}):
            places.setdefault(debate_id, []).append(argument_id)
    return places
