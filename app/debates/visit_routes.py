"""What is new in a debate to whoever reads it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import CurrentActor
from app.db import Db, Reads
from app.debate_heads import see_debate
from app.debates.visits import NewPage, fill_new, load_new, load_news, note_visit
from app.forms import Form, parse_form
from app.permissions import can_manage_own_account, require
from app.targets import LARGEST_ID, Slug, find_debate
from app.votes.queries import fill_vote_buttons, load_own_votes
from app.votes.results import sees_results
from app.web import redirect, render

router = APIRouter()

Place = Annotated[int | None, Query(ge=0, le=LARGEST_ID)]


class SeenForm(Form):
    all: Literal["yes", ""] = ""


@router.get("/debates/{slug}/new")
async def show_new(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, since: Place = None, after: Place = None
) -> Response:
    """What was posted after the argument `since`; for members without one, after their last visit."""
    debate = await see_debate(request, actor, slug)
    news = await load_news(reads, actor, debate.id)
    begin = since if since is not None else news.since_id if news else None
    page = NewPage([], None) if begin is None else await load_new(reads, actor, debate.id, max(begin, after or 0))
    own = await load_own_votes(reads, actor, debate.id, [card.id for card in page.cards])
    results = await sees_results(request, actor, debate)
    fillers = {**fill_vote_buttons(own), "new": fill_new(actor, begin)}
    return render(
        request, actor, "debates/new.html",
        fillers=fillers, debate=debate, page=page, begin=begin, news=news, since=since, results=results,
    )  # fmt: skip


@router.post("/debates/{slug}/seen")
async def post_seen(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    """Sent by the script while one reads, and by the button that marks everything as read."""
    debate = await find_debate(db, actor, slug)
    require(can_manage_own_account(actor))
    form, _ = await parse_form(request, SeenForm)
    is_read = form is not None and form.all == "yes"
    await note_visit(db, actor, debate.id, is_read=is_read)
    return redirect(request, f"{debate.url}?done=seen") if is_read else Response(status_code=204)
