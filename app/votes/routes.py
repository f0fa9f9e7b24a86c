"""Votes on claims and stances on the motion: one button each."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import CurrentActor
from app.db import Db
from app.errors import Invalid
from app.forms import parse_form
from app.permissions import can_take_stance, can_vote, require
from app.rate_limits import VOTE, limit_actor
from app.targets import ItemId, Slug, find_debate
from app.votes.ballot_box import see_votable
from app.votes.commands import Ballot, Mark, take_stance, withdraw_stance
from app.votes.forms import SeenVersion, StanceForm, VoteForm
from app.votes.queries import OwnVotes, fill_vote_buttons, find_position_id
from app.votes.results import sees_results
from app.votes.waiting import counts_at_once
from app.web import is_fragment, path_shown, redirect, render

router = APIRouter()


@router.post("/debates/{slug}/arguments/{argument_id}/vote")
async def post_vote(
    request: Request,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    version: SeenVersion = 1,
    instead: bool = False,
) -> Response:
    """`instead` of posting the same: from the form of an argument to the one that stands already."""
    debate, argument = await see_votable(request, actor, slug, argument_id)
    require(can_vote(actor, debate, argument))
    await limit_actor(request, actor, VOTE)
    form, _ = await parse_form(request, VoteForm)
    if form is None or (form.judges and not argument.is_reply):
        raise Invalid("Vote with one of the three buttons: agree, disagree or pass. A reply also takes yes and no.")
    assert actor.id is not None
    ballot = Ballot(actor.id, debate.id, argument_id, counts_at_once(actor, request.app.state.settings), version)
    marks = [Mark(ballot, word, is_on_link=form.is_on_link(word)) for word in form.words]
    tally = [await request.app.state.ballot_box.cast(mark) for mark in marks][-1]
    if instead:
        return redirect(request, f"{debate.url}/arguments/{argument_id}?done=voted_instead")
    if not is_fragment(request):
        return redirect(request, f"{path_shown(request)}#argument-{argument_id}")
    own = OwnVotes.of(argument_id, tally.own_value, tally.own_bears, tally.own_version)
    return render(
        request, actor, "votes/_vote.html", fillers=fill_vote_buttons(own),
        debate_url=debate.url, argument_id=argument_id, tally=tally, is_reply=argument.is_reply,
        results=await sees_results(request, actor, debate),
    )  # fmt: skip


@router.post("/debates/{slug}/stance")
async def post_stance(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_take_stance(actor, debate))
    await limit_actor(request, actor, VOTE)
    form, _ = await parse_form(request, StanceForm)
    if form is None:
        raise Invalid("Choose one of the positions, or undecided.")
    assert actor.id is not None
    if form.position == "none":
        await withdraw_stance(db, actor.id, debate.id)
        return redirect(request, f"{debate.url}?done=stance_withdrawn#stance")
    position_id = await find_position_id(db, debate.id, form.position)
    await take_stance(db, actor.id, debate.id, position_id)
    return redirect(request, f"{debate.url}?done=stance#stance")
