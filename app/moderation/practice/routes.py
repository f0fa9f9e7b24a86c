"""Practice: one case at a time, the settled decision after one's own, and one's own agreement."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.forms import FormState, blank_form, parse_form
from app.moderation.practice.commands import NOT_SETTLED, answer_practice, choose_case, drop_case
from app.moderation.practice.examples import EXAMPLES
from app.moderation.practice.forms import AnswerForm
from app.moderation.practice.known import count_settled, is_known, load_known_cases
from app.moderation.practice.queries import find_answer, find_next_key, load_agreement, load_practice_case
from app.moderation.queries import find_item_case
from app.permissions import can_moderate, can_practise, require
from app.targets import ItemId
from app.web import redirect, render

router = APIRouter()
Key = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]


@router.get("/moderation/practice")
async def show_practice(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_practise(actor))
    return render(
        request, actor, "moderation/practice/practice.html", agreement=await load_agreement(reads, actor),
        next_key=await find_next_key(reads, actor), example_count=len(EXAMPLES),
    )  # fmt: skip


@router.get("/moderation/practice/next")
async def show_next(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_practise(actor))
    key = await find_next_key(reads, actor)
    return redirect(request, f"/moderation/practice/{key}" if key else "/moderation/practice?done=practised")


@router.get("/moderation/practice/{key}")
async def show_practice_case(request: Request, reads: Reads, actor: CurrentActor, key: Key) -> Response:
    require(can_practise(actor))
    return await _page(request, reads, actor, key, blank_form(), 200)


@router.post("/moderation/practice/{key}/answer")
async def post_answer(request: Request, db: Db, actor: CurrentActor, key: Key) -> Response:
    require(can_practise(actor))
    form, state = await parse_form(request, AnswerForm)
    if form is None:
        return await _page(request, db, actor, key, state, 422)
    await answer_practice(db, actor, await load_practice_case(db, actor, key), form)
    return redirect(request, f"/moderation/practice/{key}")


@router.get("/moderation/known-cases")
async def show_known_cases(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_practise(actor))
    lines = await load_known_cases(reads, actor)
    return render(request, actor, "moderation/practice/known_cases.html", lines=lines)


@router.get("/moderation/cases/{case_id}/known")
async def show_choice(request: Request, reads: Reads, actor: CurrentActor, case_id: ItemId) -> Response:
    require(can_practise(actor))
    case, debate, _ = await find_item_case(reads, actor, case_id)
    problem = "" if await count_settled(reads, case.id) else NOT_SETTLED
    return render(
        request, actor, "moderation/practice/choose.html", case=case, debate=debate, problem=problem,
        is_known=await is_known(reads, case.id),
    )  # fmt: skip


@router.post("/moderation/cases/{case_id}/known")
async def post_choice(request: Request, db: Db, actor: CurrentActor, case_id: ItemId) -> Response:
    require(can_practise(actor))
    case, *_ = await find_item_case(db, actor, case_id)
    require(can_moderate(actor, case.debate_id))
    await choose_case(db, actor, case)
    return redirect(request, "/moderation/known-cases?done=saved")


@router.post("/moderation/cases/{case_id}/known/remove")
async def post_removal(request: Request, db: Db, actor: CurrentActor, case_id: ItemId) -> Response:
    require(can_practise(actor))
    case, *_ = await find_item_case(db, actor, case_id)
    require(can_moderate(actor, case.debate_id))
    await drop_case(db, case)
    return redirect(request, "/moderation/known-cases?done=saved")


async def _page(request: Request, db: Reader, actor: Actor, key: str, state: FormState, status: int) -> Response:
    case = await load_practice_case(db, actor, key)
    answer = await find_answer(db, actor, key)
    return render(
        request, actor, "moderation/practice/case.html", status=status, case=case, answer=answer, form=state
    )  # fmt: skip
