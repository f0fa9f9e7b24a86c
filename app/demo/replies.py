"""Replies by simulated participants: every side is supported, rebutted and undercut as often as every other."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from app.demo.scene import Scene
from app.demo.words import GROUNDS, write_reply
from app.markdown import render_markdown
from app.models import Argument, ArgumentRevision, Citation, Origin, Passage, Relation

REPLIES = 64
RELATIONS = [Relation.REBUT, Relation.SUPPORT, Relation.UNDERCUT, Relation.REBUT]  # For each side in turn.
TO_REPLY_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Topic:
    """An argument of the essay with the words that it rests on: what an exchange is about."""

    claim: str
    passage_id: int
    words: str


async def add_replies(scene: Scene) -> None:
    """One after the other over the time of the demonstration; the last but one is withdrawn by its author."""
    statement = select(Argument).where(Argument.debate_id == scene.debate.id).order_by(Argument.id)
    arguments = list((await scene.db.execute(statement)).scalars())
    topics = await _topics(scene, arguments)
    count = REPLIES - REPLIES % len(scene.position_ids)
    span = datetime.now(UTC) - scene.beginning
    for number in range(count):
        parent = _choose_parent(scene, number, arguments)
        reply = _reply(scene, number, parent, topics[parent.id], scene.beginning + span * ((number + 1) / (count + 2)))
        scene.db.add(reply)
        await scene.db.flush()
        topics[reply.id] = topics[parent.id]
        _add_wording(scene, reply, topics[reply.id])
        scene.replies.append(reply)
    scene.replies[-2].withdrawn_at = datetime.now(UTC)
    await scene.db.flush()


async def _topics(scene: Scene, arguments: list[Argument]) -> dict[int, Topic]:
    statement = (
        select(Citation.argument_id, Passage.id, Passage.exact)
        .join(Passage, (Passage.debate_id == Citation.debate_id) & (Passage.id == Citation.passage_id))
        .where(Citation.debate_id == scene.debate.id)
        .order_by(Passage.start.desc())
    )
    passages = {row[0]: (row[1], row[2]) for row in await scene.db.execute(statement)}
    return {argument.id: Topic(argument.claim, *passages[argument.id]) for argument in arguments}


def _choose_parent(scene: Scene, number: int, arguments: list[Argument]) -> Argument:
    """Of the side whose turn it is; sometimes a reply that is there already."""
    position_id = scene.position_ids[number % len(scene.position_ids)]
    replies = [reply for reply in scene.replies if reply.position_id == position_id]
    if replies and scene.random.random() < TO_REPLY_SHARE:
        return scene.random.choice(replies)
    return scene.random.choice([argument for argument in arguments if argument.position_id == position_id])


def _reply(scene: Scene, number: int, parent: Argument, topic: Topic, at: datetime) -> Argument:
    sides = len(scene.position_ids)
    side, turn = number % sides, number // sides
    relation = RELATIONS[turn % len(RELATIONS)]
    own_side = side if relation is Relation.SUPPORT else (side + 1 + turn % (sides - 1)) % sides
    grounds = GROUNDS.format(words=topic.words)
    return Argument(
        debate_id=scene.debate.id,
        parent_id=parent.id,
        root_id=parent.root_id or parent.id,
        depth=parent.depth + 1,
        relation=relation,
        position_id=scene.position_ids[own_side],
        origin=Origin.PERSON,
        author_id=scene.someone(own_side).user_id,
        claim=write_reply(scene.random, relation, topic.claim, is_to_reply=parent.origin is Origin.PERSON),
        grounds_markdown=grounds,
        grounds_html=render_markdown(grounds),
        created_at=at,
    )


def _add_wording(scene: Scene, reply: Argument, topic: Topic) -> None:
    key = {"debate_id": scene.debate.id, "argument_id": reply.id, "created_at": reply.created_at}
    wording = {"claim": reply.claim, "grounds_markdown": reply.grounds_markdown}
    scene.db.add(ArgumentRevision(**key, **wording, number=1, editor_id=reply.author_id))
    scene.db.add(Citation(**key, passage_id=topic.passage_id))
