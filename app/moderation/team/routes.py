"""The moderators of a debate, and one's own activity."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.forms import Form, FormState, Line, parse_form
from app.moderation.conflicts import find_bench, find_site_bench
from app.moderation.team.activity import WEEKS, load_team_activity
from app.moderation.team.commands import (
    accept_invitation,
    decline_invitation,
    invite_moderator,
    lock_open_invitation,
    step_down,
    take_back_invitation,
)
from app.moderation.team.queries import find_invitable, have_argued, load_activity, load_own_invitations, load_team
from app.permissions import (
    can_answer_invitation,
    can_invite,
    can_invite_moderators,
    can_manage_own_account,
    can_moderate,
    can_see_queue,
    can_step_down,
    require,
)
from app.targets import DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


class InvitationForm(Form):
    username: Annotated[Line, Field(min_length=1, max_length=100)]


@router.get("/debates/{slug}/moderators")
async def show_team(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(reads, actor, slug)
    return await _show(request, reads, actor, debate, FormState(), 200)


@router.post("/debates/{slug}/moderators/invitations")
async def post_invitation(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    bench = await find_bench(db, actor, debate.id)
    require(can_invite_moderators(actor, debate.id, bench))
    form, state = await parse_form(request, InvitationForm)
    person_id = await find_invitable(db, form.username) if form else None
    if form is not None and person_id is None:
        state.errors["username"] = "Nobody has this user name."
    if person_id is None:
        return await _show(request, db, actor, debate, state, 422)
    site_bench = await find_site_bench(db, actor, person_id)
    argued = await have_argued(db, actor, person_id)
    permission = can_invite(actor, debate.id, person_id, bench, site_bench, have_argued=argued)
    problem = permission.reason or await invite_moderator(db, actor, debate.id, person_id, permission.interest)
    if problem:
        state.errors["username"] = problem
        return await _show(request, db, actor, debate, state, 422 if permission else 403)
    return redirect(request, f"{debate.url}/moderators?done=saved")


@router.post("/debates/{slug}/moderators/invitations/{invitation_id}/take-back")
async def post_take_back(request: Request, db: Db, actor: CurrentActor, slug: Slug, invitation_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_invite_moderators(actor, debate.id, await find_bench(db, actor, debate.id)))
    await take_back_invitation(db, debate.id, invitation_id)
    return redirect(request, f"{debate.url}/moderators?done=saved")


@router.post("/debates/{slug}/moderators/accept")
async def post_acceptance(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    """Sessions end with a change of role, so the way leads over the sign-in page to the queue."""
    debate = await find_debate(db, actor, slug)
    invitation = await lock_open_invitation(db, actor, debate.id)
    require(can_answer_invitation(actor, is_invited=invitation is not None))
    assert invitation is not None
    await accept_invitation(db, debate, invitation)
    return redirect(request, "/sign-in?next=/moderation&done=joined")


@router.post("/debates/{slug}/moderators/decline")
async def post_refusal(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    invitation = await lock_open_invitation(db, actor, debate.id)
    require(can_answer_invitation(actor, is_invited=invitation is not None))
    assert invitation is not None
    await decline_invitation(db, invitation)
    return redirect(request, f"{debate.url}/moderators?done=saved")


@router.post("/debates/{slug}/moderators/step-down")
async def post_step_down(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    require(can_step_down(actor, debate.id))
    await step_down(db, actor, debate)
    return redirect(request, f"{debate.url}/moderators?done=stepped_down")


@router.get("/debates/{slug}/moderators/activity")
async def show_team_activity(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_moderate(actor, debate.id))
    lines = await load_team_activity(reads, debate.id)
    return render(request, actor, "moderation/team/team_activity.html", debate=debate, lines=lines, weeks=WEEKS)


@router.get("/moderation/activity")
async def show_activity(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_see_queue(actor))
    return render(request, actor, "moderation/team/activity.html", activity=await load_activity(reads, actor))


@router.get("/account/invitations")
async def show_own_invitations(request: Request, reads: Reads, actor: CurrentActor) -> Response:
    require(can_manage_own_account(actor))
    invitations = await load_own_invitations(reads, actor)
    return render(request, actor, "moderation/team/own_invitations.html", invitations=invitations)


async def _show(
    request: Request, db: Reader, actor: Actor, debate: DebateHead, state: FormState, status: int
) -> Response:
    team = await load_team(db, debate.id)
    inviting = can_invite_moderators(actor, debate.id, await find_bench(db, actor, debate.id))
    return render(
        request, actor, "moderation/team/team.html", status=status, debate=debate, team=team, form=state,
        inviting=inviting, may_step_down=can_step_down(actor, debate.id),
        own_invitation=team.find_invited(actor), may_see_activity=bool(can_moderate(actor, debate.id)),
    )  # fmt: skip
