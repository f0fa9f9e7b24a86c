"""Publishing a revision of an essay of 10,000 words with a thousand annotations, after fifty edits: as many statements
as with a hundred, and how long each part takes against anchoring alone."""

import asyncio
import time
from collections.abc import Callable
from random import Random

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.annotations.anchoring import Anchorer
from app.db import make_engine, transaction
from app.doctor.examination import examine
from app.essays.canonical import parse_essay
from app.revisions.commands import publish_wording
from app.revisions.draft_commands import find_newest
from app.revisions.following import follow_all_once
from app.revisions.outlook import look_ahead
from app.revisions.standings import load_ground
from tests.benchmarks.bench_essay import ANNOTATIONS, WORDS, annotate, make_debate
from tests.benchmarks.essay_writing import EDITS, Writer, write_essay

CHANGES = 50
FEW = 100


def test_publishing_with_a_thousand_annotations(bench_url: str) -> None:
    statements = {count: asyncio.run(_publish(bench_url, count)) for count in (FEW, ANNOTATIONS)}
    assert statements[FEW] == statements[ANNOTATIONS]


async def _publish(url: str, count: int) -> int:
    engine = make_engine(url, 2)
    try:
        async with transaction(engine) as db:
            await db.execute(text("SET LOCAL statement_timeout = 0"))
            first = await make_debate(db, f"revised-{count}")
            await annotate(db, first, count)
        return await _measure(engine, first.debate_id, count)
    finally:
        await engine.dispose()


async def _measure(engine: AsyncEngine, debate_id: int, count: int) -> int:
    markdown = _edited()
    async with transaction(engine) as db:
        ground = await load_ground(db, debate_id)
        anchorer = Anchorer(parse_essay(markdown).text, ground.texts[0][1])
        anchoring = _timed(lambda: [anchorer.find(standing.selectors) for standing in ground.standings])
        begun = time.perf_counter()
        outlook = await look_ahead(db, debate_id, markdown, {})
        review = time.perf_counter() - begun
    follow_all_once.cache_clear()  # As if another process published than the one that showed the review.
    statements: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *details: statements.append(details[2]))
    begun = time.perf_counter()
    async with transaction(engine) as db:
        await publish_wording(db, await find_newest(db, debate_id), markdown, "", None, {})
    publishing, sent = time.perf_counter() - begun, len(statements)
    states = ", ".join(f"{group.passage_count} {group.state}" for group in reversed(outlook.groups))
    print(f"\n{count:>5} annotations: {states}; {sent} statements to publish")
    for name, took in (("review", review), ("publishing", publishing)):
        print(f"      {name:<10} {1000 * took:>6.0f} ms, {took / anchoring:.2f} times anchoring alone")
    async with transaction(engine) as db:
        assert [finding.name async for finding in examine(db) if finding.count] == []
    return sent


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _edited() -> str:
    """The same essay that was published, after edits of all kinds."""
    random = Random(7)
    writer = Writer(random)
    essay = write_essay(Writer(Random(1)), WORDS)
    for _ in range(CHANGES):
        random.choice(list(EDITS.values()))(essay, writer)
    return essay.text()
