"""Fill a site with a demonstration: the debate of a seed, and simulated participants who take part in it."""

from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import touch_debate
from app.demo.fairness import be_fair
from app.demo.moderation import moderate
from app.demo.opinions import make_participants
from app.demo.replies import add_replies
from app.demo.scene import Scene
from app.demo.votes import add_stances, add_votes
from app.demo.words import ANSWERS, NOTES, QUESTIONS, TAGS
from app.doctor.counters import mend
from app.interchange.commands import load_seed
from app.interchange.seed import SeedDebate
from app.markdown import render_markdown
from app.models import (
    Annotation,
    AnnotationKind,
    AnnotationRevision,
    Argument,
    ArgumentRevision,
    Debate,
    Passage,
    Position,
    User,
)
from app.standing.settling import settle_debate

DEMO_LOCK = 7_263_004  # An advisory lock: of two demonstrations that start at once, one is made.
SEED = 1_789  # Of the random numbers: every demonstration of a debate is the same.
PARTICIPANTS = 400
ANNOTATIONS = 30
REPLIES_TO_ANNOTATION = (0, 0, 1, 2)  # One of these numbers each.
RESOLVED_EVERY = 5
DAYS = 16  # How long ago it began.


class NotEmpty(Exception):
    """People have accounts here; a demonstration would mix with what they write."""


async def fill_demo(db: AsyncSession, seed: SeedDebate) -> bool:
    """Make the demonstration, unless it has been made; whether it was made now. NotEmpty where people are."""
    await db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": DEMO_LOCK})
    if (await db.execute(select(User.id).where(User.is_simulated).limit(1))).first():
        return False
    if (await db.execute(select(User.id).limit(1))).first():
        raise NotEmpty
    await load_seed(db, seed)
    scene = await _set_scene(db, seed)
    await add_replies(scene)
    await be_fair(scene)
    await _add_annotations(scene)
    await add_votes(scene)
    await add_stances(scene)
    await mend(db)
    await moderate(scene)
    while await settle_debate(db, scene.debate.id):
        pass
    touch_debate(db, scene.debate.id)
    return True


async def _set_scene(db: AsyncSession, seed: SeedDebate) -> Scene:
    random = Random(SEED)  # noqa: S311  (nothing here is secret)
    debate = (await db.execute(select(Debate).where(Debate.slug == seed.slug))).scalar_one()
    of_debate = select(Position).where(Position.debate_id == debate.id).order_by(Position.number)
    positions = list((await db.execute(of_debate)).scalars())
    people = [_person(number) for number in range(1, PARTICIPANTS + 1)]
    db.add_all(people)
    await db.flush()
    participants = make_participants(random, [person.id for person in people], len(positions))
    scene = Scene(db, random, debate, [position.id for position in positions], participants, _beginning())
    await _begin_then(scene)
    return scene


def _person(number: int) -> User:
    """Without a password nobody can sign in as a simulated reader."""
    return User(
        username=f"simulated-reader-{number}",
        display_name=f"Simulated reader {number}",
        password_hash="",
        is_simulated=True,
        created_at=_beginning(),
    )


def _beginning() -> datetime:
    return datetime.now(UTC) - timedelta(days=DAYS)


async def _begin_then(scene: Scene) -> None:
    """The essay's arguments were there before anybody replied."""
    scene.debate.created_at = scene.beginning
    for model in (Argument, ArgumentRevision):
        of_debate = update(model).where(model.debate_id == scene.debate.id)
        await scene.db.execute(of_debate.values(created_at=scene.beginning))
    scene.db.expire_all()  # What is loaded already has the old times.
    await scene.db.refresh(scene.debate)


async def _add_annotations(scene: Scene) -> None:
    statement = select(Passage.id).where(Passage.debate_id == scene.debate.id).order_by(Passage.start, Passage.end)
    passage_ids = list((await scene.db.execute(statement)).scalars())
    for number in range(ANNOTATIONS):
        kind, words = (AnnotationKind.NOTE, NOTES) if number % 2 else (AnnotationKind.QUESTION, QUESTIONS)
        annotation = await _annotate(scene, kind, scene.random.choice(passage_ids), scene.random.choice(words))
        for _ in range(scene.random.choice(REPLIES_TO_ANNOTATION)):
            await _annotate(
                scene, AnnotationKind.REPLY, annotation.passage_id, scene.random.choice(ANSWERS), annotation
            )
        if number % RESOLVED_EVERY == 0:
            annotation.resolved_at, annotation.resolved_by_id = datetime.now(UTC), annotation.author_id


async def _annotate(
    scene: Scene, kind: AnnotationKind, passage_id: int, body: str, parent: Annotation | None = None
) -> Annotation:
    annotation = Annotation(
        debate_id=scene.debate.id,
        passage_id=passage_id,
        parent_id=parent.id if parent else None,
        author_id=scene.random.choice(scene.participants).user_id,
        kind=kind,
        body_markdown=body,
        body_html=render_markdown(body),
        tags=[] if parent else scene.random.sample(TAGS, scene.random.randint(0, 2)),
        created_at=scene.moment(parent.created_at if parent else scene.beginning),
    )
    scene.db.add(annotation)
    await scene.db.flush()
    scene.db.add(_first_wording(annotation))
    return annotation


def _first_wording(annotation: Annotation) -> AnnotationRevision:
    return AnnotationRevision(
        debate_id=annotation.debate_id,
        annotation_id=annotation.id,
        number=1,
        kind=annotation.kind,
        passage_id=annotation.passage_id,
        body_markdown=annotation.body_markdown,
        tags=annotation.tags,
        editor_id=annotation.author_id,
        created_at=annotation.created_at,
    )
