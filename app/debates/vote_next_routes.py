"""Vote on the arguments of a debate, one after another."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import CurrentActor
from app.db import Db, Reads
from app.debates.vote_next import load_vote_next
from app.errors import Invalid
from app.forms import parse_form
from app.permissions import can_vote, can_vote_in, require
from app.rate_limits import VOTE, limit_actor
from app.targets import LARGEST_ID, ItemId, Slug, find_debate, find_locked_argument
from app.votes.commands import Ballot, answer_card, judge_link
from app.votes.forms import CardForm, SeenVersion
from app.votes.results import load_sees_results
from app.votes.waiting import counts_at_once
from app.web import redirect, render

router = APIRouter()

CardId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@router.get("/debates/{slug}/vote-next")
async def show_vote_next(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    card: CardId = None,
    last: CardId = None,
    judged: bool = False,
) -> Response:
    """The next card, or the `card` that was put off or taken back; `last` is the one that was answered just now, and
    `judged` whether that said something of its link too, so that undoing takes back no more than it did."""
    debate = await find_debate(reads, actor, slug)
    require(can_vote_in(actor, debate))
    assert actor.id is not None
    page = await load_vote_next(reads, debate.id, actor.id, card, last)
    results = page.shown is not None or await load_sees_results(reads, actor, debate)
    waits = not counts_at_once(actor, request.app.state.settings)
    return render(
        request, actor, "votes/vote_next.html",
        debate=debate, page=page, results=results, waits=waits, judged=judged,
    )  # fmt: skip


@router.post("/debates/{slug}/vote-next/{argument_id}")
async def post_card(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId, version: SeenVersion = 1
) -> Response:
    debate, argument = await find_locked_argument(db, actor, slug, argument_id)
    require(can_vote(actor, debate, argument))
    await limit_actor(request, actor, VOTE)
    form, _ = await parse_form(request, CardForm)
    if form is None or (form.bears and not argument.is_reply):
        raise Invalid("Answer with one of the buttons: agree, disagree, pass or skip. A reply also takes yes and no.")
    assert actor.id is not None
    ballot = Ballot(actor.id, debate.id, argument_id, counts_at_once(actor, request.app.state.settings), version)
    await answer_card(db, ballot, form.act)
    if form.judges:
        await judge_link(db, ballot, form.does_bear)
    shown = "card" if form.act == "undo" else "last"
    judged = "&judged=yes" if form.judges and form.act != "undo" else ""
    return redirect(request, f"{debate.url}/vote-next?{shown}={argument_id}{judged}")
