"""A case and its decision. The other pages of moderation are in the route files beside this one and below."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.moderation import decision_routes, flag_routes, item_routes, log_routes, mark_routes, sanction_routes
from app.moderation.appeals import routes as appeal_routes
from app.moderation.casework import bulk_routes, claim_routes, queue_routes, reason_routes
from app.moderation.casework.desk import load_desk, version_of_form
from app.moderation.casework.filters import QueueFilter, read_view
from app.moderation.casework.going_on import WayBack, go_on
from app.moderation.casework.just_decided import load_just_decided
from app.moderation.casework.notes import NoteForm, add_note, find_obstacle
from app.moderation.casework.ready_reasons import find_ready_reason, find_reason_about_people
from app.moderation.commands import ClaimedCase, StaleCase, decide_case
from app.moderation.edit_asking import NobodyCanEdit
from app.moderation.forms import CaseForm, PersonCaseForm, ReadyForm
from app.moderation.measures import administrator_routes, proposal_routes, switch_routes
from app.moderation.measures import routes as measure_routes
from app.moderation.measures.kept_out import NeedsSecond
from app.moderation.people import flag_routes as person_flag_routes
from app.moderation.people.case_pages import show_case_of_person
from app.moderation.people.commands import decide_about_person, refuse_without_second
from app.moderation.people.reported import find_reported_in
from app.moderation.people.subjects import find_subject
from app.moderation.practice import routes as practice_routes
from app.moderation.queries import find_case, find_item_case, load_case_page
from app.moderation.rings import routes as ring_routes
from app.moderation.shape import merge_routes, move_routes, split_routes, use_routes
from app.moderation.team import routes as team_routes
from app.moderation.together import routes as together_routes
from app.moderation.waiting import routes as waiting_routes
from app.moderation.words import routes as word_routes
from app.permissions import can_decide, can_note, can_see_queue, can_see_reporters, require
from app.targets import ItemId
from app.web import redirect, render

router = APIRouter()
PARTS = (
    flag_routes, mark_routes, item_routes, decision_routes, sanction_routes, ring_routes, appeal_routes,
    measure_routes, proposal_routes, switch_routes, move_routes, merge_routes, split_routes, use_routes,
    log_routes, queue_routes, claim_routes, bulk_routes, reason_routes, waiting_routes, team_routes, word_routes,
    practice_routes, person_flag_routes, together_routes, administrator_routes,
)  # fmt: skip
for part in PARTS:
    router.include_router(part.router)


class CaseQuery(QueueFilter):
    decided: Annotated[int | None, Query(ge=1)] = None  # The decision that led on to this case.


@router.get("/moderation/cases/{case_id}")
async def show_case(
    request: Request, reads: Reads, actor: CurrentActor, case_id: ItemId, asked: Annotated[CaseQuery, Query()]
) -> Response:
    require(can_see_queue(actor))
    form = blank_form(view=read_view(asked.query).query)
    return await show_case_page(request, reads, actor, case_id, form, 200, decided=asked.decided)


@router.post("/moderation/cases/{case_id}/decide")
async def post_decision(request: Request, db: Db, actor: CurrentActor, case_id: ItemId) -> Response:
    require(can_see_queue(actor))
    _, debate, item = await find_item_case(db, actor, case_id)
    require(can_decide(actor, item, item.author))
    form, state = await parse_form(request, CaseForm, await _read_ready(request, db, debate.id))
    if form is None or form.act == "preview":
        return await show_case_page(request, db, actor, case_id, state, 422 if form is None else 200)
    try:
        decision = await decide_case(db, actor, debate, case_id, item, form)
    except NobodyCanEdit as refused:
        state.errors["action"] = refused.reason
        return await show_case_page(request, db, actor, case_id, state, 422)
    except StaleCase as stale:
        is_claimed = isinstance(stale, ClaimedCase)
        return await show_case_page(request, db, actor, case_id, state, 409, is_claimed=is_claimed, why=stale.reason)
    return await go_on(request, db, actor, decision, form)


@router.post("/moderation/cases/{case_id}/decide-about-person")
async def post_decision_about_person(request: Request, db: Db, actor: CurrentActor, case_id: ItemId) -> Response:
    require(can_see_queue(actor))
    _, debate = await find_case(db, actor, case_id)
    person = await find_reported_in(db, case_id)
    require(can_decide(actor, person, person.author))
    if debate is not None:
        raise Conflict("This case is about a text, and not about a person.")
    form, state = await parse_form(request, PersonCaseForm, await _read_ready(request, db, None))
    if form is None:
        return await show_case_page(request, db, actor, case_id, state, 422)
    try:
        if form.act == "preview":
            await refuse_without_second(db, person, form)
            return await show_case_page(request, db, actor, case_id, state, 200)
        decision = await decide_about_person(db, actor, case_id, person, form)
    except NeedsSecond as alone:
        state.errors["hours"] = f"{alone.reason} Propose it on their own page; this case waits meanwhile."
        return await show_case_page(request, db, actor, case_id, state, 422)
    except StaleCase as stale:
        is_claimed = isinstance(stale, ClaimedCase)
        return await show_case_page(request, db, actor, case_id, state, 409, is_claimed=is_claimed, why=stale.reason)
    return await go_on(request, db, actor, decision, form)


@router.post("/moderation/cases/{case_id}/notes")
async def post_note(request: Request, db: Db, actor: CurrentActor, case_id: ItemId) -> Response:
    require(can_see_queue(actor))
    case, _ = await find_case(db, actor, case_id)
    subject = await find_subject(db, actor, case_id)
    require(can_note(actor, subject, subject.author))
    form, state = await parse_form(request, NoteForm)
    if form is not None and form.to is not None and (obstacle := find_obstacle(subject, form.to)):
        state.errors["to"] = obstacle
    if form is None or state.errors:
        blank = blank_form(view=read_view(state.value("view")).query)
        return await show_case_page(request, db, actor, case_id, blank, 422, note=state)
    await add_note(db, actor, case.id, case.debate_id, form)
    return redirect(request, f"/moderation/cases/{case.id}?{read_view(state.value('view')).query}&done=noted")


async def show_case_page(
    request: Request,
    db: Reader,
    actor: Actor,
    case_id: int,
    state: FormState,
    status: int,
    *,
    is_claimed: bool = False,
    why: str = "",
    decided: int | None = None,
    note: FormState | None = None,
) -> Response:
    case, debate = await find_case(db, actor, case_id)
    just_decided = await load_just_decided(db, actor, decided)
    if debate is None:
        shown = {"is_claimed": is_claimed, "why": why, "decided": just_decided, "note": note or FormState()}
        return await show_case_of_person(request, db, actor, case, state, status, **shown)
    page = await load_case_page(db, actor, case_id)
    item = page.context.item
    state.values = {**state.values, "version": version_of_form(page.case, state, status)}
    return render(
        request,
        actor,
        "moderation/case.html",
        status=status,
        page=page,
        desk=await load_desk(db, actor, page),
        form=state,
        permission=can_decide(actor, item, item.author),
        may_note=can_note(actor, item, item.author),
        may_see_reporters=can_see_reporters(actor, item),
        is_claimed=is_claimed,
        is_stale=status == 409 and not is_claimed,
        why=why,
        decided=just_decided,
        way=WayBack(str(page.case.id), state.value("view")),
        note=note or FormState(),
    )


async def _read_ready(request: Request, db: Reader, debate_id: int | None) -> dict[str, str]:
    """What the chosen ready reason stands for, where the form's own fields are empty; without a debate, of a person."""
    form, _ = await parse_form(request, ReadyForm)
    if form is None:
        return {}
    of_debate = debate_id is not None
    reason = await find_ready_reason(db, debate_id, form.ready) if of_debate else find_reason_about_people(form.ready)
    return reason.fields if reason else {}
