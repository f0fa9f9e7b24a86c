"""Flags by simulated participants, and a decision by a simulated moderator, made as real ones are."""

from sqlalchemy import select

from app.actor import Actor
from app.demo.scene import Scene
from app.demo.words import EXPLANATION, FLAG_WORDS
from app.models import Action, Case, DebateRole, DebateRoleKind, FlagReason, HouseRule, User
from app.moderation.commands import decide_case
from app.moderation.flag_commands import flag_item
from app.moderation.forms import CaseForm, FlagForm
from app.moderation.items import ItemKind, find_item
from app.targets import DebateHead

FLAGS = [2, 1, 3]  # How many flag the first replies; the first of these is decided, the others wait in the queue.
DECISION_KEY = "simulated-decision"


async def moderate(scene: Scene) -> None:
    moderator = await _make_moderator(scene)
    for reply, count in zip(scene.replies, FLAGS, strict=False):
        item = await find_item(scene.db, scene.debate.id, ItemKind.ARGUMENTS, reply.id)
        people = [person for person in scene.participants if person.user_id != reply.author_id]
        for person in scene.random.sample(people, count):
            form = FlagForm(reason=FlagReason.OFF_TOPIC, words=FLAG_WORDS)
            await flag_item(scene.db, Actor(id=person.user_id), item, form)
    await _decide(scene, moderator)


async def _make_moderator(scene: Scene) -> Actor:
    user = User(
        username="simulated-moderator",
        display_name="Simulated moderator",
        password_hash="",
        is_simulated=True,
        created_at=scene.beginning,
    )
    scene.db.add(user)
    await scene.db.flush()
    kind = DebateRoleKind.MODERATOR
    scene.db.add(DebateRole(debate_id=scene.debate.id, user_id=user.id, kind=kind))
    return Actor(user.id, user.username, user.display_name, debate_roles={scene.debate.id: kind})


async def _decide(scene: Scene, moderator: Actor) -> None:
    debate = scene.debate
    case = (await scene.db.execute(select(Case).where(Case.debate_id == debate.id).order_by(Case.id))).scalars().first()
    assert case is not None
    assert case.argument_id is not None
    item = await find_item(scene.db, debate.id, ItemKind.ARGUMENTS, case.argument_id)
    form = CaseForm(
        version=case.version,
        action=Action.HIDE,
        house_rule=HouseRule.ON_TOPIC,
        explanation=EXPLANATION,
        idempotency_key=DECISION_KEY,
    )
    head = DebateHead(debate.id, debate.slug, debate.title, debate.motion, debate.state, debate.version)
    await decide_case(scene.db, moderator, head, case.id, item, form)
