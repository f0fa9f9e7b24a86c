"""Concede an argument of one's own, which grants what was brought up against it, and take that back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments.commands import concede_argument, lock_argument, withdraw_concession
from app.arguments.forms import ConcedeForm
from app.arguments.queries import load_answers
from app.arguments.writing import load_target
from app.db import Db, Reads
from app.errors import Invalid
from app.forms import parse_form
from app.models import Argument
from app.permissions import can_concede, can_withdraw_concession, require
from app.targets import LARGEST_ID, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


@router.get("/debates/{slug}/arguments/{argument_id}/concede")
async def show_concession(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    reply: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """`reply`: the one whose page led here."""
    debate = await find_debate(reads, actor, slug)
    target = await load_target(reads, debate, argument_id)
    url = f"{debate.url}/arguments/{argument_id}"
    if target.author_id == actor.id and target.card.conceded_at is not None:
        require(can_withdraw_concession(actor, debate, target, is_conceded=True))
        return render(request, actor, "arguments/concession.html", debate=debate, target=target, url=url)
    require(can_concede(actor, debate, target, has_answers=target.card.answer_count > 0))
    answers = await load_answers(reads, actor, debate.id, argument_id)
    return render(
        request, actor, "arguments/concede.html", debate=debate, target=target, url=url, answers=answers, chosen=reply
    )  # fmt: skip


@router.post("/debates/{slug}/arguments/{argument_id}/concede")
async def post_concession(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    """With a reply that convinced, on to saying what it changed."""
    debate = await find_debate(db, actor, slug)
    argument = await lock_argument(db, debate, argument_id)
    if not _has_conceded(actor, argument):
        require(can_concede(actor, debate, argument, has_answers=argument.rebut_count + argument.undercut_count > 0))
    form, _ = await parse_form(request, ConcedeForm)
    answers = await load_answers(db, actor, debate.id, argument_id) if form and form.reply else []
    if form is None or (form.reply and form.reply not in [answer.id for answer in answers]):
        raise Invalid("Choose one of the replies, or none.")
    await concede_argument(db, argument)
    if form.reply:
        return redirect(request, f"{debate.url}/arguments/{form.reply}/credit?done=conceded")
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=conceded")


@router.post("/debates/{slug}/arguments/{argument_id}/concede/withdraw")
async def post_concession_withdrawal(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId
) -> Response:
    debate = await find_debate(db, actor, slug)
    argument = await lock_argument(db, debate, argument_id)
    is_conceded = argument.conceded_at is not None
    require(can_withdraw_concession(actor, debate, argument, is_conceded=is_conceded))
    await withdraw_concession(db, argument)
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=unconceded")


def _has_conceded(actor: Actor, argument: Argument) -> bool:
    """Asked a second time, conceding has been done already."""
    return actor.is_signed_in and argument.author_id == actor.id and argument.conceded_at is not None
