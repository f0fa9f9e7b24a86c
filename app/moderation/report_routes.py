"""Reports of mistakes in the log: anybody makes one, moderators of the site who did not act answer."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.accounts.limits import limit_address
from app.actor import Actor, CurrentActor
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.moderation.forms import LogAnswerForm, LogReportForm
from app.moderation.report_commands import answer_report, report_entry
from app.moderation.report_queries import (
    Entry,
    find_entry,
    find_report,
    load_benches,
    load_open_reports,
    load_own_reports,
)
from app.permissions import can_answer_log_report, can_report_log, can_see_log_reports, require
from app.rate_limits import REPORT_LOG, REPORT_LOG_ADDRESS, limit_actor
from app.targets import LARGEST_ID, ItemId
from app.web import redirect, render

router = APIRouter()


@router.get("/log/{number}/report")
async def show_report_form(request: Request, reads: Reads, actor: CurrentActor, number: ItemId) -> Response:
    entry = await find_entry(reads, actor, number)
    require(can_report_log(actor))
    return await _form_page(request, reads, actor, entry, blank_form(), 200)


@router.post("/log/{number}/report")
async def post_report(request: Request, db: Db, actor: CurrentActor, number: ItemId) -> Response:
    entry = await find_entry(db, actor, number)
    require(can_report_log(actor))
    form, state = await parse_form(request, LogReportForm)
    if form is None:
        return await _form_page(request, db, actor, entry, state, 422)
    if actor.is_signed_in:
        await limit_actor(request, actor, REPORT_LOG)
    else:
        await limit_address(request, REPORT_LOG_ADDRESS)
    await report_entry(db, actor, entry.number, form)
    return redirect(request, "/log?done=log_reported")


@router.get("/log/reports")
async def show_reports(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    after: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    require(can_see_log_reports(actor))
    return await _reports_page(request, reads, actor, after)


@router.post("/log/reports/{report_id}/answer")
async def post_log_answer(request: Request, db: Db, actor: CurrentActor, report_id: ItemId) -> Response:
    require(can_see_log_reports(actor))
    report = await find_report(db, report_id)
    about, bench = report.entry, (await load_benches(db, [report]))[report.id]
    require(can_answer_log_report(actor, about.acted_ids, report.reporter_id, about.concerned_ids, bench))
    form, state = await parse_form(request, LogAnswerForm)
    if form is None:
        return await _reports_page(request, db, actor, report.id - 1, report.id, state)
    try:
        await answer_report(db, actor, report, form)
    except Conflict as conflict:
        return await _reports_page(request, db, actor, report.id - 1, report.id, state, conflict.reason)
    return redirect(request, "/log/reports?done=log_answered")


async def _form_page(
    request: Request, db: Reader, actor: Actor, entry: Entry, form: FormState, status: int
) -> Response:
    own = await load_own_reports(db, actor, entry.number)
    return render(request, actor, "moderation/log_report.html", status=status, entry=entry, form=form, own=own)


async def _reports_page(
    request: Request,
    db: Reader,
    actor: Actor,
    after: int | None,
    sent_id: int = 0,
    sent: FormState | None = None,
    conflict: str = "",
) -> Response:
    page = await load_open_reports(db, after or None)
    benches = await load_benches(db, page.reports)
    may_answer = {
        id: can_answer_log_report(actor, entry.acted_ids, reporter_id, entry.concerned_ids, benches[id])
        for id, reporter_id, entry in ((report.id, report.reporter_id, report.entry) for report in page.reports)
    }
    status = 409 if conflict else 422 if sent else 200
    return render(
        request, actor, "moderation/log_reports.html", status=status, page=page, conflict=conflict,
        may_answer=may_answer, sent_id=sent_id, sent=sent, blank=FormState(),
    )  # fmt: skip
