"""Whether the strengths on arguments are those that all of their votes and replies give."""

from collections import defaultdict

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Debate
from app.standing.paths import Kept, UsedElsewhere, settle
from app.standing.settling import load_kept, load_links, settle_debate

NAME = "arguments.strength"
_MARK = text(
    "UPDATE arguments SET is_strength_due = true WHERE debate_id = :debate AND id = ANY(CAST(:ids AS bigint[]))"
)
_DUE = text("SELECT id FROM arguments WHERE debate_id = :debate AND is_strength_due")


async def wrong_strengths(db: AsyncSession) -> list[tuple[int, Kept, Kept]]:
    """Debate, what is kept, what was computed; without what a worker is about to settle."""
    wrong = []
    for debate_id in list(await db.scalars(select(Debate.id).order_by(Debate.id))):
        rows = {row.argument.id: row for row in await load_kept(db, debate_id)}
        links = await load_links(db, debate_id)
        pending = await _pending(db, debate_id, rows, links)
        for computed in settle(rows.values(), rows, links):
            kept = rows[computed.argument.id]
            if kept != computed and kept.argument.id not in pending:
                wrong.append((debate_id, kept, computed))
    return wrong


async def mend_strengths(db: AsyncSession) -> None:
    """Settle what is wrong, with the paths from there to the root."""
    wrong = await wrong_strengths(db)
    for debate_id in {found[0] for found in wrong}:
        ids = [kept.argument.id for debate, kept, _ in wrong if debate == debate_id]
        await db.execute(_MARK, {"debate": debate_id, "ids": ids})
        while await settle_debate(db, debate_id):
            pass


async def _pending(db: AsyncSession, debate_id: int, rows: dict[int, Kept], links: list[UsedElsewhere]) -> set[int]:
    """What is due, and all that it answers, there or elsewhere."""
    used: defaultdict[int, list[int]] = defaultdict(list)
    for link in links:
        used[link.source].append(link.target)
    pending: set[int] = set()
    waiting = list((await db.execute(_DUE, {"debate": debate_id})).scalars())
    while waiting:
        if (id := waiting.pop()) not in pending:
            pending.add(id)
            parent = rows[id].argument.parent_id
            waiting += [*used[id], *([parent] if parent is not None else [])]
    return pending
