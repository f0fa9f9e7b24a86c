"""Silence or suspend a person."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.jobs import NETWORK_KEPT
from app.models import Action
from app.moderation.conflicts import find_site_bench
from app.moderation.forms import RestrictionForm
from app.moderation.measures.kept_out import NeedsSecond, find_kept_out
from app.moderation.measures.proposals import AlreadyProposed, propose
from app.moderation.measures.targets import of_site, show_version
from app.moderation.network_hints import MOST_TELLING, load_invitations, load_network_hint
from app.moderation.people.case_pages import find_open_case_of
from app.moderation.sanction_commands import restrict_person
from app.moderation.sanction_queries import SanctionedPerson, find_person
from app.permissions import can_judge, can_sanction, require
from app.web import redirect, render

router = APIRouter()


@router.get("/people/{username}/restrict")
async def show_restriction_form(request: Request, reads: Reads, actor: CurrentActor, username: str) -> Response:
    person = await find_person(reads, username)
    require(can_sanction(actor, person))
    return await _page(request, reads, actor, person, blank_form(), 200)


@router.post("/people/{username}/restrict")
async def post_restriction(request: Request, db: Db, actor: CurrentActor, username: str) -> Response:
    person = await find_person(db, username)
    bench = await find_site_bench(db, actor, person.id)
    require(can_sanction(actor, person) and can_judge(actor, None, person, bench))
    form, state = await parse_form(request, RestrictionForm)
    if form is None or form.act == "preview":
        return await _page(request, db, actor, person, state, 422 if form is None else 200)
    try:
        decision = await restrict_person(db, actor, person.id, form, bench=bench)
    except NeedsSecond:
        return await _propose(request, db, actor, person, form, state)
    except Conflict as conflict:
        person = await find_person(db, username)
        return await _page(request, db, actor, person, state, 409, conflict.reason)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


async def _propose(
    request: Request, db: Db, actor: Actor, person: SanctionedPerson, form: RestrictionForm, state: FormState
) -> Response:
    try:
        proposal_id = await propose(db, actor, Action.SUSPEND, form, debate_id=None, concerned_id=person.id)
    except AlreadyProposed as conflict:
        return await _page(request, db, actor, person, state, 409, conflict)
    return redirect(request, f"/moderation/proposals/{proposal_id}?done=proposed")


async def _page(
    request: Request,
    db: Reader,
    actor: Actor,
    person: SanctionedPerson,
    state: FormState,
    status: int,
    conflict: Conflict | str = "",
) -> Response:
    if conflict or "version" not in state.values:
        await show_version(db, state, of_site(person.id))
    return render(
        request, actor, "moderation/restrict.html", status=status, person=person, form=state, conflict=conflict,
        permission=can_judge(actor, None, person, await find_site_bench(db, actor, person.id)),
        hint=await load_network_hint(db, person.id), invitations=await load_invitations(db, person.id),
        open_case_id=await find_open_case_of(db, person.id), kept_out=await find_kept_out(db, person.id, None),
        kept_days=NETWORK_KEPT.days, most_telling=MOST_TELLING,
    )  # fmt: skip
