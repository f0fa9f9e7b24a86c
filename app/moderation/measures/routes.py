"""Measures against a debate, a thread or a person in a debate."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.models import Action
from app.moderation.items import Item, ItemKind, find_item
from app.moderation.measures import commands
from app.moderation.measures.forms import NO_ROLE, PAUSES, DebateForm, PersonForm, RoleForm, SlowForm
from app.moderation.measures.kept_out import NeedsSecond
from app.moderation.measures.proposals import AlreadyProposed, propose
from app.moderation.measures.targets import (
    DebateTarget,
    PersonTarget,
    find_debate_target,
    find_person_target,
    find_root,
    find_slow,
    find_version,
    of_debate,
    of_person,
    of_thread,
    refuse_stale,
    show_version,
)
from app.permissions import (
    can_change_role,
    can_lock_thread,
    can_moderate,
    can_remove_debate,
    can_restrict_in,
    can_take_measures,
    require,
)
from app.targets import DebateHead, ItemId, Slug, find_debate
from app.web import redirect, render

router = APIRouter()


@router.get("/debates/{slug}/measures")
async def show_debate_measures(request: Request, reads: Reads, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_moderate(actor, debate.id))
    target = await find_debate_target(reads, actor, debate)
    return _debate_page(request, actor, target, blank_form(version=str(target.version)), 200)


@router.post("/debates/{slug}/measures")
async def post_debate_measure(request: Request, db: Db, actor: CurrentActor, slug: Slug) -> Response:
    debate = await find_debate(db, actor, slug)
    target = await find_debate_target(db, actor, debate)
    require(can_take_measures(actor, debate.id, target.bench))
    form, state = await parse_form(request, DebateForm)
    if form is None or form.act == "preview":
        if "version" in state.errors:
            await show_version(db, state, of_debate(debate.id))
        return _debate_page(request, actor, target, state, 422 if form is None else 200)
    if form.action == Action.REMOVE_DEBATE:
        require(can_remove_debate(actor, debate.id, target.bench))
    act = commands.lock_debate if form.action == Action.LOCK_DEBATE else commands.slow_debate
    try:
        if form.action == Action.REMOVE_DEBATE:
            await refuse_stale(db, of_debate(debate.id), form.version)
            proposal_id = await propose(db, actor, form.action, form, debate_id=debate.id, concerned_id=None)
            return redirect(request, f"/moderation/proposals/{proposal_id}?done=proposed")
        decision = await act(db, actor, target, form)
    except Conflict as stale:
        state.values = {**state.values, "version": str(target.version)}
        return _debate_page(request, actor, target, state, 409, stale)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


@router.get("/debates/{slug}/arguments/{argument_id}/slow")
async def show_slow_form(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, argument_id: ItemId
) -> Response:
    debate, thread = await _find_thread(reads, actor, slug, argument_id)
    require(can_moderate(actor, debate.id))
    version = await find_version(reads, of_thread(debate.id, thread.id))
    return await _slow_page(request, reads, actor, debate, thread, blank_form(version=str(version)), 200)


@router.post("/debates/{slug}/arguments/{argument_id}/slow")
async def post_slowing(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    """Slow the thread in which the argument stands."""
    debate, thread = await _find_thread(db, actor, slug, argument_id)
    require(can_lock_thread(actor, thread))
    form, state = await parse_form(request, SlowForm)
    if form is None or form.act == "preview":
        if "version" in state.errors:
            await show_version(db, state, of_thread(debate.id, thread.id))
        return await _slow_page(request, db, actor, debate, thread, state, 422 if form is None else 200)
    try:
        decision = await commands.slow_thread(db, actor, debate, thread, form)
    except Conflict as stale:
        state.values = {**state.values, "version": str(await find_version(db, of_thread(debate.id, thread.id)))}
        return await _slow_page(request, db, actor, debate, thread, state, 409, stale.reason)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


@router.get("/debates/{slug}/people/{username}/measures")
async def show_person_measures(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, username: str
) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_moderate(actor, debate.id))
    target = await find_person_target(reads, actor, debate, username)
    return _person_page(request, actor, target, blank_form(version=str(target.version)), 200)


@router.post("/debates/{slug}/people/{username}/measures")
async def post_person_measure(request: Request, db: Db, actor: CurrentActor, slug: Slug, username: str) -> Response:
    target = await find_person_target(db, actor, await find_debate(db, actor, slug), username)
    require(can_restrict_in(actor, target.debate.id, target.person, target.bench))
    form, state = await parse_form(request, PersonForm)
    if form is None or form.act == "preview":
        if "version" in state.errors:
            await show_version(db, state, of_person(target.debate.id, target.person.id))
        return _person_page(request, actor, target, state, 422 if form is None else 200)
    try:
        decision = await commands.restrict_in_debate(db, actor, target, form)
    except NeedsSecond:
        return await _propose_about(request, db, actor, target, form, state)
    except Conflict as stale:
        state.values = {**state.values, "version": str(target.version)}
        return _person_page(request, actor, target, state, 409, conflict=stale.reason)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


async def _propose_about(
    request: Request, db: Db, actor: Actor, target: PersonTarget, form: PersonForm, state: FormState
) -> Response:
    about = {"debate_id": target.debate.id, "concerned_id": target.person.id}
    try:
        proposal_id = await propose(db, actor, form.action, form, **about)
    except AlreadyProposed as conflict:
        state.values = {**state.values, "version": str(target.version)}
        return _person_page(request, actor, target, state, 409, conflict=conflict)
    return redirect(request, f"/moderation/proposals/{proposal_id}?done=proposed_in_debate")


@router.post("/debates/{slug}/people/{username}/role")
async def post_role(request: Request, db: Db, actor: CurrentActor, slug: Slug, username: str) -> Response:
    target = await find_person_target(db, actor, await find_debate(db, actor, slug), username)
    require(can_change_role(actor, target.debate.id, target.person, target.bench))
    form, state = await parse_form(request, RoleForm)
    if form is None or form.act == "preview":
        status, other = 422 if form is None else 200, blank_form(version=str(target.version))
        return _person_page(request, actor, target, other, status, role_form=state)
    try:
        decision = await commands.change_role(db, actor, target, form)
    except Conflict as stale:
        return _person_page(request, actor, target, state, 409, role_form=state, conflict=stale.reason)
    return redirect(request, f"/decisions/{decision.id}?done=decided")


async def _find_thread(db: Reader, actor: Actor, slug: str, argument_id: int) -> tuple[DebateHead, Item]:
    debate = await find_debate(db, actor, slug)
    root_id = await find_root(db, debate, argument_id)
    return debate, await find_item(db, debate.id, ItemKind.ARGUMENTS, root_id)


def _debate_page(
    request: Request, actor: Actor, target: DebateTarget, state: FormState, status: int, conflict: Conflict | str = ""
) -> Response:
    return render(
        request, actor, "moderation/measures/debate.html", status=status, debate=target.debate, target=target,
        form=state, pauses=PAUSES, conflict=conflict,
        permission=can_take_measures(actor, target.debate.id, target.bench),
        may_remove=can_remove_debate(actor, target.debate.id, target.bench),
    )  # fmt: skip


async def _slow_page(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead,
    thread: Item,
    state: FormState,
    status: int,
    conflict: str = "",
) -> Response:
    return render(
        request, actor, "moderation/measures/slow.html", status=status, debate=debate, thread=thread, form=state,
        pauses=PAUSES, slow=await find_slow(db, debate.id, thread.id), conflict=conflict,
        permission=can_lock_thread(actor, thread),
    )  # fmt: skip


def _person_page(
    request: Request,
    actor: Actor,
    target: PersonTarget,
    state: FormState,
    status: int,
    role_form: FormState | None = None,
    conflict: Conflict | str = "",
) -> Response:
    shown: dict[str, Any] = {"debate": target.debate, "target": target, "person": target.person, "form": state}
    return render(
        request, actor, "moderation/measures/person.html", status=status, conflict=conflict, no_role=NO_ROLE,
        role_form=role_form or blank_form(),
        permission=can_restrict_in(actor, target.debate.id, target.person, target.bench),
        role_permission=can_change_role(actor, target.debate.id, target.person, target.bench), **shown,
    )  # fmt: skip
