"""Split an argument with several claims: write what each of the two says, see what that does, say why."""

from typing import NamedTuple

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments import limits
from app.arguments.replies import load_strongest_replies
from app.arguments.writing import load_target
from app.db import Db, Reader, Reads
from app.errors import Conflict
from app.forms import FormState, blank_form, parse_form
from app.markdown import render_markdown
from app.moderation.casework.going_on import CameFrom, go_on, way_in
from app.moderation.items import Item, ItemKind, find_item
from app.moderation.queries import load_context
from app.moderation.shape.forms import REPLIES_LISTED, SplitForm
from app.moderation.shape.looks import StaleLook, keep_seen, look_at
from app.moderation.shape.shown import foresee_other
from app.moderation.shape.splits import find_obstacle, split_argument
from app.permissions import can_moderate, can_reshape, require
from app.rate_limits import PREVIEW, limit_actor
from app.targets import DebateHead, ItemId, Slug, find_debate
from app.web import render

router = APIRouter()


class PreviewedPart(NamedTuple):
    name: str
    claim: str
    grounds: Markup


@router.get("/debates/{slug}/arguments/{argument_id}/split")
async def show_split(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, argument_id: ItemId, way: CameFrom
) -> Response:
    debate = await find_debate(reads, actor, slug)
    require(can_moderate(actor, debate.id))
    item = await find_item(reads, debate.id, ItemKind.ARGUMENTS, argument_id)
    said = (await load_target(reads, debate, argument_id)).wording
    claims = {"claim": said.claim, "other_claim": said.claim}
    grounds = {"grounds": said.grounds_markdown, "other_grounds": said.grounds_markdown}
    return await _page(request, reads, actor, debate, item, blank_form(**claims, **grounds, **way._asdict()), 200)


@router.post("/debates/{slug}/arguments/{argument_id}/split")
async def post_split(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    item = await find_item(db, debate.id, ItemKind.ARGUMENTS, argument_id)
    require(can_reshape(actor, item, item.author))
    if obstacle := find_obstacle(item):
        raise Conflict(obstacle)  # The page that refuses hands back what was typed.
    form, state = await parse_form(request, SplitForm)
    if form is None:
        return await _page(request, db, actor, debate, item, state, 422)
    if form.act == "preview":
        await limit_actor(request, actor, PREVIEW)
        return await _page(request, db, actor, debate, item, state, 200, preview=_preview(form))
    try:
        decision = await split_argument(db, actor, debate, item, form)
    except Conflict as conflict:
        item = await find_item(db, debate.id, ItemKind.ARGUMENTS, argument_id)
        return await _page(request, db, actor, debate, item, state, 409, conflict=conflict)
    return await go_on(request, db, actor, decision, form, form.at_case)


def _preview(form: SplitForm) -> list[PreviewedPart]:
    texts = (("The first one", form.claim, form.grounds), ("The new one", form.other_claim, form.other_grounds))
    return [
        PreviewedPart(name, claim, Markup(render_markdown(grounds)))  # noqa: S704  (sanitised there)
        for name, claim, grounds in texts
    ]


async def _page(
    request: Request,
    db: Reader,
    actor: Actor,
    debate: DebateHead,
    item: Item,
    state: FormState,
    status: int,
    *,
    preview: list[PreviewedPart] | None = None,
    conflict: Conflict | None = None,
) -> Response:
    """What the split would do, and the form that does it."""
    look = await look_at(db, item, None)
    keep_seen(state, look, status)
    replies, reply_count = await load_strongest_replies(db, debate.id, item.id, REPLIES_LISTED)
    return render(
        request, actor, "moderation/shape/split.html", status=status,
        context=await load_context(db, debate, item), form=state, limits=limits, replies=replies,
        reply_count=reply_count, preview=preview, reshaping=foresee_other(None, state.value("other_claim").strip()),
        conflict=conflict.reason if conflict else "",
        is_stale=isinstance(conflict, StaleLook), obstacle=find_obstacle(item),
        permission=can_reshape(actor, item, item.author), way=way_in(state),
    )  # fmt: skip
