"""Accept as fair what a reply says back, as the author of what it answers, and take that back."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments.commands import lock_argument
from app.arguments.limits import STEELMAN_MAX
from app.arguments.steelman_commands import accept_steelman, withdraw_acceptance
from app.db import Db
from app.errors import Conflict
from app.forms import Form, parse_form
from app.models import Argument
from app.permissions import can_accept_steelman, require
from app.targets import DebateHead, ItemId, Slug, find_argument, find_debate
from app.web import redirect

router = APIRouter()


class AcceptanceForm(Form):
    line: Annotated[str, Field(max_length=STEELMAN_MAX)] = ""  # As its reader saw it.


@router.post("/debates/{slug}/arguments/{argument_id}/steelman/accept")
async def post_acceptance(request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate, reply, answered_id = await _find_reply(db, actor, slug, argument_id)
    require(can_accept_steelman(actor, debate, reply, answered_id=answered_id))
    form, _ = await parse_form(request, AcceptanceForm)
    if form is None or not reply.steelman or form.line != reply.steelman:
        raise Conflict("What this reply says back is not what you saw. Please read it again.")
    await accept_steelman(db, actor, reply)
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=steelman_accepted")


@router.post("/debates/{slug}/arguments/{argument_id}/steelman/withdraw-acceptance")
async def post_acceptance_withdrawal(
    request: Request, db: Db, actor: CurrentActor, slug: Slug, argument_id: ItemId
) -> Response:
    debate, reply, answered_id = await _find_reply(db, actor, slug, argument_id)
    require(can_accept_steelman(actor, debate, reply, answered_id=answered_id))
    await withdraw_acceptance(db, reply)
    return redirect(request, f"{debate.url}/arguments/{argument_id}?done=steelman_withdrawn")


async def _find_reply(
    db: AsyncSession, actor: Actor, slug: str, argument_id: int
) -> tuple[DebateHead, Argument, int | None]:
    """The locked reply, and who wrote what it answers."""
    debate = await find_debate(db, actor, slug)
    reply = await lock_argument(db, debate, argument_id)
    parent = await find_argument(db, debate, reply.parent_id) if reply.parent_id is not None else None
    return debate, reply, parent.author_id if parent else None
