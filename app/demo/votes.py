"""Votes, judgements of links, stances and credits of simulated participants, in bulk."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, select

from app.demo.opinions import CREDIT_SHARE, Participant, draw_appeal, draw_bears, draw_stances, draw_vote
from app.demo.scene import Scene
from app.demo.words import write_credit
from app.models import Argument, Bearing, Credit, CreditRevision, Origin, Stance, Vote

BEARING_SHARE = 0.35  # Of those who vote on a reply: fewer judge its link.


async def add_votes(scene: Scene) -> None:
    statement = select(Argument).where(Argument.debate_id == scene.debate.id, Argument.withdrawn_at.is_(None))
    arguments = list((await scene.db.execute(statement.order_by(Argument.id))).scalars())
    is_essay = {argument.id: argument.origin is Origin.ESSAY for argument in arguments}
    appeal = {argument.id: draw_appeal(scene.random, is_from_essay=is_essay[argument.id]) for argument in arguments}
    votes: list[dict[str, Any]] = []
    bearings: list[dict[str, Any]] = []
    for participant in scene.participants:
        for argument in arguments:
            if argument.author_id == participant.user_id or scene.random.random() >= participant.activity:
                continue
            side = scene.position_ids.index(argument.position_id) if argument.position_id else None
            row = _row(scene, participant, argument.id, scene.moment(argument.created_at))
            votes.append({**row, "value": draw_vote(scene.random, participant, side, appeal[argument.id])})
            if argument.parent_id is not None and scene.random.random() < BEARING_SHARE:
                bearings.append({**row, "bears": draw_bears(scene.random, appeal[argument.id])})
    await scene.db.execute(insert(Vote), votes)
    await scene.db.execute(insert(Bearing), bearings)


async def add_stances(scene: Scene) -> None:
    """Who moved says to which argument of the side that they moved to they owe it, if they say so at all."""
    ids = [*scene.position_ids, None]
    stances, credits = [], []
    arguments = await _credited_arguments(scene)
    for participant in scene.participants:
        drawn = draw_stances(scene.random, participant, len(scene.position_ids))
        if drawn is None:
            continue
        first, latest = drawn
        at = scene.moment(scene.beginning)
        later = at if first == latest else scene.moment(at)
        stances.append(
            {
                "debate_id": scene.debate.id,
                "user_id": participant.user_id,
                "first_position_id": ids[-1 if first is None else first],
                "first_at": at,
                "latest_position_id": ids[-1 if latest is None else latest],
                "latest_at": later,
            }
        )
        if first != latest and latest is not None and scene.random.random() < CREDIT_SHARE:
            argument = scene.random.choice(arguments[scene.position_ids[latest]])
            if argument.author_id != participant.user_id:
                row = _row(scene, participant, argument.id, later)
                reason = write_credit(scene.random, was_undecided=first is None)
                credits.append({**{name: row[name] for name in _CREDIT_COLUMNS}, "reason": reason})
    await scene.db.execute(insert(Stance), stances)
    await scene.db.execute(insert(Credit), credits)
    wording = (Credit.debate_id, Credit.id, literal(1), Credit.reason, Credit.user_id, Credit.created_at)
    wordings = select(*wording).where(Credit.debate_id == scene.debate.id)
    names = ["debate_id", "credit_id", "number", "reason", "editor_id", "created_at"]
    await scene.db.execute(insert(CreditRevision).from_select(names, wordings))


_CREDIT_COLUMNS = ("debate_id", "user_id", "argument_id", "created_at")


async def _credited_arguments(scene: Scene) -> dict[int, list[Argument]]:
    """Of each side its first-level arguments; minds change by those rather than by replies."""
    statement = select(Argument).where(Argument.debate_id == scene.debate.id, Argument.parent_id.is_(None))
    of_side: dict[int, list[Argument]] = {position_id: [] for position_id in scene.position_ids}
    for argument in (await scene.db.execute(statement.order_by(Argument.id))).scalars():
        of_side[argument.position_id or 0].append(argument)
    return of_side


def _row(scene: Scene, participant: Participant, argument_id: int, at: datetime) -> dict[str, Any]:
    key = {"debate_id": scene.debate.id, "user_id": participant.user_id, "argument_id": argument_id}
    return {**key, "created_at": at, "changed_at": at}
