"""The public log: of the site, of one debate, as a page and as files."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator
from starlette.responses import JSONResponse, Response

from app.actor import Actor, CurrentActor
from app.db import Reads
from app.models import Action
from app.moderation.downloads import to_csv, to_record
from app.moderation.log_queries import ENTRIES_IN_A_FILE, LogPage, load_log
from app.permissions import can_moderate
from app.settings import Settings
from app.targets import LARGEST_ID, DebateHead, Slug, find_debate
from app.web import render

router = APIRouter()

# The filter's "All" sends an empty field.
ActionFilter = Annotated[Action | None, BeforeValidator(lambda sent: sent or None), Query()]
EntryKeyset = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
FileFormat = Literal["csv", "json"]


@router.get("/log")
async def show_log(
    request: Request, reads: Reads, actor: CurrentActor, action: ActionFilter = None, before: EntryKeyset = None
) -> Response:
    return _page(request, actor, None, await load_log(reads, actor, action=action, before=before), action)


@router.get("/log.{format}")
async def download_log(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    format: FileFormat,
    action: ActionFilter = None,
    before: EntryKeyset = None,
) -> Response:
    page = await load_log(reads, actor, action=action, before=before, limit=ENTRIES_IN_A_FILE)
    return _file(request, format, page, action)


@router.get("/debates/{slug}/log")
async def show_debate_log(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    action: ActionFilter = None,
    before: EntryKeyset = None,
) -> Response:
    debate = await find_debate(reads, actor, slug)
    page = await load_log(reads, actor, debate_id=debate.id, action=action, before=before)
    return _page(request, actor, debate, page, action)


@router.get("/debates/{slug}/log.{format}")
async def download_debate_log(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    slug: Slug,
    format: FileFormat,
    action: ActionFilter = None,
    before: EntryKeyset = None,
) -> Response:
    debate = await find_debate(reads, actor, slug)
    page = await load_log(reads, actor, debate_id=debate.id, action=action, before=before, limit=ENTRIES_IN_A_FILE)
    return _file(request, format, page, action)


def _page(request: Request, actor: Actor, debate: DebateHead | None, page: LogPage, action: Action | None) -> Response:
    return render(
        request, actor, "moderation/log.html", debate=debate, page=page, action=action, actions=list(Action),
        may_moderate=debate is not None and can_moderate(actor, debate.id),
    )  # fmt: skip


def _file(request: Request, format: FileFormat, page: LogPage, action: Action | None) -> Response:
    """At most ENTRIES_IN_A_FILE entries; the rest is behind the address named as next."""
    settings: Settings = request.app.state.settings
    records = [to_record(line, settings.origin) for line in page.lines]
    query = f"?before={page.more_before}" + (f"&action={action}" if action else "")
    following = f"{settings.origin}{request.url.path}{query}" if page.more_before else None
    if format == "json":
        answer: Response = JSONResponse({"entries": records, "next": following})
    else:
        answer = Response(to_csv(records), media_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="log.csv"'
    if following:
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer
