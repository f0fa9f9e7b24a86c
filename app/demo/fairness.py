"""Simulated participants say back what they answer, accept that as fair, and concede: on every side alike."""

from datetime import UTC, datetime

from sqlalchemy import update

from app.arguments.commands import concede_argument
from app.demo.scene import Scene
from app.demo.words import say_back
from app.models import Argument, ArgumentRevision
from app.models.argument import ATTACKS

SAID_BACK_EVERY = 3  # Of the replies that attack: enough to be met, few enough to stand out.


async def be_fair(scene: Scene) -> None:
    """Nothing here is drawn by chance, so that all else in the demonstration stays as it was."""
    for answer in await _attacks(scene):
        await _say_back(scene, answer)
    await scene.db.flush()
    for position_id in scene.position_ids:
        await _concede(scene, position_id)


async def _attacks(scene: Scene) -> list[Argument]:
    """Of each position every third."""
    attacks = [reply for reply in scene.replies if reply.relation in ATTACKS and reply.withdrawn_at is None]
    of_sides = [[reply for reply in attacks if reply.position_id == side] for side in scene.position_ids]
    return [reply for side in of_sides for reply in side[::SAID_BACK_EVERY]]


async def _say_back(scene: Scene, answer: Argument) -> None:
    said = await scene.db.get_one(Argument, (answer.debate_id, answer.parent_id))
    answer.steelman = say_back(said.claim)
    wording = update(ArgumentRevision).filter_by(debate_id=answer.debate_id, argument_id=answer.id)
    await scene.db.execute(wording.values(steelman=answer.steelman))
    if said.author_id is not None:
        answer.steelman_accepted_at, answer.steelman_accepted_by_id = datetime.now(UTC), said.author_id


async def _concede(scene: Scene, position_id: int) -> None:
    """The first of this side's replies that somebody else attacks."""
    attacked = {reply.parent_id: reply.author_id for reply in scene.replies if reply.relation in ATTACKS}
    for reply in scene.replies:
        is_of_side = reply.position_id == position_id and reply.withdrawn_at is None
        if is_of_side and attacked.get(reply.id, reply.author_id) != reply.author_id:
            await concede_argument(scene.db, reply)
            return
