"""What open pages of a debate are told while they are open: numbers alone, and none that the reader may not see."""

import json
from typing import Any

from fastapi import Request
from sqlalchemy import select

from app.actor import VISITOR
from app.db import reading
from app.live import Load, State
from app.models import CURRENT_VOTE_COUNT, Argument, Debate, DebateState
from app.permissions import can_see_results
from app.targets import DEBATE_HEAD, DebateHead

_FRONT = select(*DEBATE_HEAD, Debate.argument_count, Debate.annotation_count, CURRENT_VOTE_COUNT)
_ARGUMENT = select(
    *DEBATE_HEAD, Argument.support_count, Argument.rebut_count, Argument.undercut_count,
    Argument.agree_count, Argument.disagree_count, Argument.pass_count,
    Argument.hidden_by_id.is_(None) & Argument.withdrawn_at.is_(None),
).join(Argument, Argument.debate_id == Debate.id)  # fmt: skip


def front_page(request: Request, debate: DebateHead, *, has_stance: bool) -> Load:
    async def load() -> State | None:
        found = await _find(request, _FRONT.where(Debate.id == debate.id))
        if found is None:
            return None
        head, (arguments, annotations, votes) = found
        texts = {"arguments": _many(arguments, "argument"), "annotations": _many(annotations, "annotation")}
        if _shows_results(head, has_stance=has_stance):
            texts["votes"] = _many(votes, "vote")
        return _state(head, arguments, texts)

    return load


def argument_page(request: Request, debate: DebateHead, argument_id: int, *, has_stance: bool) -> Load:
    async def load() -> State | None:
        found = await _find(request, _ARGUMENT.where(Debate.id == debate.id, Argument.id == argument_id))
        if found is None:
            return None
        head, (support, rebut, undercut, agree, disagree, passes, is_listed) = found
        counts = {"support": support, "rebut": rebut, "undercut": undercut}
        texts = {name: f"{count:,}" for name, count in counts.items()}
        if is_listed and _shows_results(head, has_stance=has_stance):
            texts |= {"agree": str(agree), "disagree": str(disagree), "pass": str(passes)}
        return _state(head, support + rebut + undercut, texts)

    return load


async def _find(request: Request, statement: Any) -> tuple[DebateHead, tuple[Any, ...]] | None:
    """The debate as it is now, unless it was closed to readers, and what else was asked for."""
    async with reading(request) as db:
        row = (await db.execute(statement)).one_or_none()
    if row is None:
        return None
    columns = tuple(row)
    head = DebateHead.of(columns[: len(DEBATE_HEAD)])
    return None if head.state == DebateState.DRAFT else (head, columns[len(DEBATE_HEAD) :])


def _shows_results(debate: DebateHead, *, has_stance: bool) -> bool:
    """Asked anew each time: a host may hide the results while pages are open."""
    return bool(can_see_results(VISITOR, debate, has_stance=has_stance))


def _state(debate: DebateHead, total: int, texts: dict[str, str]) -> State:
    return State(debate.version, json.dumps({"total": total, "texts": texts}, separators=(",", ":")))


def _many(count: int, noun: str) -> str:
    """As the template's filter says it."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
