"""Undo a decision of whatever kind, with what it was about; open appeals against it are thereby answered."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import Reader
from app.errors import NotFound
from app.models import Action, Appeal, AppealOutcome, Decision
from app.moderation.decision_queries import DecisionView, find_decision
from app.moderation.forms import UndoForm
from app.moderation.handing_back import hand_back
from app.moderation.items import Item, Participant, find_item
from app.moderation.measures.targets import StaleTarget, of_same, refuse_stale
from app.moderation.measures.undoing import UNDOING
from app.moderation.people.commands import reopen_case_of_person
from app.moderation.records import answer_appeals, find_made
from app.moderation.rings.commands import recount_votes
from app.moderation.rings.people import find_discounted_by
from app.moderation.shape.merges import unmerge
from app.moderation.shape.moves import move_back
from app.moderation.shape.others import find_other_author
from app.moderation.shape.unsplits import unsplit
from app.moderation.shape.uses import use_again
from app.moderation.undo_commands import REVERSALS, lift_sanction, undo_item_decision
from app.moderation.waiting.undoing import let_stand_after_all, let_wait_again
from app.moderation.words.commands import put_word_back

UPHELD = "Somebody has answered an appeal against this since you opened the page, and let it stand. Look again."
WORDS = (Action.WATCH, Action.UNWATCH)
RESHAPING = {Action.MOVE: move_back, Action.MERGE: unmerge, Action.SPLIT: unsplit, Action.UNUSE: use_again}


class Undoable(NamedTuple):
    """A decision, and what it is about, unless that is a person. `voters` are those whose votes a discount is about; of
    a move or a merge, who wrote the other argument."""

    decision: DecisionView
    item: Item | None
    voters: list[Participant]


async def find_undoable(db: Reader, actor: Actor, decision_id: int) -> Undoable:
    decision = await find_decision(db, actor, decision_id)
    if decision.action not in REVERSALS:
        raise NotFound("This decision changed nothing that could be undone.")
    if decision.item_key is None or decision.debate_id is None:
        return Undoable(decision, None, await find_discounted_by(db, decision))
    others = await find_other_author(db, decision)
    return Undoable(decision, await find_item(db, decision.debate_id, *decision.item_key), others)


async def undo(db: AsyncSession, actor: Actor, found: Undoable, form: UndoForm) -> Decision:
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    if found.decision.undone_by_id is None:  # Else it is refused with that.
        try:
            await refuse_stale(db, of_same(found.decision), form.version)
        except StaleTarget:
            if made := await find_made(db, actor, form.idempotency_key):
                return made  # By the first press of a double click, a moment ago.
            raise
    async with db.begin_nested():  # Nothing of it stays where an appeal was answered at the same moment.
        undoing = await _undo(db, actor, found, form)
        await answer_appeals(db, undoing)
        await _refuse_if_upheld(db, found.decision, form.version)
    await hand_back(db, found.decision)
    return undoing


async def _refuse_if_upheld(db: AsyncSession, decision: DecisionView, seen: int) -> None:
    """With the appeals locked: who lets the decision stand locks no row of what it is about."""
    upheld = select(Appeal.id).where(Appeal.decision_id == decision.id, Appeal.outcome == AppealOutcome.UPHELD)
    if (await db.scalars(upheld.where(Appeal.answer_id > seen))).first() is not None:
        raise StaleTarget(UPHELD)


async def overturn(db: AsyncSession, actor: Actor, found: Undoable, form: UndoForm) -> Decision:
    """Undo a decision on appeal: a post that was not let stand does not wait once more, it stands."""
    if found.decision.action == Action.DECLINE:
        return await let_stand_after_all(db, actor, found.decision, form)
    return await undo(db, actor, found, form)


async def _undo(db: AsyncSession, actor: Actor, found: Undoable, form: UndoForm) -> Decision:
    decision, item, _ = found
    if decision.action == Action.DISCOUNT:
        return await recount_votes(db, actor, decision, form)
    if decision.action == Action.DECLINE:
        return await let_wait_again(db, actor, decision, form)
    if decision.action in WORDS:
        return await put_word_back(db, actor, decision, form)
    if decision.action in UNDOING:
        return await UNDOING[decision.action](db, actor, decision, form)
    if item is not None and decision.action in RESHAPING:
        return await RESHAPING[decision.action](db, actor, decision, item, form)
    if item is not None:
        return await undo_item_decision(db, actor, decision, item, form)
    if decision.action == Action.DISMISS:
        return await reopen_case_of_person(db, actor, decision, form)
    return await lift_sanction(db, actor, decision, form)
