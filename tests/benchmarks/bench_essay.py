"""The essay's page with a thousand annotations by two hundred people, against the same page without any.

Aims: at most 3 times the server's time, and 60 kB more of compressed HTML. A page is rendered once per version of its
debate, so that there are two times: of the first view of a new version, and of every other.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from statistics import median, quantiles

import httpx
import psycopg
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.annotations.revisions import keep_wording
from app.db import make_engine, transaction
from app.essays.commands import find_or_make_passage, publish_essay
from app.markdown import render_markdown
from app.models import Annotation, AnnotationKind, Debate, EssayRevision, Paragraph, Position, User
from tests.benchmarks.essay_writing import Writer, write_essay
from tests.benchmarks.load import HOST, cpu_seconds, get, measure, serving
from tests.factories import make_user

WORDS, ANNOTATIONS, PEOPLE = 10_000, 1_000, 200
FIRST_VIEWS = 40
EDIT = """
    WITH debate AS (UPDATE debates SET version = version + 1 WHERE slug = %(slug)s RETURNING id)
    UPDATE annotations SET body_html = replace(body_html, '<p>', '<p>Now ') WHERE (debate_id, id) = (
        SELECT debate_id, annotations.id FROM annotations JOIN debate ON debate_id = debate.id ORDER BY random() LIMIT 1
    )
"""


@dataclass(frozen=True)
class Times:
    """In milliseconds: seen by the reader, and of the server's processor."""

    p50: float
    p95: float
    cpu: float

    def __str__(self) -> str:
        return f"p50 {self.p50:>6.1f} ms  p95 {self.p95:>6.1f} ms  cpu {self.cpu:>6.1f} ms"


def test_essay_page_with_and_without_annotations(bench_url: str) -> None:
    asyncio.run(_fill(bench_url))
    with serving("tests.benchmarks.limits:create_product", {"REJOINDER_DATABASE_URL": bench_url}) as (port, pid):
        _show_weights(port)
        first = {name: _first_views(bench_url, port, pid, name) for name in ("bare", "noted", "bare", "noted")}
        _show("first view of a new version", first)
        _show("every other view", {name: _other_views(port, pid, name) for name in ("bare", "noted")})


def _url(name: str) -> str:
    return f"/debates/essay-{name}/essay"


def _show_weights(port: int) -> None:
    weights = {}
    for name in ("bare", "noted"):
        packed = httpx.get(f"http://{HOST}:{port}{_url(name)}", headers={"Accept-Encoding": "br"})
        assert packed.status_code == 200
        weights[name] = int(packed.headers["content-length"]) / 1000
        print(f"\n{name:<6} {weights[name]:>6.1f} kB compressed, {len(packed.content) / 1000:>7.1f} kB of HTML", end="")
    print(f"\nwith annotations {weights['noted'] - weights['bare']:.1f} kB more (aim: at most 60)")


def _first_views(url: str, port: int, pid: int, name: str) -> Times:
    """One at a time, each after somebody has edited an annotation, if there is one."""
    conninfo = url.replace("postgresql+psycopg://", "postgresql://")
    address = f"http://{HOST}:{port}{_url(name)}"
    with psycopg.connect(conninfo, autocommit=True) as connection, httpx.Client() as client:

        def view() -> float:
            connection.execute(EDIT, {"slug": f"essay-{name}"})
            begun = time.perf_counter()
            assert client.get(address, headers={"Accept-Encoding": "br"}).status_code == 200
            return 1000 * (time.perf_counter() - begun)

        view()
        return _timed(pid, [view] * FIRST_VIEWS)


def _timed(pid: int, views: list[Callable[[], float]]) -> Times:
    cpu = cpu_seconds(pid)
    times = [view() for view in views]
    return Times(median(times), quantiles(times, n=20)[-1], 1000 * (cpu_seconds(pid) - cpu) / len(times))


def _other_views(port: int, pid: int, name: str) -> Times:
    result = measure(port, pid, [get(_url(name), port, Accept_Encoding="br")], clients=1)
    assert not result.failures
    return Times(result.p50, result.p95, result.cpu)


def _show(case: str, times: dict[str, Times]) -> None:
    bare, noted = times["bare"], times["noted"]
    print(f"{case:<28} bare  {bare}\n{'':<28} noted {noted}")
    print(f"{'':<28} p95 {noted.p95 / bare.p95:.2f} times, cpu {noted.cpu / bare.cpu:.2f} times (aim: at most 3)")


async def _fill(url: str) -> None:
    engine = make_engine(url, 2)
    async with transaction(engine) as db:
        await db.execute(text("SET LOCAL statement_timeout = 0"))
        await make_debate(db, "bare")
        await annotate(db, await make_debate(db, "noted"))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))
    await engine.dispose()


async def make_debate(db: AsyncSession, name: str) -> EssayRevision:
    values = {"title": name, "motion": "Who is right?", "summary_markdown": "", "summary_html": ""}
    debate = Debate(slug=f"essay-{name}", **values)
    db.add(debate)
    await db.flush()
    for number in (1, 2):
        names = {"key": f"side-{number}", "name": f"Side {number}", "summary_markdown": "", "summary_html": ""}
        db.add(Position(debate_id=debate.id, number=number, **names))
    return await publish_essay(db, debate.id, "A long essay", "", write_essay(Writer(Random(1)), WORDS).text())


async def annotate(db: AsyncSession, revision: EssayRevision, count: int = ANNOTATIONS) -> None:
    """Notes and questions of one to four sentences on sentences, pairs of them and words of them."""
    people = [await make_user(db, f"essay-reader-{revision.debate_id}-{number}") for number in range(PEOPLE)]
    statement = select(Paragraph).filter_by(debate_id=revision.debate_id, revision_id=revision.id)
    paragraphs = list((await db.execute(statement.order_by(Paragraph.number))).scalars())
    random, writer = Random(2), Writer(Random(3))
    for number in range(count):
        start, end = _choose_range(random, random.choice(paragraphs).sentences)
        passage = await find_or_make_passage(db, revision, start, end)
        body = " ".join(writer.sentence() for _ in range(random.randint(1, 4)))
        db.add(_note(revision, passage.id, people[number % PEOPLE], body, random))
    await db.flush()
    for annotation in (await db.execute(select(Annotation).filter_by(debate_id=revision.debate_id))).scalars():
        keep_wording(db, annotation, 1, annotation.author_id)
    values = {"debate": revision.debate_id, "count": count}
    await db.execute(text("UPDATE debates SET annotation_count = :count WHERE id = :debate"), values)


def _choose_range(random: Random, sentences: list[list[int]]) -> tuple[int, int]:
    first = random.randrange(len(sentences))
    start, end = sentences[first]
    kind = random.random()
    if kind < 0.2:
        return start, sentences[min(first + 1, len(sentences) - 1)][1]
    return (start, end) if kind < 0.7 else (start + (end - start) // 4, end - (end - start) // 4)


def _note(revision: EssayRevision, passage_id: int, author: User, body: str, random: Random) -> Annotation:
    return Annotation(
        debate_id=revision.debate_id,
        passage_id=passage_id,
        author_id=author.id,
        kind=random.choice([AnnotationKind.NOTE, AnnotationKind.NOTE, AnnotationKind.QUESTION]),
        body_markdown=body,
        body_html=render_markdown(body),
        tags=[],
    )
