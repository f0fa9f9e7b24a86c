"""Word an argument anew, and every wording that it had."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments import limits
from app.arguments.commands import edit_argument, lock_argument
from app.arguments.concessions import load_concessions
from app.arguments.drafts import draft_edit
from app.arguments.edit_window import EDIT_WINDOW, EditOutlook, load_outlook
from app.arguments.forms import EditForm
from app.arguments.sources import load_source_changes
from app.arguments.versions import load_versions
from app.arguments.writing import Target, load_target
from app.db import Db, Reads, reading
from app.debate_heads import see_debate
from app.forms import FormState, parse_form
from app.pages import Fillers, SharedPage
from app.permissions import can_edit_argument, can_moderate, can_see_results, can_see_text, require
from app.prevention.reporting import report_watched
from app.prevention.screening import screen_edit
from app.rate_limits import EDIT_ARGUMENT, PREVIEW, limit_actor
from app.targets import LARGEST_ID, DebateHead, ItemId, Slug, find_debate
from app.web import Shared, is_fragment, redirect, render, render_shared

router = APIRouter()


@router.get("/debates/{slug}/arguments/{argument_id}/edit")
async def show_edit_form(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, argument_id: ItemId
) -> Response:
    debate = await find_debate(reads, actor, slug)
    target = await load_target(reads, debate, argument_id)
    require(can_edit_argument(actor, debate, target, target.is_locked))
    said = target.wording
    values = {"claim": said.claim, "grounds": said.grounds_markdown, "steelman": said.steelman}
    state = FormState({**values, "revision": str(said.revision)})
    outlook = await load_outlook(reads, debate.id, argument_id)
    return _show_edit(request, actor, debate, target, state, outlook)


@router.post("/debates/{slug}/arguments/{argument_id}/edit")
async def post_edit(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    target = await load_target(db, debate, argument_id)
    require(can_edit_argument(actor, debate, target, target.is_locked))
    form, state = await parse_form(request, EditForm)
    outlook = await load_outlook(db, debate.id, argument_id)
    if form is None:
        return _show_edit(request, actor, debate, target, state, outlook, status=422)
    if form.act == "preview":
        await limit_actor(request, actor, PREVIEW)
        return _show_edit(request, actor, debate, target, state, outlook, preview=draft_edit(target, form))
    argument = await lock_argument(db, debate, argument_id)
    target = await load_target(db, debate, argument_id)  # As it is now that nobody else can change it.
    require(can_edit_argument(actor, debate, target, target.is_locked))
    draft = draft_edit(target, form)
    if target.wording.says(draft.claim, draft.grounds, draft.steelman):
        done = "edited" if form.revision != target.wording.revision else "unchanged"  # Sent twice, or never changed.
        return redirect(request, f"{debate.url}/arguments/{argument_id}?done={done}")
    outlook = await load_outlook(db, debate.id, argument_id)
    is_stale = form.revision != target.wording.revision
    if is_stale or (form.is_free and not outlook.is_free):
        state = FormState({**state.values, "revision": str(target.wording.revision)})
        late = {"is_stale": is_stale, "is_late": not is_stale}
        return _show_edit(request, actor, debate, target, state, outlook, status=409, **late)
    screened = await screen_edit(db, debate.id, (draft.steelman, draft.claim, draft.grounds))
    await limit_actor(request, actor, EDIT_ARGUMENT)
    await edit_argument(db, argument, form.revision + 1, draft)
    await report_watched(db, argument, screened)
    done = "edited_freely" if outlook.is_free else "edited"
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done={done}")


def _show_edit(
    request: Request,
    actor: Actor,
    debate: DebateHead,
    target: Target,
    state: FormState,
    outlook: EditOutlook,
    *,
    status: int = 200,
    **shown: Any,
) -> Response:
    """`is_stale`: the wording was changed meanwhile; `is_late`: it could be edited freely, and can no longer."""
    url = f"{debate.url}/arguments/{target.id}"
    template = "arguments/_edit_form.html" if is_fragment(request) else "arguments/edit.html"
    context = {"preview": None, "is_stale": False, "is_late": False, "limits": limits, **shown}
    return render(
        request, actor, template, status=status,
        debate=debate, target=target, url=url, form=state, outlook=outlook, **context,
    )  # fmt: skip


@router.get("/debates/{slug}/arguments/{argument_id}/history")
async def show_history(
    request: Request,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """Public; of a hidden argument only for those who may see its text."""
    debate = await see_debate(request, actor, slug)
    async with reading(request) as db:
        target = await load_target(db, debate, argument_id)
    require(can_see_text(actor, target))
    is_whole = bool(can_moderate(actor, debate.id))  # With what was replaced freely.
    results = bool(can_see_results(actor, debate, has_stance=False))

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            versions, more_before = await load_versions(db, debate.id, argument_id, before, is_whole=is_whole)
            concessions = await load_concessions(db, debate.id, argument_id) if before is None else []
            sources = await load_source_changes(db, debate.id, argument_id) if before is None else []
        url = f"{debate.url}/arguments/{argument_id}"
        return {"debate": debate, "target": target, "url": url, "versions": versions, "more_before": more_before,
                "concessions": concessions, "sources": sources, "results": results, "window": EDIT_WINDOW}  # fmt: skip

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        return {}

    key = f"{request.url.path}?{before or ''}{'&whole' if is_whole else ''}"
    return await render_shared(request, actor, Shared(key, debate.version, "arguments/history.html", load, personal))
