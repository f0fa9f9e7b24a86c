"""Where a reader stands on the map of a run, by their own votes. Nobody else is told, and it is kept nowhere."""

from sqlalchemy import text

from app.db import Reader

_LEAST_SCALE = 1e-9  # Where nearly all voted the same a run rounds it to 0: the few others are at the edge.
_OWN_PLACE = text("""
    WITH run AS (
        SELECT result FROM standing_runs WHERE debate_id = :debate AND number = :run
    ), statement AS (
        SELECT (each->>'id')::bigint AS id, (each->>'mean')::float8 AS mean,
               (each->'place'->>0)::float8 AS x, (each->'place'->>1)::float8 AS y
        FROM run, jsonb_array_elements(run.result->'statements') AS each
    )
    SELECT count(*), sum(sign * x - mean * x), sum(sign * y - mean * y), (SELECT count(*) FROM statement),
           (SELECT (result->'map'->>'scale')::float8 FROM run)
    FROM statement
    JOIN LATERAL (
        SELECT (value = 'agree')::int - (value = 'disagree')::int AS sign FROM votes
        WHERE debate_id = :debate AND user_id = :user AND argument_id = statement.id
    ) own ON true
""")


async def find_own_place(db: Reader, debate_id: int, run_number: int, user_id: int) -> tuple[float, float] | None:
    """In steps of the run's grid, by the votes as they are now; None without a vote on one of its statements."""
    values = {"debate": debate_id, "run": run_number, "user": user_id}
    cast, x, y, statements, scale = (await db.execute(_OWN_PLACE, values)).one()
    if not cast:
        return None
    step = (statements / cast) ** 0.5 / max(scale, _LEAST_SCALE)
    return x * step, y * step
